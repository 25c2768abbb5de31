"""Signing in with a device code against a demo Identity Center, over real HTTP."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import pytest

from rolecall.aws.sign_in import BROWSER_GRANTS
from rolecall.demo.faults import Fault, OidcError
from rolecall.demo.wire import Request, Response
from rolecall.domain.errors import (
    AccessRefused,
    ApprovalLost,
    DeviceCodeExpired,
    RegionInvalid,
    RegistrationRejected,
    SessionIncomplete,
    SignInDenied,
    StartUrlUnknown,
    Unreachable,
)
from rolecall.domain.errors.file_errors import FileUnwritable, TokenNotSaved
from rolecall.domain.model import SsoSession
from rolecall.domain.records import replace
from rolecall.files.caches.sso_cache import registration_stem
from rolecall.services.sign_in.sign_in import Located
from tests.support.desk import Desk, FakeClock, approved_with_a_broken_disk, demo

CORP = "ee0bfd2552fbd840c02cc48b6e823320543c450f.json"  # sha1("corp")


def files(desk: Desk) -> set[str]:
    return {path.name for path in desk.sso_cache.iterdir()}


class TestWhatItWrites:
    def test_a_legacy_session_has_no_scopes_and_no_refresh_token(self, desk: Desk) -> None:
        legacy = SsoSession(None, desk.server.start_url, desk.server.region, ())
        desk.session = legacy
        token = desk.sign_in()
        assert token.refresh_token is None
        assert desk.token_cache.token(legacy) is not None
        assert desk.services.sign_in.valid_token(legacy) == desk.token_cache.token(legacy)

    def test_a_new_session_is_written_to_the_config(self, desk: Desk) -> None:
        assert desk.config.read_text() == (
            "[sso-session corp]\n"
            f"sso_start_url = {desk.server.start_url}\n"
            "sso_region = eu-west-1\n"
            "sso_registration_scopes = sso:account:access\n"
        )
        assert desk.services.sign_in.sessions() == [desk.session]


class TestWaiting:
    def test_polls_return_none_until_the_approval(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        assert waiting.code.link.url.startswith(desk.server.url)
        assert waiting.poll() is None
        desk.clock.forward(waiting.interval)
        assert waiting.poll() is None
        desk.server.approve(waiting.code.user_code)
        desk.clock.forward(waiting.interval)
        assert waiting.poll() is not None

    def test_slow_down_adds_five_seconds_to_the_interval(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        for _ in range(3):  # without a pause: the third is too fast for the server
            assert waiting.poll() is None
        assert waiting.interval == 6
        desk.clock.forward(waiting.interval)
        assert waiting.poll() is None
        assert waiting.interval == 6

    @pytest.mark.parametrize("number", ["1e20", "-1e20", "0"])
    @pytest.mark.parametrize("field", ["interval", "expiresIn"])
    def test_numbers_that_no_clock_can_show(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, field: str, number: str
    ) -> None:
        answer = desk.server.answer

        def absurd(request: Request) -> Response | None:
            if (response := answer(request)) is None:
                return None
            body = re.sub(
                rb'("%s": )\d+' % field.encode(), rb"\g<1>" + number.encode(), response.body
            )
            return replace(response, body=body)

        monkeypatch.setattr(desk.server._http, "answer", absurd)
        waiting = desk.services.sign_in.begin(desk.session)
        assert 1 <= waiting.interval <= 60
        assert 0 <= (waiting.remaining() or 0) <= 24 * 3600
        desk.server.approve(waiting.code.user_code)
        token = waiting.poll()
        assert token is not None
        assert token.expires_at - desk.clock.now <= timedelta(days=366)
        desk.services.expiries.read()

    def test_a_token_that_cannot_be_saved_is_used_from_memory(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The disk fails after the approval."""
        token = approved_with_a_broken_disk(desk, monkeypatch)
        assert desk.services.sign_in.valid_token(desk.session) == token
        assert desk.services.expiries.read().tokens == {desk.session: token}
        (problem,) = desk.services.tokens.renewal.problems
        assert isinstance(problem, TokenNotSaved)

    def test_a_denial_is_raised(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.deny(waiting.code.user_code)
        with pytest.raises(SignInDenied):
            waiting.poll()

    @demo(device_code_lifetime=60)
    def test_a_code_that_the_server_let_expire_is_raised(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        assert 0 < (waiting.remaining() or 0) <= 60
        desk.clock.now += timedelta(seconds=61)
        with pytest.raises(DeviceCodeExpired):
            waiting.poll()

    @demo(device_code_lifetime=60)
    def test_an_approval_in_the_last_second_counts(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.approve(waiting.code.user_code)
        desk.clock.moved += 61  # our clock says it is over, the server's does not
        assert waiting.poll() is not None

    def test_a_code_that_the_server_has_forgotten(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.forget_device_codes()
        with pytest.raises(DeviceCodeExpired):
            waiting.poll()

    @pytest.mark.parametrize("fault", [Fault.RESET, Fault.HTML, Fault.EMPTY, 500, 503, 429])
    def test_a_temporary_error_does_not_end_the_sign_in(
        self, desk: Desk, fault: Fault | int
    ) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.faults.add("CreateToken", fault, times=1)
        desk.server.approve(waiting.code.user_code)
        desk.clock.forward(1)
        assert waiting.poll() is None
        assert waiting.last_error is not None
        desk.clock.forward(1)
        assert waiting.poll() is not None
        assert waiting.last_error is None

    def test_a_token_lost_in_transit_needs_a_new_code(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.faults.add("CreateToken", Fault.TRUNCATED, times=1)
        desk.server.approve(waiting.code.user_code)
        assert waiting.poll() is None
        desk.clock.forward(1)
        with pytest.raises(ApprovalLost):
            waiting.poll()

    def test_a_code_that_expires_while_nothing_answers_has_expired(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.faults.add("CreateToken", 500, times=1)
        assert waiting.poll() is None
        assert waiting.last_error is not None
        desk.clock.forward(waiting.code.lifetime)
        with pytest.raises(DeviceCodeExpired):
            waiting.poll()

    def test_a_code_that_expires_while_the_machine_sleeps_has_expired(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.faults.add("CreateToken", 500, times=1)  # the network comes back a bit later
        desk.clock.suspend(waiting.code.lifetime + 60)
        with pytest.raises(DeviceCodeExpired):
            while waiting.poll() is None:
                pass
        assert waiting.remaining() == 0

    def test_a_lost_connection_that_returns(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.stop()
        assert waiting.poll() is None
        assert isinstance(waiting.last_error, Unreachable)
        desk.server.start()
        desk.clock.forward(1)
        assert waiting.poll() is None
        assert waiting.last_error is None
        desk.server.approve(waiting.code.user_code)
        desk.clock.forward(1)
        assert waiting.poll() is not None

    def test_a_client_that_is_forgotten_meanwhile_is_registered_again(self, desk: Desk) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.forget_clients()
        with pytest.raises(RegistrationRejected):
            waiting.poll()
        assert desk.token_cache.registration(desk.session) is None
        assert desk.sign_in()

    @pytest.mark.parametrize(
        "skew", [timedelta(days=-400), timedelta(hours=-9), timedelta(days=400)]
    )
    def test_the_machines_clock_may_be_wrong(self, desk: Desk, skew: timedelta) -> None:
        desk.clock.now += skew
        server_clock = FakeClock(desk.clock.now - skew)
        object.__setattr__(desk.server.options, "clock", server_clock)
        token = desk.sign_in()
        assert token.expires_at == desk.clock.now + timedelta(hours=8)
        valid = desk.services.sign_in.valid_token(desk.session)
        assert valid is not None
        assert valid.value == token.value


class TestRegistration:
    def registered(self, desk: Desk) -> int:
        return desk.server.calls.count("RegisterClient")

    @pytest.mark.parametrize(
        "other", [{"scopes": ("other",)}, {"grant_types": BROWSER_GRANTS}], ids=["scopes", "grants"]
    )
    def test_one_for_something_else_is_not_used(self, desk: Desk, other: dict[str, Any]) -> None:
        desk.services.sign_in.begin(desk.session)
        cached = desk.token_cache.registration(desk.session)
        assert cached is not None
        desk.token_cache.save_registration(desk.session, replace(cached, **other))
        for _ in range(2):
            desk.services.sign_in.begin(desk.session)
            assert self.registered(desk) == 2

    @pytest.mark.parametrize("scopes", [None, ()])
    def test_one_without_scopes_is_used_again_for_a_session_without_scopes(
        self, desk: Desk, scopes: tuple[str, ...] | None
    ) -> None:
        for _ in range(2):
            desk.services.sign_in.begin(replace(desk.session, scopes=scopes))
            assert self.registered(desk) == 1

    def test_a_registration_is_used_again(self, desk: Desk) -> None:
        desk.sign_in()
        desk.sign_in()
        assert self.registered(desk) == 1

    def test_is_replaced_in_its_last_fifteen_minutes(self, desk: Desk) -> None:
        desk.sign_in()
        desk.clock.forward(90 * 86400 - 15 * 60)
        desk.services.sign_in.begin(desk.session)
        assert self.registered(desk) == 1
        desk.clock.forward(1)
        desk.services.sign_in.begin(desk.session)
        assert self.registered(desk) == 2

    def test_is_replaced_when_the_server_rejects_it(self, desk: Desk) -> None:
        desk.sign_in()
        desk.server.forget_clients()
        assert desk.sign_in()
        assert self.registered(desk) == 2

    def test_one_that_the_server_rejects_is_forgotten_even_without_a_new_one(
        self, desk: Desk
    ) -> None:
        desk.sign_in()
        desk.server.forget_clients()
        desk.server.faults.add("RegisterClient", 403)
        with pytest.raises(AccessRefused):
            desk.services.sign_in.begin(desk.session)
        assert desk.token_cache.registration(desk.session) is None

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"clientId": "x"}', "\0\0", "null"])
    def test_a_broken_file_is_replaced(self, desk: Desk, content: str) -> None:
        desk.sign_in()
        path = desk.sso_cache / f"{registration_stem(desk.session)}.json"
        path.write_text(content)
        assert desk.sign_in()
        assert json.loads(path.read_text())["scopes"] == ["sso:account:access"]

    def test_the_registration_of_the_cli_is_used(self, desk: Desk) -> None:
        """A registration in the file of the CLI is used, so that none is made."""
        desk.sign_in()
        key = {
            "tool": "botocore",
            "startUrl": desk.server.start_url,
            "region": "eu-west-1",
            "scopes": ["sso:account:access"],
            "session_name": "corp",
        }
        name = hashlib.sha1(json.dumps(key, sort_keys=True).encode()).hexdigest()
        assert f"{name}.json" in files(desk)


class TestBadInput:
    @pytest.mark.parametrize("address", ["{url}/other", "https://[subdomain].awsapps.com/start"])
    def test_a_start_url_unknown_in_the_region_is_refused(self, desk: Desk, address: str) -> None:
        elsewhere = replace(desk.session, start_url=address.format(url=desk.server.url))
        with pytest.raises(StartUrlUnknown):
            desk.services.sign_in.begin(elsewhere)

    def test_an_unwritable_cache_is_noticed_before_the_approval(self, desk: Desk) -> None:
        desk.sso_cache.parent.parent.joinpath("sso").write_text("a file in the folder's place")
        with pytest.raises(FileUnwritable):
            desk.services.sign_in.begin(desk.session)
        assert desk.server.calls.count() == 0

    def test_a_sign_in_in_an_invalid_region_fails(self, desk: Desk) -> None:
        with pytest.raises(RegionInvalid):
            desk.services.sign_in.begin(replace(desk.session, region="not a region"))


def test_the_session_of_a_role_is_that_of_its_first_source(desk: Desk) -> None:
    desk.add(
        "[profile sso]\nsso_session = corp\n"
        "[profile role]\nrole_arn = x\nsource_profile = sso\n"
        "[profile chained]\nrole_arn = x\nsource_profile = role\n"
        "[profile round]\nrole_arn = x\nsource_profile = trip\n"
        "[profile trip]\nrole_arn = x\nsource_profile = round\n"
        "[profile lost]\nrole_arn = x\nsource_profile = gone\n"
        "[profile keys]\nrole_arn = x\nsource_profile = sso\naws_access_key_id = AKIAX\n"
        "[profile by-keys]\nrole_arn = x\nsource_profile = keys\n"
        "[profile tokens]\nsso_session = corp\naws_access_key_id = AKIAX\n"
        "[profile by-tokens]\nrole_arn = x\nsource_profile = tokens\n"
        "[profile on-ec2]\nrole_arn = x\ncredential_source = Environment\nsso_session = corp\n"
    )
    for name in ("sso", "role", "chained", "keys", "tokens"):
        found = desk.services.sign_in.session_of(name)
        assert found is not None
        assert found.name == "corp"
    for name in ("round", "lost", "gone", "by-keys", "by-tokens", "on-ec2"):
        assert desk.services.sign_in.session_of(name) is None


def test_the_client_of_the_region_search_signs_in(desk: Desk) -> None:
    service = desk.services.sign_in
    located = service.locate(replace(desk.session, region=""), lambda _: None)
    assert located == Located(desk.session)
    assert desk.server.calls.count("RegisterClient") == 1
    service.begin(located.session)
    assert desk.server.calls.count("RegisterClient") == 1


def test_a_sign_in_is_tried_in_the_region_of_a_new_session(desk: Desk) -> None:
    service = desk.services.sign_in
    new = replace(desk.session, name="new")
    assert service.locate(new, lambda _: None) == Located(new)
    assert desk.server.calls.count("StartDeviceAuthorization") == 1
    desk.server.faults.add("StartDeviceAuthorization", 403)
    unknown = replace(new, start_url=f"{desk.session.start_url}/unknown")
    # The client of before stays, a new one is forgotten.
    for session, is_kept in ((new, True), (unknown, False)):
        with pytest.raises((AccessRefused, StartUrlUnknown)):
            service.locate(session, lambda _: None)
        assert (desk.token_cache.registration(session) is not None) == is_kept
        desk.server.faults.clear()


@pytest.mark.parametrize("region", ["", "eu-west-1"], ids=["found", "typed"])
def test_a_new_session_needs_no_device_code(desk: Desk, region: str) -> None:
    """Where they are forbidden, the sign-in continues in a browser."""
    desk.server.faults.add("StartDeviceAuthorization", OidcError("UnauthorizedClientException"))
    new = replace(desk.session, name="new", region=region)
    located = desk.services.sign_in.locate(new, lambda _: None)
    assert located == Located(replace(new, region="eu-west-1"))


def test_a_sign_in_needs_a_region(desk: Desk) -> None:
    session = replace(desk.session, region="")
    for begin in (
        desk.services.sign_in.begin,
        lambda session: desk.services.sign_in.begin_in_browser(session, ("", "")),
    ):
        with pytest.raises(SessionIncomplete) as missing:
            begin(session)
        assert (missing.value.session, missing.value.problem) == ("corp", "sso_region")
    assert desk.server.calls.all() == []
