"""The crawl lists everything, whatever goes wrong meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest

from rolecall.demo.faults import Fault, ThrottledFault
from rolecall.demo.options import RateLimit, utc_now
from rolecall.demo.organisation import Organisation
from rolecall.domain import question
from rolecall.domain.errors import (
    AccessRefused,
    RegionInvalid,
    RolecallError,
    ServiceError,
    ServiceFault,
    SignInNeeded,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from rolecall.domain.model import AccessToken, Account, Secret, SsoSession
from rolecall.domain.text import original
from rolecall.services.base.retry import Cancelled
from rolecall.services.inventory.crawl import WORKERS, Crawl
from rolecall.services.inventory.crawl_events import (
    AccountFailed,
    AccountsListed,
    CallsWaiting,
    CrawlDone,
    CrawlEvent,
    PermissionSetsListed,
    Progress,
)
from tests.support.desk import Desk, demo

pytestmark = pytest.mark.usefixtures("short_pauses")

PASSING = [Fault.RESET, Fault.HTML, Fault.GARBAGE, Fault.EMPTY, Fault.TRUNCATED, 500]
SENSELESS = [Fault.HTML, Fault.GARBAGE, Fault.EMPTY, Fault.TRUNCATED, Fault.REPEATED_TOKEN]


class Crawled:
    """The events of a crawl, and the catalogue that they build."""

    def __init__(
        self,
        desk: Desk,
        token: AccessToken | None = None,
        *,
        then: Callable[[Crawl, CrawlEvent], None] = lambda crawl, event: None,
        wanted: Sequence[str] = (),
        refresh: bool = False,
    ) -> None:
        self.events: list[CrawlEvent] = []
        self.error: RolecallError | None = None
        token = token or desk.server.sign_in()
        crawl = desk.services.inventory.crawl(desk.session, token, refresh=refresh)
        crawl.prioritise(wanted)

        def on_event(event: CrawlEvent) -> None:
            self.events.append(event)
            then(crawl, event)

        try:
            crawl.run(on_event)
        except RolecallError as error:
            self.error = error

    @property
    def accounts(self) -> list[Account]:
        pages = [event.accounts for event in self.events if isinstance(event, AccountsListed)]
        return [account for page in pages for account in page]

    @property
    def listed_events(self) -> list[PermissionSetsListed]:
        return [event for event in self.events if isinstance(event, PermissionSetsListed)]

    @property
    def listed(self) -> dict[str, tuple[str, ...]]:
        return {
            event.account_id: tuple(each.name for each in event.permission_sets)
            for event in self.listed_events
        }

    @property
    def failed(self) -> dict[str, RolecallError]:
        return {e.account_id: e.error for e in self.events if isinstance(e, AccountFailed)}

    @property
    def is_done(self) -> bool:
        return isinstance(self.events[-1], CrawlDone)


def everything(desk: Desk) -> dict[str, tuple[str, ...]]:
    organisation = desk.server.organisation
    return {each.id: organisation.permission_sets(each.id) for each in organisation.accounts}


def test_everything_is_listed_once(desk: Desk) -> None:
    crawled = Crawled(desk)
    assert crawled.accounts == list(desk.server.organisation.accounts)
    assert crawled.listed == everything(desk)
    assert crawled.events[-1] == CrawlDone(failed=0)
    assert desk.server.calls.count("ListAccountRoles") == 41


@demo(accounts=250)
def test_accounts_come_page_by_page(desk: Desk) -> None:
    crawled = Crawled(desk)
    pages = [event for event in crawled.events if isinstance(event, AccountsListed)]
    assert [(len(page.accounts), page.complete) for page in pages] == [
        (100, False),
        (100, False),
        (50, False),
        (0, True),
    ]
    assert desk.server.calls.count("ListAccounts") == 3
    assert crawled.is_done


@demo(organisation=Organisation([]))
def test_a_user_without_any_assignment_has_no_accounts(desk: Desk) -> None:
    crawled = Crawled(desk)
    assert crawled.accounts == []
    assert crawled.is_done


@demo(
    organisation=Organisation(
        [(Account("1" * 12, "big", ""), tuple(f"Set{n:03}" for n in range(250)))]
    )
)
def test_more_permission_sets_than_a_page_holds(desk: Desk) -> None:
    assert Crawled(desk).listed == everything(desk)


@demo(
    organisation=Organisation(
        [
            (Account("1" * 12, "\x1b[31mred\x07", "a\u202eb@example.com"), ("Se\x1bt",)),
            (Account("2" * 12, "n" * 10_000, ""), ()),
        ]
    )
)
def test_hostile_names_are_shown_safely_and_sent_unchanged(desk: Desk) -> None:
    crawled = Crawled(desk)
    first, second = crawled.accounts
    assert all(character not in first.name + first.email for character in "\x1b\x07\u202e")
    assert original(first.name) == "\x1b[31mred\x07"
    assert len(second.name) == 10_000
    assert crawled.listed == {"1" * 12: ("Se\u241bt",), "2" * 12: ()}
    token = desk.server.sign_in()
    sets = desk.services.inventory.permission_sets(desk.session, token, "1" * 12)
    assert original(sets[0].name) == "Se\x1bt"


class TestWhatPasses:
    @pytest.mark.thorough
    @pytest.mark.parametrize("fault", [*PASSING, Fault.EMPTY_PAGE, Fault.TWICE])
    @demo(accounts=120)
    def test_faults_at_any_place_lose_no_account(self, desk: Desk, fault: Fault | int) -> None:
        """The faults affect pages in the middle and single accounts."""
        desk.server.faults.add("ListAccounts", fault, times=3)
        desk.server.faults.add("ListAccountRoles", fault, times=3)
        crawled = Crawled(desk)
        assert crawled.accounts == list(desk.server.organisation.accounts)
        assert crawled.listed == everything(desk)
        assert crawled.events[-1] == CrawlDone(failed=0)

    @demo(accounts=20)
    def test_a_hanging_call_delays_no_other(self, desk: Desk) -> None:
        bad = desk.server.organisation.accounts[3].id
        desk.server.faults.add("ListAccountRoles", Fault.HANG, account_id=bad, times=1)
        listed: list[str] = []

        def clear_when_all_others_are_there(_crawl: Crawl, event: CrawlEvent) -> None:
            if isinstance(event, PermissionSetsListed):
                listed.append(event.account_id)
                if len(listed) == 19:
                    desk.server.faults.clear()

        crawled = Crawled(desk, then=clear_when_all_others_are_there)
        assert list(crawled.listed)[-1] == bad
        assert crawled.listed == everything(desk)

    @demo(accounts=4)
    def test_no_number_of_429s_is_an_error(self, desk: Desk) -> None:
        desk.server.faults.add("ListAccountRoles", 429, times=6)
        crawled = Crawled(desk)
        assert crawled.listed == everything(desk)
        assert crawled.failed == {}
        waiting = [event.count for event in crawled.events if isinstance(event, CallsWaiting)]
        assert max(waiting) > 0
        assert waiting[-1] == 0

    @pytest.mark.thorough
    @demo(accounts=60, rate_limit=RateLimit(per_second=40, burst=5), clock=utc_now)
    def test_a_server_with_a_limit_loses_nothing(self, desk: Desk) -> None:
        crawled = Crawled(desk)
        assert crawled.listed == everything(desk)
        assert crawled.failed == {}


class TestWhatFails:
    @demo(accounts=5)
    def test_all_failed_accounts_are_counted(self, desk: Desk) -> None:
        bad = [each.id for each in desk.server.organisation.accounts[1:4]]
        for each in bad:
            desk.server.faults.add("ListAccountRoles", 403, account_id=each)
        crawled = Crawled(desk)
        assert set(crawled.failed) == set(bad)
        assert crawled.events[-1] == CrawlDone(failed=3)

    @pytest.mark.thorough
    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            (403, AccessRefused),
            (500, ServiceFault),
            (Fault.RESET, Unreachable),
            (Fault.HANG, Unreachable),
            *[(each, UnexpectedAnswer) for each in SENSELESS],
        ],
    )
    @demo(accounts=5)
    def test_one_failed_account_does_not_stop_the_others(
        self,
        desk: Desk,
        fault: Fault | int,
        error: type[ServiceError],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("rolecall.aws.session.READ_TIMEOUT", 0.5)
        bad = desk.server.organisation.accounts[1].id
        desk.server.faults.add("ListAccountRoles", fault, account_id=bad)
        crawled = Crawled(desk)
        assert set(crawled.failed) == {bad}
        assert isinstance(crawled.failed[bad], error)
        rest = everything(desk)
        del rest[bad]
        assert crawled.listed == rest
        assert crawled.events[-1] == CrawlDone(failed=1)
        desk.server.faults.clear()
        token = desk.server.sign_in()
        again = desk.services.inventory.permission_sets(desk.session, token, bad)
        assert [each.name for each in again] == list(everything(desk)[bad])

    @pytest.mark.thorough
    @pytest.mark.parametrize("fault", [500, Fault.RESET, *SENSELESS[:-1]])
    def test_known_accounts_stay_if_the_list_fails(self, desk: Desk, fault: Fault | int) -> None:
        Crawled(desk)
        desk.server.faults.add("ListAccounts", fault)
        assert isinstance(Crawled(desk, refresh=True).error, ServiceError)
        cached = desk.services.inventory.cached(desk.session).catalogue
        assert set(cached.accounts) == set(desk.server.organisation.accounts)
        assert cached.assignment_count == sum(map(len, everything(desk).values()))

    def test_a_listing_without_end_stops_and_keeps_its_accounts(self, desk: Desk) -> None:
        desk.server.faults.add("ListAccounts", Fault.REPEATED_TOKEN)
        crawled = Crawled(desk)
        assert isinstance(crawled.error, UnexpectedAnswer)
        assert len(crawled.accounts) == 41
        # The known accounts are still valid.
        assert crawled.listed == everything(desk)

    def test_accounts_that_cannot_be_listed(self, desk: Desk) -> None:
        desk.server.faults.add("ListAccounts", 403)
        assert isinstance(Crawled(desk).error, AccessRefused)

    def test_a_crawl_in_an_invalid_region_fails(self, desk: Desk) -> None:
        desk.session = SsoSession("corp", desk.server.start_url, "no region")
        token = AccessToken("", "", Secret("x"), desk.clock.now)
        assert isinstance(Crawled(desk, token).error, RegionInvalid)


class TestTheTokenEnds:
    @demo(accounts=30)
    def test_a_revoked_token_is_raised_once_and_a_new_crawl_continues(self, desk: Desk) -> None:
        token = desk.server.sign_in()

        def revoke(_crawl: Crawl, event: CrawlEvent) -> None:
            if isinstance(event, PermissionSetsListed):
                desk.server.revoke(token.value.reveal())

        first = Crawled(desk, token, then=revoke)
        assert isinstance(first.error, SignInNeeded)
        assert first.error.session == "corp"
        assert 0 < len(first.listed) < 30
        assert not first.is_done
        second = Crawled(desk)
        assert second.listed == everything(desk)
        from_cache = [event.account_id for event in second.listed_events if event.from_cache]
        assert set(first.listed) <= set(from_cache)

    def test_a_token_revoked_before_the_listing_asks_for_a_sign_in(self, desk: Desk) -> None:
        token = desk.server.sign_in()
        desk.server.revoke(token.value.reveal())
        crawled = Crawled(desk, token)
        assert isinstance(crawled.error, SignInNeeded)
        assert crawled.events == []


class TestAsOneLikes:
    @demo(accounts=30)
    def test_no_call_is_made_once_the_listing_has_failed(self, desk: Desk) -> None:
        def workers() -> set[threading.Thread]:
            return {each for each in threading.enumerate() if each.name == "crawl"}

        others = workers()

        def fail(_crawl: Crawl, event: CrawlEvent) -> None:
            if isinstance(event, PermissionSetsListed):
                raise EOFError

        with pytest.raises(EOFError):
            Crawled(desk, then=fail)
        for each in workers() - others:
            each.join(20)
        assert workers() <= others

    @demo(accounts=41, rate_limit=RateLimit(per_second=0.001, burst=0))
    def test_listing_one_account_can_be_cancelled(self, desk: Desk) -> None:
        cancelled = threading.Event()
        cancelled.set()
        with pytest.raises(Cancelled):
            desk.services.inventory.permission_sets(
                desk.session, desk.server.sign_in(), "1" * 12, cancelled
            )

    @demo(accounts=100)
    def test_prioritised_accounts_come_first(self, desk: Desk) -> None:
        others = [account.id for account in desk.server.organisation.accounts]
        wanted = [others.pop() for _ in range(3)]
        for account_id in others:
            desk.server.faults.add("ListAccountRoles", Fault.HANG, account_id=account_id)
        answered = []

        def cancel(crawl: Crawl, event: CrawlEvent) -> None:
            if isinstance(event, PermissionSetsListed | AccountFailed):
                answered.append(event.account_id)
                if len(answered) == len(wanted):
                    crawl.cancel()

        Crawled(desk, then=cancel, wanted=wanted)
        assert set(answered) == set(wanted)
        desk.server.faults.clear()

    def test_events_come_on_the_thread_of_run(self, desk: Desk) -> None:
        threads = set()
        Crawled(desk, then=lambda crawl, event: threads.add(threading.current_thread()))
        assert threads == {threading.current_thread()}


@demo(accounts=60)
def test_a_token_that_is_refused_again_and_again_is_renewed_each_time(desk: Desk) -> None:
    desk.sign_in()
    revoked: set[Secret] = set()

    def revoke_twice(progress: Progress) -> None:
        token = desk.token_cache.token(desk.session)
        assert token is not None
        if progress.listed >= 15 * (len(revoked) + 1) and len(revoked) < 3:
            revoked.add(token.value)
            desk.server.revoke(token.value.reveal())

    catalogue = desk.services.inventory.list_everything(desk.session, revoke_twice, refresh=True)
    assert catalogue.listed == 60
    assert len(revoked) == 3
    # What was listed with one token is not listed again with the next.
    assert desk.server.calls.count("ListAccountRoles", status=200) <= 60 + 3 * WORKERS


@pytest.mark.parametrize("operation", ["ListAccounts", "ListAccountRoles"])
def test_a_renewed_token_that_is_refused_too_is_not_renewed_without_end(
    desk: Desk, operation: str
) -> None:
    desk.sign_in()
    desk.server.faults.add(operation, 401)
    with pytest.raises(SignInNeeded):
        desk.services.inventory.list_everything(desk.session, lambda _: None)
    assert desk.server.calls.count("CreateToken") == 2


class TestOutage:
    """AWS answers nothing that can be used, whatever is asked."""

    @pytest.mark.thorough
    @pytest.mark.parametrize("fault", [500, Fault.HTML, Fault.GARBAGE, Fault.RESET])
    @demo(accounts=60)
    def test_a_crawl_ends_after_a_few_accounts(self, desk: Desk, fault: Fault | int) -> None:
        desk.server.faults.add("ListAccountRoles", fault)
        crawled = Crawled(desk)
        assert isinstance(crawled.error, ServiceError)
        assert len(crawled.failed) < 8

    @demo(accounts=60)
    def test_a_rate_limit_without_end_is_an_error(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(question, "SECONDS", 0.5)
        desk.server.faults.add("ListAccounts", 429)
        assert isinstance(Crawled(desk).error, Throttled)

    @demo(accounts=60)
    def test_a_wait_that_is_too_long_is_an_error_at_once(self, desk: Desk) -> None:
        desk.server.faults.add("ListAccountRoles", ThrottledFault("3000"))
        assert isinstance(Crawled(desk).error, Throttled)
