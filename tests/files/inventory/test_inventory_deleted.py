"""The inventory cache when its files are deleted while one or two rolecalls run."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from shutil import rmtree

import pytest

from rolecall.files.inventory import database
from rolecall.files.inventory.crawls import CrawlState
from tests.files.inventory.test_inventory import (
    NOW,
    SESSION,
    account,
    begin,
    crawl,
    opened,
    path_of,
    rows_of,
)

_ROLECALL = """
import sys
from pathlib import Path
from rolecall.domain.model import SsoSession
from rolecall.files.inventory.inventory import InventoryCache

folder = Path(sys.argv[1])
cache = InventoryCache(folder / "cache", folder / "state")
session = SsoSession("corp", "https://d-1234567890.awsapps.com/start", "eu-west-1")
for line in sys.stdin:
    cache.set_favourite(session, (line.strip(), ""), True)
    print(sorted(id_ for id_, _ in cache.favourites(session).favourites), flush=True)
cache.close()
"""


class Rolecall:
    """Another process that has the cache open."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _ROLECALL, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def add(self, favourite: str) -> str:
        """Return the favourites that it then has."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{favourite}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.communicate()
        assert self._process.returncode == 0


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Rolecall, Rolecall]]:
    with ExitStack() as stack:
        both = Rolecall(tmp_path), Rolecall(tmp_path)
        for each in both:
            stack.callback(each.close)
        yield both


@pytest.mark.parametrize("left", [("-wal", "-shm"), ("-wal",), ("-shm",), ()], ids="+".join)
def test_two_processes_keep_favourites_if_some_files_are_deleted(
    tmp_path: Path, two: tuple[Rolecall, Rolecall], left: tuple[str, ...]
) -> None:
    """Another process has those that are left open: they belong to the deleted database."""
    one, other = two
    one.add("1")
    other.add("2")
    for suffix in {"", "-wal", "-shm"} - set(left):
        path_of(tmp_path).with_name(f"inventory.sqlite{suffix}").unlink()
    assert one.add("3") == "['3']"
    assert other.add("4") == one.add("4") == "['3', '4']"
    other.close()
    assert one.add("5") == "['3', '4', '5']"
    one.close()
    again = opened(tmp_path)
    assert {id_ for id_, _ in again.favourites(SESSION).favourites} == {"3", "4", "5"}
    again.close()


@pytest.mark.parametrize("network", [False, True])
@pytest.mark.parametrize("how", ["folder", "file", "another"])
def test_a_write_into_a_deleted_database_creates_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, network: bool
) -> None:
    """Favourites exist nowhere else. SQLite would continue to write to the deleted file."""
    monkeypatch.setattr(database, "is_on_network", lambda _: network)
    cache, path = opened(tmp_path), path_of(tmp_path)
    crawl(cache, {"1": ["A"]})
    if how == "file":
        path.unlink()
    else:
        rmtree(path.parent)
    other = opened(tmp_path)
    expected = {("1", "A")}
    if how == "another":
        other.set_favourite(SESSION, ("2", "B"), True)
        expected.add(("2", "B"))
    cache.set_favourite(SESSION, ("1", "A"), True)
    assert cache.favourites(SESSION).favourites == expected
    assert other.favourites(SESSION).favourites == expected
    assert rows_of(cache) == {}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    cache.close()
    other.set_favourite(SESSION, ("3", "C"), True)
    other.close()
    again = opened(tmp_path)
    assert again.favourites(SESSION).favourites == expected | {("3", "C")}
    again.close()


def test_a_crawl_whose_database_is_deleted_is_not_complete(tmp_path: Path) -> None:
    """What it has listed before is lost, and its number means nothing in the new database."""
    cache = opened(tmp_path)
    crawl(cache, {"1": ["A"]})
    number = begin(cache)
    assert cache.save(SESSION, number, NOW, [account("1")])
    rmtree(path_of(tmp_path).parent)
    assert not cache.save(SESSION, number, NOW, [account("2")])
    assert not cache.save_roles(SESSION, number, {})
    assert not cache.keep_roles(SESSION, number, NOW)
    assert cache.stored(SESSION) == CrawlState()
    assert rows_of(cache) == {}
    crawl(cache, {"3": ["A"]})
    assert rows_of(cache) == {"3": ["A"]}
    cache.close()


@pytest.mark.parametrize("network", [False, True])
def test_a_database_that_is_deleted_while_it_is_opened_is_created_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: bool
) -> None:
    path = path_of(tmp_path)
    opens = count()

    def delete(_: Path) -> bool:
        if not next(opens):
            path.unlink()
        return network

    monkeypatch.setattr(database, "is_on_network", delete)
    cache = opened(tmp_path)
    for id_ in "12":
        cache.set_favourite(SESSION, (id_, ""), True)
    other = opened(tmp_path)
    assert other.favourites(SESSION).favourites == {("1", ""), ("2", "")}
    cache.close()
    other.close()
