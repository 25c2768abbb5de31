"""The AWS files of the clients of `rolecall serve`: without other credentials of the default."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from rolecall.domain.config.file_change import Change
from rolecall.domain.errors.file_errors import FileUnwritable
from rolecall.services.credentials.container_files import container_files
from tests.support.desk import Desk

KEYS = "aws_access_key_id = AKIAX\naws_secret_access_key = x\n"
SSO = "sso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Ops\n"


def variables(desk: Desk) -> dict[str, str]:
    """Return the variables while the block runs, with the text of the files for their paths."""
    lost: list[Change] = []
    with container_files(desk.services.credentials, desk.environ, lost.append) as found:
        texts = {
            name: value if value == os.devnull else Path(value).read_text()
            for name, value in found.items()
        }
        paths = [Path(value) for value in found.values() if value != os.devnull]
    assert not any(path.exists() for path in paths)
    assert lost == []
    return texts


def test_without_credentials_of_the_default_profile_the_files_are_the_users(desk: Desk) -> None:
    assert variables(desk) == {}
    desk.add(f"[default]\nregion = eu-west-3\n[profile other]\n{SSO}")
    assert variables(desk) == {}


def test_a_machine_without_a_temporary_folder_is_an_error_with_its_path(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add(f"[default]\n{SSO}")
    gone = tmp_path / "gone"
    monkeypatch.setattr(tempfile, "tempdir", str(gone))
    with pytest.raises(FileUnwritable) as caught:
        variables(desk)
    assert caught.value.path == gone


@pytest.mark.parametrize("header", ["default", "profile default"])
def test_only_the_default_profile_loses_its_credentials(desk: Desk, header: str) -> None:
    desk.add(f"[{header}]\nregion = eu-west-3\n{SSO}[profile other]\n{SSO}[sso-session default]")
    desk.add("sso_region = eu-west-1")
    before = desk.config.read_text()
    found = variables(desk)
    assert found == {"AWS_CONFIG_FILE": before.replace(SSO, "", 1)}
    assert desk.config.read_text() == before


def test_credentials_for_all_sections_are_left_out(desk: Desk) -> None:
    desk.add(f"[DEFAULT]\nregion = eu-west-3\n{KEYS}[default]\n{KEYS}")
    found = variables(desk)["AWS_CONFIG_FILE"]
    assert "[DEFAULT]\nregion = eu-west-3\n" in found
    assert "AKIAX" not in found


def test_keys_of_the_default_profile_in_the_credentials_file_are_hidden(desk: Desk) -> None:
    desk.services.locations.credentials.write_text(f"[default]\n{KEYS}[other]\n{KEYS}")
    assert variables(desk) == {
        "AWS_CONFIG_FILE": desk.config.read_text(),
        "AWS_SHARED_CREDENTIALS_FILE": "",
    }


@pytest.mark.parametrize(
    ("text", "has_keys"),
    [
        ("[Credentials]\naws_access_key_id = AKIAX\n", True),
        ("[DEFAULT]\naws_access_key_id = AKIAX\n[Credentials]\n", True),
        ("[Credentials]\nregion = x\n", False),
        ("[Other]\naws_access_key_id = AKIAX\n", False),
        ("[broken\n", False),
    ],
)
def test_keys_in_the_file_of_boto_2_are_hidden(desk: Desk, text: str, has_keys: bool) -> None:
    path = desk.home / "boto"
    path.write_text(text)
    desk.environ["BOTO_CONFIG"] = str(path)
    assert variables(desk) == ({"BOTO_CONFIG": os.devnull} if has_keys else {})


def test_keys_of_boto_2_and_of_the_default_profile_are_both_hidden(desk: Desk) -> None:
    (desk.home / ".boto").write_text("[Credentials]\naws_access_key_id = AKIAX\n")
    assert variables(desk) == {"BOTO_CONFIG": os.devnull}
    desk.add(f"[default]\n{KEYS}")
    assert variables(desk).keys() == {"BOTO_CONFIG", "AWS_CONFIG_FILE"}
