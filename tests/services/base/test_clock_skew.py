"""A machine whose clock is wrong, by the Date of AWS's answers."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from rolecall.demo.options import utc_now
from rolecall.domain.errors import VerifyFailed
from rolecall.domain.model import Assignment, RoleCredentials
from rolecall.presentation import times
from rolecall.presentation.errors import explain
from rolecall.services.services import Services
from tests.support import logins
from tests.support.desk import Desk, FakeClock, demo, save
from tests.support.network.web_server import web_server


def set_server_clock(desk: Desk, difference: timedelta) -> None:
    """Let the clock of this machine be wrong: AWS's time minus it is `difference`."""
    object.__setattr__(desk.server.options, "clock", FakeClock(desk.clock.now + difference))


def role(desk: Desk, audit: Assignment) -> RoleCredentials:
    return desk.another().credentials.of_role(desk.session, *audit.key)


@pytest.mark.parametrize("difference", [timedelta(days=1), timedelta(days=-1)])
def test_role_credentials_expire_by_the_clock_of_this_machine(
    desk: Desk, audit: Assignment, difference: timedelta
) -> None:
    set_server_clock(desk, difference)
    desk.sign_in()
    found = role(desk, audit)
    assert found.expires_at == desk.clock.now + timedelta(hours=1)
    assert role(desk, audit) == found
    assert desk.server.calls.count("GetRoleCredentials") == 1
    desk.clock.forward(46 * 60)
    role(desk, audit)
    assert desk.server.calls.count("GetRoleCredentials") == 2


def test_a_day_behind_the_credentials_of_another_client_are_not_used_after_their_end(
    desk: Desk, audit: Assignment
) -> None:
    desk.sign_in()
    ended = role(desk, audit)
    desk.clock.now -= timedelta(days=1)
    set_server_clock(desk, timedelta(days=1, hours=2))
    desk.sign_in()
    found = role(desk, audit)
    assert found.access_key_id != ended.access_key_id


@pytest.mark.thorough
@pytest.mark.parametrize("hours", [2, -2, 26, -26])
@pytest.mark.parametrize("is_measured", [True, False])
@demo(checks_signing_time=True, role_credentials_lifetime=30 * 3600)
def test_a_role_is_assumed_with_the_time_of_aws(
    desk: Desk, audit_admin: Assignment, hours: int, is_measured: bool
) -> None:
    """AWS refuses a signature that is more than five minutes off."""
    desk.sign_in()
    source = desk.services.credentials.of_profile("audit-admin")
    assert source.session_token is not None
    object.__setattr__(desk.server.options, "clock", lambda: utc_now() + timedelta(hours=hours))
    (desk.home / ".aws" / "credentials").write_text(
        f"[base]\naws_access_key_id = {source.access_key_id}\n"
        f"aws_secret_access_key = {source.secret_access_key.reveal()}\n"
        f"aws_session_token = {source.session_token.reveal()}\n"
    )
    desk.add(
        f"[profile role]\nrole_arn = arn:aws:iam::{audit_admin.account.id}:role/Ops\n"
        "source_profile = base\nregion = eu-west-1\n"
    )
    services = Services(desk.environ)
    if is_measured:
        services.sign_in.begin(desk.session)
    found = services.credentials.of_profile("role")
    assert found.expires_at is not None
    assert abs(found.expires_at - utc_now() - timedelta(hours=1)) < timedelta(minutes=1)
    assert desk.server.calls.count("AssumeRole", status=403) == (0 if is_measured else 1)


@pytest.mark.parametrize("is_measured", [True, False])
@demo(checks_signing_time=True)
def test_a_console_sign_in_is_renewed_with_the_time_of_aws(desk: Desk, is_measured: bool) -> None:
    """AWS refuses a proof of the key that is older than some minutes."""
    session = logins.log_in(desk)
    set_server_clock(desk, timedelta(hours=2))
    if is_measured:
        desk.services.sign_in.begin(desk.session)  # its answer has the time of AWS
    renewed = desk.services.login_sessions.renew(session.arn, "console", "")
    assert renewed.keys != session.keys
    refused = desk.server.calls.count("CreateOAuth2Token", status=400)
    assert refused == (0 if is_measured else 1)


