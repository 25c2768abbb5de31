"""A database on a network file system does without SQLite's write-ahead log."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rolecall.domain.model import SsoSession
from rolecall.files.inventory import database
from rolecall.files.inventory.inventory import InventoryCache

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/local ext4 rw 0 0
//server/my\\040share /mnt/my\\040share cifs rw 0 0
tmpfs /stacked nfs rw 0 0
tmpfs /stacked tmpfs rw 0 0
user@host: /remote fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/home/user/.cache", True),
        ("/home/local/user", False),
        ("/homes/user", False),
        ("/mnt/my share/x", True),
        ("/stacked/x", False),
        ("/remote", True),
        ("/var/cache", False),
    ],
)
def test_the_nearest_mount_decides(path: str, expected: bool, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert database.is_on_network(Path(path), mounts) is expected


def test_without_proc_a_file_counts_as_local(tmp_path: Path) -> None:
    assert not database.is_on_network(tmp_path, tmp_path / "missing")


@pytest.mark.parametrize("is_on_network", [False, True])
def test_the_journal_of_the_list(
    is_on_network: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "is_on_network", lambda _: is_on_network)
    cache = InventoryCache(tmp_path / "cache", tmp_path / "state")
    cache.stored(SsoSession("corp", "https://d-1234567890.awsapps.com/start", "eu-west-1"))
    with closing(sqlite3.connect(tmp_path / "cache" / "inventory.sqlite")) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    assert mode == ("delete" if is_on_network else "wal")
