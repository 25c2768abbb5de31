"""Quitting: what is printed, how soon, and in which state the terminal is then."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

import pytest

from rolecall.demo.faults import Fault
from rolecall.terminal.ending_signals import ENDING, OTHERS
from tests.end_to_end.conftest import (
    ACCOUNTS,
    ROLECALL,
    WAITING,
    TerminalDesk,
    filter_for,
    save_audit_admin,
    wait_for_field,
)
from tests.support.terminal import Terminal

# rolecall, which receives a signal when tempfile deletes the file with which it tries a folder.
_END_AT_UNLINK = """
import os, signal
from rolecall.__main__ import main

unlink = os.unlink

def end(path, **options):
    if os.path.dirname(path) == os.environ["TMPDIR"]:
        os.unlink = unlink
        os.kill(os.getpid(), signal.SIGTERM)
    unlink(path, **options)

os.unlink = end
main()
"""

# rolecall, which receives a signal while it creates a class, as an import does.
_END_IN_A_CLASS = """
import os, signal
from rolecall.__main__ import main
from rolecall.cli import full_screen

class Attribute:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGTERM)

def run(*_, **__):
    class Owner:
        attribute = Attribute()

full_screen._run = run
main()
"""


def use_the_saved_profile(terminal: Terminal) -> None:
    terminal.wait_for(ACCOUNTS)
    terminal.press("3")
    terminal.wait_for("4 profiles")
    filter_for(terminal, "archive sso")
    terminal.wait_for("1 of [0-9]+ profiles")
    terminal.press("u")


# rolecall, which waits for a signal when it imports the full screen.
_WAITS_FOR_A_SIGNAL = """
import os, signal, sys
from rolecall.__main__ import main

class Waits:
    def find_spec(self, name, path=None, target=None):
        if name == "rolecall.cli.full_screen":
            os.write(2, b"waiting")
            signal.pause()

sys.meta_path.insert(0, Waits())
main()
"""


def test_u_sets_a_variable_of_the_shell(desk: TerminalDesk) -> None:
    """Standard output goes to the shell, and the screen to the terminal, in the terminal's size."""
    desk.leave_token()
    with desk.open_bash(columns=124, lines=45) as terminal:
        terminal.press("AWS_PROFILE=$(rolecall)", "enter")
        terminal.wait_for(ACCOUNTS)
        assert terminal.on_alternate_screen
        assert "q quit" in terminal.screen_lines()[44]
        assert max(map(len, terminal.screen_lines())) > 120
        use_the_saved_profile(terminal)
        terminal.wait_for(r"^ready>$")
        assert not terminal.on_alternate_screen
        terminal.press('echo "[$AWS_PROFILE] $?"', "enter")
        terminal.wait_for(r"^\[log-archive-readonly\] 0$")
        assert terminal.screen_lines()[0] == "ready> AWS_PROFILE=$(rolecall)"


