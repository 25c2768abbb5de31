"""`rolecall exec --all`, and with several profiles: one command with many roles."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from rolecall.cli.runs import run_output
from rolecall.services.runs.run_events import Outcome, RunEnded, RunOutput, RunRow, Stream
from rolecall.terminal.ending_signals import ENDING
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.support.obstacles.full_disk import small_disk
from tests.support.programs import completed, is_alive, wait_for_end
from tests.support.terminal import Terminal

_NAMES = {PROFILE, "audit/AWSReadOnlyAccess", "audit/ViewOnlyAccess"}
_SHOW_KEY = ("sh", "-c", "echo key $AWS_ACCESS_KEY_ID; echo careful >&2")
_SLEEP = (
    sys.executable,
    "-c",
    "import os, time; os.write(1, b'%d\\n' % os.getpid()); time.sleep(999)",
)


def split(text: str) -> list[tuple[str, str]]:
    """The lines of the output: name and rest."""
    return [(name, rest) for name, _, rest in (line.partition(": ") for line in text.splitlines())]


@pytest.mark.quick
def test_each_line_of_output_has_the_name_of_its_row(signed_in: CommandLine) -> None:
    result = signed_in.rolecall("exec", "--all", "audit", "--", *_SHOW_KEY)
    assert result.returncode == 0
    found = dict(split(result.stdout))
    assert found.keys() == _NAMES
    assert len(set(found.values())) == 3
    assert all(re.fullmatch("key ASIA\\w+", value) for value in found.values())
    assert dict(split(result.stderr)) == dict.fromkeys(_NAMES, "careful")
    assert signed_in.role_cache.files() == []


def test_output_without_a_line_end_and_with_any_bytes_is_kept(signed_in: CommandLine) -> None:
    code = "import os; os.write(1, b'a\\n\\nb\\x1b[1m\\xff\\nno end')"
    arguments = command("exec", "--jobs", "1", PROFILE, "--", sys.executable, "-c", code)
    result = subprocess.run(
        arguments,
        env={"PATH": os.environ["PATH"], **signed_in.environ},
        capture_output=True,
        check=True,
    )
    lines = [b"a", b"", b"b\x1b[1m\xff", b"no end"]
    assert result.stdout == b"".join(f"{PROFILE}: ".encode() + line + b"\n" for line in lines)


def test_json_has_an_object_for_each_row(signed_in: CommandLine) -> None:
    code = (
        "import os, sys; os.write(1, b'\\x1b[1mout\\n\\xff\"'); sys.exit('AWSAdmin' in sys.argv[1])"
    )
    fail_some = (
        f"{code[: code.index('sys.exit')]}sys.exit(3 if os.environ.get('ROLECALL_PROFILE') else 0)"
    )
    result = signed_in.rolecall(
        *("exec", "--output", "json", "--all", "audit"), "--", sys.executable, "-c", fail_some
    )
    assert result.returncode == 1
    assert "\x1b" not in result.stdout
    found = {each["name"]: each for each in map(json.loads, result.stdout.splitlines())}
    assert found.keys() == _NAMES
    own = found[PROFILE]
    assert own.pop("duration") > 0
    assert own == {
        "name": PROFILE,
        "profile": PROFILE,
        "account": "audit",
        "account_id": ACCOUNT,
        "permission_set": PERMISSION_SET,
        "sso_session": "corp",
        "result": "failed",
        "exit_status": 3,
        "error": None,
        "truncated": False,
        "stdout": '\x1b[1mout\n\ufffd"',
        "stderr": "",
    }
    other = found["audit/ViewOnlyAccess"]
    assert (other["profile"], other["result"], other["exit_status"]) == (None, "done", 0)
    *said, last = result.stderr.splitlines()  # on a busy machine also what it waits for
    assert f"{PROFILE}: exit status 3" in said
    assert last == "2 succeeded, 1 failed."


def test_json_keeps_long_output_whole(signed_in: CommandLine) -> None:
    code = "import os\nfor _ in range(50): os.write(1, 'é'.encode() * 99_999)"
    words = ("exec", "--profile", PROFILE, "--output", "json", "--", sys.executable, "-c", code)
    assert json.loads(signed_in.output_of(*words))["stdout"] == "é" * 50 * 99_999


def test_output_that_cannot_be_kept_is_cut_and_marked_and_the_program_runs_on(
    signed_in: CommandLine, tmp_path: Path
) -> None:
    code = "import os\nfor _ in range(50): os.write(1, b'\"' * 99_999)\nos.write(2, b'end')"
    words = ("exec", "--profile", PROFILE, "--output", "json", "--", sys.executable, "-c", code)
    folder = tmp_path / "small"
    folder.mkdir()
    with small_disk(folder):
        result = signed_in.rolecall(*words, TMPDIR=str(folder))
    found = json.loads(result.stdout)
    assert (found["result"], found["stderr"], found["truncated"]) == ("done", "end", True)
    assert 100_000 < len(found["stdout"]) < 1_000_000
    assert set(found["stdout"]) == {'"'}
    assert f"{PROFILE}: There was no room on the disk for the rest.\n" in result.stderr


@pytest.mark.parametrize("in_memory", [4, 1000])
def test_any_bytes_in_any_pieces_are_the_same_text_in_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], in_memory: int
) -> None:
    monkeypatch.setattr(run_output, "_IN_MEMORY", in_memory)
    data = b'plain "\\ text\r\n\tr\xc3\xa9sum\xc3\xa9 \xff\x00\x1b[1m\x7f \xe2\x80'
    for size in range(1, len(data) + 1):
        output = run_output.JsonOutput([RunRow("row")])
        for at in range(0, len(data), size):
            output.add(RunOutput(0, Stream.OUT, data[at : at + size]))
        output.add(RunEnded(0, Outcome.EXITED, 0))
        assert json.loads(capsys.readouterr().out)["stdout"] == data.decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("arguments", "status", "names"),
    [
        (["--profile", PROFILE, "--profile", PROFILE, "--", "echo"], 0, {PROFILE}),
        (["--all", "audit", "readonly", "--", "echo"], 0, {"audit/AWSReadOnlyAccess"}),
        (
            ["--all", "audit", "--jobs", "1", "readonly", "--", "echo", "--all"],
            0,
            {"audit/AWSReadOnlyAccess"},
        ),
        (
            ["--jobs", "2", "--all", "--yes", "audit view", "--", "echo"],
            0,
            {"audit/ViewOnlyAccess"},
        ),
        (["--fail-fast", "--jobs", "1", "--all", "audit", "--", "false"], 1, set()),
        (["--all", "no-such-account", "--", "echo"], 1, set()),
        (["--all", "audit", "--", "no-such-program"], 1, set()),
        (["--all", "audit", "--profile", PROFILE, "--", "echo"], 2, set()),
        (["--profile", PROFILE, "--sso-session", "corp", "--", "echo"], 2, set()),
        (["--all", "audit"], 2, set()),
        (["--jobs", "2", PROFILE], 2, set()),
        (["--profile", PROFILE, "--profile", "no-such-profile", "--", "echo"], 1, set()),
    ],
    ids=str,
)
def test_what_runs_and_the_exit_status(
    signed_in: CommandLine, arguments: Sequence[str], status: int, names: set[str]
) -> None:
    result = signed_in.rolecall("exec", *arguments)
    assert result.returncode == status, result.stderr
    assert {name for name, _ in split(result.stdout)} == names
    assert bool(status) == bool(result.stderr)


def test_options_after_the_profile_belong_to_the_command(signed_in: CommandLine) -> None:
    words = ("exec", PROFILE, "echo", "--all", "--jobs", "--", "x")
    assert signed_in.output_of(*words) == "--all --jobs -- x\n"


def test_options_between_the_profile_and_the_command_are_for_rolecall(
    signed_in: CommandLine,
) -> None:
    words = ("exec", PROFILE, "--jobs", "1", "echo", "--jobs", "--")
    assert signed_in.output_of(*words) == f"{PROFILE}: --jobs --\n"
    assert signed_in.rolecall("exec", PROFILE, "--no-such-option", "echo").returncode == 2
    assert signed_in.rolecall("exec", PROFILE, "--profile", "other", "echo").returncode == 2


def test_many_rows_that_fail_alike_are_summed_up(signed_in: CommandLine) -> None:
    result = signed_in.rolecall("exec", "--all", "--", "no-such-program")
    lines = result.stderr.splitlines()
    assert len(lines) == 12
    assert lines[0].endswith(": no-such-program: No such file or directory")
    assert re.fullmatch(r"… and \d+ more: no-such-program: No such file or directory", lines[10])
    assert re.fullmatch(r"0 succeeded, \d+ failed\.", lines[11])
    assert signed_in.credential_calls() == 0


def test_rows_that_were_not_started_are_counted(signed_in: CommandLine) -> None:
    words = ("exec", "--all", "audit", "--jobs", "1", "--fail-fast", "--", "sh", "-c", "exit 1")
    result = signed_in.rolecall(*words)
    assert result.stderr.splitlines()[-1] == "0 succeeded, 1 failed, 2 not started."
    listed = signed_in.rolecall(*words[:3], "--output", "json", *words[3:])
    errors = [json.loads(line)["error"] for line in listed.stdout.splitlines()]
    assert errors == [None, "not started", "not started"]


def test_nothing_runs_when_signed_out(signed_in: CommandLine) -> None:
    signed_in.output_of("list", "audit")
    signed_in.output_of("sign-out", "--yes")
    result = signed_in.rolecall("exec", "--all", "audit", "--", "echo", "ran")
    assert (result.returncode, result.stdout) == (1, "")
    assert "Sign in with `rolecall sign-in corp`" in result.stderr
    listed = signed_in.rolecall("exec", "--all", "audit", "--output", "json", "--", "echo", "ran")
    errors = [json.loads(line)["error"] for line in listed.stdout.splitlines()]
    assert len(errors) == 3
    assert {"Sign in with `rolecall sign-in corp`" in error for error in errors} == {True}


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_all_commands(signed_in: CommandLine, number: int) -> None:
    started = signed_in.start("exec", "--all", "audit", "--", *_SLEEP)
    assert started.stdout is not None
    pids = [int(split(started.stdout.readline())[0][1]) for _ in range(3)]
    started.send_signal(number)
    assert started.wait(60) == 128 + number
    started.communicate()
    assert not any(map(is_alive, pids))


def test_after_ctrl_c_each_row_has_a_result_and_the_rest_is_resumed(
    signed_in: CommandLine,
) -> None:
    began = signed_in.home / "began"
    os.mkfifo(began)
    code = f'[ "$ROLECALL_PROFILE" ] || {{ echo > {began}; exec sleep 999; }}'
    words = ("exec", "--all", "audit", "--jobs", "1", "--output", "json", "--", "sh", "-c", code)
    started = signed_in.start(*words)
    began.read_text()  # waits for the second row
    started.send_signal(signal.SIGINT)
    output, said = started.communicate(timeout=60)
    assert started.returncode == 130
    results = {each["name"]: each["result"] for each in map(json.loads, output.splitlines())}
    second, third = "audit/AWSReadOnlyAccess", "audit/ViewOnlyAccess"
    assert results == {PROFILE: "done", second: "stopped", third: "not-started"}
    *_, one, two, last = said.splitlines()
    assert [one, two] == [f"{third}: not started", f"{second}: stopped"]
    assert last == "1 succeeded, 0 failed, 1 stopped, 1 not started."
    resumed = signed_in.rolecall("exec", "--resume", "--", "echo", "again")
    assert dict(split(resumed.stdout)) == {second: "again", third: "again"}
    assert resumed.stderr.endswith(": 2 of 3 rows are left.\n")
    resumed = signed_in.rolecall("exec", "--resume", "--", "echo", "again")
    assert (resumed.returncode, resumed.stdout) == (0, "")
    assert resumed.stderr == "All rows of the last run are done.\n"
    assert signed_in.rolecall("exec", "--resume", "audit", "--", "echo").returncode == 2


def test_a_kill_of_rolecall_leaves_no_program_and_its_rows_are_resumed(
    signed_in: CommandLine,
) -> None:
    started = signed_in.start("exec", "--all", "audit", "--", "sh", "-c", "echo $$; sleep 999; :")
    assert started.stdout is not None
    pids = [int(split(started.stdout.readline())[0][1]) for _ in range(3)]
    started.kill()
    started.communicate()
    wait_for_end(pids)
    resumed = signed_in.rolecall("exec", "--resume", "--", "echo", "again")
    assert dict(split(resumed.stdout)) == dict.fromkeys(_NAMES, "again")


def test_a_signal_that_the_caller_ignores_ends_nothing(signed_in: CommandLine) -> None:
    ignored = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
    code = "kill -HUP $PPID; echo ran"
    words = command("exec", "--jobs", "1", PROFILE, "--", "sh", "-c", code)
    result = completed(
        [sys.executable, "-c", f"{ignored} os.execv(sys.argv[1], sys.argv[1:])", *words],
        {"PATH": os.environ["PATH"], **signed_in.environ},
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, f"{PROFILE}: ran\n")


def test_a_reader_that_goes_ends_all_commands(signed_in: CommandLine) -> None:
    code = "import os\nwhile True: os.write(1, b'%d\\n' % os.getpid())"
    started = signed_in.start(
        "exec", "--profile", PROFILE, "--jobs", "1", "--", sys.executable, "-c", code
    )
    assert started.stdout is not None
    pid = int(split(started.stdout.readline())[0][1])
    started.stdout.close()
    assert started.wait(60) == 1
    assert not is_alive(pid)
    assert started.stderr is not None
    assert "Traceback" not in started.stderr.read()


def test_a_terminal_shows_the_progress_below_the_lines(signed_in: CommandLine) -> None:
    gate = signed_in.home / "gate"
    wait = f"while ! test -e {gate}; do sleep 0.05; done"
    code = f"printf 'a \\033[31mred\\033[2J line\\n'; {wait}"
    words = command("exec", "--all", "audit", "--", "sh", "-c", code)
    with Terminal(words, env={"PATH": os.environ["PATH"], **signed_in.environ}) as terminal:
        terminal.wait_until(
            lambda: terminal.screen_text().count(": a red line") == 3, what="three lines"
        )
        terminal.wait_for("0 of 3")
        column, line = terminal.position_of("red")
        assert terminal.cell(column, line).fg == "red"
        gate.touch()
        assert terminal.wait_exit(60) == 0
        assert "of 3" not in terminal.screen_text()


@pytest.mark.parametrize(("key", "status"), [("ctrl+c", 130), ("\x1c", 131)])
def test_ctrl_c_and_ctrl_backslash_on_a_terminal_end_all_commands(
    signed_in: CommandLine, key: str, status: int
) -> None:
    words = command("exec", "--all", "audit", "--", *_SLEEP)
    with Terminal(words, env={"PATH": os.environ["PATH"], **signed_in.environ}) as terminal:
        terminal.wait_until(
            lambda: len(re.findall(r": \d+$", terminal.screen_text(), re.MULTILINE)) == 3,
            what="three commands",
        )
        pids = [
            int(pid) for pid in re.findall(r": (\d+)\s*$", terminal.screen_text(), re.MULTILINE)
        ]
        terminal.press(key)
        assert terminal.wait_exit(60) == status
        assert not any(map(is_alive, pids))


def test_production_rows_are_listed_and_asked_about(signed_in: CommandLine) -> None:
    config = signed_in.config
    config.write_text(config.read_text().replace(f"profile {PROFILE}", "profile audit-prod"))
    for answer, status in (("n", 130), ("y", 0)):
        words = command("exec", "--all", "audit", "--", "echo", "ran")
        with Terminal(words, env={"PATH": os.environ["PATH"], **signed_in.environ}) as terminal:
            terminal.wait_for(
                r"3 of these are production:\n  audit-prod *\n  audit/AWSReadOnlyAccess *\n"
                r"  audit/ViewOnlyAccess *\nRun it\? \[y/N\]:"
            )
            terminal.press(answer, "enter")
            assert terminal.wait_exit(60) == status
            assert ("audit-prod: ran" in terminal.screen_text()) == (status == 0)
    with Terminal(
        command("exec", "--yes", "--all", "audit", "--", "true"),
        env={"PATH": os.environ["PATH"], **signed_in.environ},
    ) as terminal:
        assert terminal.wait_exit(60) == 0
