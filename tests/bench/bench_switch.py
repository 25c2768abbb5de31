"""`awsp NAME`, its completion and its picker, with 2,000 profiles in the config.

The commands are compared with `python -c pass`, the picker with a blank inline app, in turns.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.measure import Report, first_paints, key_costs, python, run, shows, wall_times
from tests.support.programs import program
from tests.support.terminal import Terminal

PROFILES = 2_000
ROLECALL = Path(sys.executable).parent / "rolecall"
_ROUNDS = 15
TYPED = [*"admin", *["backspace"] * 5, *"1234", *["backspace"] * 4, *"tmdm", *["backspace"] * 4]
_BLANK = """
from textual.app import App
from textual.widgets import Static
class Blank(App):
    def compose(self):
        yield Static("blank")
Blank().run(inline=True, mouse=False)
"""
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
    profiles = "".join(_PROFILE.format(i=i) for i in range(PROFILES))
    (home / ".aws" / "config").write_text(_SESSION + profiles)


def measure_picker(report: Report, home: Path, switch: list[str | Path]) -> None:
    environ = {"HOME": str(home)}
    blank, picker = first_paints(
        [
            (python("-c", _BLANK), environ, shows("blank")),
            (switch, environ, shows("team-0000-admin")),
        ]
    )
    report.line("blank inline app: spawn to first paint", blank.seconds * 1000, "ms")
    report.line("the picker / a blank inline app", picker.seconds / blank.seconds, "×")
    report.line("the same, processor time", picker.cpu / blank.cpu, "×", 1.15)
    with Terminal(switch, columns=120, lines=40, env=environ) as terminal:
        terminal.wait_for("team-0000-admin")
        terminal.settle(1)  # until all rows are prepared for the search
        report.keys("the picker: a letter", key_costs(terminal, TYPED), 12, 1500)
        report.keys("the picker: a cursor key", key_costs(terminal, ["down", "up"] * 10), 12, 1500)


def measure(report: Report) -> None:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        create_home(home)
        switch: list[str | Path] = [ROLECALL, "switch", "--shell=bash", "--previous="]
        script = subprocess.check_output([ROLECALL, "init", "bash"], text=True)
        (home / "awsp.sh").write_text(f"{script}\nawsp team-1234-admin\n")
        bare, by_name, in_bash, bash, completed = wall_times(
            [
                python("-c", "pass"),
                [*switch, "team-1234-admin"],
                [program("bash"), "--norc", str(home / "awsp.sh")],
                ["bash", "--norc", "-c", ":"],
                [ROLECALL, "complete", "profiles", "bash", "awsp team-12", "team-12", ":=@"],
            ],
            {"PATH": f"{ROLECALL.parent}:/usr/bin:/bin", "HOME": str(home)},
            _ROUNDS,
        )
        report.line("python -c pass", bare * 1000, "ms")
        report.line("rolecall switch NAME / python", by_name / bare, "×", 6)
        report.line(
            "awsp NAME in bash, without bash's start / python", (in_bash - bash) / bare, "×", 6
        )
        report.line("completion / python", completed / bare, "×", 6)
        measure_picker(report, home, switch)


if __name__ == "__main__":
    run(measure, f"Switching, {PROFILES:,} profiles")
