"""The caches: the same bytes as the AWS CLI writes, and any other content is tolerated."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.access_role import RoleOptions
from rolecall.domain.errors.file_errors import FileUnwritable
from rolecall.domain.model import (
    AccessToken,
    ClientRegistration,
    RoleCredentials,
    Secret,
    SsoSession,
)
from rolecall.domain.records import replace
from rolecall.domain.timestamps import write_time
from rolecall.files.caches.cli_cache import CliCache, credentials_stem
from rolecall.files.caches.sso_cache import SsoCache, read_registration, read_token, token_stem
from rolecall.files.json_fields import parse
from rolecall.files.times import read_time
from tests.support.for_each import for_each

URL = "https://d-1234567890.awsapps.com/start"
CORP = SsoSession("corp", URL, "eu-west-1")
STEM = token_stem(CORP)
LEGACY = SsoSession(None, URL, "eu-west-1", None)
REGISTRATION = ClientRegistration(
    "id", Secret("secret"), datetime(2027, 2, 22, 13, 49, 22, tzinfo=UTC), ("sso:account:access",)
)
TOKEN = AccessToken(
    URL,
    "eu-west-1",
    Secret("access"),
    datetime(2026, 11, 24, 21, 49, 23, 999999, tzinfo=UTC),
    Secret("refresh"),
    REGISTRATION,
)
TOKEN_TEXT = (
    '{"startUrl": "https://d-1234567890.awsapps.com/start", "region": "eu-west-1", '
    '"accessToken": "access", "expiresAt": "2026-11-24T21:49:23Z", "clientId": "id", '
    '"clientSecret": "secret", "registrationExpiresAt": "2027-02-22T13:49:22Z", '
    '"refreshToken": "refresh"}'
)
CREDENTIALS = RoleCredentials(
    "ASIA1", Secret("s"), Secret("t"), datetime(2026, 11, 24, 14, tzinfo=UTC), "123456789012"
)


@pytest.fixture
def cache(tmp_path: Path) -> SsoCache:
    return SsoCache(tmp_path / "aws" / "sso" / "cache", tmp_path / "state")


def test_a_token_file_equals_the_one_of_the_cli(cache: SsoCache) -> None:
    cache.save_token(CORP, TOKEN)
    path = cache.folder / "ee0bfd2552fbd840c02cc48b6e823320543c450f.json"
    assert path.read_text() == TOKEN_TEXT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.folder.stat().st_mode) == 0o700
    found = cache.token(CORP)
    assert found is not None
    assert (found.value, found.refresh_token) == (TOKEN.value, TOKEN.refresh_token)
    assert cache.tokens() == [(path.stem, found)]
    cache.forget_token(CORP)
    assert cache.token(CORP) is None
    cache.forget_token(CORP)
    assert list(cache.folder.iterdir()) == []


def test_a_legacy_token_file_is_named_after_the_start_url_as_written(cache: SsoCache) -> None:
    cache.save_token(LEGACY, TOKEN)
    (stem, _), *_ = cache.tokens()
    assert stem == "7487b5b67d5fa1132cf33fa93ae51ef38cc37752"
    assert cache.token(SsoSession(None, f"{URL}/", "eu-west-1")) is None
    assert cache.token(LEGACY) is not None


def test_registration_files_have_the_name_that_the_cli_gives(cache: SsoCache) -> None:
    cache.save_registration(CORP, REGISTRATION)
    cache.save_registration(LEGACY, ClientRegistration("a", Secret("b"), REGISTRATION.expires_at))
    keys = [
        f'{{"region": "eu-west-1", "scopes": {scopes}, "session_name": {name}, '
        f'"startUrl": "{URL}", "tool": "botocore"}}'
        for scopes, name in (('["sso:account:access"]', '"corp"'), ("null", "null"))
    ]
    stems = {hashlib.sha1(key.encode()).hexdigest() for key in keys}
    assert {path.stem for path in cache.folder.iterdir()} == stems
    assert cache.registration(CORP) == REGISTRATION
    text = (cache.folder / f"{hashlib.sha1(keys[0].encode()).hexdigest()}.json").read_text()
    assert text == (
        '{"clientId": "id", "clientSecret": "secret", "expiresAt": "2027-02-22T13:49:22Z", '
        '"scopes": ["sso:account:access"]}'
    )
    assert len(cache.registrations()) == 2
    cache.forget_registration(CORP)
    assert cache.registration(CORP) is None


def test_unknown_members_are_kept_and_known_ones_are_replaced(cache: SsoCache) -> None:
    cache.save_token(CORP, TOKEN)
    path = next(cache.folder.iterdir())
    path.write_text(json.dumps(json.loads(TOKEN_TEXT) | {"fromTheFuture": [1]}, indent=2))
    cache.save_token(CORP, AccessToken(URL, "eu-west-1", Secret("new"), TOKEN.expires_at))
    assert json.loads(path.read_text()) == {
        "startUrl": URL,
        "region": "eu-west-1",
        "accessToken": "new",
        "expiresAt": "2026-11-24T21:49:23Z",
        "fromTheFuture": [1],
    }


@pytest.mark.parametrize("broken", [b"", b"{", TOKEN_TEXT[:60].encode(), b"[]", b"\xff", b"null"])
def test_a_broken_file_is_no_token_and_is_replaced(cache: SsoCache, broken: bytes) -> None:
    cache.save_token(CORP, TOKEN)
    path = next(cache.folder.iterdir())
    path.write_bytes(broken)
    assert cache.token(CORP) is None
    assert cache.tokens() == []
    assert cache.broken() == [path]
    cache.save_token(CORP, TOKEN)
    assert path.read_text() == TOKEN_TEXT
    assert cache.broken() == []


def test_a_renewal_is_known_to_have_begun_until_it_ends(cache: SsoCache) -> None:
    assert not cache.was_renewal_begun(STEM, Secret("refresh"))
    cache.note_renewal(STEM, Secret("refresh"))
    assert cache.was_renewal_begun(STEM, Secret("refresh"))
    assert not cache.was_renewal_begun(STEM, Secret("another"))
    cache.note_renewal_end(STEM)
    assert not cache.was_renewal_begun(STEM, Secret("refresh"))


@pytest.mark.parametrize("record", ["[]", "{", None])
def test_a_record_that_cannot_be_read_says_nothing(cache: SsoCache, record: str | None) -> None:
    path = cache.state / "renewing" / f"{STEM}.json"
    path.parent.mkdir(parents=True)
    if record is None:
        path.mkdir()
    else:
        path.write_text(record)
    assert not cache.was_renewal_begun(STEM, Secret("refresh"))


def test_an_unwritable_folder_is_found_before_a_refresh_token_is_used(cache: SsoCache) -> None:
    with cache.replacing_token(CORP):
        pass
    assert list(cache.folder.iterdir()) == []
    cache.folder.rmdir()
    cache.folder.write_text("in the way")
    with pytest.raises(FileUnwritable), cache.replacing_token(CORP):
        pytest.fail("not reached")


def test_a_role_credentials_file_equals_the_one_of_the_cli(tmp_path: Path) -> None:
    from botocore.credentials import SSOCredentialFetcher

    unasked: Any = None
    cache = CliCache(tmp_path / "cli" / "cache", tmp_path / "state")
    for session in (CORP, LEGACY):
        cache.save(session, "123456789012", "Admin", CREDENTIALS)
        assert cache.credentials(session, "123456789012", "Admin") == CREDENTIALS
        fetcher: Any = SSOCredentialFetcher(
            URL, "eu-west-1", "Admin", "123456789012", unasked, sso_session_name=session.name
        )
        path = cache.folder / f"{fetcher._create_cache_key()}.json"
        assert json.loads(path.read_text()) == {
            "ProviderType": "sso",
            "Credentials": {
                "AccessKeyId": "ASIA1",
                "SecretAccessKey": "s",
                "SessionToken": "t",
                "Expiration": "2026-11-24T14:00:00Z",
                "AccountId": "123456789012",
            },
        }
    (cache.folder / "session.db").write_bytes(b"SQLite format 3\0")
    assert len(cache.entries()) == 2
    cache.forget(credentials_stem(CORP, "123456789012", "Admin"))
    assert len(cache.entries()) == 1


def test_each_role_of_each_account_and_session_has_its_own_file() -> None:
    options = (RoleOptions(), RoleOptions("kim"), RoleOptions("kim", 900), RoleOptions("", 900))
    stems = {
        credentials_stem(session, account_id, name, each)
        for session in (CORP, LEGACY)
        for account_id in ("1" * 12, "2" * 12)
        for name in ("role/A", "role/B")
        for each in options
    }
    assert len(stems) == 2 * 2 * 2 * len(options)


def test_the_file_of_a_role_with_options_has_them_in_its_key() -> None:
    text = (
        '{"accountId":"123456789012","duration":"900","roleName":"Admin",'
        '"roleSessionName":"me","sessionName":"corp"}'
    )
    stem = credentials_stem(CORP, "123456789012", "Admin", RoleOptions("me", 900))
    assert stem == hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def test_the_credentials_of_an_assumed_role_keep_their_account(tmp_path: Path) -> None:
    cache = CliCache(tmp_path / "cache", tmp_path / "state")
    for credentials in (CREDENTIALS, replace(CREDENTIALS, account_id=None)):
        cache.save_assumed({"RoleArn": "x"}, credentials)
        assert cache.assumed({"RoleArn": "x"}) == credentials


@pytest.mark.parametrize("gone", ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"])
def test_role_credentials_without_one_of_their_members_are_none(tmp_path: Path, gone: str) -> None:
    cache = CliCache(tmp_path / "cache", tmp_path / "state")
    cache.save(CORP, "1" * 12, "Whole", CREDENTIALS)
    cache.save(CORP, "1" * 12, "Admin", CREDENTIALS)
    stem = credentials_stem(CORP, "1" * 12, "Admin")
    path = cache.folder / f"{stem}.json"
    fields = json.loads(path.read_text())
    del fields["Credentials"][gone]
    path.write_text(json.dumps(fields))
    assert cache.credentials(CORP, "1" * 12, "Admin") is None
    assert [found for found, _ in cache.entries()] == [credentials_stem(CORP, "1" * 12, "Whole")]
    assert cache.broken() == []
    path.write_text("{")
    assert cache.broken() == [path]


def test_scopes_that_are_no_text_are_ignored(cache: SsoCache) -> None:
    cache.save_registration(CORP, REGISTRATION)
    (path,) = cache.files()
    fields = json.loads(path.read_text())
    path.write_text(json.dumps(fields | {"scopes": [1, "sso:account:access", None]}))
    assert cache.registration(CORP) == REGISTRATION


@for_each(
    "text",
    [
        *("2026-11-24T21:49:23Z", "2026-11-24T21:49:23.123Z", "2026-11-24T21:49:23+00:00"),
        *("2026-11-24T22:49:23+01:00", "2026-11-24T21:49:23UTC", "2026-11-24T21:49:23"),
        *("2026-11-24 21:49:23", "2026-11-24T21:49:23.123456789Z", 1795556963, 1795556963.5),
        *(1795556963000, "1795556963"),
    ],
)
def test_every_time_format_of_other_clients_is_read(text: object) -> None:
    found = read_time(text)
    assert found is not None
    assert found.replace(microsecond=0) == datetime(2026, 11, 24, 21, 49, 23, tzinfo=UTC)
    assert write_time(found) == "2026-11-24T21:49:23Z"


@pytest.mark.parametrize(("number", "year"), [(100_000_000_000, 5138), (100_000_000_001, 1973)])
def test_a_number_that_is_too_large_for_seconds_is_read_as_milliseconds(
    number: int, year: int
) -> None:
    assert [found and found.year for found in map(read_time, (number, str(number)))] == [year] * 2


@pytest.mark.parametrize(
    ("fraction", "microsecond"),
    [("", 0), (".5", 500_000), (",123", 123_000), (".123456789", 123_456)],
)
def test_the_fraction_of_a_second_is_read(fraction: str, microsecond: int) -> None:
    found = read_time(f"2026-11-24T21:49:23{fraction}Z")
    assert found == datetime(2026, 11, 24, 21, 49, 23, microsecond, UTC)


@for_each("zone", ["Z", "+14:00", "-12:00"])
@for_each("text", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
def test_a_time_for_none_or_never_leaves_room_for_zones_and_calculations(
    text: str, zone: str
) -> None:
    found = read_time(f"{text}{zone}")
    assert found is not None
    assert read_time(write_time(found)) == found
    for days in (-180, 180):
        assert found + timedelta(days=days)
    for hours in (-14, 14):
        assert found.astimezone(timezone(timedelta(hours=hours)))


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.text()))
)
def test_any_time_is_read_or_ignored(value: object) -> None:
    found = read_time(value)
    assert found is None or found.tzinfo is not None


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.text(), st.integers()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
)


@pytest.mark.thorough
@given(
    st.dictionaries(
        st.sampled_from(["accessToken", "expiresAt", "clientId", "clientSecret", "scopes"]), JSON
    )
)
def test_any_members_are_read_or_ignored(fields: dict[str, object]) -> None:
    read_token(fields)
    read_registration(fields)


def test_a_token_needs_its_value_and_its_end_alone() -> None:
    token = read_token({"accessToken": "access", "expiresAt": "2026-11-24T14:00:00Z"})
    assert token is not None
    assert (token.start_url, token.region, token.refresh_token) == ("", "", None)
    assert token.registration is None


@given(st.binary())
def test_any_bytes_are_read_or_ignored(data: bytes) -> None:
    assert parse(data) is None or isinstance(parse(data), dict)


def test_deep_nesting_is_a_broken_file() -> None:
    assert parse(b"[" * 200_000) is None


def test_a_token_file_that_others_could_read_is_private_after_a_write(cache: SsoCache) -> None:
    cache.save_token(CORP, TOKEN)
    path = cache.token_path(CORP)
    path.chmod(0o644)
    cache.save_token(CORP, TOKEN)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o664)
    with cache.replacing_token(CORP) as save:
        save(TOKEN)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_no_readable_json_file_is_ignored(cache: SsoCache) -> None:
    cache.save_token(CORP, TOKEN)
    whole = cache.token_path(CORP)
    (cache.folder / "0.json").mkdir()
    (cache.folder / "notes.txt").write_bytes(whole.read_bytes())
    assert [stem for stem, _ in cache.tokens()] == [whole.stem]
    assert set(cache.files()) == {whole, cache.folder / "0.json"}
    assert cache.broken() == [cache.folder / "0.json"]


def test_without_a_cache_folder_there_are_no_tokens(cache: SsoCache) -> None:
    assert cache.tokens() == []
    assert cache.registrations() == []
    assert cache.token(CORP) is None
    assert not os.path.lexists(cache.folder)
