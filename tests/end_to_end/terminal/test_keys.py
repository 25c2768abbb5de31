"""The same key means the same on every screen, and no key loses what was typed."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    AUDIT_ROLE,
    TerminalDesk,
    cursor_line,
    filter_for,
    save_audit_admin,
    wait_for_field,
)
from tests.support.terminal import Terminal


def suspend_and_resume(terminal: Terminal) -> None:
    """Press Ctrl+Z, which leads to the shell, and `fg`."""
    terminal.press("ctrl+z")
    terminal.wait_for("^ready> $|^ready>$")
    assert not terminal.on_alternate_screen
    frames = terminal.frames
    terminal.press("ctrl+u", "fg", "enter")
    terminal.wait_until(lambda: terminal.frames > frames, what="the screen after fg")


def test_ctrl_z_suspends_on_every_kind_of_screen(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open_bash() as terminal:
        terminal.press("rolecall", "enter")
        terminal.wait_for(ACCOUNTS)
        for keys, shown in (
            ("1", ACCOUNTS),
            ("3", r"log-archive-readonly +log archive"),
            ("?", "in the settings: "),
            ("jx", "Delete the profile log-archive-readonly"),
            ("e", "Edit the profile log-archive-readonly"),
            (":", "name or command"),
            ("w", "unassigned|no profile"),
            ("4", "access token"),
        ):
            terminal.press(*keys)
            terminal.wait_for(shown)
            suspend_and_resume(terminal)
            terminal.wait_for(shown)
            if keys not in {"1", "3", "4", "w"}:
                terminal.press("escape")
                terminal.wait_for(r"log-archive-readonly +log archive")
        terminal.press("q")
        terminal.wait_for("^ready> $|^ready>$")


def test_z_undoes_where_a_profile_was_saved(desk: TerminalDesk) -> None:
    """On the screen after saving, which closes then, and on the permission sets."""
    desk.leave_token()
    before = desk.config.read_text()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        for leaves in (False, True):
            if leaves:
                terminal.press("1")
                terminal.wait_for("of 41 accounts|41 accounts")
                terminal.press("escape")
                terminal.wait_for(r"\d of 41.*")
            save_audit_admin(terminal)
            terminal.wait_for("z +undo")
            if leaves:
                terminal.press("enter")
                terminal.wait_for(rf"▌ +{AUDIT_ROLE} +audit-admin")
            terminal.press("z")
            terminal.wait_for("Undo: .*audit-admin")
            terminal.press("enter")
            terminal.wait_for("Undone: .*audit-admin")
            assert desk.config.read_text() == before
            terminal.wait_for(rf"▌ +{AUDIT_ROLE} ")
            assert "Try it" not in terminal.screen_text()
            assert "audit-admin is in" not in terminal.screen_text()


@pytest.mark.quick
def test_question_mark_and_esc_close_the_help(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        for closing in ("?", "escape"):
            terminal.press("?")
            terminal.wait_for("› Help")
            terminal.press(closing)
            terminal.wait_gone("› Help")
            terminal.wait_for(ACCOUNTS)


def test_one_esc_closes_the_commands_whatever_was_typed(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        for typed in ("", "the"):
            terminal.press(":")
            terminal.wait_for("name or command")
            terminal.press(*typed)
            terminal.press("escape")
            terminal.wait_gone("› Search")
            terminal.wait_for(ACCOUNTS)


def test_esc_stays_on_the_first_screen_of_a_place(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        for place, shown in (("2", "permission sets"), ("3", "log-archive"), ("4", "access token")):
            terminal.press(place)
            terminal.wait_for(shown)
            terminal.press("escape", "?")
            terminal.wait_for("› Help")
            terminal.press("?")
            terminal.wait_gone("› Help")
            terminal.wait_for(shown)


def test_quitting_asks_before_what_was_typed_is_lost(desk: TerminalDesk) -> None:
    desk.leave_token()
    before = desk.config.read_text()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("2")
        terminal.wait_for("permission sets")
        terminal.press("space", "space", "s")
        wait_for_field(terminal, "Template")
        terminal.press("x", "escape")
        wait_for_field(terminal, "")
        row = cursor_line(terminal)
        terminal.press("q")
        terminal.wait_for("Quit and lose what you typed")
        terminal.press("escape")
        terminal.wait_gone("Quit and lose")
        assert cursor_line(terminal) == row
        terminal.press("4")  # the workbench stays open below
        terminal.wait_for("access token")
        terminal.press("q")
        terminal.wait_for("Quit and lose what you typed")
        terminal.press("enter")
        assert terminal.wait_exit() == 0
    assert desk.config.read_text() == before


def test_ctrl_c_in_a_form_asks_once_if_something_was_typed(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("3")
        terminal.wait_for(r"log-archive-readonly +log archive")
        terminal.press("j", "e")
        wait_for_field(terminal, "Profile")
        terminal.press("x")
        terminal.wait_for(r"\+\[profile log-archive-readonlyx\]")
        terminal.press("ctrl+c")
        terminal.wait_for("Quit and lose what you typed")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 0


def test_sorting_begins_with_the_first_column_that_has_a_title(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        for key, header in (
            (">", r"Account ▲ +ID "),
            (">", r" ID ▲"),
            ("i", "“reverse” no longer has a key: : finds it"),
            ("<", r"Account ▲ "),
            ("<", r"Account +ID +E-mail"),
        ):
            terminal.press(key)
            terminal.wait_for(header)


def test_a_filter_ends_with_an_action_and_is_taken_again_with_up(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        filter_for(terminal, "audit")
        terminal.wait_for("1 of 41 accounts")
        terminal.press("/")
        wait_for_field(terminal, "/")
        terminal.wait_for(" / audit")  # nothing was done with it, so it can be changed
        terminal.press("enter")
        wait_for_field(terminal, "")
        terminal.press("f")
        terminal.wait_for("★ +audit")
        filter_for(terminal, "legacy")
        terminal.wait_for("1 of 41 accounts")
        terminal.wait_for("▌ .*legacy ERP")
        terminal.press("f", "/")
        wait_for_field(terminal, "/")
        terminal.wait_for("Esc clear +↑ earlier filter")
        terminal.press("up")
        terminal.wait_for(" / legacy")
        terminal.press("up")
        terminal.wait_for(" / audit")
        terminal.wait_for("▌ +★ +audit")
        terminal.wait_gone("earlier filter")
        terminal.press("up", "j")  # there is no earlier one, so it goes to the list
        terminal.wait_for("Enter open")
        assert "/ audit" in terminal.screen_text()
