"""`awsp NAME`, its completion and its picker, with 2,000 profiles in the config.

The commands are compared with `python -c pass`, the picker with a blank inline app, its keys with
those of fzf and of a Textual table, in turns. The prompt has 5,000 profiles.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.bench_files import large_config
from tests.bench.bench_table import costs_beside_fzf
from tests.bench.measure import (
    DATA_TABLE_KEY,
    FZF_KEY,
    INLINE_APP,
    INLINE_APP_CPU,
    PYTHON,
    Command,
    Report,
    blank_inline_app,
    costs_in_turns,
    data_table,
    first_paints,
    fzf,
    p95,
    python,
    run,
    shows,
    wall_times,
)
from tests.support.programs import program
from tests.support.terminal import Terminal

PROFILES = 2_000
ROLECALL = Path(sys.executable).parent / "rolecall"
_ROUNDS = 11
TYPED = [*"admin", *["backspace"] * 5, *"1234", *["backspace"] * 4, *"tmdm", *["backspace"] * 4]
_SESSION = """\
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
"""
_PROFILE = """
[profile team-{i:04}-admin]
sso_session = corp
sso_account_id = {i:012}
sso_role_name = AWSAdministratorAccess
region = eu-west-1
output = json
"""


def create_home(home: Path) -> None:
    (home / ".aws").mkdir()
    (home / "large").write_text(large_config())
    os.utime(home / "large", (0, 0))  # one that was just written is read twice
    profiles = "".join(_PROFILE.format(i=i) for i in range(PROFILES))
    (home / ".aws" / "config").write_text(_SESSION + profiles)


def measure_picker(report: Report, home: Path, switch: list[str | Path]) -> None:
    environ = {"HOME": str(home)}
    ours = switch, environ, shows("team-0000-admin")
    blank, picker = first_paints([blank_inline_app(), ours])
    report.refer(INLINE_APP, blank.seconds)
    report.refer(INLINE_APP_CPU, blank.cpu)
    report.line("the picker: spawn to first paint", picker.seconds * 1000, "ms", of=INLINE_APP)
    name = "the picker: first paint, processor time"
    report.line(name, picker.cpu * 1000, "ms", 1.15, INLINE_APP_CPU)
    rows = [f"team-{i:04}-admin  {i:012}  AWSAdministratorAccess" for i in range(PROFILES)]
    with Terminal(switch, columns=120, lines=40, env=environ) as terminal:
        terminal.wait_for("team-0000-admin")
        terminal.settle(1)  # until all rows are prepared for the search
        with fzf(rows) as other:
            keys = costs_beside_fzf(report, terminal, other, TYPED)
        report.keys("the picker: a letter", keys, 1, FZF_KEY, bytes_limit=1500)
        with data_table() as table:
            keys, others = costs_in_turns(terminal, table, ["down", "up"] * 10)
        report.refer(DATA_TABLE_KEY, p95(others))
        report.keys("the picker: a cursor key", keys, 3, DATA_TABLE_KEY, bytes_limit=1500)


def measure_commands(report: Report, home: Path, switch: list[str | Path]) -> None:
    script = subprocess.check_output([ROLECALL, "init", "bash"], text=True)
    (home / "awsp.sh").write_text(f"{script}\nawsp team-1234-admin\n")
    large = [f"AWS_CONFIG_FILE={home / 'large'}", "AWS_PROFILE=account-4999-admin"]
    commands: list[Command] = [
        python("-c", "pass"),
        [*switch, "team-1234-admin"],
        [program("bash"), "--norc", home / "awsp.sh"],
        ["bash", "--norc", "-c", ":"],
        [ROLECALL, "complete", "profiles", "bash", "awsp team-12", "team-12", ":=@"],
        [program("env"), *large, ROLECALL, "prompt"],
    ]
    environ = {"PATH": f"{ROLECALL.parent}:/usr/bin:/bin", "HOME": str(home)}
    bare, by_name, in_bash, bash, completed, prompt = wall_times(commands, environ, _ROUNDS)
    report.refer(PYTHON, bare)
    for name, seconds in (
        ("rolecall switch NAME", by_name),
        ("awsp NAME in bash, without bash's start", in_bash - bash),
        ("completion", completed),
        ("rolecall prompt, 5,000 profiles", prompt),
    ):
        report.line(name, seconds * 1000, "ms", 6, PYTHON)


def measure(report: Report) -> None:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        create_home(home)
        switch: list[str | Path] = [ROLECALL, "switch", "--shell=bash", "--previous="]
        measure_commands(report, home, switch)
        measure_picker(report, home, switch)


if __name__ == "__main__":
    run(measure, f"Switching, {PROFILES:,} profiles")
