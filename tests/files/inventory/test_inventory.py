"""The inventory cache: rows round-trip, and favourites are kept."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.model import Account, PermissionSet, SsoSession
from rolecall.domain.records import replace
from rolecall.domain.text import original, safe
from rolecall.files.inventory import queries as fast_inventory
from rolecall.files.inventory.crawls import CrawlState
from rolecall.files.inventory.database import Database, use_wal
from rolecall.files.inventory.inventory import InventoryCache
from tests.support.obstacles.unwritable import read_only

SESSION = SsoSession("corp", "https://d-1234567890.awsapps.com/start", "eu-west-1")
LEGACY = SsoSession(None, "https://d-1234567890.awsapps.com/start", "eu-west-1")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)

texts = st.text() | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Lo"]))
Organisation = dict[str, list[str]]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[InventoryCache]:
    cache = opened(tmp_path)
    yield cache
    cache.close()


def opened(folder: Path) -> InventoryCache:
    return InventoryCache(folder / "cache", folder / "state")


def path_of(folder: Path) -> Path:
    return folder / "cache" / "inventory.sqlite"


def database_of(cache: InventoryCache) -> Database:
    assert isinstance(cache._database, Database)
    return cache._database


def begin(cache: InventoryCache, now: datetime = NOW, session: SsoSession = SESSION) -> int:
    number, _ = cache.begin(session, now, lambda stored: False)
    return number


def account(id_: str) -> Account:
    return Account(safe(id_), safe(f"account {id_}"), f"{id_}@example.com")


def crawl(
    cache: InventoryCache,
    organisation: Organisation,
    now: datetime = NOW,
    session: SsoSession = SESSION,
) -> None:
    """Make a complete crawl."""
    number = begin(cache, now, session)
    kept = cache.save(session, number, now, map(account, organisation))
    sets = {id_: [PermissionSet(name) for name in names] for id_, names in organisation.items()}
    kept &= cache.save(session, number, now, permission_sets=sets)
    if kept:
        cache.complete(session, number, now)


def rows_of(cache: InventoryCache, session: SsoSession = SESSION) -> Organisation:
    return {
        each.account.id: [one.name for one in each.permission_sets or ()]
        for each in cache.catalogue(session)
    }


def test_an_account_name_is_that_of_the_sessions_start_url(
    cache: InventoryCache, tmp_path: Path
) -> None:
    other = replace(SESSION, start_url="https://old.awsapps.com/start")
    for session, name in ((SESSION, "payments"), (other, "prod payments")):
        number = begin(cache, session=session)
        cache.save(session, number, NOW, [Account("1", name, "a@example.com")])
    folder = str(tmp_path / "cache")
    names = fast_inventory.account_names(folder)
    for session, name in ((SESSION, "payments"), (other, "prod payments")):
        key = (session.cache_key, session.start_url, "1")
        assert fast_inventory.account_name(folder, key) == names[key] == name


class TestStorage:
    def test_saved_rows_are_read_by_the_next_process(
        self, cache: InventoryCache, tmp_path: Path
    ) -> None:
        crawl(cache, {"3": ["A", "B"], "1": [], "2": ["A"]})
        other = opened(tmp_path)
        assert list(rows_of(other)) == ["1", "2", "3"]
        assert rows_of(other) == {"3": ["A", "B"], "1": [], "2": ["A"]}
        assert other.catalogue(SESSION)["3"].account == account("3")
        stored = CrawlState(1, NOW, complete=1, complete_at=NOW, oldest=NOW, missing=0)
        assert other.stored(SESSION) == stored
        other.close()

    def test_the_database_sorts_as_the_catalogue_does(
        self, cache: InventoryCache, tmp_path: Path
    ) -> None:
        names = ("b", "A", "a_c", "a-b", "aa", "[a]", "é", "É", "本番", "b", "\udcff", "1", "_", "")
        accounts = [Account(f"{n}", name, "") for n, name in enumerate(names)]
        cache.save(
            SESSION,
            begin(cache),
            NOW,
            accounts,
            {each.id: [PermissionSet("A")] for each in accounts},
        )
        ids = [each.id for each in cache.catalogue(SESSION).accounts]
        of = str(tmp_path / "cache"), SESSION.cache_key, SESSION.start_url
        assert [row[0] for row in fast_inventory.first_accounts(*of, 99)] == ids
        assert [row[0] for row in fast_inventory.accounts(*of)] == ids

    def test_a_sign_in_that_was_never_listed_misses_nothing(self, cache: InventoryCache) -> None:
        assert cache.stored(SESSION).missing == 0
        begin(cache)
        assert cache.stored(SESSION).missing == 0

    def test_sign_ins_are_separate(self, cache: InventoryCache) -> None:
        crawl(cache, {"1": ["A"]})
        crawl(cache, {"2": ["B"]}, session=LEGACY)
        assert (rows_of(cache), rows_of(cache, LEGACY)) == ({"1": ["A"]}, {"2": ["B"]})
        assert rows_of(cache, SsoSession("corp", "https://elsewhere/start", "eu-west-1")) == {}

    def test_the_files_are_private(self, cache: InventoryCache, tmp_path: Path) -> None:
        old = os.umask(0)
        try:
            crawl(cache, {"1": ["A"]})
        finally:
            os.umask(old)
        folder = tmp_path / "cache"
        names = {each.name for each in folder.iterdir()}
        assert names == {f"inventory.sqlite{side}" for side in ("", "-wal", "-shm")}
        modes = {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}
        assert (stat.S_IMODE(folder.stat().st_mode), modes) == (0o700, {0o600})

    def test_a_readable_file_is_made_private(self, tmp_path: Path) -> None:
        cache = opened(tmp_path)
        crawl(cache, {"1": ["A"]})
        cache.close()
        path_of(tmp_path).chmod(0o644)
        cache = opened(tmp_path)
        assert rows_of(cache) == {"1": ["A"]}
        assert stat.S_IMODE(path_of(tmp_path).stat().st_mode) == 0o600
        cache.close()

    def test_a_file_that_cannot_be_written_is_read(self, tmp_path: Path) -> None:
        cache = opened(tmp_path)
        crawl(cache, {"1": ["A"]})
        cache.close()
        with read_only(tmp_path / "cache"):
            cache = opened(tmp_path)
            assert rows_of(cache) == {"1": ["A"]}
            crawl(cache, {"2": ["B"]})
            assert rows_of(cache) == {"2": ["B"]}
            cache.close()
        cache = opened(tmp_path)
        assert rows_of(cache) == {"1": ["A"]}
        cache.close()

    @given(texts, texts, st.lists(texts, max_size=3))
    def test_any_text_is_stored_as_it_is(self, id_: str, name: str, sets: list[str]) -> None:
        cache = InventoryCache(Path("/dev/null/none"), Path("/dev/null/none"))  # in memory
        number = begin(cache)
        odd = Account(safe(id_), safe(name), safe(name))
        cache.save(SESSION, number, NOW, [odd])
        cache.save(
            SESSION, number, NOW, permission_sets={odd.id: [PermissionSet(safe(s)) for s in sets]}
        )
        (listing,) = cache.catalogue(SESSION)
        assert [original(each.name) for each in listing.permission_sets or ()] == sets
        for shown, was in ((listing.account.id, id_), (listing.account.name, name)):
            utf8 = was.encode("utf-8", "replace").decode()  # without lone surrogates
            assert (shown, original(shown)) == (safe(utf8), utf8)
        cache.close()


class TestCrawls:
    def test_an_interrupted_crawl_is_recognised(self, cache: InventoryCache) -> None:
        number = begin(cache)
        cache.save(SESSION, number, NOW, [account("1"), account("2")])
        cache.save(SESSION, number, NOW, permission_sets={"1": [PermissionSet("A")]})
        stored = cache.stored(SESSION)
        assert (stored.crawl, stored.complete, stored.complete_at) == (1, 0, None)
        assert cache.begin(SESSION, NOW, lambda stored: stored.crawl == 1) == (1, True)
        assert {id_: each.crawl for id_, each in cache.known(SESSION).items()} == {"1": 1}
        assert cache.seen_in(SESSION, "1", number) == (PermissionSet("A"),)
        assert cache.seen_in(SESSION, "2", number) is None
        assert begin(cache) == 2
        assert cache.seen_in(SESSION, "1", 2) is None

    def test_changes_are_kept_until_the_next_complete_crawl(self, cache: InventoryCache) -> None:
        crawl(cache, {"1": ["A", "B"], "2": ["A"]})
        assert not cache.changes(SESSION)
        assert cache.changes(SESSION).since is None
        crawl(cache, {"1": ["B", "C"], "3": ["A"]}, NOW + DAY)
        changes = cache.changes(SESSION)
        assert changes.since == NOW
        assert changes.new_accounts == (account("3"),)
        assert changes.gone_accounts == (account("2"),)
        assert [each.key for each in changes.new_assignments] == [("1", "C"), ("3", "A")]
        assert [each.key for each in changes.gone_assignments] == [("1", "A"), ("2", "A")]
        assert rows_of(cache) == {"1": ["B", "C"], "3": ["A"]}
        begin(cache, NOW + DAY)  # a crawl that is not completed changes nothing
        assert cache.changes(SESSION) == changes
        crawl(cache, {"1": ["B", "C"], "3": ["A"]}, NOW + 2 * DAY)
        assert not cache.changes(SESSION)
        assert cache.changes(SESSION).since == NOW + DAY

    def test_a_change_found_between_crawls_is_reported_by_the_next_one(
        self, cache: InventoryCache
    ) -> None:
        """For example one account was refreshed: B is still new since the last complete crawl."""
        crawl(cache, {"1": ["A"]})
        cache.save(SESSION, 1, NOW, permission_sets={"1": [PermissionSet("A"), PermissionSet("B")]})
        crawl(cache, {"1": ["A", "B"]}, NOW + DAY)
        assert [each.key for each in cache.changes(SESSION).new_assignments] == [("1", "B")]

    def test_a_failed_account_is_missing_and_not_gone(self, cache: InventoryCache) -> None:
        crawl(cache, {"1": ["A"], "2": ["A"]})
        number = begin(cache, NOW + DAY)
        cache.save(SESSION, number, NOW + DAY, [account("1"), account("2")])
        cache.save(SESSION, number, NOW + DAY, permission_sets={"1": [PermissionSet("A")]})
        cache.complete(SESSION, number, NOW + DAY)
        assert not cache.changes(SESSION)
        assert cache.stored(SESSION).missing == 1
        assert cache.stored(SESSION).oldest == NOW
        assert rows_of(cache) == {"1": ["A"], "2": ["A"]}

    def test_a_crawl_is_completed_only_once(self, cache: InventoryCache) -> None:
        crawl(cache, {"1": ["A"]})
        crawl(cache, {"1": ["B"]}, NOW + DAY)
        before = cache.changes(SESSION)
        cache.complete(SESSION, 2, NOW + 2 * DAY)  # by another process, a moment later
        cache.complete(SESSION, 1, NOW + 2 * DAY)  # an older crawl
        assert cache.changes(SESSION) == before
        assert cache.stored(SESSION).complete_at == NOW + DAY


class TestFavourites:
    def test_favourites_and_uses_are_kept(self, cache: InventoryCache) -> None:
        cache.set_favourite(SESSION, ("1", "A"), True)
        cache.set_favourite(SESSION, ("2", ""), True)
        cache.set_favourite(SESSION, ("2", ""), False)
        cache.note_use(SESSION, ("1", "A"), NOW)
        cache.note_use(SESSION, ("3", "B"), NOW)
        cache.note_use(SESSION, ("4", "C"), NOW + DAY)
        favourites = cache.favourites(SESSION)
        assert favourites.favourites == {("1", "A")}
        assert favourites.used_at[("3", "B")] == NOW
        boosts = favourites.boosts()
        by_pair = {key: boost for key, boost in boosts.items() if key[1]}
        assert sorted(by_pair, key=by_pair.__getitem__) == [("3", "B"), ("4", "C"), ("1", "A")]
        assert boosts["3", ""] == boosts["3", "B"] < boosts["4", ""]
        assert cache.favourites(LEGACY).favourites == frozenset()

    def test_switching_a_shell_records_a_use(self, cache: InventoryCache, tmp_path: Path) -> None:
        """The switch uses the fast module, without the full one."""
        before = datetime.now(UTC)
        folder, key = str(tmp_path / "cache"), (str(SESSION.cache_key), SESSION.start_url)
        fast_inventory.note_role_use(folder, (*key, "1"), "A")  # ignored: nothing is listed yet
        cache.set_favourite(SESSION, ("1", "A"), True)
        other = replace(SESSION, start_url="https://old.awsapps.com/start")
        cache.set_favourite(other, ("1", "B"), True)
        fast_inventory.note_role_use(folder, (*key, "1"), "A")
        fast_inventory.note_role_use(folder, (*key, "2"), "B")
        assert not cache.favourites(other).used_at
        favourites = cache.favourites(SESSION)
        assert favourites.used_at.keys() == {("1", "A"), ("2", "B")}
        assert before <= favourites.used_at["1", "A"] <= datetime.now(UTC)
        assert favourites.favourites == {("1", "A")}

    @pytest.mark.parametrize("session", [SESSION, LEGACY], ids=["named", "legacy"])
    @pytest.mark.parametrize("ends", ["/", "/#/", "#"])
    def test_another_spelling_of_the_start_url_is_the_same_sign_in(
        self, cache: InventoryCache, tmp_path: Path, session: SsoSession, ends: str
    ) -> None:
        folder = str(tmp_path / "cache")
        respelled = replace(session, start_url=session.start_url.replace("d-", "D-") + ends)
        crawl(cache, {"1": ["A"]}, session=respelled)
        cache.set_favourite(respelled, ("1", "A"), True)
        cache.note_use(session, ("1", "B"), NOW)
        for each in (session, respelled):
            assert rows_of(cache, each) == {"1": ["A"]}
            assert cache.stored(each).complete == 1
            assert cache.favourites(each).favourites == {("1", "A")}
            assert cache.favourites(each).used_at == {("1", "B"): NOW}
            key = str(each.cache_key), each.start_url
            assert fast_inventory.account_name(folder, (*key, "1")) == "account 1"
            assert fast_inventory.complete_at(folder, *key) == NOW.timestamp()
            assert len(fast_inventory.accounts(folder, *key)) == 1
            assert len(fast_inventory.first_accounts(folder, *key, 9)) == 1
            fast_inventory.note_role_use(folder, (*key, "1"), "C")
            assert ("1", "C") in cache.favourites(each).used_at
            cache.set_favourite(each, ("1", "C"), False)
            database_of(cache).write(
                lambda db: db.execute("DELETE FROM favourite WHERE permission_set = 'C'"), None
            )
        cache.note_sign_in(respelled)
        assert cache.stored(session).is_outdated

    def test_sign_ins_of_other_spellings_from_older_versions_become_one(
        self, cache: InventoryCache, tmp_path: Path
    ) -> None:
        crawl(cache, {"1": ["A"]})
        cache.set_favourite(SESSION, ("1", "A"), True)
        cache.note_use(SESSION, ("1", "B"), NOW + DAY)

        def add(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO sign_in (id, cache_key, start_url, crawl, complete, complete_at)"
                " VALUES (9, 'corp', ?, 1, 1, 0)",
                (f"{SESSION.start_url}/#/",),
            )
            db.executemany(
                "INSERT INTO favourite VALUES (9, '1', ?, ?, ?)",
                [("A", 0, 5.0), ("B", 1, 5.0), ("C", 1, None)],
            )
            db.execute(
                "INSERT INTO account (sign_in, id, name, email, listed_in, seen_at)"
                " VALUES (9, '2', 'x', '', 1, 0)"
            )

        def count(db: sqlite3.Connection) -> int:
            tables = ("sign_in WHERE id", "account WHERE sign_in", "favourite WHERE sign_in")
            queries = (f"SELECT count(*) FROM {table} = 9" for table in tables)  # noqa: S608
            return sum(db.execute(query).fetchone()[0] for query in queries)

        database_of(cache).write(add, None)
        uses = {
            ("1", "A"): (True, 5.0),
            ("1", "B"): (True, (NOW + DAY).timestamp()),
            ("1", "C"): (True, 0.0),
        }
        folder = str(tmp_path / "cache")
        for left in (5, 0):
            assert database_of(cache).read(count, -1) == left
            assert rows_of(cache) == {"1": ["A"]}
            assert cache.favourites(SESSION).favourites == uses.keys()
            assert cache.favourites(SESSION).used_at.keys() == {("1", "A"), ("1", "B")}
            assert {
                (each.account[2], each.permission_set): (each.is_favourite, each.used_at)
                for each in fast_inventory.role_uses(folder)
            } == uses
            cache.note_use(SESSION, ("1", "A"), datetime.fromtimestamp(5, UTC))
        cache.set_favourite(SESSION, ("1", "C"), False)
        assert cache.favourites(SESSION).favourites == {("1", "A"), ("1", "B")}

    def test_a_crawl_keeps_favourites_and_uses(self, cache: InventoryCache) -> None:
        cache.set_favourite(SESSION, ("1", "A"), True)
        crawl(cache, {"2": []})
        assert cache.favourites(SESSION).favourites == {("1", "A")}


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from rolecall.domain.model import Account, PermissionSet, SsoSession
from rolecall.files.inventory.inventory import InventoryCache
folder, first = Path(sys.argv[1]), int(sys.argv[2])
cache = InventoryCache(folder / "cache", folder / "state")
session = SsoSession("corp", "https://d-1234567890.awsapps.com/start", "eu-west-1")
cache.begin(session, datetime.now(UTC), lambda stored: stored.crawl == 1)
for n in range(first, first + 100):
    account = Account(str(n), "", "")
    now = datetime.now(UTC)
    cache.save(session, 1, now, [account], {account.id: [PermissionSet("A")]})
    cache.update_request_rate(session, lambda values: [values[0] + 1 if values else 1])
"""


class _BusyTwice:
    """Stands for a connection while two other processes create the same database."""

    def __init__(self) -> None:
        self.attempts = 0

    def execute(self, statement: str) -> None:
        self.attempts += 1
        if self.attempts <= 2:
            busy = sqlite3.OperationalError("database is locked")
            busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise busy


def test_a_database_that_others_create_now_is_not_given_up() -> None:
    """SQLite says at once that it is busy, and does not wait."""
    connection = _BusyTwice()
    use_wal(cast("sqlite3.Connection", connection))
    assert connection.attempts == 3


def test_several_processes_share_the_database(tmp_path: Path) -> None:
    """They also create it at the same time."""
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path), str(n * 100)])
        for n in range(4)
    ]
    assert [writer.wait() for writer in writers] == [0] * 4
    cache = opened(tmp_path)
    assert rows_of(cache) == {str(n): ["A"] for n in range(400)}
    counted: list[float] = []

    def count(values: Sequence[float] | None) -> list[float]:
        counted.extend(values or ())
        return [0.0]

    cache.update_request_rate(SESSION, count)
    assert counted == [400]
    cache.close()
