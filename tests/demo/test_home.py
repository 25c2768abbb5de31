from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import pytest

from rolecall.demo.home import create_home
from rolecall.demo.organisation import Organisation, organisation_of
from rolecall.domain.model import Account
from tests.demo.conftest import SCOPE, DemoClock

START_URL = "http://127.0.0.1:1234/start"


@pytest.fixture
def wide_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def read(home: Path, monkeypatch: pytest.MonkeyPatch) -> botocore.session.Session:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / ".aws" / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / ".aws" / "credentials"))
    return botocore.session.Session()


def test_boto3_reads_the_files(
    tmp_path: Path, clock: DemoClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = organisation_of(41)
    create_home(tmp_path, START_URL, "eu-west-1", organisation, now=clock.now)
    config = read(tmp_path, monkeypatch).full_config
    assert config["sso_sessions"]["demo"] == {
        "sso_start_url": START_URL,
        "sso_region": "eu-west-1",
        "sso_registration_scopes": SCOPE,
    }
    profiles = config["profiles"]
    assert set(profiles) == {"default", "log-archive-readonly", "deploy", "vault", "pasted-sandbox"}
    saved = profiles["log-archive-readonly"]
    assert saved["sso_session"] == "demo"
    assert saved["sso_role_name"] in organisation.permission_sets(saved["sso_account_id"])
    assert profiles["deploy"]["source_profile"] == "log-archive-readonly"
    assert "credential_process" in profiles["vault"]
    assert profiles["pasted-sandbox"]["x_security_token_expires"] == "2026-03-01T09:42:00Z"


def test_other_users_cannot_read_the_files(tmp_path: Path, wide_umask: None) -> None:
    home = tmp_path / "new" / "home"
    create_home(home, START_URL, "eu-west-1", organisation_of(2))
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.rglob("*"))}
    assert modes == {
        home: 0o700,
        home / ".aws": 0o700,
        home / ".aws" / "config": 0o600,
        home / ".aws" / "credentials": 0o600,
    }


@pytest.mark.parametrize("name", ["config", "credentials"])
def test_a_home_with_aws_files_is_left_alone(tmp_path: Path, name: str) -> None:
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / name).write_text("[default]\n")
    with pytest.raises(FileExistsError):
        create_home(tmp_path, START_URL, "eu-west-1", organisation_of(2))
    assert [path.name for path in folder.iterdir()] == [name]
    assert (folder / name).read_text() == "[default]\n"


@pytest.mark.parametrize(
    "organisation",
    [
        organisation_of(0),
        organisation_of(1),
        Organisation(
            [
                (Account("000000000001", "a", "a@b.example"), ("One",)),
                (Account("000000000002", "]\n[profile x]\x1b", "c@d.example"), ()),
            ]
        ),
        Organisation([(Account(f"00000000000{n}", "データ", "a@b.example"), ()) for n in (1, 2)]),
    ],
)
def test_every_organisation_gives_readable_files(
    tmp_path: Path, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_home(tmp_path, START_URL, "eu-west-1", organisation)
    profiles = read(tmp_path, monkeypatch).full_config["profiles"]
    assert len(profiles) == 5
    assert sum("sso_session" in profile for profile in profiles.values()) == 1
