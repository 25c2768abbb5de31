"""Short-term keys in ~/.aws/credentials. Other keys are never overwritten."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from botocore.session import Session

from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.file_errors import EditRefused, FileChanged
from rolecall.domain.model import RoleCredentials, Secret
from rolecall.domain.records import replace
from rolecall.files.aws_config.credentials_file import CredentialsFile, DeleteKeys, StoreKeys
from rolecall.files.aws_config.key_expiry import EXPIRY_KEYS
from tests.support.config_files import added

ENDS = datetime(2026, 11, 24, 21, 49, 23, tzinfo=UTC)
KEYS = RoleCredentials("ASIA1", Secret("s/+="), Secret("t=="), ENDS)
LONG_LIVED = b"# do not lose\n[work]\naws_access_key_id = AKIA1\naws_secret_access_key = x\n"


@pytest.fixture
def file(tmp_path: Path) -> CredentialsFile:
    return CredentialsFile(tmp_path / "credentials", tmp_path / "state")


def test_boto3_uses_what_is_stored(file: CredentialsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.path.write_bytes(LONG_LIVED)
    file.commit(file.plan([StoreKeys("audit", KEYS)]))
    assert file.path.read_bytes().startswith(LONG_LIVED)
    session = Session()
    session.set_config_variable("credentials_file", str(file.path))
    session.set_config_variable("profile", "audit")
    found = boto3.Session(botocore_session=session).get_credentials()
    assert found is not None
    assert (found.access_key, found.secret_key, found.token) == ("ASIA1", "s/+=", "t==")


def test_the_file_is_private_and_has_the_expiry_of_the_keys(file: CredentialsFile) -> None:
    file.commit(file.plan([StoreKeys("audit", KEYS)]))
    assert file.path.stat().st_mode & 0o777 == 0o600
    (stored,) = file.read()
    assert (stored.name, stored.expires_at, stored.expiry_key) == (
        "audit",
        ENDS,
        "x_security_token_expires",
    )
    assert stored.has_keys
    assert stored.is_short_term


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("x_security_token_expires", "2026-11-24T22:49:23+01:00"),
        ("aws_expiration", "2026-11-24T21:49:23.000Z"),
        ("expiration", "2026-11-24 21:49:23"),
        ("aws_session_expiration", "2026-11-24T21:49:23+0000"),
        ("Expiration", "1795556963"),
    ],
)
def test_every_name_of_the_expiry_key_is_read(file: CredentialsFile, key: str, value: str) -> None:
    file.path.write_text(f"[x]\naws_access_key_id = ASIA\naws_session_token = t\n{key} = {value}\n")
    (stored,) = file.read()
    assert (stored.expires_at, stored.expiry_key) == (ENDS, key.lower())


def test_long_lived_keys_are_not_overwritten(file: CredentialsFile) -> None:
    file.path.write_bytes(LONG_LIVED)
    for edit in (StoreKeys("work", KEYS), DeleteKeys("work")):
        with pytest.raises(EditRefused) as caught:
            file.plan([edit])
        assert (caught.value.problem, caught.value.subject) == ("long-lived-keys", "work")
    assert file.path.read_bytes() == LONG_LIVED


def test_the_name_of_an_sso_profile_is_refused(file: CredentialsFile) -> None:
    with pytest.raises(EditRefused) as caught:
        file.plan([StoreKeys("audit", KEYS, sso_profiles={"audit"})])
    assert caught.value.problem == "sso-profile"


def test_renewed_keys_change_only_their_lines(file: CredentialsFile) -> None:
    old = b"\n[audit]\naws_access_key_id=ASIA0\naws_session_token=t\n"
    file.path.write_bytes(LONG_LIVED + old)
    file.commit(file.plan([StoreKeys("audit", KEYS)]))
    assert file.path.read_text() == LONG_LIVED.decode() + (
        "\n[audit]\naws_access_key_id=ASIA1\naws_session_token=t==\naws_secret_access_key=s/+=\n"
        "x_security_token_expires=2026-11-24T21:49:23Z\n"
    )
    file.commit(file.plan([DeleteKeys("audit")]))
    assert file.path.read_bytes() == LONG_LIVED


def test_other_expiry_keys_are_deleted_with_the_old_keys(file: CredentialsFile) -> None:
    file.path.write_text(
        "[audit]\naws_access_key_id = ASIA0\naws_session_token = t\n"
        "x_security_token_expires = 2020-01-01T00:00:00Z  # mine\n"
        "aws_session_expiration = 2020-01-01T00:00:00Z\n"
    )
    file.commit(file.plan([StoreKeys("audit", KEYS)]))
    (stored,) = file.read()
    assert stored.expires_at == ENDS
    keys = [line.partition(" = ")[0] for line in file.path.read_text().splitlines()]
    assert keys[3:] == ["# mine", "x_security_token_expires", "aws_secret_access_key"]


def test_an_old_token_of_another_name_is_deleted_with_the_old_keys(
    file: CredentialsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """saml2aws writes both names of the token, and botocore reads the older one first."""
    file.path.write_text(
        "[audit]\naws_access_key_id = ASIA0\naws_secret_access_key = s\n"
        "aws_session_token = old\naws_security_token = old\n"
    )
    file.commit(file.plan([StoreKeys("audit", KEYS)]))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file.path))
    found = Session(profile="audit").get_credentials()
    assert found is not None
    assert found.token == KEYS.session_token.reveal()


def test_the_diff_of_a_change_shows_no_secret(file: CredentialsFile) -> None:
    change = file.plan([StoreKeys("audit", KEYS)])
    assert "aws_secret_access_key = …" in added(change)
    assert "+aws_session_token = …" in change.diff()
    for shown in (repr(change), added(change), change.diff()):
        assert "s/+=" not in shown
        assert "t==" not in shown


@pytest.mark.parametrize(
    ("key_id", "token", "is_short_term"),
    [
        ("ASIA1", "", True),
        ("AKIA1", "aws_session_token = t\n", False),
        ("LOCAL1", "", False),
        ("LOCAL1", "aws_session_token = t\n", True),
        ("LOCAL1", "aws_security_token = t\n", True),
    ],
)
def test_keys_with_an_id_that_is_not_of_aws_expire_if_they_have_a_token(
    file: CredentialsFile, key_id: str, token: str, is_short_term: bool
) -> None:
    file.path.write_text(f"[x]\naws_access_key_id = {key_id}\n{token}")
    (stored,) = file.read()
    assert stored.is_short_term == is_short_term


ALL_OF_KEYS = (
    *("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"),
    *("x_principal_arn", *EXPIRY_KEYS),
)


@pytest.mark.parametrize(
    ("section", "left"),
    [
        (("audit", *ALL_OF_KEYS), ""),
        (("audit", *ALL_OF_KEYS, "region"), ""),
        (("audit", *ALL_OF_KEYS, "output"), "[audit]\noutput = ASIA1\n"),
        (("default", *ALL_OF_KEYS), ""),
        (("default", *ALL_OF_KEYS, "region"), "[default]\nregion = ASIA1\n"),
    ],
)
def test_a_section_of_keys_alone_is_deleted_with_them(
    file: CredentialsFile, section: tuple[str, ...], left: str
) -> None:
    name, *keys = section
    file.path.write_text(f"[{name}]\n" + "".join(f"{key} = ASIA1\n" for key in keys))
    file.commit(file.plan([DeleteKeys(name)]))
    assert file.path.read_text() == left


def test_keys_that_another_program_has_stored_meanwhile_are_not_overwritten(
    file: CredentialsFile,
) -> None:
    for name, is_conflict in (("audit", True), ("other", False)):
        file.path.write_text("")
        change = file.plan([StoreKeys("audit", KEYS)])
        file.path.write_text(theirs := f"[{name}]\naws_access_key_id = AKIATHEIRS\n")
        if is_conflict:
            with pytest.raises(RolecallError):
                file.commit(change)
            assert file.path.read_text() == theirs
        else:
            file.commit(change)
            assert file.path.read_text().startswith(theirs)
            assert KEYS.access_key_id in file.path.read_text()


def test_renewed_keys_are_not_written_over_other_renewed_ones(file: CredentialsFile) -> None:
    file.commit(file.plan([StoreKeys("audit", KEYS)]))
    change = file.plan([StoreKeys("audit", replace(KEYS, access_key_id="ASIAMINE"))])
    theirs = file.path.read_bytes().replace(KEYS.access_key_id.encode(), b"ASIATHEIRS")
    file.path.write_bytes(theirs)
    with pytest.raises(FileChanged):
        file.commit(change)
    assert file.path.read_bytes() == theirs