@pytest.mark.parametrize("is_measured", [True, False])
@demo(checks_signing_time=True)
def test_a_console_sign_in_is_proven_with_the_time_of_aws(desk: Desk, is_measured: bool) -> None:
    set_server_clock(desk, timedelta(hours=2))
    if is_measured:
        desk.services.sign_in.begin(desk.session)
    attempt = desk.services.console_login.begin("console")
    session = attempt.finish(desk.server.log_in(attempt.link.url))
    assert session.keys.expires_at == desk.clock.now + timedelta(minutes=15)


@demo(checks_signing_time=True)
def test_a_profile_that_the_clock_breaks_names_the_difference(
    desk: Desk, audit: Assignment
) -> None:
    """A day ahead, the new credentials of AWS have already expired for boto3."""
    desk.sign_in()
    save(desk, "x", audit)
    object.__setattr__(desk.server.options, "clock", lambda: utc_now() - timedelta(days=1))
    with pytest.raises(VerifyFailed) as caught:
        desk.services.verification.verify("x")
    assert explain(caught.value) == (
        "x: The clock of this machine is 24 h 0 min ahead of that of AWS. Set it."
    )


def test_a_web_identity_that_the_clock_breaks_names_the_difference(desk: Desk) -> None:
    """What botocore's own chain gets expires by the clock of AWS, too."""
    now = utc_now() - timedelta(days=1)
    member = "AssumeRoleWithWebIdentity"
    keys = "".join(
        f"<{name}>{value}</{name}>"
        for name, value in {
            "AccessKeyId": "ASIAX",
            "SecretAccessKey": "x",
            "SessionToken": "x",
            "Expiration": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
        }.items()
    )
    body = (
        f'<{member}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{member}Result>'
        f"<Credentials>{keys}</Credentials></{member}Result></{member}Response>"
    )
    headers = {"Date": format_datetime(now, usegmt=True), "Content-Type": "text/xml"}
    (desk.home / "token").write_text("token")
    with web_server((200, headers, body.encode())) as url:
        desk.add(
            "[profile web]\nrole_arn = arn:aws:iam::038410265977:role/Ops\nregion = eu-west-1\n"
            f"web_identity_token_file = {desk.home / 'token'}\nservices = here\n"
            f"[services here]\nsts =\n    endpoint_url = {url}\n"
        )
        desk.environ.pop("AWS_ENDPOINT_URL_STS")
        services = desk.another()
        for ask in (services.verification.verify, services.credentials.of_profile):
            with pytest.raises(VerifyFailed) as caught:
                ask("web")
            assert explain(caught.value) == (
                "web: The clock of this machine is 24 h 0 min ahead of that of AWS. Set it."
            )


@pytest.mark.parametrize("minutes", [1, -1, 3, -3, 1440])
def test_only_a_notable_difference_is_reported(desk: Desk, minutes: int) -> None:
    set_server_clock(desk, timedelta(minutes=minutes))
    assert desk.services.clock_skew == timedelta(0)
    desk.services.sign_in.begin(desk.session)
    expected = timedelta(minutes=minutes) if abs(minutes) > 2 else timedelta(0)
    assert abs(desk.services.clock_skew - expected) < timedelta(seconds=2)


def test_a_listing_from_the_future_counts_as_old(desk: Desk) -> None:
    desk.sign_in()
    desk.services.inventory.list_everything(desk.session, lambda _: None)
    assert not desk.another().inventory.is_due(desk.session)
    desk.clock.now -= timedelta(minutes=1)
    assert not desk.another().inventory.is_due(desk.session)
    desk.clock.now -= timedelta(days=2)
    assert desk.another().inventory.is_due(desk.session)


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (timedelta(minutes=3), "The clock of this machine is about 3 min behind that of AWS."),
        (timedelta(hours=-5), "The clock of this machine is 5 h 0 min ahead of that of AWS."),
        (timedelta(days=3), "The clock of this machine is 3 days behind that of AWS."),
    ],
)
def test_the_difference_in_words(difference: timedelta, text: str) -> None:
    assert times.clock_skew(difference).startswith(text)
