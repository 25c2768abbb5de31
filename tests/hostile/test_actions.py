"""Actions with a value that is code for whatever reads it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rolecall.domain.settings.action import Action
from rolecall.domain.settings.action_entries import read
from rolecall.services.runs.actions import Prepared
from tests.support.programs import program

pytestmark = pytest.mark.quick

# Each creates a file if something runs it.
PAYLOADS = (
    "$(touch PWNED)",
    "`touch PWNED`",
    "x; touch PWNED #",
    "x' ; touch PWNED #",
    'x" ; touch PWNED #',
    "x\ntouch PWNED\n",
    "x && touch PWNED",
    "sh -c 'touch PWNED'",
    "-c touch${IFS}PWNED",
    "'); open('PWNED', 'w'); ('",
    '"); open("PWNED", "w"); ("',
    '"); system("touch PWNED"); ("',
    "#(touch PWNED)",
    "a\0b; touch PWNED",
    "\ud800; touch PWNED",
)
COMMANDS = (
    ("bash", "-c", "--", "echo {account}"),
    ("bash", "-c", "-x", "echo '{account}'"),
    ("sh", "-c", "-e", 'echo "{account}"'),
    ("sh", "-c", "eval echo {account}"),
    ("sh", "-c", '{choice}; echo "{choice.name}"'),
    ("sh", "-c", 'eval "$1"', "sh", "{account}"),
    ("script", "-c", "echo {account}", "/dev/null"),
    ("script", "-qec", "echo '{account}'", "/dev/null"),
    ("env", "-S", "echo {account}"),
    ("env", "{account}", "true"),
    ("env", "-S", "{account}"),
    ("awk", 'BEGIN {{ print("{account}") }}'),
    ("xargs", "-I_", "sh", "-c", "echo {account}"),
    (sys.executable, "-c", "print('{account}')"),
    (sys.executable, "-c", 'print("{account}")'),
    ("bash", "{account}"),
    ("bash", "-o", "posix", "{account}", "{choice.name}"),
    (sys.executable, "{account}"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_name_that_others_choose_never_becomes_code(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    entry = {"key": "L", "name": "x", "command": [*command], "choose": "true"}
    action = read("mine", entry)
    assert isinstance(action, Action)
    program(command[0])
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    for payload in PAYLOADS:
        prepared = Prepared(action, {"account": payload}, environ)
        chosen = prepared.with_choice({"": payload, "name": payload, f"{payload}=": payload})
        subprocess.run(
            chosen.command(),
            env=chosen.environ,
            cwd=tmp_path,
            input=b"x\n",
            capture_output=True,
            check=False,
        )
        assert not (tmp_path / "PWNED").exists(), payload
