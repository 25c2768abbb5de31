"""Terminals of all sizes and kinds: the screen is readable and its columns are straight."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.end_to_end.conftest import ACCOUNTS, ROLECALL, TerminalDesk, wait_for_straight_columns
from tests.support.settings import write_settings

# The beginning of an account row of the demo, and the cells between its columns.
WIDE = ("データ基盤", "東京リージョン", "🚀 launchpad", "Café", "Łódź")


def test_a_tiny_terminal_shows_one_sentence_until_it_grows(desk: TerminalDesk) -> None:
    with desk.listed(columns=100, lines=30) as terminal:
        terminal.press("down", then="▌ +backup")
        for columns, lines in ((39, 30), (100, 9), (12, 4)):
            terminal.resize(columns, lines)
            sentence = f"rolecall needs 40×10; this terminal is {columns}×{lines}."

            def is_said(sentence: str = sentence, is_cut: bool = columns == 12) -> bool:
                shown = " ".join(terminal.screen_text().split())
                return shown == sentence or (is_cut and bool(shown) and shown in sentence)

            terminal.wait_until(is_said, what=sentence)
        terminal.press("down")
        terminal.resize(100, 30)
        terminal.wait_for("▌ +BI reports")


@pytest.mark.quick
def test_columns_are_straight_in_tmux(desk: TerminalDesk) -> None:
    desk.leave_token()
    tmux = desk.tmux()
    with desk.open(*tmux, "new-session", str(ROLECALL), columns=120, lines=50) as terminal:
        terminal.wait_for("41 accounts")
        wait_for_straight_columns(terminal, 44)
        # After detaching and attaching in another size, it is painted in that size.
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **desk.environment}
        subprocess.run([*tmux, "detach-client"], env=environment, check=True)
        assert terminal.wait_exit() == 0
    with desk.open(*tmux, "attach", columns=80, lines=24) as terminal:
        terminal.wait_for("▌ +audit")
        terminal.wait_until(lambda: "? help" in terminal.screen_lines()[22])
        terminal.quit()


@pytest.mark.parametrize(
    ("env", "pointer"), [({"LANG": "C"}, r"\|\| "), ({"TERM": "linux", "COLORTERM": ""}, "▌ ")]
)
def test_only_signs_that_the_terminal_has_are_used(
    desk: TerminalDesk, env: dict[str, str], pointer: str
) -> None:
    desk.leave_token()
    with desk.open(env=env) as terminal:
        terminal.wait_for("41 accounts")
        terminal.wait_for(rf"{pointer} +audit")
        shown = terminal.screen_text()
        assert not re.search("[●◐◔○★✓…›·]", shown if env.get("LANG") else shown.replace("·", ""))
        terminal.press("4", then="access token")
        assert not re.search("[━╌●]", terminal.screen_text())


def test_keys_from_the_settings_work_and_are_shown(desk: TerminalDesk) -> None:
    write_settings(desk.home, '[keys]\nfilter = ["F4", "#"]\nquit = "Q"\nfly = "x"\n')
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for("41 accounts|no such command")
        terminal.wait_for(r"keys\.fly: no such command")
        terminal.press("down", "up", then="F4 filter")
        terminal.wait_for("Q quit")
        terminal.press("#", then=" / ")
        terminal.press("escape", gone=" / ")
        terminal.press("q", "?", then="› Help")
        terminal.press("G", then="· Request ·")
        terminal.press("#", "leave rolecall", then=" / leave rolecall ")
        terminal.wait_for(r"▌ +Q +.*leave rolecall +Everywhe…")
        terminal.press("escape", gone=" / ")
        terminal.press("Q")
        assert terminal.wait_exit() == 0


def test_output_of_other_programs_is_painted_over(desk: TerminalDesk) -> None:
    """Also, rolecall waits only a moment for a terminal that no longer answers."""
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(r"41( accounts)? · seen")
        terminal.answers = False
        terminal.screen.reset()
        assert not terminal.screen_text().strip()
        terminal.press("ctrl+l", then=ACCOUNTS)
        terminal.press("down", "down", then="▌ +BI reports")
