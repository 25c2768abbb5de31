"""Where a shell looks for its start-up file, and what is added to it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall.domain.shells import Shell
from rolecall.domain.shells.record import StartUp
from rolecall.files.own.startup_files import StartupFile, line_that_loads, startup_file
from rolecall.files.safe.backups import Backups

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def found(shell: Shell, environ: Mapping[str, str], home: Path) -> tuple[Path, bool]:
    start_up = shell.record.start_up
    assert isinstance(start_up, StartUp)
    return startup_file(start_up, environ, home), start_up.is_ours


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("given", [False, True])
def test_nushell_has_a_folder_of_its_own_on_macos_unless_one_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, given: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "given")} if given else {}
    usual = "Library/Application Support" if platform == "darwin" else ".config"
    folder = tmp_path / ("given" if given else usual)
    expected = folder / "nushell" / "autoload" / "rolecall.nu"
    assert found(Shell.NU, environ, tmp_path) == (expected, True)


def test_bash_on_macos_reads_the_first_file_of_a_login_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert found(Shell.BASH, {}, tmp_path) == (tmp_path / ".bash_profile", False)
    (tmp_path / ".profile").touch()
    assert found(Shell.BASH, {}, tmp_path) == (tmp_path / ".profile", False)
    (tmp_path / ".bash_login").touch()
    assert found(Shell.BASH, {}, tmp_path) == (tmp_path / ".bash_login", False)


@pytest.mark.parametrize(
    ("shell", "environ", "there", "name", "is_ours"),
    [
        (Shell.BASH, {}, (".bash_profile",), ".bashrc", False),
        (Shell.ZSH, {}, (), ".zshrc", False),
        (Shell.ZSH, {"ZDOTDIR": ""}, (), ".zshrc", False),
        (Shell.ZSH, {"ZDOTDIR": "zsh"}, (), "zsh/.zshrc", False),
        (Shell.TCSH, {}, (), ".tcshrc", False),
        (Shell.TCSH, {}, (".cshrc",), ".cshrc", False),
        (Shell.TCSH, {}, (".cshrc", ".tcshrc"), ".tcshrc", False),
        (Shell.FISH, {}, (), ".config/fish/conf.d/rolecall.fish", True),
        (Shell.FISH, {"XDG_CONFIG_HOME": "x"}, (), "x/fish/conf.d/rolecall.fish", True),
    ],
)
def test_the_file_is_the_one_that_the_shell_reads(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    shell: Shell,
    environ: dict[str, str],
    there: tuple[str, ...],
    name: str,
    is_ours: bool,
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for each in there:
        (tmp_path / each).touch()
    given = {key: str(tmp_path / value) if value else "" for key, value in environ.items()}
    assert found(shell, given, tmp_path) == (tmp_path / name, is_ours)


@pytest.mark.parametrize(
    ("before", "is_ours", "after"),
    [
        (None, False, b"new\n"),
        (b"", False, b"new\n"),
        (b"old\n", False, b"old\n\nnew\n"),
        (b"old \xff", False, b"old \xff\n\nnew\n"),
        (None, True, b"new\n"),
        (b"old\n", True, b"new\n"),
    ],
)
def test_lines_are_added_below_those_of_the_user_and_can_be_undone(
    tmp_path: Path, before: bytes | None, is_ours: bool, after: bytes
) -> None:
    path, state = tmp_path / "startup", tmp_path / "state"
    if before is not None:
        path.write_bytes(before)
    file = StartupFile(path, is_ours, state, lambda: NOW)
    change = file.plan("new\n", Shell.ZSH)
    assert (path.exists(), change.summary) == (before is not None, "set-up-shell zsh")
    file.commit(change)
    assert path.read_bytes() == after
    (backup,) = Backups(state).list()
    assert backup.when == NOW
    undo = Backups(state).undo(backup)
    assert (undo.after, undo.deletes) == (before or b"", before is None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (None, 0),
        ('eval "$(rolecall init bash)"\n', 1),
        ("\nx\n~/rolecall-2/bin/rolecall  init  bash | source\n", 3),
        ("\"$HOME/bin/rolecall\" init --cmd 'awsp' bash\n", 1),
        ("/opt/rolecall-2/bin/rolecall init bash\nrolecall init bash\n", 2),  # it is gone
        ("rolecall init bash --cmd aw\n", 0),
        ("x\0/rolecall init bash '/\0rolecall' init bash", 0),
        ('# eval "$(rolecall init bash)"\n', 0),
        ("rolecall init zsh\n", 0),
        ("rolecall list; init bash\n", 0),
    ],
)
def test_the_line_that_loads_rolecall_is_found(tmp_path: Path, text: str | None, line: int) -> None:
    path = tmp_path / "startup"
    if text is not None:
        path.write_text(text)
    assert line_that_loads(Shell.BASH, path) == line
