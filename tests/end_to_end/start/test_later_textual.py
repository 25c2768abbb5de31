"""rolecall with a version of Textual that has other private names: it paints in Textual's way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rolecall.ui.rendering.private_names import PRIVATE_NAMES
from tests.end_to_end.conftest import ACCOUNTS, ROLECALL, TerminalDesk
from tests.support.programs import completed
from tests.support.screens import later_textual, table_app
from tests.support.terminal import Terminal

MODULES = {part for each in PRIVATE_NAMES for part in each.owner.split(".") if part[0] == "_"}
NAMES = {each.name for each in PRIVATE_NAMES if each.name[0] == "_"} | MODULES
FLOW_CONTROL_QUERY = b"\x1b[6n"

FAILING = f"""
import sys
sys.path.insert(0, {str(Path(table_app.__file__).parents[2])!r})
from tests.support.screens.table_app import TableApp

class Failing(TableApp):
    def action_more(self):
        password = "hush" + "-hush"
        raise RuntimeError

app = Failing(9)
app.run(mouse=False)
print(type(app.failure).__name__)
"""


@pytest.fixture(params=[NAMES, {"_compositor_refresh"}, {"_xterm_parser"}], ids=len)
def later(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    return later_textual.environment(tmp_path / "later", request.param)


def test_it_starts_paints_and_quits(desk: TerminalDesk, later: dict[str, str]) -> None:
    with desk.listed(env=later) as terminal:
        assert FLOW_CONTROL_QUERY not in terminal.received
        terminal.press("2", then=r"▌.*AWSAdministratorAccess")
        terminal.press("/", *"billing", then="BillingReadOnly")
        terminal.press("enter", "?", then="Permission sets › Help")
        terminal.press("escape", gone="Help")
        terminal.quit()
        assert not terminal.on_alternate_screen


def test_the_size_is_that_of_the_terminal_in_a_substitution(
    desk: TerminalDesk, tmp_path: Path
) -> None:
    desk.leave_token()
    env = later_textual.environment(tmp_path / "later", NAMES)
    with desk.open(env=env, columns=132, lines=40, pipe_stdout=True) as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.wait_until(lambda: any(len(line) > 100 for line in terminal.screen_lines()))
        terminal.press("q")
        assert terminal.wait_exit() == 130


@pytest.mark.quick
def test_the_picker_starts_and_quits(desk: TerminalDesk, tmp_path: Path) -> None:
    env = later_textual.environment(tmp_path / "later", NAMES)
    with desk.open(ROLECALL, "switch", "--shell", "bash", env=env) as terminal:
        terminal.wait_for("▌")
        terminal.press("escape")
        assert terminal.wait_exit() == 130


def test_an_error_prints_no_traceback(tmp_path: Path) -> None:
    """Its locals may be secrets. Textual's own `_fatal_error` prints them."""
    env = {"HOME": str(tmp_path), **later_textual.environment(tmp_path / "later", NAMES)}
    command = [sys.executable, "-c", FAILING]
    with Terminal(command, env=env, pipe_stdout=True) as terminal:
        terminal.wait_for("Account ID")
        terminal.press("s")
        assert terminal.wait_exit() == 0
        assert terminal.stdout == b"RuntimeError\n"
        assert b"hush" not in terminal.received
        assert b"Traceback" not in terminal.received


def test_doctor_says_so_in_one_line(desk: TerminalDesk, tmp_path: Path) -> None:
    env = {**desk.environment, "PATH": "/usr/bin:/bin"}

    def lines(more: dict[str, str]) -> list[str]:
        result = completed([ROLECALL, "doctor"], env | more, check=False)
        return result.stdout.splitlines()

    later = later_textual.environment(tmp_path / "later", {"_compositor_refresh"})
    (more,) = set(lines(later)) - set(lines({}))
    assert "screen.Screen._compositor_refresh" in more
