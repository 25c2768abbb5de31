"""How urgent an expiry is, how long it is shown, and which comes first."""

from __future__ import annotations

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.domain.model import SsoSession, short_start_url
from rolecall.domain.records import replace
from rolecall.domain.time_left import Level
from rolecall.services.tokens.expiry import Expiry, ExpiryKind, sort_expiries
from rolecall.services.tokens.expiry_warnings import ExpiryWarnings
from tests.services.tokens.test_expiries import only
from tests.support.desk import Desk
from tests.support.for_each import for_each
from tests.support.obstacles.unwritable import read_only

NOW = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
SESSION = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")
SECOND = timedelta(seconds=1)


def of_kind(kind: ExpiryKind, expires_at: datetime = NOW, *, refused: bool = False) -> Expiry:
    return Expiry(kind, "id", "corp", SESSION, expires_at, refused=refused)


@for_each(
    ("kind", "shown_for"),
    [
        (ExpiryKind.ACCESS_TOKEN, timedelta(days=1)),
        (ExpiryKind.LOGIN_SESSION, timedelta(days=1)),
        (ExpiryKind.SHORT_TERM_CREDENTIALS, timedelta(hours=1)),
        (ExpiryKind.CLIENT_REGISTRATION, timedelta(0)),
        (ExpiryKind.ROLE_CREDENTIALS, timedelta(0)),
        (ExpiryKind.LOGIN_KEYS, timedelta(0)),
    ],
)
def test_what_only_the_user_can_renew_is_shown_for_a_while_after_its_end(
    kind: ExpiryKind, shown_for: timedelta
) -> None:
    row = of_kind(kind)
    assert not row.is_stale(NOW + shown_for - SECOND)
    assert row.is_stale(NOW + shown_for)


@pytest.mark.parametrize(
    ("kind", "lifetime"),
    [
        (ExpiryKind.ROLE_CREDENTIALS, timedelta(hours=1)),
        (ExpiryKind.SHORT_TERM_CREDENTIALS, timedelta(hours=1)),
        (ExpiryKind.LOGIN_SESSION, timedelta(hours=12)),
        (ExpiryKind.LOGIN_KEYS, timedelta(minutes=15)),
    ],
)
def test_the_bar_is_full_at_the_usual_lifetime(kind: ExpiryKind, lifetime: timedelta) -> None:
    assert of_kind(kind).typical_lifetime == lifetime


def test_a_refused_token_is_gone_before_its_end() -> None:
    later = NOW + timedelta(hours=8)
    assert of_kind(ExpiryKind.ACCESS_TOKEN, later).level(NOW) is not Level.GONE
    assert of_kind(ExpiryKind.ACCESS_TOKEN, later, refused=True).level(NOW) is Level.GONE


def test_a_refused_one_comes_before_those_that_expire_sooner() -> None:
    soon = of_kind(ExpiryKind.ACCESS_TOKEN, NOW + timedelta(hours=1))
    refused = of_kind(ExpiryKind.ACCESS_TOKEN, NOW + timedelta(hours=8), refused=True)
    assert sort_expiries([soon, refused], NOW) == [refused, soon]


def test_a_registration_without_a_session_has_the_portal_of_its_token_or_its_file(
    desk: Desk,
) -> None:
    desk.sign_in()
    desk.config.unlink()

    def registration() -> Expiry:
        found = only(desk, ExpiryKind.CLIENT_REGISTRATION)
        assert found.session is None
        return found

    assert registration().name == short_start_url(desk.session.start_url)
    desk.token_cache.token_path(desk.session).unlink()
    assert registration().name == registration().id


def test_a_token_without_a_session_and_a_portal_has_its_file(desk: Desk) -> None:
    token = desk.sign_in()
    desk.config.unlink()
    assert only(desk, ExpiryKind.ACCESS_TOKEN).name == short_start_url(token.start_url)
    desk.token_cache.save_token(desk.session, replace(token, start_url=""))
    row = only(desk, ExpiryKind.ACCESS_TOKEN)
    assert row.name == row.id


def test_keys_with_an_expiry_are_listed_though_they_are_long_term(desk: Desk) -> None:
    ends = desk.clock.now + timedelta(minutes=42)
    desk.services.locations.credentials.write_text(
        f"[dated]\naws_access_key_id = AKIA\naws_expiration = {ends.isoformat()}\n"
    )
    row = only(desk, ExpiryKind.SHORT_TERM_CREDENTIALS)
    assert (row.name, row.expires_at) == ("dated", ends)


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
