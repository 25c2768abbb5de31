"""`awsp` in the start-up file of a shell: found, planned, and written."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall.domain.shells import Shell
from rolecall.services.switching.shell_setup import BareShell, ShellSetup
from tests.support.programs import program

LINE = 'eval "$(rolecall init bash)"\n'
FISH = "rolecall init fish | source\n"


def setup_of(shell: Shell, home: Path) -> ShellSetup:
    now = datetime(2026, 11, 27, tzinfo=UTC)
    return ShellSetup.of(shell, {"HOME": str(home)}, clock=lambda: now)


def test_lines_are_added_to_the_users_file_once(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    path.write_text("alias x=y\n")
    setup = setup_of(Shell.BASH, tmp_path)
    assert (setup.shell, setup.path) == (Shell.BASH, path)
    assert (setup.is_ours, setup.loaded_at) == (False, 0)
    change = setup.plan(LINE)
    assert change is not None
    setup.commit(change)
    assert path.read_text() == f"alias x=y\n\n{LINE}"
    again = setup_of(Shell.BASH, tmp_path)
    assert again.loaded_at == 3
    assert again.plan(LINE) is None


def test_a_file_of_its_own_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / ".config/fish/conf.d/rolecall.fish"
    path.parent.mkdir(parents=True)
    path.write_text(FISH)
    setup = setup_of(Shell.FISH, tmp_path)
    assert (setup.path, setup.is_ours, setup.loaded_at) == (path, True, 0)
    change = setup.plan("# new\n")
    assert change is not None
    setup.commit(change)
    assert path.read_text() == "# new\n"
    assert setup.plan("# new\n") is None


def bare(shell: Shell | None, home: Path, **variables: str) -> BareShell:
    return BareShell(shell, {"HOME": str(home), **variables}, lambda _: LINE)


def test_a_bare_shell_is_set_up_if_its_file_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ".bashrc"
    found = bare(Shell.BASH, tmp_path).plan()
    assert found is not None
    setup, change = found
    assert (setup.path, change and change.after) == (path, LINE.encode())
    path.write_text(LINE)
    found = bare(Shell.BASH, tmp_path).plan()
    assert found is not None
    assert found[1] is None  # only this shell lacks it
    path.unlink()
    path.mkdir()
    for unknown in (Shell.BASH, Shell.POWERSHELL, None):
        assert bare(unknown, tmp_path).plan() is None


def test_a_bare_shell_is_told_what_sets_the_profile(tmp_path: Path) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_PROFILE": "old"}
    expected = ["unset AWS_ACCESS_KEY_ID", "export AWS_PROFILE='it'\\''s'"]
    assert bare(Shell.BASH, tmp_path, **keys).typed("it's") == expected
    assert bare(Shell.BASH, tmp_path).typed("a\nb") == []  # it is shown as another name
    assert bare(Shell.TCSH, tmp_path).typed("a\x1bb") == []
    assert bare(None, tmp_path).typed("dev") == []


def test_a_line_in_the_users_file_of_fish_is_found(tmp_path: Path) -> None:
    path = tmp_path / ".config/fish/config.fish"
    path.parent.mkdir(parents=True)
    path.write_text(f"# mine\n{FISH}")
    setup = setup_of(Shell.FISH, tmp_path)
    assert (setup.path, setup.is_ours, setup.loaded_at) == (path, False, 2)


def test_nu_has_no_file_but_its_own(tmp_path: Path) -> None:
    setup = setup_of(Shell.NU, tmp_path)
    (setup.path.parent.parent).mkdir(parents=True)
    (setup.path.parent.parent / "config.fish").write_text(FISH.replace("fish", "nu"))
    setup = setup_of(Shell.NU, tmp_path)
    assert (setup.is_ours, setup.loaded_at) == (True, 0)


def test_a_shell_without_a_start_up_file_has_no_set_up(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        setup_of(Shell.POWERSHELL, tmp_path)


@pytest.mark.parametrize(
    ("zshenv", "expected"),
    [
        ("ZDOTDIR=~/zsh\n", "zsh/.zshrc"),  # not exported
        ("export ZDOTDIR=$HOME/zsh\n", "zsh/.zshrc"),
        ("echo hello; ZDOTDIR=~/zsh; echo >&2 hello; false\n", "zsh/.zshrc"),
        ("setopt nounset shwordsplit; ZDOTDIR=~/'z  s h'\n", "z  s h/.zshrc"),
        ("exit 1\n", ".zshrc"),
        ("", ".zshrc"),
        (None, ".zshrc"),
    ],
)
def test_the_folder_of_zsh_is_the_one_that_a_new_zsh_has(
    tmp_path: Path, zshenv: str | None, expected: str
) -> None:
    environ = {"HOME": str(tmp_path), "PATH": str(Path(program("zsh")).parent)}
    if zshenv is not None:
        (tmp_path / ".zshenv").write_text(zshenv)
    assert ShellSetup.of(Shell.ZSH, environ).path == tmp_path / expected
    environ["ZDOTDIR"] = str(tmp_path / "other")  # without a .zshenv
    assert ShellSetup.of(Shell.ZSH, environ).path == tmp_path / "other/.zshrc"
    assert ShellSetup.of(Shell.ZSH, {**environ, "PATH": ""}).path == tmp_path / "other/.zshrc"


def test_what_the_files_of_zsh_leave_in_the_background_is_not_waited_for(tmp_path: Path) -> None:
    pid, fifo = tmp_path / "pid", tmp_path / "fifo"
    os.mkfifo(fifo)
    (tmp_path / ".zshenv").write_text(f"cat {fifo} &\necho $! >{pid}\nZDOTDIR=~/zsh\n")
    path = f"{Path(program('zsh')).parent}{os.pathsep}{os.environ['PATH']}"
    environ = {"HOME": str(tmp_path), "PATH": path}
    try:
        assert ShellSetup.of(Shell.ZSH, environ).path == tmp_path / "zsh/.zshrc"
    finally:
        with suppress(ProcessLookupError):
            os.kill(int(pid.read_text()), signal.SIGKILL)
