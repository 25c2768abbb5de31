"""`rolecall log`: what was handed out, by which command and with which access key."""

from __future__ import annotations

import json
import os
import shlex
import stat
import sys
from typing import Any

import pytest

from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.support.obstacles.unwritable import read_only
from tests.support.programs import completed
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

REASON = ("--reason", "INC-4711")
OF_ROLE = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET)
ROLE = {
    "profile": PROFILE,
    "account_id": ACCOUNT,
    "account": None,
    "role": PERMISSION_SET,
    "sso_session": "corp",
    "command": None,
    "reason": None,
    **dict.fromkeys(("lend", "rights", "minutes", "scoped_session", "seal", "agent")),
    "production": False,
}


def log(desk: CommandLine, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.output_of("log", "--json", *words))
    return found


def exported_key(desk: CommandLine) -> str:
    text = desk.output_of("export", PROFILE, "--format", "json")
    key: str = json.loads(text)["AccessKeyId"]
    return key


@pytest.mark.parametrize(
    ("kind", "words", "has_key", "more"),
    [
        ("use", ("switch", *REASON, "--shell=bash", PROFILE), False, {"reason": "INC-4711"}),
        ("use", ("switch", "--shell=bash", "--previous=", PROFILE), False, {}),
        ("export", ("export", PROFILE, *REASON), True, {"reason": "INC-4711"}),
        ("exec", ("exec", PROFILE, "--", "true", "a b"), True, {"command": "true …"}),
        (
            "exec",
            ("exec", *REASON, "--jobs", "1", PROFILE, "--", "true"),
            True,
            {"command": "true", "reason": "INC-4711"},
        ),
        ("console", ("console", PROFILE, "--print", *REASON), False, {"reason": "INC-4711"}),
        (
            "console",
            ("console", PROFILE, "--print", "--destination", "s3"),
            False,
            {"command": "--destination …"},
        ),
        ("credential-process", ("credential-process", PROFILE), True, {}),
        (
            "credential-process",
            ("credential-process", *OF_ROLE, *REASON),
            True,
            {"profile": None, "reason": "INC-4711"},
        ),
    ],
    ids=str,
)
def test_a_command_leaves_a_line(
    signed_in: CommandLine, kind: str, words: tuple[str, ...], has_key: bool, more: dict[str, str]
) -> None:
    key = exported_key(signed_in) if has_key else ""
    before = len(log(signed_in))
    signed_in.output_of(*words)
    *_, found = entries = log(signed_in)
    assert len(entries) == before + 1
    assert found.pop("time").endswith("Z")
    assert (found.pop("access_key_id") or "")[:4] == ("ASIA" if has_key else "")
    assert bool(found.pop("caller")) is (kind in {"export", "credential-process"})
    assert found == {"kind": kind, **ROLE, **more}
    assert not has_key or "--jobs" in words or log(signed_in, key)[-1]["kind"] == kind


@pytest.mark.skipif(sys.platform != "linux", reason="the names are in /proc")
def test_the_log_has_the_program_that_asked_and_the_agent(signed_in: CommandLine) -> None:
    script = f"{shlex.join(command('export', PROFILE))}; true"
    environ = {"PATH": os.environ["PATH"], **signed_in.environ, "CLAUDECODE": "1"}
    completed(["sh", "-c", script], environ)
    (found,) = log(signed_in)
    assert found["caller"].startswith("sh < ")
    assert found["agent"] == "claude"


def test_an_agent_gets_no_keys_of_production(signed_in: CommandLine) -> None:
    for words in (
        *(("export", PROFILE), ("credential-process", PROFILE), ("exec", PROFILE, "--", "true")),
        *(("serve", PROFILE, "--", "true"), ("exec", "--all", "audit", "--", "true")),
    ):
        write_settings(signed_in.home, 'production = "audit"\n')
        refused = signed_in.rolecall(*words, CLAUDECODE="1")
        assert refused.returncode != 0
        assert "env -u CLAUDECODE" in refused.stderr
        assert "ASIA" not in refused.stdout
        write_settings(signed_in.home, 'production = "none"\n')
        assert signed_in.rolecall(*words, CLAUDECODE="1").returncode == 0


@pytest.mark.parametrize("words", [(PROFILE, "--"), ("--jobs", "1", PROFILE, "--")])
def test_a_command_that_cannot_be_started_leaves_no_line(
    signed_in: CommandLine, words: tuple[str, ...]
) -> None:
    script = signed_in.home / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o700)
    for program in ("typo", str(script)):
        assert signed_in.rolecall("exec", *words, program).returncode
    assert log(signed_in) == []
    signed_in.output_of("exec", *words, "true")
    assert [each["command"] for each in log(signed_in)] == ["true"]


def test_serve_notes_each_access_key_once_when_it_is_asked_for(signed_in: CommandLine) -> None:
    signed_in.output_of("serve", PROFILE, "--", "true")
    assert log(signed_in) == []
    code = (
        "import os, urllib.request as u\n"
        "e = os.environ\n"
        "r = u.Request(e['AWS_CONTAINER_CREDENTIALS_FULL_URI'],"
        " headers={'Authorization': e['AWS_CONTAINER_AUTHORIZATION_TOKEN']})\n"
        "[u.urlopen(r).read() for _ in range(3)]\n"
    )
    signed_in.output_of("serve", *REASON, PROFILE, "--", "python3", "-c", code, "job")
    (found,) = log(signed_in)
    assert found["kind"] == "serve"
    assert found["access_key_id"] == exported_key(signed_in)
    assert found["command"] == "python3 -c …"


