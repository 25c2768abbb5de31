"""Signing in with console credentials, against the demo over HTTP: with a code, or in a browser."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Thread
from urllib.error import URLError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from rolecall.domain.errors import AuthorizationExpired, RegionInvalid, SignInDenied
from rolecall.domain.errors.file_errors import EditRefused
from rolecall.domain.errors.login_errors import CrtMissing, LoginTaken
from rolecall.domain.model import LoginSession, Secret
from rolecall.domain.records import replace
from rolecall.files.safe import atomic
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import config_file, credentials_file
from rolecall.services.base.own_program import how_to_install
from rolecall.services.sign_in.attempts import SIGN_IN_TIMEOUT, BrowserSignIn
from rolecall.services.sign_in.console_login import ConsoleLoginService
from rolecall.services.tokens.login_sessions import LOCK_TIMEOUT
from tests.support import logins
from tests.support.desk import Desk
from tests.support.obstacles.locks import stopped_with_lock

PAGES = "<p>done</p>", "<p>not ours</p>"


def service(desk: Desk, **environ: str) -> ConsoleLoginService:
    return desk.another(**environ).console_login


def in_browser(desk: Desk) -> BrowserSignIn[LoginSession]:
    return service(desk).begin_in_browser("console", "", PAGES)


def come_back(attempt: BrowserSignIn[LoginSession], answer: dict[str, str]) -> None:
    """Do as the browser at the end of a sign-in."""
    query = parse_qs(urlsplit(attempt.link.url).query)
    back = urlencode({**answer, "state": query["state"][0]})
    urlopen(f"{query['redirect_uri'][0]}?{back}", timeout=30).close()


def test_a_pasted_code_becomes_a_session(desk: Desk) -> None:
    attempt = service(desk).begin("console", "eu-north-1")
    session = attempt.finish(desk.server.log_in(attempt.link.url))
    assert session.sign_in_region == "eu-north-1"
    service(desk).keep("console", session, attempt.save, "eu-north-1")
    assert service(desk).login_session("console") == session.arn
    assert logins.cache(desk).session(session.arn) == session
    attempt.close()


def test_the_browser_comes_back_with_the_code(desk: Desk) -> None:
    with closing(in_browser(desk)) as attempt:
        assert attempt.poll(0.01) is None
        address = desk.server.log_in(attempt.link.url)
        browser = Thread(target=lambda: urlopen(address, timeout=30).close())
        browser.start()
        session = attempt.poll(30)
        browser.join()
    assert session is not None
    assert session.arn.endswith("user/alice")


def test_the_address_at_which_a_browser_ends_can_be_pasted(desk: Desk) -> None:
    with closing(in_browser(desk)) as attempt:
        session = attempt.finish(desk.server.log_in(attempt.link.url))
    assert session.arn.endswith("user/alice")


def test_a_browser_without_a_code_was_refused(desk: Desk) -> None:
    with closing(in_browser(desk)) as attempt:
        browser = Thread(target=come_back, args=(attempt, {"error": "access_denied"}))
        browser.start()
        with pytest.raises(SignInDenied):
            attempt.poll(30)
        browser.join()


def test_a_closed_sign_in_no_longer_listens(desk: Desk) -> None:
    attempt = in_browser(desk)
    attempt.close()
    with pytest.raises(URLError):
        come_back(attempt, {"code": "x"})


def test_a_sign_in_times_out(desk: Desk) -> None:
    with closing(in_browser(desk)) as attempt:
        desk.clock.forward(SIGN_IN_TIMEOUT - 60)
        assert 0 < (attempt.remaining() or 0) <= 60
        assert attempt.poll(0.01) is None
        desk.clock.forward(60)
        assert attempt.remaining() == 0
        with pytest.raises(AuthorizationExpired):
            attempt.poll(0.01)
    assert SIGN_IN_TIMEOUT == 600


@pytest.mark.parametrize(
    ("config", "environ", "region"),
    [
        ("region = eu-north-1", {"AWS_REGION": "eu-west-1"}, "eu-north-1"),
        ("", {"AWS_REGION": "eu-west-1"}, "eu-west-1"),
        ("", {"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ("", {}, "us-east-1"),
    ],
)
def test_the_region_is_that_of_the_profile_or_of_the_environment(
    desk: Desk, config: str, environ: dict[str, str], region: str
) -> None:
    desk.add(f"[profile other]\nregion = ap-south-1\n[profile console]\n{config}")
    assert service(desk, **environ).region("console") == region
    assert service(desk).login_session("console") == service(desk).login_session("gone") == ""


def test_the_profile_is_that_of_the_environment_or_default(desk: Desk) -> None:
    assert service(desk).default_profile() == "default"
    assert service(desk, AWS_PROFILE="console").default_profile() == "console"


def test_the_profile_gets_a_region_only_if_it_has_none(desk: Desk) -> None:
    arn = logins.log_in(desk).arn
    session = logins.cache(desk).session(arn)
    assert session is not None
    service(desk).keep("console", session, logins.cache(desk).save, "eu-north-1")
    desk.add("[profile plain]\noutput = json")
    for name in ("new", "plain"):
        service(desk).keep(name, session, logins.cache(desk).save, "eu-north-1")
    service(desk).keep("none", session, logins.cache(desk).save)
    regions = {each.name: each.region for each in service(desk).config.read().profiles}
    given = dict.fromkeys(("new", "plain"), "eu-north-1")
    assert regions == {"console": "eu-west-1", **given, "none": None}


def test_a_new_session_waits_for_a_renewal_in_another_process(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, cache = logins.log_in(desk), logins.cache(desk)
    new = replace(session, refresh_token=Secret("new"))
    with ThreadPoolExecutor() as pool:
        with (
            stopped_with_lock(cache.path(session.arn), cache.state),
            cache.reserving(session.arn, LOCK_TIMEOUT) as save,
            monkeypatch.context() as patch,
        ):
            patch.setattr(atomic, "LOCK_TIMEOUT", 0.0)
            kept = pool.submit(service(desk).keep, "console", new, save)
            with pytest.raises(TimeoutError):
                kept.result(0.5)
        kept.result()
    assert cache.session(session.arn) == new


def test_a_profile_with_other_credentials_is_taken(desk: Desk) -> None:
    desk.add("[profile role]\nrole_arn = arn:aws:iam::1:role/Ops\nsource_profile = role")
    (desk.home / ".aws" / "credentials").write_text(
        "[keys]\naws_access_key_id = x\n[both]\naws_access_key_id = x\n"
        "[stored]\nrole_arn = arn:aws:iam::1:role/Ops\nsource_profile = keys\n"
    )
    desk.add("[profile both]\ncredential_process = x")
    for name, key, in_credentials in (
        ("role", "role_arn", False),
        ("keys", "aws_access_key_id", True),
        ("both", "credential_process", False),
        ("stored", "role_arn", True),
    ):
        with pytest.raises(LoginTaken) as caught:
            service(desk).begin(name)
        taken = caught.value
        assert (taken.profile, taken.key, taken.in_credentials) == (name, key, in_credentials)
        assert f"from {key} in {credentials_file() if in_credentials else config_file()}," in (
            explain(taken)
        )


def test_a_login_session_of_the_credentials_file_counts(desk: Desk) -> None:
    """Clients merge both files, and so do the tables."""
    session = logins.log_in(desk)
    desk.add("[profile both]\nlogin_session = arn:aws:iam::111122223333:user/bob")
    desk.services.locations.credentials.write_text(
        f"[stored]\nlogin_session = {session.arn}\nregion = eu-north-1\n"
        f"[both]\nlogin_session = {session.arn}\n"
    )
    before, logged_in = desk.config.read_bytes(), service(desk)
    assert logged_in.login_session("both") == session.arn
    assert logged_in.login_session("stored") == session.arn
    assert logged_in.region("stored") == "eu-north-1"
    logged_in.keep("stored", session, logins.cache(desk).save, "eu-west-1")
    assert desk.config.read_bytes() == before


def test_another_identity_replaces_the_one_of_the_credentials_file(desk: Desk) -> None:
    """Its keys override those of the config."""
    session = logins.log_in(desk)
    stored = desk.services.locations.credentials
    stored.write_text(
        "[keys]\naws_access_key_id = x\n"
        "[stored]\nlogin_session = arn:aws:iam::111122223333:user/bob\n"
    )
    before, logged_in = desk.config.read_bytes(), service(desk)
    planned = logged_in.plan("stored", session.arn)
    logged_in.keep("stored", session, logins.cache(desk).save)
    assert logged_in.login_session("stored") == session.arn
    assert stored.read_text() == (
        f"[keys]\naws_access_key_id = x\n[stored]\nlogin_session = {session.arn}\n"
    )
    assert stored.read_bytes() == planned.after
    with pytest.raises(EditRefused):
        logged_in.plan("stored", "arn:aws:iam::1:user/x\nregion = eu-west-1")
    assert desk.config.read_bytes() == before


def test_a_profile_that_cannot_be_written_is_refused_before_the_sign_in(desk: Desk) -> None:
    with pytest.raises(EditRefused):
        service(desk).begin("a]b")


@pytest.mark.parametrize("region", ["eu west 1", "moon"])
def test_a_region_that_is_none_is_refused(desk: Desk, region: str) -> None:
    with pytest.raises(RegionInvalid):
        service(desk).begin("console", region)


def test_the_plan_is_what_saving_the_session_writes(desk: Desk) -> None:
    session = logins.cache(desk).session(logins.log_in(desk).arn)
    assert session is not None
    planned = service(desk).plan("new", session.arn)
    assert "[profile new]" in planned.after.decode()
    service(desk).keep("new", session, logins.cache(desk).save)
    assert desk.config.read_bytes() == planned.after
    assert service(desk).plan("new", session.arn).is_empty


def test_without_awscrt_the_error_says_how_to_install_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "awscrt.crypto", None)
    with pytest.raises(CrtMissing) as raised:
        service(desk).begin("console")
    assert raised.value.command == how_to_install("awscrt")
