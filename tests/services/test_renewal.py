"""Renewal: what rolecall does in every row of the clients' table, and what it never does.

The AWS CLI and boto3 renew in the last 15 minutes and use the old token where that fails while it
holds; rolecall does the same, so that all agree on which token is good.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from rolecall.demo.faults import Fault
from rolecall.domain.errors import FileUnwritable, SignInNeeded, Unreachable
from rolecall.domain.model import AccessToken, Secret
from rolecall.files.sso_cache import SsoCache
from tests.support.desk import Desk

HOURS_8 = 8 * 3600


def cache(desk: Desk) -> SsoCache:
    return SsoCache(desk.sso_cache, desk.workplace.locations.state)


def minutes_left(desk: Desk, minutes: float) -> AccessToken:
    """Signed in, and nearly eight hours ago."""
    token = desk.sign_in()
    desk.clock.forward(HOURS_8 - minutes * 60)
    desk.server.calls.clear()
    return token


def usable(desk: Desk) -> AccessToken | None:
    return desk.workplace.sign_in.usable_token(desk.session)


def renewals(desk: Desk) -> int:
    return desk.server.calls.count("CreateToken")


class TestWhen:
    def test_16_minutes_left_it_is_used_as_it_is(self, desk: Desk) -> None:
        old = minutes_left(desk, 16)
        found = usable(desk)
        assert found is not None
        assert found.value == old.value
        assert renewals(desk) == 0

    @pytest.mark.parametrize("minutes", [14, 4, 0, -600])
    def test_14_or_4_minutes_left_or_ended_it_is_renewed(self, desk: Desk, minutes: int) -> None:
        old = minutes_left(desk, minutes)
        new = usable(desk)
        assert new is not None
        assert new.value != old.value
        assert new.expires_at == desk.clock.now + timedelta(seconds=HOURS_8)
        assert usable(desk) == cache(desk).token(desk.session) == new
        assert renewals(desk) == 1

    def test_the_registration_has_ended_too_so_nothing_is_asked(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        desk.clock.forward(91 * 86400)
        assert usable(desk) is None
        assert renewals(desk) == 0

    def test_4_minutes_left_and_no_refresh_token_the_old_one_is_used(self, desk: Desk) -> None:
        old = minutes_left(desk, 4)
        cache(desk).save_token(desk.session, replace(old, refresh_token=None))
        assert usable(desk) == cache(desk).token(desk.session)
        assert renewals(desk) == 0
        desk.clock.forward(240)
        assert usable(desk) is None

    def test_no_token_at_all(self, desk: Desk) -> None:
        assert usable(desk) is None


class TestWhatFails:
    @pytest.mark.parametrize("fault", [Fault.RESET, Fault.HTML, Fault.EMPTY, 500, 429, 400])
    def test_while_the_old_one_holds_it_is_used(self, desk: Desk, fault: Fault | int) -> None:
        old = minutes_left(desk, 4)
        desk.server.faults.add("CreateToken", fault)
        found = usable(desk)
        assert found is not None
        assert found.value == old.value
        assert found.refresh_token == old.refresh_token

    def test_when_the_old_one_has_ended_the_reason_is_told(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        desk.server.stop()
        with pytest.raises(Unreachable):
            usable(desk)

    def test_a_refresh_token_that_the_server_refuses_means_a_sign_in(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        desk.server.forget_sign_ins()
        assert usable(desk) is None
        with pytest.raises(SignInNeeded):
            desk.workplace.tokens.renew(desk.session)

    def test_a_client_that_the_server_has_forgotten_means_a_sign_in(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        desk.server.forget_clients()
        assert usable(desk) is None

    def test_refused_while_the_old_one_holds(self, desk: Desk) -> None:
        old = minutes_left(desk, 4)
        desk.server.forget_sign_ins()
        found = usable(desk)
        assert found is not None
        assert found.value == old.value

    def test_a_cache_that_cannot_be_written_spends_no_refresh_token(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        unwritable = _Unwritable(desk.sso_cache, desk.workplace.locations.state)
        renewal = replace(desk.workplace.tokens.renewal, cache=unwritable)
        with pytest.raises(FileUnwritable):
            renewal.usable(desk.session)
        assert renewals(desk) == 0

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"accessToken": "x"}'])
    def test_a_broken_token_file_is_no_token(self, desk: Desk, content: str) -> None:
        desk.sign_in()
        next(desk.sso_cache.glob("ee0b*")).write_text(content)
        assert usable(desk) is None
        assert desk.sign_in()
        assert usable(desk) is not None


class _Unwritable(SsoCache):
    """The tests may run as root, whom no mode keeps from writing."""

    def check_writable(self) -> None:
        raise FileUnwritable(self.folder, "read-only file system")


class TestWhatIsKept:
    def test_a_refresh_token_that_the_answer_does_not_repeat(self, desk: Desk) -> None:
        """The CLI drops it, and with it the session; the SDK for Rust keeps it."""
        old = minutes_left(desk, 0)
        object.__setattr__(desk.server.options, "refresh_allowed", False)
        new = usable(desk)
        assert new is not None
        assert new.value != old.value
        assert new.refresh_token == old.refresh_token

    def test_what_others_put_into_the_file(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        path = next(desk.sso_cache.glob("ee0b*"))
        path.write_text(json.dumps({**json.loads(path.read_text()), "theirs": [1]}))
        assert usable(desk) is not None
        assert json.loads(path.read_text())["theirs"] == [1]


class TestTogether:
    def test_many_rolecalls_make_one_call(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        workplaces = [desk.another() for _ in range(8)]
        with ThreadPoolExecutor(len(workplaces)) as pool:
            found = list(pool.map(lambda each: each.sign_in.usable_token(desk.session), workplaces))
        assert renewals(desk) == 1
        assert len({token.value for token in found if token is not None}) == 1
        assert None not in found

    def test_what_the_cli_has_just_renewed_is_taken(self, desk: Desk) -> None:
        """The CLI knows no lock: our refresh token is refused, for it has been spent."""
        old = minutes_left(desk, 0)
        theirs = replace(
            old, value=Secret("theirs"), expires_at=desk.clock.now + timedelta(hours=8)
        )
        desk.server.forget_sign_ins()
        meanwhile = _SavedMeanwhile(desk.sso_cache, desk.workplace.locations.state)
        meanwhile.__dict__["save"] = lambda: cache(desk).save_token(desk.session, theirs)
        found = replace(desk.workplace.tokens.renewal, cache=meanwhile).usable(desk.session)
        assert found is not None
        assert found.value == Secret("theirs")

    def test_renewing_by_hand_renews_whatever_is_left(self, desk: Desk) -> None:
        old = desk.sign_in()
        new = desk.workplace.tokens.renew(desk.session)
        assert new.value != old.value

    def test_a_token_of_another_start_url_is_not_the_sessions(self, desk: Desk) -> None:
        """The name was given to another Identity Center since."""
        desk.sign_in()
        elsewhere = replace(desk.session, start_url="https://acme.awsapps.com/start")
        assert desk.workplace.sign_in.usable_token(elsewhere) is None
        slash = replace(desk.session, start_url=desk.session.start_url + "/#/")
        assert desk.workplace.sign_in.usable_token(slash) is not None


class _SavedMeanwhile(SsoCache):
    """Another program writes its token between our look and the server's refusal."""

    save: Callable[[], None]

    def check_writable(self) -> None:
        self.save()


def test_the_state_folder_holds_the_locks(desk: Desk) -> None:
    minutes_left(desk, 0)
    usable(desk)
    assert not list(desk.sso_cache.glob("*.lock"))
    assert list(Path(desk.workplace.locations.state).rglob("*.lock"))