def test_exec_with_many_roles_leaves_a_line_for_each(signed_in: CommandLine) -> None:
    words = ("exec", *REASON, "--all", "audit", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID")
    keys = [line.rpartition(" ")[2] for line in signed_in.output_of(*words).splitlines()]
    found = log(signed_in, "audit")
    assert sorted(each["access_key_id"] for each in found) == sorted(keys)
    assert {each["role"] for each in found} > {PERMISSION_SET, "ViewOnlyAccess"}
    assert {each["account"] for each in found} == {"audit"}
    assert {each["command"] for each in found} == {"sh -c …"}
    assert {each["reason"] for each in found} == {"INC-4711"}
    for key in keys:
        (line,) = log(signed_in, key)
        assert line["access_key_id"] == key


@pytest.mark.quick
def test_words_select_lines_and_the_newest_is_last(signed_in: CommandLine) -> None:
    key = exported_key(signed_in)
    signed_in.output_of("exec", PROFILE, "--", "true")
    shown = signed_in.output_of("log").splitlines()
    assert [line.split()[:2] for line in shown[:1]] == [["When", "What"]]
    assert " export " in shown[1]
    assert " exec " in shown[2]
    (_, line) = signed_in.output_of("log", key.lower(), "true").splitlines()
    assert line.split() == shown[2].split()
    nothing = signed_in.rolecall("log", "ASIANOSUCHKEY0000000")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert nothing.stderr == "Nothing matches “ASIANOSUCHKEY0000000”.\n"
    assert json.loads(signed_in.output_of("log", "--json", "nothing-like-it")) == []


def test_the_log_is_private_and_off_with_a_setting(signed_in: CommandLine) -> None:
    assert signed_in.rolecall("log").stderr == "Nothing has been handed out yet.\n"
    key = exported_key(signed_in)
    (path,) = signed_in.home.rglob("handed-out.log")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    settings = write_settings(signed_in.home, "log = false\n")
    before = path.read_bytes()
    signed_in.output_of("export", PROFILE)
    signed_in.output_of("switch", "--shell=bash", PROFILE)
    signed_in.output_of("exec", "--jobs", "1", PROFILE, "--", "true")
    assert path.read_bytes() == before
    shown = signed_in.rolecall("log")
    assert key in shown.stdout
    assert shown.stderr == "The log is off (`log` in the settings).\n"
    settings.write_text("log = \n")
    signed_in.output_of("export", PROFILE)
    assert path.read_bytes() == before
    assert "settings.toml, line 1: not TOML" in signed_in.rolecall("log").stderr


def test_a_pager_shows_a_long_log(signed_in: CommandLine) -> None:
    for _ in range(2):
        signed_in.output_of("export", PROFILE)
    environ = {**signed_in.environ, "PATH": "/usr/bin:/bin", "PAGER": "sed s/export/PAGED/"}
    with Terminal(command("log"), env=environ, lines=3) as terminal:
        terminal.wait_for("PAGED")


@pytest.mark.parametrize(
    "words",
    [
        ("export", PROFILE),
        ("exec", PROFILE, "--", "true"),
        ("exec", "--jobs", "1", PROFILE, "--", "true"),
        ("credential-process", PROFILE),
        ("console", "--print", PROFILE),
        ("switch", "--shell=bash", PROFILE),
    ],
    ids=" ".join,
)
def test_a_disk_that_takes_nothing_is_no_error(
    signed_in: CommandLine, words: tuple[str, ...]
) -> None:
    signed_in.output_of("export", PROFILE)
    (path,) = signed_in.home.rglob("handed-out.log")
    before = path.read_bytes()
    result = completed(
        ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *command(*words)],
        {"PATH": "/usr/bin:/bin", **signed_in.environ},
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "File too large" not in result.stderr
    with read_only(path.parent):
        signed_in.output_of(*words)
    assert path.read_bytes() == before


def test_a_log_that_cannot_be_kept_is_not_said_to_be_empty(signed_in: CommandLine) -> None:
    with read_only(signed_in.home):
        signed_in.output_of("export", PROFILE)
        result = signed_in.rolecall("log")
        assert (result.returncode, result.stdout) == (0, "")
        assert result.stderr == (
            "The log cannot be written, so nothing is logged:"
            " ~/.local/state/rolecall/handed-out.log (read-only file system).\n"
        )
        searched = signed_in.rolecall("log", "nothing-like-it").stderr.splitlines()
        assert searched == [result.stderr.strip(), "Nothing matches “nothing-like-it”."]
    signed_in.output_of("export", PROFILE)
    (path,) = signed_in.home.rglob("handed-out.log")
    with read_only(path.parent):
        result = signed_in.rolecall("log")
        assert PROFILE in result.stdout
        assert result.stderr.startswith("The log cannot be written, so nothing is logged:")


@pytest.mark.parametrize("words", [(), ("nothing-like-it",), ("--json",)], ids=str)
def test_a_log_that_cannot_be_read_is_not_said_to_be_empty(
    signed_in: CommandLine, words: tuple[str, ...]
) -> None:
    signed_in.output_of("export", PROFILE)
    (path,) = signed_in.home.rglob("handed-out.log")
    path.unlink()
    path.mkdir()
    result = signed_in.rolecall("log", *words)
    assert (result.returncode, result.stdout.strip("[]\n")) == (1, "")
    assert result.stderr == (
        "The log cannot be read, so what was handed out is unknown:"
        " ~/.local/state/rolecall/handed-out.log (not a file).\n"
    )
    state = signed_in.home / "state"
    state.touch()
    below = signed_in.rolecall("log", *words, XDG_STATE_HOME=str(state))
    assert (below.returncode, "(not a folder)" in below.stderr) == (1, True)
