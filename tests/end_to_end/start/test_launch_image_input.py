"""Keys and signals while the first screen of the last start is shown, before Textual is there."""

from __future__ import annotations

import os
import signal
import termios

import pytest

from rolecall.terminal.ending_signals import ENDING
from tests.end_to_end.conftest import BIN
from tests.end_to_end.start.test_quitting import assert_restored
from tests.end_to_end.starts import (
    COUNT,
    Starts,
    wait_for_import,
    wait_for_loop,
    wait_until_keys_are_signals,
)
from tests.support.programs import program


def test_keys_typed_before_textual_is_there_are_handled_in_order(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("down", "down", "up", "/", *"sandb", "backspace", "enter")
    starts.go()
    terminal.wait_for(r" / sand( |$)")
    terminal.wait_for(r"^│?▌ +sandbox|▌ .*sandbox")


def test_keys_for_a_form_wait_for_it(starts: Starts) -> None:
    """Opening it needs the services, which are not even imported when the key comes."""
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("down", "e", *"payroll")
    starts.go()
    terminal.wait_for("Alias +payroll")
    terminal.wait_for("backup")


def test_a_profile_is_used_once_the_services_are_there(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("2", "/", "log archive readonly", "enter", "u")
    starts.go()
    terminal.wait_for("^log-archive-readonly$")
    assert terminal.wait_exit() == 0


def test_nothing_is_said_of_profiles_that_have_not_been_read(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.services.services"})
    terminal.wait_until(lambda: b"\x1b[6n" in terminal.received, what="the first frame")
    terminal.press("3", then="Profiles · demo")
    assert "0 profiles" not in terminal.screen_text()
    assert "There is no profile" not in terminal.screen_text()
    starts.go()
    terminal.wait_for("log-archive-readonly")


def test_quitting_before_the_services_are_there_ends_in_order(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.services.services"})
    terminal.wait_until(lambda: b"\x1b[6n" in terminal.received, what="the first frame")
    terminal.press("q")
    starts.go()
    assert terminal.wait_exit() == 0
    assert_restored(terminal)
    assert terminal.screen_text().strip() == ""


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_a_key_that_quits_is_handled_in_order(starts: Starts, key: str) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("down", key)
    starts.go()
    assert terminal.wait_exit() == 0
    assert_restored(terminal)
    assert terminal.screen_text().strip() == ""


@pytest.mark.parametrize(
    ("key", "module", "status"),
    [
        ("ctrl+c", "textual", 128 + signal.SIGINT),
        ("ctrl+c", "rolecall.cli.full_screen", -signal.SIGINT),
        ("\x1c", "textual", 128 + signal.SIGQUIT),
    ],
)
def test_keys_end_a_start_that_hangs(starts: Starts, key: str, module: str, status: int) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": module})
    wait_for_import(terminal)
    terminal.press("down")
    wait_until_keys_are_signals(terminal)
    terminal.press(key)
    assert terminal.wait_exit() == status
    assert_restored(terminal)


@pytest.mark.parametrize(("key", "number"), [("ctrl+c", signal.SIGINT), ("\x1c", signal.SIGQUIT)])
def test_a_key_pressed_before_a_start_hangs_ends_it_too(
    starts: Starts, key: str, number: signal.Signals
) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("down", key)
    assert terminal.wait_exit() == 128 + number
    assert_restored(terminal)


def test_keys_that_were_read_while_a_start_hangs_come_first(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("/", *"san")
    wait_until_keys_are_signals(terminal)
    terminal.press(*"db", "backspace", "enter")
    starts.go()
    terminal.wait_for(r" / sand( |$)")


def test_keys_typed_before_a_suspension_do_not_reach_the_shell(starts: Starts) -> None:
    starts.leave_image()
    variables = {"PS1": "$ ", "PATH": f"{BIN}:/usr/bin:/bin"}
    terminal = starts.desk.open(program("bash"), "--norc", "--noprofile", "-i", env=variables)
    terminal.wait_for(r"^\$ *$")
    terminal.press(f"PYTHONPATH={starts.site} GATE={starts.gate} rolecall", "enter")
    wait_for_import(terminal)
    terminal.press(*"echo zzz", "enter")
    wait_until_keys_are_signals(terminal)
    terminal.press("ctrl+z", then="Stopped")
    terminal.press("fg", "enter")
    starts.go()
    terminal.wait_for(COUNT)
    terminal.press("q")
    terminal.wait_until(lambda: not terminal.on_alternate_screen)
    terminal.wait_for(r"^\$ *$")  # what is typed before the shell has the terminal is dropped
    assert "zzz" not in terminal.screen_text()
    terminal.press("exit", "enter")
    assert terminal.wait_exit() == 0


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_restores_the_terminal(starts: Starts, number: signal.Signals) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.process.send_signal(number)
    assert terminal.wait_exit() == 128 + number
    assert_restored(terminal)


@pytest.mark.quick
def test_a_signal_before_the_full_screen_is_imported_restores_the_terminal(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.cli.full_screen"})
    wait_for_import(terminal)
    assert terminal.on_alternate_screen
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait_exit() == -signal.SIGTERM
    assert_restored(terminal)


def test_a_second_signal_ends_a_start_whose_terminal_takes_no_output(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.cli.full_screen"})
    wait_for_import(terminal)
    inner = os.open(f"/proc/{terminal.process.pid}/fd/0", os.O_RDWR | os.O_NOCTTY)
    termios.tcflow(inner, termios.TCOOFF)
    os.close(inner)
    terminal.process.send_signal(signal.SIGTERM)
    terminal.wait_until(lambda: terminal.attributes() == terminal.attributes_at_start)
    assert terminal.process.poll() is None
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait_exit() == -signal.SIGTERM
    assert terminal.attributes() == terminal.attributes_at_start


def test_the_reason_for_not_opening_is_on_the_normal_screen(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.cli.full_screen"})
    wait_for_import(terminal)
    terminal.resize(30, 8)
    starts.go()
    assert terminal.wait_exit() == 2
    assert_restored(terminal)
    assert "40×10" in terminal.screen_text()


def test_a_terminal_that_textual_cannot_take_is_given_back(starts: Starts) -> None:
    """Another program comes to the foreground, and this one cannot be stopped."""
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    starts.go(
        "import subprocess;"
        "other = subprocess.Popen(['sleep', '60'], preexec_fn=lambda: os.setpgid(0, 0));"
        "os.tcsetpgrp(0, other.pid)"
    )
    wait_for_loop(terminal)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait_exit() == 128 + signal.SIGTERM
    assert not terminal.on_alternate_screen


def test_a_crash_restores_the_terminal(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    starts.go("raise RuntimeError('broken')")
    assert terminal.wait_exit() == 1
    assert_restored(terminal)
    assert "RuntimeError" in terminal.screen_text()


def test_a_stop_gives_the_terminal_back_and_the_screen_comes_later(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.wait_until(lambda: not terminal.on_alternate_screen)
    terminal.wait_until(lambda: terminal.attributes() == terminal.attributes_at_start)
    starts.go()
    terminal.wait_for(COUNT)
    terminal.quit()
    assert_restored(terminal)
