"""An action in a window of tmux: how its command arrives there, and what its end shows."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from rolecall.domain.action_errors import ActionProblem, ActionRefused
from rolecall.services import tmux_window
from rolecall.services.action_programs import in_tmux_window
from tests.support.programs import program

SHOW = "import os, sys; print(sys.argv[1:], os.environ.get('TERM'), os.environ.get('KEY'))"


def run_window(
    tmp_path: Path, command: list[str], environ: Mapping[str, str], typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run what a window runs, with the command that it gets through its socket."""
    sent = {"command": command, "environ": dict(environ), "pause": "ends with \0, Enter"}
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(1)
        listener.settimeout(30)
        window = subprocess.Popen(
            [sys.executable, "-I", tmux_window.__file__, path],
            env={"TERM": "of-tmux", "KEY": "of tmux"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        connection, _ = listener.accept()
        with connection:
            connection.sendall(json.dumps(sent).encode())
        output, errors = window.communicate(typed, timeout=30)
    return subprocess.CompletedProcess(command, window.returncode, output, errors)


def test_the_command_has_its_environment_and_the_terminal_of_the_window(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SHOW, "a b"]
    done = run_window(tmp_path, command, {"KEY": "mine", "TERM": "other"})
    assert (done.stdout, done.stderr, done.returncode) == ("['a b'] of-tmux mine\n", "", 0)


@pytest.mark.parametrize(
    ("script", "status"), [("exit 3", 3), ("kill -TERM $$", 128 + signal.SIGTERM)]
)
def test_a_command_that_fails_shows_its_status(tmp_path: Path, script: str, status: int) -> None:
    done = run_window(tmp_path, ["sh", "-c", script], {}, "\n")
    assert (done.stdout, done.returncode) == (f"\nends with {status}, Enter", status)


@pytest.mark.parametrize(
    ("name", "said"), [("no-such-program", "No such file"), ("a\0b", "embedded null byte")]
)
def test_a_command_that_cannot_run_has_a_reason(tmp_path: Path, name: str, said: str) -> None:
    done = run_window(tmp_path, [name], {}, "\n")
    assert said in done.stderr
    assert (done.stdout, done.returncode) == ("\nends with 127, Enter", 127)


def test_the_window_has_the_name_the_folder_and_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmux = [program("tmux"), "-S", str(tmp_path / "tmux"), "-f", "/dev/null"]
    folder = tmp_path / "a #(touch expanded) b"
    folder.mkdir()
    monkeypatch.chdir(folder)
    subprocess.run([*tmux, "new-session", "-d", "cat"], check=True)
    try:
        monkeypatch.setenv("TMUX", f"{tmp_path / 'tmux'},0,0")
        shown, done = tmp_path / "shown", tmp_path / "done"
        os.mkfifo(done)
        script = f"pwd > '{shown}'; echo $KEY >> '{shown}'; echo x > '{done}'; read x"
        environ = {"KEY": "secret", "PATH": os.environ["PATH"]}
        in_tmux_window("Logs #S", ["sh", "-c", script], environ, "failed")
        assert done.read_text() == "x\n"
        assert shown.read_text().splitlines() == [str(folder), "secret"]
        names = subprocess.run(
            [*tmux, "list-windows", "-F", "#{window_name}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        assert names[1:] == ["Logs #S"]
        assert list(folder.iterdir()) == []
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


def test_a_tmux_that_does_not_run_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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
