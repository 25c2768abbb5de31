"""The inventory cache when its database is broken, locked, full or of another version."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rolecall.domain.access_role import Tenant
from rolecall.domain.model import PermissionSet
from rolecall.domain.records import replace
from rolecall.files.inventory import queries as fast
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.files.inventory.rows import key_of
from tests.files.inventory.test_inventory import (
    SESSION,
    begin,
    crawl,
    database_of,
    opened,
    path_of,
    rows_of,
)
from tests.support.obstacles.full_disk import BALLAST, fill_up, small_disk


def timeout_of(cache: InventoryCache) -> int:
    """Return how long the database waits for other processes, in milliseconds."""
    (milliseconds,) = database_of(cache)._opened().execute("PRAGMA busy_timeout").fetchone()
    return int(milliseconds)


def make_version_1(path: Path) -> None:
    """Give the tables the columns and names that they had in version 1."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("ALTER TABLE sign_in DROP COLUMN roles_in")
        db.execute("ALTER TABLE sign_in DROP COLUMN roles_of")
        db.execute("ALTER TABLE account DROP COLUMN roles")
        db.execute("ALTER TABLE account DROP COLUMN roles_before")
        db.execute("ALTER TABLE account DROP COLUMN roles_only")
        db.execute("ALTER TABLE sign_in RENAME COLUMN request_rate TO pace")
        db.execute("ALTER TABLE account ADD COLUMN place INTEGER NOT NULL DEFAULT 0")
        db.execute("ALTER TABLE favourite RENAME TO mark")
        db.execute("PRAGMA user_version = 1")


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[InventoryCache]:
    """An open cache with one account."""
    with closing(opened(tmp_path)) as cache:
        crawl(cache, {"1": ["A"]})
        yield cache


