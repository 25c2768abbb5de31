"""rolecall in a pseudo-language: each text is ⟦in brackets⟧, so a text without them is not
translated.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rolecall.presentation.commands import COMMANDS
from tests.end_to_end.conftest import WAITING, TerminalDesk
from tests.support.screens import pseudo_locale

KEYS = {word for command in COMMANDS for word in re.findall("[A-Za-z]+", command.shown_keys)}
# Click translates its texts itself.
CLICKS_WORDS = {"Usage", "OPTIONS", "Options", "Show", "this", "message", "and", "exit"}
MOVEMENT_KEYS = {"Home", "End", "PgUp", "PgDn", "Ctrl"}


@pytest.fixture
def language(tmp_path: Path) -> dict[str, str]:
    return pseudo_locale.write(tmp_path)


def outside(text: str) -> set[str]:
    """Return the words of the text that are outside brackets; links and file names are none.

    A text that is cut short ends with "…" instead of its bracket.
    """
    depth, kept = 0, []
    for character in text:
        if character == "⟦":
            depth += 1
        elif character in "⟧…":
            depth = max(0, depth - 1) if character == "⟧" else 0
        elif not depth:
            kept.append(character)
    plain = re.sub(r"\S*[/@._-]\S*", "", "".join(kept))
    return set(re.findall("[A-Za-z]{2,}", plain))


@pytest.mark.quick
def test_what_is_outside_brackets_is_found() -> None:
    assert outside("a ⟦b ⟦nested⟧ text⟧ left ~/over ⟦cut…  too ⟦end⟧") == {"left", "too"}


def test_the_first_screens_are_translated(desk: TerminalDesk, language: dict[str, str]) -> None:
    # The box has the whole width: next to it, the texts below would be without their brackets.
    with desk.open(env=language, columns=110, lines=50) as terminal:
        terminal.wait_for(WAITING)
        terminal.wait_for(f"⟦{WAITING}")
        assert outside(terminal.screen_text()) <= {"rolecall", "demo", *KEYS}
        terminal.press("?", then="⟦Help⟧")
        assert outside(terminal.screen_text()) <= {"rolecall", "demo", *KEYS, *MOVEMENT_KEYS}


@pytest.mark.parametrize(
    ("arguments", "data"),
    [
        (["tokens"], {"demo"}),
        (["doctor"], set()),
        (["undo", "--list"], set()),
        (["whoami"], set()),
        (["export", "nobody"], set()),
        (["sign-out", "demo", "--yes"], set()),
        (["switch", "--shell=bash", "nobody"], set()),
        (["tokens", "--help"], {"rolecall", "tokens", "jq", "NAME", *CLICKS_WORDS}),
    ],
    ids=["tokens", "doctor", "undo", "whoami", "export", "sign-out", "switch", "help"],
)
def test_what_commands_say_is_translated(
    desk: TerminalDesk, language: dict[str, str], arguments: list[str], data: set[str]
) -> None:
    result = desk.run(*arguments, **language)
    said = result.stdout + result.stderr
    assert "⟦" in said
    assert outside(said) <= data
