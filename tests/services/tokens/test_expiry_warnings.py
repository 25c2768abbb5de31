"""Of several watchers on one machine, one warns of each expiry at each level."""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.domain.time_left import Level
from rolecall.services.tokens.expiry_warnings import ExpiryWarnings
from tests.support.desk import Desk
from tests.support.read_only import read_only

END = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)


def test_one_of_many_claims_each_warning(tmp_path: Path) -> None:
    warnings = ExpiryWarnings(tmp_path / "state")
    for level in (Level.SOON, Level.URGENT):
        with ThreadPoolExecutor(16) as pool:
            claims = list(pool.map(lambda _, at=level: warnings.claim("x", END, at), range(64)))
        assert Counter(claims) == {True: 1, False: 63}
    assert not ExpiryWarnings(tmp_path / "state").claim("x", END, Level.SOON)
    assert warnings.claim("y", END, Level.SOON)
    assert warnings.claim("x", END + timedelta(hours=8), Level.SOON)
    assert warnings.claim("x", None, Level.SOON)


def test_each_machine_that_shares_the_folder_warns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warnings, here = ExpiryWarnings(tmp_path), os.uname()
    assert warnings.claim("x", END, Level.SOON)
    there = os.uname_result((here.sysname, "elsewhere", *here[2:]))
    monkeypatch.setattr(os, "uname", lambda: there)
    assert warnings.claim("x", END, Level.SOON)


def test_claims_are_private_and_old_ones_are_deleted(tmp_path: Path) -> None:
    warnings = ExpiryWarnings(tmp_path)
    assert warnings.claim("x", END, Level.SOON)
    (path,) = (tmp_path / "warned").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    day = 24 * 60 * 60
    for name, age, is_kept in (("y", day - 60, True), ("z", day + 0.5, False)):
        written = time.time() - age
        os.utime(path, (written, written))
        assert warnings.claim(name, END, Level.SOON)
        assert path.exists() == is_kept


def test_without_a_place_to_note_it_everyone_warns(tmp_path: Path) -> None:
    with read_only(tmp_path):
        warnings = ExpiryWarnings(tmp_path)
        assert warnings.claim("x", END, Level.SOON)
        assert warnings.claim("x", END, Level.SOON)


def test_all_rolecalls_of_a_home_share_their_warnings(desk: Desk) -> None:
    assert desk.services.expiry_warnings.claim("x", END, Level.SOON)
    assert not desk.another().expiry_warnings.claim("x", END, Level.SOON)