class TestFailures:
    def break_it(self, folder: Path, how: str) -> None:
        path = path_of(folder)
        if how == "garbage":
            path.write_bytes(b"no database" * 1000)
        elif how == "truncated":
            path.write_bytes(path.read_bytes()[:5000])
        elif how == "another version":
            db = sqlite3.connect(path)
            db.execute("PRAGMA user_version = 77")
            db.close()
        elif how == "malformed within":
            data = bytearray(path.read_bytes())
            data[4096:] = os.urandom(len(data) - 4096)
            path.write_bytes(data)

    @pytest.mark.parametrize("how", ["garbage", "truncated", "another version", "malformed within"])
    def test_a_broken_database_is_renamed_and_replaced(self, tmp_path: Path, how: str) -> None:
        cache = opened(tmp_path)
        crawl(cache, {f"{n}": ["A", "B"] for n in range(500)})
        cache.close()
        self.break_it(tmp_path, how)
        old = path_of(tmp_path).read_bytes()
        one, other = opened(tmp_path), opened(tmp_path)
        assert rows_of(one) == rows_of(other) == {}
        crawl(one, {"1": ["A"]})
        assert rows_of(other) == {"1": ["A"]}
        assert path_of(tmp_path).with_name("inventory.sqlite.broken").read_bytes() == old
        one.close()
        other.close()

    def test_a_database_of_an_earlier_version_is_upgraded(self, tmp_path: Path) -> None:
        cache = opened(tmp_path)
        crawl(cache, {"2": ["A", "B"], "1": []})
        cache.set_favourite(SESSION, ("2", "B"), True)
        cache.update_request_rate(SESSION, lambda values: [1.0])
        cache.close()
        make_version_1(path_of(tmp_path))
        upgraded = opened(tmp_path)
        assert upgraded.favourites(SESSION).favourites == {("2", "B")}
        assert rows_of(upgraded) == {"2": ["A", "B"], "1": []}
        assert upgraded.update_request_rate(SESSION, lambda values: [*(values or ()), 2.0])
        assert not path_of(tmp_path).with_name("inventory.sqlite.broken").exists()

    def test_an_upgrade_finds_the_accounts_that_only_have_roles(self, tmp_path: Path) -> None:
        cache = opened(tmp_path)
        with_roles = replace(SESSION, tenant=Tenant("aa-one", "eu-west-1"))
        crawl(cache, {"1": ["A"], "2": [], "3": []})
        roles = {each: [PermissionSet("role/Deployer")] for each in ("1", "2")}
        cache.save_roles(with_roles, 1, roles)
        cache.close()
        with closing(sqlite3.connect(path_of(tmp_path), isolation_level=None)) as db:
            db.execute("ALTER TABLE account DROP COLUMN roles_only")
            db.execute("PRAGMA user_version = 4")
        upgraded = opened(tmp_path)
        assert rows_of(upgraded) == {"1": ["A"], "3": []}
        assert len(upgraded.catalogue(with_roles)) == 3

    def test_a_database_that_breaks_while_open_is_replaced(self, tmp_path: Path) -> None:
        cache = opened(tmp_path)
        crawl(cache, {f"{n}": ["A", "B"] for n in range(500)})
        cache.close()
        cache = opened(tmp_path)
        assert cache.stored(SESSION).crawl == 1
        self.break_it(tmp_path, "malformed within")
        rows_of(cache)
        crawl(cache, {"1": ["A"]})
        crawl(cache, {"1": ["A"]})
        other = opened(tmp_path)
        assert rows_of(other) == {"1": ["A"]}
        cache.close()
        other.close()

    def test_a_write_that_fails_in_the_middle_changes_nothing_and_stops_no_other(
        self, tmp_path: Path, cache: InventoryCache
    ) -> None:
        def fail(db: sqlite3.Connection) -> bool:
            db.execute("DELETE FROM account")
            db.execute("SELECT * FROM nothing")
            return True

        assert database_of(cache).write(fail, False) is False
        assert rows_of(cache) == {"1": ["A"]}
        crawl(cache, {"2": ["B"]})
        other = opened(tmp_path)
        assert rows_of(other) == {"2": ["B"]}
        other.close()

    def test_a_mistake_of_rolecall_is_no_broken_database(self, cache: InventoryCache) -> None:
        with pytest.raises(sqlite3.ProgrammingError):
            database_of(cache).read(lambda db: db.execute("SELECT ?"), None)
        assert rows_of(cache) == {"1": ["A"]}

    def test_without_a_writable_folder_it_is_in_memory(self, tmp_path: Path) -> None:
        (tmp_path / "cache").write_text("a file, not a folder")
        cache = opened(tmp_path)
        crawl(cache, {"1": ["A"]})
        assert rows_of(cache) == {"1": ["A"]}  # until this process ends
        assert rows_of(opened(tmp_path)) == {}

    @pytest.mark.parametrize("number", range(1, 4))
    def test_no_file_of_it_is_readable_by_others_if_one_cannot_be_opened(
        self, tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real, opens = os.open, []

        def fails(path: str, flags: int, mode: int = 0o777) -> int:
            opens.append(path)
            if len(opens) == number:
                raise OSError(errno.EMFILE, "Too many open files")
            return real(path, flags, mode)

        monkeypatch.setattr(os, "open", fails)
        cache = opened(tmp_path)
        crawl(cache, {"1": ["A"]})
        cache.close()
        assert len(opens) >= number
        files = path_of(tmp_path).parent.glob("inventory*")
        assert all(stat.S_IMODE(each.stat().st_mode) == 0o600 for each in files)

    def test_a_query_creates_no_database(self, tmp_path: Path) -> None:
        for how in ("mode=rw", fast.UNCHANGED):
            with pytest.raises(sqlite3.OperationalError):
                sqlite3.connect(fast.uri_of(str(tmp_path / "a%20?#é"), how), uri=True)
        assert list(tmp_path.iterdir()) == []

    def test_a_folder_at_its_path_means_memory(self, tmp_path: Path) -> None:
        path_of(tmp_path).mkdir(parents=True)
        cache = opened(tmp_path)
        crawl(cache, {"1": ["A"]})
        assert rows_of(cache) == {"1": ["A"]}

    def test_on_a_full_disk_nothing_is_stored(self, cache: InventoryCache) -> None:
        connection = database_of(cache)._connection
        assert connection is not None
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        crawl(cache, {f"{n}": ["A" * 1000] for n in range(1000)})
        cache.set_favourite(SESSION, ("1", "A"), True)
        assert rows_of(cache) == {"1": ["A"]}

    def test_what_was_stored_is_read_although_the_disk_is_full_now(self, tmp_path: Path) -> None:
        folder = path_of(tmp_path).parent
        folder.mkdir()
        with small_disk(folder):
            cache = opened(tmp_path)
            crawl(cache, {"1": ["A"]})
            cache.set_favourite(SESSION, ("1", "A"), True)
            cache.close()
            fill_up(folder / BALLAST)
            full = opened(tmp_path)
            assert rows_of(full) == {"1": ["A"]}
            assert full.favourites(SESSION).favourites == {("1", "A")}
            assert [each[0] for each in fast.accounts(str(folder), *key_of(SESSION))] == ["1"]
            full.close()
            (folder / BALLAST).unlink()
            again = opened(tmp_path)
            assert rows_of(again) == {"1": ["A"]}
            again.close()

    def test_roles_of_an_earlier_crawl_do_not_replace_those_of_a_later_one(
        self, tmp_path: Path
    ) -> None:
        cache = opened(tmp_path)
        with_roles = replace(SESSION, tenant=Tenant("aa-one", "eu-west-1"))
        crawl(cache, {"1": ["A"]}, session=with_roles)
        later = begin(cache, session=with_roles)
        new, old = PermissionSet("role/New"), PermissionSet("role/Old")
        assert cache.save_roles(with_roles, later, {"1": [new]})
        assert cache.save_roles(with_roles, later - 1, {"1": [old]})
        assert cache.catalogue(with_roles)["1"].roles == (new,)
        assert cache.stored(with_roles).roles == later
        cache.close()

    def test_text_that_is_not_utf_8_is_not_read(self, cache: InventoryCache) -> None:
        database_of(cache).write(
            lambda db: db.execute("UPDATE account SET name = CAST(x'ff' AS TEXT)"), None
        )
        assert rows_of(cache) == {}
        crawl(cache, {"1": ["A"]})
        assert rows_of(cache) == {"1": ["A"]}

    def test_only_the_first_write_waits_for_a_database_that_stays_locked(
        self, tmp_path: Path, cache: InventoryCache
    ) -> None:
        holder = sqlite3.connect(path_of(tmp_path), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        timeouts = [timeout_of(cache)]
        for _ in range(2):
            crawl(cache, {"2": ["A"]})
            assert rows_of(cache) == {"1": ["A"]}  # reading needs no lock
            timeouts.append(timeout_of(cache))
        holder.execute("ROLLBACK")
        holder.close()
        crawl(cache, {"3": ["A"]})
        timeouts.append(timeout_of(cache))
        assert timeouts == [2000, 0, 0, 2000]
        assert rows_of(cache) == {"3": ["A"]}

    def test_a_database_that_stays_locked_stores_nothing(
        self, tmp_path: Path, cache: InventoryCache
    ) -> None:
        database_of(cache)._opened().execute("PRAGMA busy_timeout = 10")
        holder = sqlite3.connect(path_of(tmp_path), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        crawl(cache, {"2": ["A"]})
        assert begin(cache) == 0
        assert rows_of(cache) == {"1": ["A"]}
        assert not cache.update_request_rate(SESSION, lambda values: [1.0])
        holder.execute("ROLLBACK")
        holder.close()
        assert cache.update_request_rate(SESSION, lambda values: [1.0])
