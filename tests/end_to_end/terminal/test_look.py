"""How the full screen looks: borders, the row of the cursor, production, the line of keys."""

from __future__ import annotations

import re

import pytest

from tests.end_to_end.conftest import ACCOUNTS, TerminalDesk, filter_for
from tests.support.terminal import Terminal

COLOURS = [
    {},
    {"COLORTERM": "", "ROLECALL_THEME": "light"},
    {"COLORTERM": "", "TERM": "xterm"},
    {"NO_COLOR": "1"},
]


def looks(terminal: Terminal, line: int, start: int, end: int) -> set[tuple[str, str, bool]]:
    """Return the colours of some cells of a line, with whether they are reversed."""
    cells = [terminal.cell(x, line) for x in range(start, end)]
    return {(each.fg, each.bg, each.reverse) for each in cells}


@pytest.mark.parametrize(
    ("keys", "title", "content"),
    [
        (["?"], "Accounts › Help", "ask AWS about the row again"),
        ([":"], "Accounts › Search", "name or command"),
        ([","], "Accounts › Settings", "Template"),
        (["S", "e"], "Sessions › Edit", "│ Start URL"),
        (["S", "n"], "Sessions › New session", "│ Start URL"),
        (["e"], "Accounts › Alias and note", "Note"),
        (["enter", "s"], "Permission sets › Save", "│ Region"),
    ],
    ids=["help", "search", "settings", "session", "new session", "account", "save"],
)
def test_a_box_is_in_its_place_from_its_first_frame(
    desk: TerminalDesk, keys: list[str], title: str, content: str
) -> None:
    with desk.listed(columns=100, lines=30) as terminal:
        *before, last = keys
        for key in before:
            terminal.press(key, then=r"Sessions found|Permission sets ·|Accounts › Help")
        start = terminal.bytes_received
        terminal.press(last, then=title)
        _, final = terminal.position_of(title)
        frames = [each for each in terminal.texts_of_frames(start) if content in each]
        assert frames
        for frame in frames:
            assert title in frame.split("\n")[final], frame


@pytest.mark.parametrize("env", COLOURS, ids=["all colours", "256", "16", "none"])
def test_a_resize_keeps_all_styles(desk: TerminalDesk, env: dict[str, str]) -> None:
    desk.leave_token()

    def shown() -> list[tuple[object, ...]]:
        cells = [terminal.cell(x, y) for y in (0, 29) for x in range(100)]
        return [(c.data, c.bg, (c.fg, c.bold) if c.data.strip() else None) for c in cells]

    with desk.open(columns=100, lines=30, env=env) as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("down", then="2 of 41 · seen")
        before = shown()
        terminal.resize(120, 40)
        terminal.wait_until(lambda: "help" in terminal.screen_lines()[39])
        terminal.resize(100, 30)
        terminal.wait_until(lambda: shown() == before, what="the same header and keys")


def test_the_line_of_keys_follows_what_the_keys_do(desk: TerminalDesk) -> None:
    with desk.listed(columns=100, lines=24) as terminal:
        terminal.wait_for(r"^ Enter open .*\? help +q quit$")
        terminal.press("space", "space", then=r"2 marked +41 accounts")
        terminal.wait_for(r"^ s save 2 .* A unmark all .*\? help +q quit$")
        terminal.press("A", then="^ Enter open ")
        terminal.press("/", then=r"^ Enter to the list +Esc clear +Ctrl\+G help")
        terminal.press("escape")
        filter_for(terminal, "audit")
        terminal.wait_for(r"^ Enter open .*\? help +q quit$")


