"""All tokens are renewed while rolecall runs, and changed files are noticed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from threading import Thread
from typing import NamedTuple

import pytest

from rolecall.aws.call import TRIES
from rolecall.demo import faults
from rolecall.domain.errors import ServiceFault, SignInNeeded, Throttled
from rolecall.domain.model import AccessToken, Secret, SsoSession
from rolecall.domain.records import replace
from rolecall.services.tokens.expiries import Expiries
from rolecall.services.tokens.token_keeper import KeeperReport, RenewalFailure, TokenKeeper
from tests.support.desk import Desk

HOURS_8 = 8 * 3600


@pytest.fixture
def keeper(desk: Desk) -> TokenKeeper:
    """A keeper after its first check, signed in. The random delay is in the middle."""
    desk.sign_in()
    keeper = made(desk)
    assert check_and_renew(keeper).expiries.tokens
    desk.server.calls.clear()
    return keeper


def made(desk: Desk, chance: float = 0.5) -> TokenKeeper:
    return replace(desk.services.token_keeper, chance=lambda: chance)


class CheckResult(NamedTuple):
    """`renewed` and `failed` are from this check; `failures` are all that are still needed."""

    expiries: Expiries
    failures: Mapping[SsoSession, RenewalFailure]
    renewed: Mapping[SsoSession, AccessToken]
    failed: list[RenewalFailure]


def check_and_renew(keeper: TokenKeeper) -> CheckResult:
    """Check and renew as rolecall does, but one renewal after the other."""
    keeper.check()
    tried = {session: keeper.renew(session, token) for session, token in keeper.due().items()}
    report = keeper.check(force=True)
    assert report is not None
    renewed = {each: report.expiries.tokens[each] for each, trouble in tried.items() if not trouble}
    return CheckResult(
        report.expiries, report.failures, renewed, list(filter(None, tried.values()))
    )


def check(keeper: TokenKeeper) -> KeeperReport:
    """Check without `force`, and return the report."""
    report = keeper.check()
    assert report is not None
    return report


def test_settings_are_read_again_after_the_first_check_and_after_a_change(desk: Desk) -> None:
    path = desk.services.settings.file.path
    keeper = made(desk)
    assert path in check(keeper).changed
    assert keeper.check() is None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("bell = true\n")
    assert check(keeper).changed == {path}


def renewals(desk: Desk) -> int:
    return desk.server.calls.count("CreateToken")


def to_minutes_left(desk: Desk, minutes: float) -> None:
    desk.clock.forward(HOURS_8 - minutes * 60)


class TestRenewing:
    def test_renewals_start_ten_minutes_before_expiry_spread_over_one(
        self, desk: Desk, keeper: TokenKeeper
    ) -> None:
        to_minutes_left(desk, 9.6)  # chance adds half a minute
        assert not check_and_renew(keeper).renewed
        assert renewals(desk) == 0
        desk.clock.forward(10)
        report = check_and_renew(keeper)
        assert report.renewed[desk.session].expires_at == desk.clock.now + timedelta(hours=8)
        assert report.expiries.tokens == report.renewed
        assert keeper.check() is None
        assert renewals(desk) == 1

    def test_changes_of_files_are_noticed_while_a_renewal_waits(
        self, desk: Desk, keeper: TokenKeeper
    ) -> None:
        to_minutes_left(desk, 5)
        keeper.check()
        ((session, token),) = keeper.due().items()
        with desk.another().tokens.renewal.renewal_lock(session):
            waiting = Thread(target=keeper.renew, args=(session, token))
            waiting.start()
            desk.add("[broken\n")
            assert check(keeper).expiries.problems
            assert renewals(desk) == 0
        waiting.join()
        assert check(keeper).expiries.tokens[session] != token
        assert renewals(desk) == 1

    def test_a_token_that_expired_while_suspended_is_renewed_at_once(
        self, desk: Desk, keeper: TokenKeeper
    ) -> None:
        """The machine was suspended for a day: the clock jumps, but no monotonic time passes."""
        desk.clock.now += timedelta(days=1)
        assert check_and_renew(keeper).renewed

    def test_a_clock_that_is_set_back_delays_nothing(self, desk: Desk, keeper: TokenKeeper) -> None:
        desk.server.faults.add("CreateToken", 500, times=TRIES)
        to_minutes_left(desk, 5)
        assert check_and_renew(keeper).failed
        desk.clock.forward(61 + 15)
        desk.clock.now -= timedelta(seconds=70)
        assert check_and_renew(keeper).renewed

    def test_every_session_is_renewed(self, desk: Desk, keeper: TokenKeeper) -> None:
        other = desk.services.session_edits.add_session(
            "other", desk.server.start_url, desk.server.region
        )
        mine, desk.session = desk.session, other
        desk.sign_in()
        to_minutes_left(desk, 1)
        assert set(check_and_renew(keeper).renewed) == {mine, other}

    def test_a_renewal_by_the_cli_is_noticed(self, desk: Desk, keeper: TokenKeeper) -> None:
        to_minutes_left(desk, 12)
        theirs = replace(
            desk.services.expiries.read().tokens[desk.session],
            value=Secret("theirs"),
            expires_at=desk.clock.now + timedelta(hours=8),
        )
        keeper.check()
        assert keeper.check() is None
        desk.token_cache.save_token(desk.session, theirs)
        assert check(keeper).expiries.tokens == {desk.session: theirs}
        desk.clock.forward(300)
        keeper.check()
        assert renewals(desk) == 0

    def test_a_sign_out_elsewhere_is_noticed(self, desk: Desk, keeper: TokenKeeper) -> None:
        desk.another().tokens.sign_out(desk.session)
        assert not check(keeper).expiries.tokens

    def test_after_a_sign_out_no_renewal_has_failed(self, desk: Desk, keeper: TokenKeeper) -> None:
        to_minutes_left(desk, 5)
        desk.server.faults.add("CreateToken", 500)
        assert check_and_renew(keeper).failures
        desk.services.tokens.sign_out(desk.session)
        assert not check(keeper).failures

    def test_a_renewed_token_is_not_due_before_it_is_read(
        self, desk: Desk, keeper: TokenKeeper
    ) -> None:
        to_minutes_left(desk, 5)
        keeper.check(force=True)
        ((session, token),) = keeper.due().items()
        assert keeper.renew(session, token) is None
        assert keeper.due() == {}

    @pytest.mark.thorough
    def test_a_token_that_was_valid_at_the_first_check_stays_so(
        self, desk: Desk, keeper: TokenKeeper
    ) -> None:
        to_minutes_left(desk, -1)
        desk.server.faults.add("CreateToken", 500)
        for _ in range(2):
            (failure,) = check_and_renew(keeper).failures.values()
            assert failure.was_valid_at_start
            desk.clock.forward(120)

    def test_two_rolecalls_make_one_renewal(self, desk: Desk, keeper: TokenKeeper) -> None:
        second = replace(desk.another().token_keeper, chance=lambda: 0.5)
        check_and_renew(second)
        to_minutes_left(desk, 5)
        new = check_and_renew(keeper).renewed[desk.session]
        assert check_and_renew(second).expiries.tokens == {desk.session: new}
        assert renewals(desk) == 1


class TestFailing:
    @pytest.mark.thorough
    def test_it_retries_once_a_minute_and_reports_error_and_time(
        self, desk: Desk, keeper: TokenKeeper
    ) -> None:
        desk.server.faults.add("CreateToken", 500, times=2 * TRIES)
        to_minutes_left(desk, 9)
        (trouble,) = check_and_renew(keeper).failed
        assert isinstance(trouble.error, ServiceFault)
        assert trouble.was_valid_at_start
        assert trouble.again_at is not None
        assert 60 < (trouble.again_at - desk.clock.now).total_seconds() < 75
        desk.clock.forward(60)
        assert not check_and_renew(keeper).failed
        desk.clock.forward(8)
        report = check_and_renew(keeper)
        assert report.failed
        assert desk.services.tokens.renewal.is_valid(report.expiries.tokens[desk.session])
        desk.clock.forward(70)
        report = check_and_renew(keeper)
        assert report.renewed
        assert not report.failures
        assert renewals(desk) == 2 * TRIES + 1

    def test_it_waits_as_long_as_retry_after_says(self, desk: Desk, keeper: TokenKeeper) -> None:
        desk.server.faults.add("CreateToken", faults.ThrottledFault("300"))
        to_minutes_left(desk, 9)
        (trouble,) = check_and_renew(keeper).failed
        assert isinstance(trouble.error, Throttled)
        assert trouble.again_at is not None
        assert 290 < (trouble.again_at - desk.clock.now).total_seconds() <= 300

    def test_a_revoked_session_is_reported_and_not_retried(
        self, desk: Desk, keeper: TokenKeeper
    ) -> None:
        desk.server.forget_sign_ins()
        to_minutes_left(desk, 9)
        report = check_and_renew(keeper)
        (trouble,) = report.failed
        assert isinstance(trouble.error, SignInNeeded)
        assert trouble.again_at is None
        assert trouble.was_valid_at_start
        assert desk.session in report.expiries.tokens
        assert not report.expiries.rows[0].renews
        desk.clock.forward(120)
        assert not check_and_renew(keeper).failed
        assert desk.session in report.failures
        assert renewals(desk) == 1
        desk.sign_in()
        assert not check_and_renew(keeper).failures

    def test_a_token_that_expired_before_the_start_is_marked(self, desk: Desk) -> None:
        desk.sign_in()
        desk.server.forget_sign_ins()
        desk.clock.forward(HOURS_8 + 60)
        (trouble,) = check_and_renew(made(desk)).failed
        assert not trouble.was_valid_at_start


def test_a_broken_config_is_reported_and_its_repair_is_noticed(
    desk: Desk, keeper: TokenKeeper
) -> None:
    whole = desk.config.read_bytes()
    desk.config.write_bytes(b"[broken\n")
    assert check(keeper).expiries.problems
    desk.config.write_bytes(whole)
    expiries = check(keeper).expiries
    assert not expiries.problems
    assert set(expiries.tokens) == {SsoSession("corp", desk.server.start_url, "eu-west-1")}


def test_everything_is_read_again_after_a_minute_without_a_change(
    desk: Desk, keeper: TokenKeeper
) -> None:
    desk.clock.forward(58)
    assert keeper.check() is None
    desk.clock.forward(2)
    assert check(keeper).changed == frozenset()
    assert keeper.check() is None


def test_the_report_has_the_changed_files(desk: Desk, keeper: TokenKeeper) -> None:
    credentials = desk.services.locations.credentials
    desk.config.write_bytes(desk.config.read_bytes() + b"# by hand\n")
    assert check(keeper).changed == {desk.config}
    credentials.write_text("[old]\n")
    assert check(keeper).changed == {credentials}
    credentials.unlink()
    assert check(keeper).changed == {credentials}
    assert keeper.check() is None


def test_a_file_is_not_reported_as_changed_once_it_is_shown(
    desk: Desk, keeper: TokenKeeper
) -> None:
    desk.config.write_bytes(desk.config.read_bytes() + b"# saved\n")
    keeper.note_shown(desk.config)
    assert check(keeper).changed == frozenset()
    desk.config.write_bytes(desk.config.read_bytes() + b"# by hand\n")
    assert check(keeper).changed == {desk.config}
    desk.config.unlink()
    assert check(keeper).changed == {desk.config}


def test_files_that_are_shown_one_after_the_other_are_not_reported(
    desk: Desk, keeper: TokenKeeper
) -> None:
    credentials = desk.services.locations.credentials
    for path in (desk.config, credentials):
        path.write_bytes(b"[default]\n")
        keeper.note_shown(path)
    assert check(keeper).changed == frozenset()


def test_a_file_that_changed_after_it_was_shown_is_reported_by_the_first_check(desk: Desk) -> None:
    keeper = made(desk)
    keeper.note_shown(desk.config)
    desk.config.write_bytes(desk.config.read_bytes() + b"[profile theirs]\n")
    assert check(keeper).changed - desk.services.settings.files == {desk.config}
