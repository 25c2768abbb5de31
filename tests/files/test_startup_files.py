"""Where a shell looks for its start-up file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rolecall.domain.shells import Shell
from rolecall.files.startup_files import startup_file


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("given", [False, True])
def test_nushell_has_a_folder_of_its_own_on_macos_unless_one_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, given: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "given")} if given else {}
    usual = "Library/Application Support" if platform == "darwin" else ".config"
    folder = tmp_path / ("given" if given else usual)
    assert startup_file(Shell.NU, environ, tmp_path) == (
        folder / "nushell" / "autoload" / "rolecall.nu",
        True,
    )


def test_bash_on_macos_reads_the_first_file_of_a_login_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert startup_file(Shell.BASH, {}, tmp_path) == (tmp_path / ".bash_profile", False)
    (tmp_path / ".profile").touch()
    assert startup_file(Shell.BASH, {}, tmp_path) == (tmp_path / ".profile", False)
    (tmp_path / ".bash_login").touch()
    assert startup_file(Shell.BASH, {}, tmp_path) == (tmp_path / ".bash_login", False)