@pytest.mark.parametrize(
    ("size", "shown"), [((120, 24), True), ((100, 31), False), ((80, 32), True)]
)
def test_the_details_of_the_row_are_shown_where_there_is_room(
    desk: TerminalDesk, size: tuple[int, int], shown: bool
) -> None:
    with desk.listed(columns=size[0], lines=size[1]) as terminal:
        if not shown:
            terminal.press("d")
        terminal.wait_for(r"(╭─|││) audit ")
        terminal.wait_for(r"│ +AWSReadOnlyAccess +│")
        terminal.press("down", then=r"(╭─|││) backup ")
        filter_for(terminal, "log archive")
        terminal.wait_for(r"(╭─|││) log archive ")
        terminal.press("tab", "G", then=r"│ +log-archive-readonly +│")
        terminal.press("tab")
        terminal.press("d", gone=r"(╭─|││) log archive ")


def test_a_form_is_a_box_over_its_place(desk: TerminalDesk) -> None:
    with desk.listed(columns=120, lines=36) as terminal:
        terminal.press("2", then="▌ +audit ")
        terminal.press("enter")
        terminal.wait_for(r"2 Permission sets(.|\n)*› Save ─(.|\n)*\+\[profile audit-admin\]")
        _, y = terminal.position_of("2 Permission sets")
        assert len(looks(terminal, y, 1, 30)) == 1, "the place is dimmed"
        terminal.press("escape", gone="› Save")
        assert len(looks(terminal, y, 1, 30)) > 1
        filter_for(terminal, "payments prod")
        terminal.press("enter", then="╭─ Permission sets › Save ─")
        terminal.wait_for("─ PROD ─╯")


def test_the_line_of_keys_says_how_to_sign_in_and_how_to_try_again(desk: TerminalDesk) -> None:
    with desk.open(columns=100, lines=24) as terminal:
        terminal.wait_for("Waiting for your approval")
        terminal.press("1", then="^ S sign in ")
        desk.server.faults.add("ListAccountRoles", 403)
        terminal.press("S", "enter", then="Waiting for your approval")
        desk.server.approve(desk.server.pending_codes()[-1])
        terminal.wait_for("✗ refused")
        terminal.wait_for("^ r try again +Enter open ")


def test_a_message_on_tokens_leaves_the_note_below_the_table_alone(desk: TerminalDesk) -> None:
    with desk.listed(columns=80, lines=24) as terminal:
        terminal.press("4", then=r"lasts\. AWS does not say how long that is")
        terminal.press("j", then="▌ . pasted-sandbox")
        terminal.wait_for("Only the tool that wrote them renews them")
        terminal.press("x")
        terminal.wait_until(lambda: "2 of 2" not in terminal.screen_lines()[19], what="a message")
        assert re.match(r"╰─ \w.*─╯$", terminal.screen_lines()[19])
        assert terminal.screen_lines()[18].startswith("│")
        assert all(line.strip() for line in terminal.screen_lines()[20:22])


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("sso_session = none\nsso_account_id = 123456789012\nsso_role_name = A\n", "S sessions"),
        ("role_arn = arn:aws:iam::123456789012:role/A\n", "x delete"),
        ("Region = eu-west-1\n", "E editor"),
    ],
    ids=["no session", "no source", "key in upper case"],
)
def test_the_line_of_keys_says_what_can_be_done_about_a_profile(
    desk: TerminalDesk, text: str, hints: str
) -> None:
    desk.leave_token()
    with desk.config.open("a") as file:
        file.write(f"[profile wrong]\n{text}")
    with desk.open(columns=100, lines=24) as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("3", then="^ v verify ")
        terminal.press("G", then=r"▌ +! +wrong|▌ ! +wrong")
        terminal.wait_for(f"^ {hints} .*v verify ")


@pytest.mark.quick
def test_the_help_scrolls_is_searched_and_has_whole_sentences(desk: TerminalDesk) -> None:
    with desk.listed(columns=80, lines=24) as terminal:
        terminal.press("?", then="show the permission sets of the account")
        assert "· Request ·" not in terminal.screen_text()
        terminal.press("G", then="· Request ·")
        terminal.press("/", "not assigned", then=r"▌ x +delete profiles whose ")
        terminal.wait_for("delete profiles whose permission set is not assigned to you: the")
