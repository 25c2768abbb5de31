"""Tokens are renewed while rolecall runs, whoever's they are, and what others do is noticed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import NamedTuple

import pytest

from rolecall.demo import faults
from rolecall.domain.errors import ServiceFault, SignInNeeded, Throttled
from rolecall.domain.model import AccessToken, Secret, SsoSession
from rolecall.services.expiries import Expiries
from rolecall.services.token_keeper import KeeperReport, RenewalFailure, TokenKeeper
from tests.support.desk import Desk

HOURS_8 = 8 * 3600


@pytest.fixture
def upkeep(desk: Desk) -> TokenKeeper:
    """Signed in, and looked once. Chance has it in the middle."""
    desk.sign_in()
    upkeep = made(desk)
    assert looked(upkeep).expiries.tokens
    desk.server.calls.clear()
    return upkeep


def made(desk: Desk, chance: float = 0.5) -> TokenKeeper:
    return replace(desk.services.token_keeper, chance=lambda: chance)


class Looked(NamedTuple):
    """`renewed` and `failed` are of this look, `failures` all that stand."""

    expiries: Expiries
    failures: Mapping[SsoSession, RenewalFailure]
    renewed: Mapping[SsoSession, AccessToken]
    failed: list[RenewalFailure]


def looked(upkeep: TokenKeeper) -> Looked:
    """As rolecall does it, but renewing one after the other."""
    upkeep.check()
    tried = {session: upkeep.renew(session, token) for session, token in upkeep.due().items()}
    kept = upkeep.check(force=True)
    assert kept is not None
    renewed = {each: kept.expiries.tokens[each] for each, trouble in tried.items() if not trouble}
    return Looked(kept.expiries, kept.failures, renewed, list(filter(None, tried.values())))


def noticed(upkeep: TokenKeeper) -> KeeperReport:
    """What has changed, seen without being told."""
    kept = upkeep.check()
    assert kept is not None
    return kept


def renewals(desk: Desk) -> int:
    return desk.server.calls.count("CreateToken")


def to_minutes_left(desk: Desk, minutes: float) -> None:
    desk.clock.forward(HOURS_8 - minutes * 60)


class TestRenewing:
    def test_from_ten_minutes_before_the_end_spread_over_one(
        self, desk: Desk, upkeep: TokenKeeper
    ) -> None:
        to_minutes_left(desk, 9.6)  # chance adds half a minute
        assert not looked(upkeep).renewed
        assert renewals(desk) == 0
        desk.clock.forward(10)
        kept = looked(upkeep)
        assert kept.renewed[desk.session].expires_at == desk.clock.now + timedelta(hours=8)
        assert kept.expiries.tokens == kept.renewed
        assert upkeep.check() is None
        assert renewals(desk) == 1

    def test_what_others_change_is_seen_while_a_renewal_waits(
        self, desk: Desk, upkeep: TokenKeeper
    ) -> None:
        to_minutes_left(desk, 5)
        upkeep.check()
        ((session, token),) = upkeep.due().items()
        with desk.another().tokens.renewal.renewal_lock(session):
            waiting = Thread(target=upkeep.renew, args=(session, token))
            waiting.start()
            with desk.config.open("a") as config:
                config.write("[broken\n")
            assert noticed(upkeep).expiries.problems
            assert renewals(desk) == 0
        waiting.join()
        assert noticed(upkeep).expiries.tokens[session] != token
        assert renewals(desk) == 1

    def test_a_token_that_had_ended_in_our_sleep_is_renewed_at_once(
        self, desk: Desk, upkeep: TokenKeeper
    ) -> None:
        """The clock jumps by a day, and no monotonic time has passed: the machine was suspended."""
        desk.clock.now += timedelta(days=1)
        assert looked(upkeep).renewed

    def test_a_clock_that_is_put_back_puts_nothing_off(
        self, desk: Desk, upkeep: TokenKeeper
    ) -> None:
        desk.server.faults.add("CreateToken", 500, times=1)
        to_minutes_left(desk, 5)
        assert looked(upkeep).failed
        desk.clock.forward(61 + 15)
        desk.clock.now -= timedelta(seconds=70)
        assert looked(upkeep).renewed

    def test_every_session_of_the_machine(self, desk: Desk, upkeep: TokenKeeper) -> None:
        other = desk.services.sign_in.add_session(
            "other", desk.server.start_url, desk.server.region
        )
        mine, desk.session = desk.session, other
        desk.sign_in()
        to_minutes_left(desk, 1)
        assert set(looked(upkeep).renewed) == {mine, other}

    def test_what_the_cli_has_renewed_is_noticed(self, desk: Desk, upkeep: TokenKeeper) -> None:
        to_minutes_left(desk, 12)
        theirs = replace(
            desk.services.expiries.read().tokens[desk.session],
            value=Secret("theirs"),
            expires_at=desk.clock.now + timedelta(hours=8),
        )
        upkeep.check()
        assert upkeep.check() is None
        desk.token_cache.save_token(desk.session, theirs)
        assert noticed(upkeep).expiries.tokens == {desk.session: theirs}
        desk.clock.forward(300)
        upkeep.check()
        assert renewals(desk) == 0

    def test_a_sign_out_elsewhere_is_noticed(self, desk: Desk, upkeep: TokenKeeper) -> None:
        desk.another().tokens.sign_out(desk.session)
        assert not noticed(upkeep).expiries.tokens

    def test_two_rolecalls_that_find_it_due_make_one_call(
        self, desk: Desk, upkeep: TokenKeeper
    ) -> None:
        second = replace(desk.another().token_keeper, chance=lambda: 0.5)
        looked(second)
        to_minutes_left(desk, 5)
        new = looked(upkeep).renewed[desk.session]
        assert looked(second).expiries.tokens == {desk.session: new}
        assert renewals(desk) == 1


class TestFailing:
    def test_once_a_minute_and_it_says_what_and_when(self, desk: Desk, upkeep: TokenKeeper) -> None:
        desk.server.faults.add("CreateToken", 500, times=2)
        to_minutes_left(desk, 9)
        (trouble,) = looked(upkeep).failed
        assert isinstance(trouble.error, ServiceFault)
        assert trouble.was_valid_at_start
        assert trouble.again_at is not None
        assert 60 < (trouble.again_at - desk.clock.now).total_seconds() < 75
        desk.clock.forward(60)
        assert not looked(upkeep).failed
        desk.clock.forward(8)
        kept = looked(upkeep)
        assert kept.failed
        assert desk.services.tokens.renewal.is_valid(kept.expiries.tokens[desk.session])
        desk.clock.forward(70)
        kept = looked(upkeep)
        assert kept.renewed
        assert not kept.failures
        assert renewals(desk) == 3

    def test_not_sooner_than_aws_asks_for(self, desk: Desk, upkeep: TokenKeeper) -> None:
        desk.server.faults.add("CreateToken", faults.ThrottledFault("300"))
        to_minutes_left(desk, 9)
        (trouble,) = looked(upkeep).failed
        assert isinstance(trouble.error, Throttled)
        assert trouble.again_at is not None
        assert 290 < (trouble.again_at - desk.clock.now).total_seconds() <= 300

    def test_a_revoked_session_is_said_and_not_asked_again(
        self, desk: Desk, upkeep: TokenKeeper
    ) -> None:
        desk.server.forget_sign_ins()
        to_minutes_left(desk, 9)
        kept = looked(upkeep)
        (trouble,) = kept.failed
        assert isinstance(trouble.error, SignInNeeded)
        assert trouble.again_at is None
        assert trouble.was_valid_at_start
        assert desk.session in kept.expiries.tokens
        assert not kept.expiries.rows[0].renews
        desk.clock.forward(120)
        assert not looked(upkeep).failed
        assert desk.session in kept.failures
        assert renewals(desk) == 1
        desk.sign_in()
        assert not looked(upkeep).failures

    def test_one_that_had_ended_before_we_began_is_no_news(self, desk: Desk) -> None:
        desk.sign_in()
        desk.server.forget_sign_ins()
        desk.clock.forward(HOURS_8 + 60)
        (trouble,) = looked(made(desk)).failed
        assert not trouble.was_valid_at_start


def test_a_broken_config_is_said_and_mending_it_is_noticed(desk: Desk, upkeep: TokenKeeper) -> None:
    whole = desk.config.read_bytes()
    desk.config.write_bytes(b"[broken\n")
    assert noticed(upkeep).expiries.problems
    desk.config.write_bytes(whole)
    expiries = noticed(upkeep).expiries
    assert not expiries.problems
    assert set(expiries.tokens) == {SsoSession("corp", desk.server.start_url, "eu-west-1")}


def test_which_files_have_changed_is_told(desk: Desk, upkeep: TokenKeeper) -> None:
    credentials = desk.services.locations.credentials
    desk.config.write_bytes(desk.config.read_bytes() + b"# by hand\n")
    assert noticed(upkeep).changed == {desk.config}
    credentials.write_text("[old]\n")
    assert noticed(upkeep).changed == {credentials}
    credentials.unlink()
    assert noticed(upkeep).changed == {credentials}
    assert upkeep.check() is None
