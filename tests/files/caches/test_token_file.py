"""When a token expires, as a prompt reads it: without an error, whatever is in the files."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rolecall.domain.model import SsoSession
from rolecall.domain.time_left import TokenExpiry, is_signed_in
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.caches.token_file import token_expiry
from rolecall.files.paths import known_paths
from rolecall.services.tokens.renewal import belongs_to

URL = "https://corp.awsapps.com/start"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
END, RENEWABLE_UNTIL = NOW + timedelta(hours=1), NOW + timedelta(days=90)
FIELDS: dict[str, object] = {
    "startUrl": URL,
    "accessToken": "access",
    "expiresAt": "2026-11-24T13:00:00Z",
    "refreshToken": "refresh",
    "clientId": "client",
    "clientSecret": "secret",
    "registrationExpiresAt": "2027-02-22T12:00:00Z",
}
STEM = hashlib.sha1(b"corp", usedforsecurity=False).hexdigest()


class Home:
    """The token of the session `corp`, and what AWS has refused."""

    def __init__(self, path: Path) -> None:
        self.home, self.state = path, path / "state"
        self.paths = known_paths({"HOME": str(path)})._replace(state=str(self.state))

    def write(self, **changes: object) -> None:
        self._write(self.home / ".aws" / "sso" / "cache", FIELDS | changes)

    def refuse(self, refused_at: object = "2026-11-24T12:30:00Z", **tokens: str) -> None:
        digests = {kind: hashlib.sha256(each.encode()).hexdigest() for kind, each in tokens.items()}
        self._write(self.state / "refused", digests | {"refusedAt": refused_at})

    def expiry(self, start_url: str = URL) -> TokenExpiry | None:
        return token_expiry(self.paths, "corp", start_url)

    def _write(self, folder: Path, fields: object) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{STEM}.json").write_text(json.dumps(fields))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.write()
    return home


def test_a_token_expires_and_can_be_renewed_as_long_as_its_client_is_registered(home: Home) -> None:
    assert home.expiry() == TokenExpiry(END, RENEWABLE_UNTIL)
    for now, is_usable in ((NOW, True), (END, True), (RENEWABLE_UNTIL, False)):
        assert is_signed_in(home.expiry(), now) is is_usable


@pytest.mark.parametrize("value", [None, "", ["x"]])
@pytest.mark.parametrize("key", ["accessToken", "expiresAt"])
def test_a_token_without_a_value_or_an_end_is_none(home: Home, key: str, value: object) -> None:
    home.write(**{key: value})
    assert home.expiry() is None


@pytest.mark.parametrize("value", [None, "", 5])
@pytest.mark.parametrize("key", ["refreshToken", "clientId", "clientSecret"])
def test_a_token_without_one_of_what_a_renewal_needs_is_not_renewable(
    home: Home, key: str, value: object
) -> None:
    home.write(**{key: value})
    assert home.expiry() == TokenExpiry(END, None)


@pytest.mark.parametrize("fields", [[], "x", 5, None])
def test_what_is_no_object_is_no_token(home: Home, fields: object) -> None:
    home._write(home.home / ".aws" / "sso" / "cache", fields)
    assert home.expiry() is None


@pytest.mark.parametrize(
    ("of_token", "of_session", "is_same"),
    [
        (URL, URL, True),
        (URL, f"{URL.upper()}/#/", True),
        (URL, "https://other.awsapps.com/start", False),
        (URL, "", True),
        ("", URL, True),
        (5, URL, True),
    ],
)
def test_a_token_of_another_start_url_is_not_that_of_the_session(
    home: Home, of_token: object, of_session: str, *, is_same: bool
) -> None:
    home.write(startUrl=of_token)
    assert (home.expiry(of_session) is not None) is is_same


def test_a_refused_token_expires_with_the_refusal(home: Home) -> None:
    refused_at = NOW + timedelta(minutes=30)
    home.refuse(accessToken="access")
    assert home.expiry() == TokenExpiry(refused_at, RENEWABLE_UNTIL, is_refused=True)
    home.write(clientId=None)
    assert home.expiry() == TokenExpiry(refused_at, None, is_refused=True)
    home.write(expiresAt="2026-11-24T12:10:00Z")
    end = NOW + timedelta(minutes=10)
    assert home.expiry() == TokenExpiry(end, RENEWABLE_UNTIL, is_refused=True)
    home.refuse(refreshToken="refresh")
    home.write()
    assert home.expiry() == TokenExpiry(END, None)
    home.refuse(accessToken="access", refreshToken="refresh")
    found = home.expiry()
    assert found == TokenExpiry(refused_at, None, is_refused=True)
    assert found.is_revoked(refused_at)


def test_a_refusal_of_another_token_or_without_a_time_says_nothing(home: Home) -> None:
    home.refuse(accessToken="earlier", refreshToken="earlier too")
    assert home.expiry() == TokenExpiry(END, RENEWABLE_UNTIL)
    home.refuse("never", accessToken="access")
    assert home.expiry() == TokenExpiry(END, RENEWABLE_UNTIL)
    home._write(home.state / "refused", [])
    assert home.expiry() == TokenExpiry(END, RENEWABLE_UNTIL)


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", 5, [], {}, "x", URL, "2026-11-24T13:00:00Z", 1795525200, True]
)


@settings(max_examples=200, deadline=None)
@given(
    changes=st.dictionaries(st.sampled_from(list(FIELDS)), ODD),
    cut=st.one_of(st.none(), st.integers(0, 60)),
    start_url=st.sampled_from([URL, f"{URL.upper()}/#/", "https://other.awsapps.com/start"]),
)
@example(changes={}, cut=None, start_url=URL)
@example(changes={"clientSecret": ""}, cut=None, start_url=URL)
@example(changes={"startUrl": 5}, cut=None, start_url="https://other.awsapps.com/start")
def test_all_readers_give_the_same_answer(
    changes: dict[str, object], cut: int | None, start_url: str
) -> None:
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.write(**changes)
        cache = SsoCache(home.home / ".aws" / "sso" / "cache", home.state)
        session = SsoSession("corp", start_url, "eu-west-1")
        path = cache.token_path(session)
        path.write_bytes(path.read_bytes()[:cut])
        token, found = cache.token(session), home.expiry(start_url)
        if token is None or not belongs_to(token, session):
            assert found is None
            return
        is_renewable = token.refresh_token is not None and token.registration is not None
        until = token.registration.expires_at if is_renewable and token.registration else None
        assert found == TokenExpiry(token.expires_at, until)
