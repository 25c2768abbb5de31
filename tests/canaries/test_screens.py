"""The full screen shows secrets only when asked, and keeps none."""

from __future__ import annotations

from tests.canaries.canaries import Kind
from tests.canaries.conftest import Planted
from tests.canaries.test_commands import check_files
from tests.end_to_end.conftest import ROLECALL
from tests.hostile.test_screens import go
from tests.support.terminal import Terminal


def test_screens_show_no_secret_until_asked(planted: Planted) -> None:
    log = planted.home / "textual.log"
    environ = planted.environ | {"TEXTUAL_LOG": str(log)}
    with Terminal([ROLECALL], env=environ, columns=130, lines=40) as terminal:
        terminal.wait_for("41 accounts")
        go(
            terminal,
            *[("3", "in-config"), ("d", "in-config"), ("d", "in-config")],
            *[("/", "Enter to the list"), ("in-config", "1 of "), ("enter", "!Enter to the")],
            *[("x", "Enter delete"), ("escape", "!Enter delete")],
            *[("e", "› Edit"), ("escape", "!› Edit"), ("escape", "chained")],
            *[("a", "marked"), ("v", "work · "), ("escape", "!work · "), ("A", "!marked")],
            *[("4", "access token"), ("2", "permission sets")],
            *[("!", "Run a command with"), ("echo done", "echo done"), ("enter", "exit 0")],
            *[("enter", "lines 1"), ("escape", "Last line"), ("escape", "!Last line")],
            *[("c", "Secret access key")],
        )
        terminal.wait_for("left")
        found = planted.canaries.find(bytes(terminal.received))
        assert not found
        terminal.press("v")
        terminal.wait_for("ASIA")
        shown = bytes(terminal.screen_text(), "utf-8")
        assert planted.canaries.find(shown), "the search does not find what is shown"
        assert not planted.canaries.find(shown, allowed=[Kind.ROLE])
        go(terminal, ("escape", "!Secret access key"))
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert log.stat().st_size
    check_files(planted)
