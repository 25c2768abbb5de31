"""The search finds a secret that is planted on purpose, wherever and however it is hidden."""

from __future__ import annotations

import base64
import json
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canaries.canaries import Canaries, Kind
from tests.canaries.conftest import Planted
from tests.support import fork_server


@pytest.mark.quick
@pytest.mark.parametrize("shift", range(3))
def test_every_form_is_found(shift: int) -> None:
    canaries = Canaries()
    secret = canaries.plant(Kind.FILE)
    before = "x" * shift
    for form in (
        secret,
        secret[: len(secret) // 2 + 1],
        secret[-len(secret) // 2 - 1 :],
        secret.lower(),
        secret[::-1],
        quote(secret, safe=""),
        json.dumps(secret),
        f"{secret[:20]}\r\n{secret[20:]}",
        base64.b64encode(f"{before}{secret}".encode()).decode(),
        secret.encode().hex(),
    ):
        assert canaries.find(f"some text {form} more text".encode()), form
    assert not canaries.find(secret.encode(), allowed=[Kind.FILE])
    assert not canaries.find(b"nothing")


@pytest.mark.quick
def test_a_secret_in_a_database_and_its_log_is_found(tmp_path: Path) -> None:
    canaries = Canaries()
    db = sqlite3.connect(tmp_path / "db")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE t (x TEXT)")
    db.commit()
    db.execute("INSERT INTO t VALUES (?)", (canaries.plant(Kind.TOKEN),))
    db.commit()
    assert [path.name for path, _ in canaries.find_in_folder(tmp_path)] == ["db-wal"]
    db.close()
    assert [path.name for path, _ in canaries.find_in_folder(tmp_path)] == ["db"]


@pytest.mark.quick
def test_secrets_of_the_server_are_collected(planted: Planted) -> None:
    """`export` prints them, as it should: this is what the other tests would find."""
    for profile, kind in (("admin", "role"), ("in-config", "file"), ("process", "process")):
        written = fork_server.run(["export", profile], planted.environ).stdout
        found = planted.canaries.find(written)
        assert {each.partition(" ")[0] for each in found} == {kind}
    assert {Kind.TOKEN, Kind.DEVICE_CODE, Kind.ROLE} <= planted.canaries.kinds()
