"""A walk through the main screens, in any language, and what can be wrong with each of them."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rolecall.demo.server import DemoServer
from tests.support.terminal import Terminal

_INSIDE = set("│├┤")
_ENDS = set("╭╮╰╯")


def texts_of(environ: Mapping[str, str]) -> gettext.GNUTranslations:
    """The texts in the language of an environment that has a folder of catalogues."""
    language = environ["LANG"].partition(".")[0].partition("_")[0]
    path = Path(environ["TEXTDOMAINDIR"], language, "LC_MESSAGES", "rolecall.mo")
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)


# Texts of the screens that list commands, by the keys that open them.
COMMAND_LISTS_BY_KEY: Final = {"?": "in the settings: {id}", ":": "name or command"}
COMMAND_LISTS: Final = frozenset(COMMAND_LISTS_BY_KEY.values())
SETTINGS: Final = "Template"


class Walk:
    """Drives rolecall, which was started with the session of a demo, from screen to screen."""

    def __init__(self, terminal: Terminal, texts: gettext.GNUTranslations) -> None:
        self.terminal = terminal
        self._texts = texts

    def go(self, *keys: str, then: str) -> None:
        """Press keys, and wait for a text, named in English: for a part of it in the language."""
        self.terminal.press(*keys)
        self.terminal.wait_for(self._part(then))

    def leave(self, text: str) -> None:
        self.terminal.press("escape")
        self.terminal.wait_gone(self._part(text))

    def word(self, context: str, english: str) -> str:
        """The word that a context has."""
        return re.escape(self._texts.pgettext(context, english))

    def _part(self, english: str) -> str:
        """A pattern for the longest part of a text between its fields and spaces.

        What only makes a text longer, `~~~⟧`, is in many texts and does not count.
        """
        parts = re.split(r"\{[^}]*\}|…|\s", self._texts.gettext(english))
        return re.escape(max(parts, key=lambda part: len(part.rstrip("~⟧"))))

    def screens(self, server: DemoServer) -> Iterator[str]:
        """Yield the name of each screen while it is shown."""
        terminal = self.terminal
        self.go(then="Waiting for your approval · the code expires in {left}")
        terminal.wait_until(lambda: bool(server.pending_codes()))
        yield "sign-in"
        server.approve(server.pending_codes()[-1])
        terminal.wait_for(r"▌ +audit( +038410265977)? +3\b")
        yield "accounts"
        self.go("e", then="Alias and note")
        yield "alias and note"
        self.leave("Alias and note")
        for key, text in {**COMMAND_LISTS_BY_KEY, ",": SETTINGS}.items():
            self.go(key, then=text)
            yield text
            self.leave(text)
        terminal.press(":", self._texts.gettext("team"), "enter")
        terminal.wait_for(team := f"╭─ {self._part('Team')}")
        yield "team"
        hint = "a file, a folder of a git checkout, or https://…"
        self.go("n", then=hint)
        yield "location of the team file"
        self.leave(hint)
        terminal.press("escape")
        terminal.wait_gone(team)
        terminal.press("2")
        terminal.wait_for("▌ +audit +AWSAdmin")
        yield "permission sets"
        yield from self._saving()
        yield from self._profiles()
        self.go("4", then="short-term credentials")
        yield "tokens"
        terminal.press("/", "console")
        terminal.wait_for("▌ ○ console")
        self.go("enter", "enter", then="paste the code here")
        terminal.wait_for("v1/authorize")
        yield "console sign-in"
        self.leave("paste the code here")
        terminal.press("escape")
        self.go("S", then="Start URL")
        yield "sessions"
        terminal.press("n")
        terminal.wait_for("d-1234567890")
        yield "new session"

    def _saving(self) -> Iterator[str]:
        terminal = self.terminal
        terminal.press("s")
        terminal.wait_for(r"\+\[profile audit-admin\]")
        yield "save"
        self.go("enter", then="{name} is in {path}.")
        terminal.wait_for("--profile audit-admin")
        yield "saved"
        terminal.press("enter")
        terminal.wait_gone("--profile audit-admin")
        self.go("c", then="Access key ID")
        terminal.wait_for("UTC")
        yield "credentials"
        self.leave("Access key ID")
        terminal.press("o")
        terminal.wait_for("#/console")
        yield "console"
        terminal.press("escape")
        terminal.wait_gone("#/console")
        yield from self._running()
        terminal.press("a", "s")
        terminal.wait_for(r"\+ +audit-readonly")
        yield "workbench"
        terminal.press("escape", "escape")
        terminal.wait_gone(r"\+ +audit-readonly")

    def _running(self) -> Iterator[str]:
        """Run a command with a role. It writes the word that names the screen of its output."""
        self.go(
            "!", then="It runs without a shell and without a terminal. ↑ shows earlier commands."
        )
        yield "command to run"
        self.go("printf done", "enter", then="Last line")
        self.terminal.wait_for("✓.* done")
        yield "run"
        self.terminal.press("enter")
        self.terminal.wait_for(f"╭─ {self.word('what a program has written', 'Output')} · ")
        yield "output"
        self.leave("lines {first:,}–{last:,} of {count:,}")
        self.leave("Last line")

    def _profiles(self) -> Iterator[str]:
        terminal = self.terminal
        terminal.press("3")
        terminal.wait_for("└ deploy")
        yield "profiles"
        terminal.press("x")
        terminal.wait_for(r"-\[default\]")
        yield "deletion"
        terminal.press("escape")
        terminal.wait_gone(r"-\[default\]")
        terminal.press("w")
        terminal.wait_for(drift := f"╭─ {self._part('Drift')}")
        yield "drift"
        terminal.press("escape")
        terminal.wait_gone(drift)


def crooked(terminal: Terminal) -> list[str]:
    """The lines in a border that do not end where it ends, unless something covers it."""
    screen = terminal.screen
    rows = [[screen.buffer[y][x].data for x in range(screen.columns)] for y in range(screen.lines)]
    found = []
    for top, row in enumerate(rows):
        for left in (x for x, cell in enumerate(row) if cell == "╭" and "╮" in row[x:]):
            right = row.index("╮", left)
            for below in rows[top + 1 :]:
                if below[left] not in _INSIDE:
                    break
                inside = below[left + 1 : right + 2]
                covered = _ENDS.intersection(inside) or "│" in inside[:-2]
                if not covered and below[right] not in _INSIDE:
                    found.append("".join(below))
    return found