@pytest.mark.quick
def test_u_prints_the_profile_and_nothing_else(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open(pipe_stdout=True) as terminal:
        use_the_saved_profile(terminal)
        assert terminal.wait_exit() == 0
        assert terminal.stdout == b"log-archive-readonly\n"


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
@pytest.mark.parametrize("operation", ["RegisterClient", "ListAccounts", "ListAccountRoles"])
def test_quitting_does_not_wait_for_a_server(desk: TerminalDesk, operation: str, key: str) -> None:
    if operation != "RegisterClient":
        desk.leave_token()
    desk.server.faults.add(operation, Fault.HANG)
    with desk.open(pipe_stdout=True) as terminal:
        terminal.wait_for("q quit")
        assert desk.server.faults.hanging.acquire(timeout=30)
        terminal.press(key)
        # The call's own deadline is ten seconds.
        assert terminal.wait_exit(9) == 130  # so that `$(rolecall)` does not set an empty name
        assert terminal.stdout == b""
        assert not terminal.on_alternate_screen


HOWS = ["q", "ctrl+c", *ENDING, *OTHERS]


@pytest.mark.parametrize("how", HOWS)
def test_the_terminal_is_restored(desk: TerminalDesk, how: str | signal.Signals) -> None:
    with desk.open() as terminal:
        before = terminal.attributes_at_start
        terminal.wait_for(WAITING)
        assert terminal.attributes() != before
        assert terminal.screen.cursor.hidden
        if isinstance(how, signal.Signals):
            terminal.process.send_signal(how)
            assert terminal.wait_exit() == 128 + how
        else:
            terminal.press(how)
            assert terminal.wait_exit() == 0
        assert_restored(terminal)


# rolecall with a Textual that fails while it takes or gives back the terminal.
_FAILS = """
from textual.drivers.linux_driver import LinuxDriver

def fail(*_):
    raise ValueError("broken driver")

LinuxDriver.{method} = fail
from rolecall.__main__ import main
main()
"""


@pytest.mark.parametrize(
    "method", ["_request_terminal_sync_mode_support", "_disable_line_wrap", "_enable_line_wrap"]
)
def test_a_driver_that_fails_leaves_the_terminal_as_it_was(desk: TerminalDesk, method: str) -> None:
    """The first two methods belong to its start, the third to its end."""
    with desk.open(sys.executable, "-c", _FAILS.format(method=method)) as terminal:
        if method.startswith("_enable"):
            terminal.wait_for(WAITING)
            terminal.press("q")
        assert terminal.wait_exit() == 1
        assert "internal error" in " ".join(terminal.screen_text().split())
        assert_restored(terminal)


def assert_restored(terminal: Terminal) -> None:
    assert not terminal.on_alternate_screen
    assert not terminal.screen.cursor.hidden
    assert terminal.attributes() == terminal.attributes_at_start
    assert terminal.changed_modes() == set()
    assert terminal.received.count(b"\x1b[>25u") == terminal.received.count(b"\x1b[<u")
    assert b"\x1b]0;" not in terminal.received  # the title was never changed
    assert b"\x1b]2;" not in terminal.received
    assert b"Traceback" not in terminal.received


def test_a_lost_connection_ends_rolecall(desk: TerminalDesk, tmp_path: Path) -> None:
    """SIGHUP, as from a lost SSH connection. Saved files are whole; the demo deletes its home."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    desk.leave_token()
    terminal = desk.open(ROLECALL, "--demo", env={"TMPDIR": str(folder)})
    terminal.wait_for(WAITING)
    assert list(folder.iterdir())
    terminal.close()
    assert terminal.process.returncode == 128 + signal.SIGHUP
    assert not list(folder.iterdir())
    assert desk.token()["accessToken"]


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_while_it_starts_leaves_nothing_behind(
    desk: TerminalDesk, tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    with desk.open(ROLECALL, "--demo", env={"TMPDIR": str(folder)}) as terminal:
        while not list(folder.iterdir()):
            assert terminal.process.poll() is None
        terminal.process.send_signal(number)
        assert terminal.wait_exit() == 128 + number
        assert not list(folder.iterdir())
        assert_restored(terminal)


@pytest.mark.quick
def test_a_signal_leaves_no_file_with_which_a_folder_was_tried(
    desk: TerminalDesk, tmp_path: Path
) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    command = [sys.executable, "-c", _END_AT_UNLINK, "--demo"]
    with desk.open(*command, env={"TMPDIR": str(folder)}) as terminal:
        assert terminal.wait_exit() == 128 + signal.SIGTERM
        assert not list(folder.iterdir())


@pytest.mark.quick
def test_a_signal_while_a_class_is_created_is_no_crash(desk: TerminalDesk) -> None:
    with desk.open(sys.executable, "-c", _END_IN_A_CLASS) as terminal:
        assert terminal.wait_exit() == 128 + signal.SIGTERM
        assert "internal error" not in terminal.screen_text()
        assert_restored(terminal)


def test_the_home_of_a_killed_demo_is_deleted_by_the_next_one(
    desk: TerminalDesk, tmp_path: Path
) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    env = {"TMPDIR": str(folder)}
    with desk.open(ROLECALL, "--demo", env=env) as killed:
        killed.wait_for(WAITING)
        (old,) = folder.iterdir()
        with desk.open(ROLECALL, "--demo", env=env) as other:
            other.wait_for(WAITING)
            assert len(list(folder.iterdir())) == 2
            other.process.terminate()
            other.wait_exit()
        killed.process.kill()
        killed.wait_exit()
    assert list(folder.iterdir()) == [old]
    with desk.open(ROLECALL, "--demo", env=env) as terminal:
        terminal.wait_for(WAITING)
        (new,) = folder.iterdir()
        assert new != old


def test_a_demo_that_cannot_start_leaves_nothing_behind(desk: TerminalDesk, tmp_path: Path) -> None:
    folder, broken = tmp_path / "tmp", tmp_path / "broken"
    folder.mkdir()
    broken.mkdir()
    (broken / "textual.py").write_text("raise ImportError")
    env = {"TMPDIR": str(folder), "PYTHONPATH": str(broken)}
    with desk.open(ROLECALL, "--demo", env=env) as terminal:
        assert terminal.wait_exit() == 1
        assert "internal error" in terminal.screen_text()
    assert not list(folder.iterdir())


def test_temporary_files_of_a_killed_rolecall_are_deleted_at_the_next_start(
    desk: TerminalDesk,
) -> None:
    desk.leave_token()
    left = [desk.sso_cache / f".x.json.rolecall-{n:016x}" for n in range(2)]
    left.append(desk.home / ".local/state/rolecall/backups/.y.old.rolecall-0123456789abcdef")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("secret")
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        assert not any(path.exists() for path in left)


@pytest.mark.quick
def test_ctrl_c_before_anything_is_imported(desk: TerminalDesk) -> None:
    with desk.open(sys.executable, "-c", _WAITS_FOR_A_SIGNAL) as terminal:
        terminal.wait_for("waiting")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() in (-signal.SIGINT, 1, 128 + signal.SIGINT)
        assert b"Traceback" not in terminal.received


BROKEN = """
from rolecall.ui.app.wiring import APP_COMMANDS
def fails(flows):
    token = "eyJ-a-secret"
    raise ValueError(token)
APP_COMMANDS["toggle_theme"] = fails
from rolecall.__main__ import main
main()
"""


def test_an_unexpected_error_is_one_sentence(desk: TerminalDesk) -> None:
    with desk.open(sys.executable, "-c", BROKEN) as terminal:
        terminal.wait_for(WAITING)
        terminal.press("t")
        assert terminal.wait_exit() == 1
        assert_restored(terminal)
        said = " ".join("".join(terminal.screen_lines()).split())
        match = re.search(
            r"internal error occurred .*\(ValueError\).* A report .* is in (\S+)", said
        )
        assert match, said
        report = Path(match[1]).read_text()
        assert "fails" in report
        assert "eyJ-a-secret" not in report
        assert b"eyJ-a-secret" not in terminal.received


def test_ctrl_c_quits_from_a_form_too(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("enter")
        terminal.wait_for("▌ .*AWSAdministratorAccess")
        terminal.press("s")
        wait_for_field(terminal, "Profile")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 0
        assert_restored(terminal)


def test_help_closes_when_another_place_opens_and_leads_to_the_commands(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("?")
        terminal.wait_for("› Help")
        terminal.press(":", "suspend")
        terminal.wait_for(r"▌ suspend +suspend rolecall.* Ctrl\+Z")
        terminal.press("escape", "escape")
        terminal.wait_for(ACCOUNTS)
        for key in "?31":
            terminal.press(key)
            terminal.wait_until(
                lambda key=key: {  # type: ignore[misc]
                    "?": "› Help" in terminal.screen_text(),
                    "3": "log-archive-readonly" in terminal.screen_text(),
                    "1": re.search(ACCOUNTS, terminal.screen_text(), re.MULTILINE) is not None,
                }[key]
            )


def test_u_says_how_the_shell_gets_the_profile(desk: TerminalDesk) -> None:
    """Without `awsp` in the shell, it is offered; without it, the statements are printed."""
    desk.leave_token()
    startup = desk.home / ".bashrc"
    with desk.open_bash(columns=124, lines=45) as terminal:
        terminal.press("export AWS_ACCESS_KEY_ID=AKIA; rolecall", "enter")
        terminal.wait_for(ACCOUNTS)
        save_audit_admin(terminal)
        terminal.wait_for(r"awsp is missing in this shell: u offers to set it up")
        terminal.press("u", then=r"\+  eval .* init bash")
        terminal.press("escape")
        terminal.wait_for(r"^audit-admin$")
        terminal.wait_for(r"^This shell does not use audit-admin yet\. Run this in it:$")
        terminal.wait_for(r"^  export AWS_PROFILE='audit-admin'$")
        terminal.wait_for(r"^`rolecall init bash --install` sets up awsp")
        assert "unset AWS_ACCESS_KEY_ID" in terminal.screen_text()
        assert not startup.exists()

        terminal.press("clear; rolecall", "enter")
        terminal.wait_for(ACCOUNTS)
        terminal.press("3")
        filter_for(terminal, "audit-admin")
        terminal.press("u", then=r"Set up awsp in ~/.bashrc")
        terminal.press("enter")
        terminal.wait_for(r"^  export AWS_PROFILE='audit-admin'$")
        lines = "".join(re.findall("^  (.*)$", terminal.screen_text(), re.MULTILINE))
        assert lines == "source ~/.bashrcunset AWS_ACCESS_KEY_IDexport AWS_PROFILE='audit-admin'"
        assert "init bash" in startup.read_text()

        terminal.press("clear; rolecall", "enter")
        terminal.wait_for(ACCOUNTS)
        terminal.press("3")
        filter_for(terminal, "audit-admin")
        terminal.press("u")  # new shells have awsp: nothing is asked
        terminal.wait_for(r"^  source ~/.bashrc$")
        terminal.press("source ~/.bashrc; clear; rolecall", "enter")
        terminal.wait_until(lambda: terminal.on_alternate_screen, what="the full screen")
        terminal.wait_for(ACCOUNTS)
        terminal.press("3")
        filter_for(terminal, "audit-admin")
        terminal.wait_for("▌ .*audit-admin")
        terminal.press("u")
        terminal.wait_for(r"^audit-admin · audit \d{12} · ")
        assert "Run this" not in terminal.screen_text()
