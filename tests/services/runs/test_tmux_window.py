"""An action in a window of tmux: how its command arrives there, and what its end shows."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from rolecall.domain.errors.run_errors import ActionProblem, ActionRefused
from rolecall.services.runs import action_programs, tmux_window
from rolecall.services.runs.action_programs import in_tmux_window
from tests.support.programs import completed, program

_READS_NOTHING = """
import socket, sys, time
window = socket.socket(socket.AF_UNIX)
window.connect(sys.argv[-1])
time.sleep(1000)
"""
SHOW = "import os, sys; print(sys.argv[1:], os.environ.get('TERM'), os.environ.get('KEY'))"


@dataclass(frozen=True)
class Ended:
    """A window that has closed. `shown` is what it showed before Enter was pressed."""

    shown: str
    status: int
    took_enter: bool
    errors: str


def run_window(tmp_path: Path, command: list[str], environ: Mapping[str, str]) -> Ended:
    """Run what a window runs, with the command that it gets through its socket."""
    sent = {"command": command, "environ": dict(environ), "pause": "ends with \0, Enter"}
    path = str(tmp_path / "s")
    typed, keyboard = os.pipe()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(1)
        listener.settimeout(30)
        window = subprocess.Popen(
            [sys.executable, "-I", tmux_window.__file__, path],
            env={"TERM": "of-tmux", "KEY": "of tmux"},
            stdin=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        connection, _ = listener.accept()
        with connection:
            connection.sendall(json.dumps(sent).encode())
    assert window.stdout
    shown, output = b"", window.stdout.fileno()
    while not shown.endswith(b"Enter") and select.select([output], [], [], 30)[0]:
        if not (more := os.read(output, 4096)):
            break
        shown += more
    os.write(keyboard, b"\n")
    rest, errors = window.communicate(timeout=30)
    assert rest == b""
    took_enter = not select.select([typed], [], [], 0)[0]
    os.close(typed)
    os.close(keyboard)
    return Ended(shown.decode(), window.returncode, took_enter, errors.decode())


def test_the_command_has_its_environment_and_the_terminal_of_the_window(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SHOW, "a b"]
    ended = run_window(tmp_path, command, {"KEY": "mine", "TERM": "other"})
    assert (ended.shown, ended.status) == ("['a b'] of-tmux mine\n", 0)
    assert not ended.took_enter


@pytest.mark.parametrize(
    ("script", "status"),
    [
        ("exit 3", 3),
        ("kill -TERM $$", 128 + signal.SIGTERM),
        ("kill -INT $PPID; exit 3", 3),  # Ctrl+C is for the command
        ("kill -QUIT $PPID; exit 3", 3),  # and so is Ctrl+\
    ],
)
def test_a_command_that_fails_shows_its_status(tmp_path: Path, script: str, status: int) -> None:
    ended = run_window(tmp_path, ["sh", "-c", script], {})
    assert (ended.shown, ended.status) == (f"\nends with {status}, Enter", status)
    assert ended.took_enter


@pytest.mark.parametrize(
    ("name", "said"), [("no-such-program", "No such file"), ("a\0b", "embedded null byte")]
)
def test_a_command_that_cannot_run_has_a_reason(tmp_path: Path, name: str, said: str) -> None:
    ended = run_window(tmp_path, [name], {})
    assert said in ended.errors
    assert (ended.shown, ended.status) == ("\nends with 127, Enter", 127)


class TestTmux:
    @pytest.fixture
    def ask(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
        """Start a tmux with a separate server. Returns a function that asks it."""
        tmux = [program("tmux"), "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
        monkeypatch.setenv("TMUX", f"{tmp_path / 'tmux'},0,0")

        def ask(*command: str) -> str:
            done = completed([*tmux, *command])
            return done.stdout

        ask("new-session", "-d", "cat")
        yield ask
        ask("kill-server")

    def test_the_window_has_the_name_the_folder_and_the_command(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[..., str]
    ) -> None:
        folder, shown = tmp_path / "a #(touch expanded) b;", tmp_path / "shown"
        folder.mkdir()
        monkeypatch.chdir(folder)
        tmux = f"{program('tmux')} -S {tmp_path / 'tmux'}"
        script = f"(pwd; echo $KEY) > {shown}; {tmux} wait-for -S written; {tmux} wait-for read"
        environ = {"KEY": "secret", "PATH": os.environ["PATH"]}
        in_tmux_window("Logs #S;", ["sh", "-c", script], environ, "failed")
        ask("wait-for", "written")
        assert shown.read_text().splitlines() == [str(folder), "secret"]
        assert ask("list-windows", "-F", "#{window_name}").splitlines()[1:] == ["Logs #S;"]
        assert list(folder.iterdir()) == []

    @pytest.mark.thorough
    @pytest.mark.parametrize("code", ["", _READS_NOTHING], ids=["ends", "reads nothing"])
    def test_a_window_that_does_not_start_is_an_error(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ask: Callable[..., str], code: str
    ) -> None:
        helper = tmp_path / "helper"
        helper.write_text(f"#!{sys.executable}\n{code}")
        helper.chmod(0o755)
        monkeypatch.setattr(action_programs, "_UNTIL_STARTED", 2.0)
        monkeypatch.setattr(sys, "executable", str(helper))
        refused: list[ActionRefused] = []

        def run() -> None:
            try:
                in_tmux_window("Logs", ["true"], {}, "x" * 10**7)
            except ActionRefused as error:
                refused.append(error)

        running = threading.Thread(target=run, daemon=True)
        running.start()
        running.join(30)
        assert [error.problem for error in refused] == [ActionProblem.TMUX_FAILED]
        assert "timed out" in refused[0].subject

    def test_a_tmux_that_does_not_run_is_an_error(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program("tmux")
        monkeypatch.setenv("TMUX", f"{tmp_path / 'gone'},0,0")
        with pytest.raises(ActionRefused) as caught:
            in_tmux_window("Logs", ["true"], {}, "")
        assert (caught.value.action, caught.value.problem) == ("Logs", ActionProblem.TMUX_FAILED)
        assert str(tmp_path / "gone") in caught.value.subject
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(ActionRefused) as caught:
            in_tmux_window("Logs", ["true"], {}, "")
        assert "No such file" in caught.value.subject
