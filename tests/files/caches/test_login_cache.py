"""The cache of `aws login`, against botocore's own reader."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from botocore.credentials import LoginCredentialFetcher
from botocore.utils import JSONFileCache, LoginTokenLoader
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rolecall.domain.login_session import LONGEST_SESSION
from rolecall.domain.model import Secret
from rolecall.domain.records import replace
from rolecall.domain.time_left import TokenExpiry
from rolecall.files.caches.login_cache import LoginCache
from rolecall.files.caches.login_file import login_expiry, login_stem
from rolecall.files.caches.refusals import REFRESH, Refusals
from rolecall.files.locations import Locations
from rolecall.files.paths import known_paths
from tests.support.login_files import ALICE, fields, write

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LEFT = timedelta(minutes=9)


@pytest.fixture
def cache(tmp_path: Path) -> LoginCache:
    return LoginCache(tmp_path / "cache", tmp_path / "state")


def expiry(cache: LoginCache) -> TokenExpiry | None:
    paths = known_paths({"HOME": str(cache.folder)})
    paths = paths._replace(login_cache=str(cache.folder), state=str(cache.state))
    return login_expiry(paths, ALICE)


def test_a_file_of_the_aws_cli_is_read(cache: LoginCache) -> None:
    write(cache.folder, fields(NOW, left=LEFT))
    session = cache.session(ALICE)
    assert session is not None
    assert session.keys.access_key_id == "ASIALOGIN"
    assert session.keys.account_id == "038410265977"
    assert session.keys.expires_at == NOW + LEFT
    assert session.ends_at == NOW + timedelta(hours=12)
    assert "of-login" not in repr(session)
    assert cache.sessions() == [(login_stem(ALICE), session)]
    assert cache.broken() == []
    assert expiry(cache) == TokenExpiry(NOW + LEFT, NOW + timedelta(hours=12))


def test_botocore_reads_what_rolecall_writes(cache: LoginCache) -> None:
    content = fields(NOW, left=LEFT) | {"signInRegion": "eu-west-1", "fromTheFuture": [1]}
    path = write(cache.folder, content)
    session = cache.session(ALICE)
    assert session is not None
    path.write_text(json.dumps({"fromTheFuture": [1], "refreshToken": "old"}))
    cache.save(session)
    assert json.loads(path.read_text()) == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    loader: Any = LoginTokenLoader(JSONFileCache(str(cache.folder)))  # type: ignore[arg-type]
    never: Any = None  # no call is made
    keys = LoginCredentialFetcher(ALICE, loader, never).load_cached_credentials()
    assert (keys["access_key"], keys["account_id"]) == ("ASIALOGIN", "038410265977")


def test_what_a_file_may_lack_has_a_default(cache: LoginCache) -> None:
    content: dict[str, Any] = fields(NOW, left=LEFT)
    content["tokenType"] = "other"
    content["accessToken"]["accountId"] = "123456789012"
    write(cache.folder, content)
    full = cache.session(ALICE)
    assert full is not None
    assert (full.token_type, full.keys.account_id) == ("other", "123456789012")
    del content["tokenType"], content["accessToken"]["accountId"], content["idToken"]
    write(cache.folder, content)
    bare = cache.session(ALICE)
    assert bare is not None
    assert (bare.token_type, bare.keys.account_id) == ("aws_sigv4", "038410265977")
    assert (bare.id_token, bare.sign_in_region, bare.ends_at) == (None, "", None)
    cache.save(replace(bare, keys=replace(bare.keys, account_id=None)))
    assert cache.session(ALICE) == bare
    written = json.loads(cache.path(ALICE).read_text())
    assert written["accessToken"]["accountId"] == "038410265977"
    assert {"idToken", "signInRegion"}.isdisjoint(written)


def test_a_session_without_the_moment_of_the_sign_in_may_renew(cache: LoginCache) -> None:
    write(cache.folder, fields(NOW, left=LEFT) | {"idToken": "not.a.token"})
    session = cache.session(ALICE)
    assert session is not None
    assert session.ends_at is None
    assert session.may_renew(NOW + timedelta(days=1))
    assert expiry(cache) == TokenExpiry(NOW + LEFT, NOW + LEFT + timedelta(hours=12))


@pytest.mark.parametrize("missing", ["accessToken", "refreshToken", "dpopKey", "clientId"])
def test_a_file_without_a_member_that_clients_need_is_broken(
    cache: LoginCache, missing: str
) -> None:
    content = fields(NOW, left=LEFT)
    del content[missing]
    path = write(cache.folder, content)
    assert cache.session(ALICE) is None
    assert cache.broken() == [path]
    assert expiry(cache) is None


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", 5, [], {}, "x", "2026-11-24T13:00:00Z", 1795525200, True]
)
KEYS = ("accessKeyId", "secretAccessKey", "sessionToken", "expiresAt", "accountId")


@settings(max_examples=200, deadline=None)
@given(
    outer=st.dictionaries(
        st.sampled_from(["accessToken", "refreshToken", "clientId", "dpopKey", "idToken"]), ODD
    ),
    inner=st.dictionaries(st.sampled_from(KEYS), ODD),
    cut=st.one_of(st.none(), st.integers(0, 60)),
)
@example(outer={"refreshToken": ""}, inner={}, cut=None)
@example(outer={}, inner={"sessionToken": None}, cut=None)
def test_all_readers_give_the_same_answer(
    outer: dict[str, Any], inner: dict[str, Any], cut: int | None
) -> None:
    content: dict[str, Any] = fields(NOW, left=LEFT)
    content["accessToken"] |= inner
    with TemporaryDirectory() as folder:
        cache = LoginCache(Path(folder) / "cache", Path(folder) / "state")
        path = write(cache.folder, content | outer)
        path.write_bytes(path.read_bytes()[:cut])
        session, found = cache.session(ALICE), expiry(cache)
        assert (found is None) is (session is None)
        if session is not None and found is not None:
            end = session.ends_at or session.keys.expires_at + LONGEST_SESSION
            assert found == TokenExpiry(session.keys.expires_at, end)


def test_a_half_written_file_is_broken(cache: LoginCache) -> None:
    path = write(cache.folder, fields(NOW, left=LEFT))
    path.write_text(path.read_text()[:200])
    assert cache.session(ALICE) is None
    assert cache.broken() == [path]
    assert expiry(cache) is None


def test_a_refused_session_is_not_renewable(cache: LoginCache) -> None:
    write(cache.folder, fields(NOW, left=LEFT))
    session = cache.session(ALICE)
    assert session is not None
    refusals = Refusals(cache.state)
    refusals.note(login_stem(ALICE), REFRESH, Secret("another"), NOW, "changed")
    assert expiry(cache) == TokenExpiry(NOW + LEFT, NOW + timedelta(hours=12))
    refusals.note(login_stem(ALICE), REFRESH, session.refresh_token, NOW, "changed")
    found = expiry(cache)
    assert found == TokenExpiry(NOW + LEFT, None, is_refused=True)
    assert (found.is_revoked(NOW), found.is_revoked(NOW + LEFT)) == (False, True)


def test_the_folder_is_the_one_that_botocore_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from botocore.utils import get_login_token_cache_directory

    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ELSEWHERE", "x")
    for value in (None, "~/logins", "/var/$ELSEWHERE/logins"):
        environ = {"HOME": str(tmp_path), "ELSEWHERE": "x"}
        monkeypatch.delenv("AWS_LOGIN_CACHE_DIRECTORY", raising=False)
        if value is not None:
            environ["AWS_LOGIN_CACHE_DIRECTORY"] = value
            monkeypatch.setenv("AWS_LOGIN_CACHE_DIRECTORY", value)
        folder = Locations.from_environment(environ).login_cache
        assert str(folder) == get_login_token_cache_directory()
