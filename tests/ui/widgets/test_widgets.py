"""Small widgets, without a terminal: the large type and the QR code."""

from __future__ import annotations

import string

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from rolecall.domain.link import NO_LINK, link_of
from rolecall.presentation.qr import modules
from rolecall.ui.widgets.codes.big_code import large
from rolecall.ui.widgets.codes.link_line import LinkLine
from rolecall.ui.widgets.detail_pane import DetailLines
from rolecall.ui.widgets.diff_view import DiffView
from rolecall.ui.widgets.fields.input_field import InputField
from tests.support.waiting import pause_until


class Only(App[None]):
    """Shows one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


def test_every_letter_and_digit_has_its_own_shape() -> None:
    shapes = {"\n".join(large(character)) for character in string.ascii_uppercase + string.digits}
    assert len(shapes) == 36


def test_a_code_in_large_type_is_three_straight_lines_that_fit_80_columns() -> None:
    lines = large("WMWM-MWMW")
    assert len(lines) == 3
    assert len({cell_len(line) for line in lines}) == 1
    assert cell_len(lines[0]) <= 58


def test_a_qr_code_has_its_quiet_zone_on_every_side() -> None:
    rows = modules("https://d-1234567890.awsapps.com/start/#/device?user_code=ABCD-EFGH", 4)
    edges = [*rows[:4], *rows[-4:], *(row[:4] for row in rows), *(row[-4:] for row in rows)]
    assert not any(module for edge in edges for module in edge)
    assert all(len(row) == len(rows) for row in rows)


def test_the_qr_code_of_a_real_link_fits_24_lines() -> None:
    rows = modules("https://d-1234567890.awsapps.com/start/#/device?user_code=ABCD-EFGH", 2)
    assert (len(rows) + 1) // 2 <= 21


def test_a_diff_is_not_wrapped_before_its_width_is_known() -> None:
    assert DiffView("-region = eu-west-1\n+region = eu-west-3\n").virtual_size.height == 0


async def test_the_rest_of_a_wrapped_line_does_not_look_like_a_change() -> None:
    view = DiffView(f"+{'x' * 34}--role-arn arn:aws:iam::038410265977:role/Deployer\n+last\n")
    async with Only(view).run_test(size=(40, 10)):
        lines = [view.render_line(y).text.rstrip() for y in range(4)]
    assert lines == [
        f"   +{'x' * 34}-",
        "     -role-arn arn:aws:iam::03841026597",
        "     7:role/Deployer",
        "   +last",
    ]


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        (
            "- role credentials: sandbox AWSPowerUserAccess (59 min)",
            ["   - role credentials: sandbox", "     AWSPowerUserAccess (59 min)"],
        ),
        (
            "+credential_process = /usr/bin/rolecal --role-arn",
            ["   +credential_process = /usr/bin/rolecal", "     --role-arn"],
        ),
    ],
)
async def test_a_word_of_a_diff_is_not_cut_if_it_fits_in_the_next_line(
    line: str, lines: list[str]
) -> None:
    view = DiffView(line)
    async with Only(view).run_test(size=(42, 10)):
        assert [view.render_line(y).text.rstrip() for y in range(3)] == [*lines, ""]


async def test_a_diff_is_shown_in_a_terminal_of_a_few_columns() -> None:
    view = DiffView("+ab cd\n+あい\n")
    async with Only(view).run_test(size=(8, 10)) as pilot:
        for columns in range(7, 0, -1):
            await pilot.resize_terminal(columns, 10)
            assert [text for _, text in view._lines if text.strip()]
        letters = "".join("".join(text.split()) for _, text in view._lines)
        assert letters == "+abcd+あい"


async def test_a_text_below_a_table_that_is_too_long_is_replaced_by_a_short_one() -> None:
    lines = DetailLines()
    async with Only(lines).run_test(size=(40, 5)) as pilot:
        for words, shown in ((10, "word"), (30, "short")):
            lines.show("head", " ".join(["word"] * words), short="short")
            await pilot.pause()
            assert shown in lines.render().plain
            assert len(lines.render().plain.splitlines()) <= 3
        assert "word" not in lines.render().plain
        lines.show("head", " ".join(["word"] * 30))
        assert "…" in lines.render().plain


async def test_the_end_of_a_text_is_in_sight_after_the_field_became_narrower() -> None:
    async with Only(Static()).run_test(size=(60, 5)) as pilot:
        await pilot.app.mount(field := InputField("x" * 40 + "end"))
        assert field.scroll_x == 0
        await pilot.resize_terminal(30, 5)
        # Behind the end of a text, Textual counts the cursor one column further.
        await pause_until(lambda: field.cursor_screen_offset.x == field.content_region.right)


async def test_a_hint_that_is_cut_says_so_at_each_width() -> None:
    hint = "none of these: one two three"
    async with Only(Static()).run_test(size=(40, 5)) as pilot:
        await pilot.app.mount(field := InputField(hint=hint))

        def shown() -> str:
            return field.render_line(0).text.strip()

        await pause_until(lambda: shown() == hint)
        await pilot.resize_terminal(20, 5)
        await pause_until(lambda: shown().endswith("…"))
        assert shown() == "none of these: one …"
        field.show_hint("two")
        await pause_until(lambda: shown() == "two")
        await pilot.resize_terminal(40, 5)
        await pause_until(lambda: field.size.width > 20)
        assert shown() == "two"
        field.show_hint(hint)
        await pause_until(lambda: shown() == hint)


async def test_a_link_that_replaces_a_text_before_its_layout_gets_all_its_lines() -> None:
    line = LinkLine()
    line.styles.height = "auto"
    app = Only(line)
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        line.show(NO_LINK)
        app.screen._clear_arrangement_cache()  # as another widget does that asks for a layout
        app.screen.arrange(app.screen.size)  # as for a place that is looked up then
        line.show(link_of(f"https://example.awsapps.com/start?{'x' * 100}", ""))
        await pilot.pause()
        assert line.size.height > 1


async def test_a_link_that_comes_between_its_layout_and_its_mount_gets_all_its_lines() -> None:
    line = LinkLine()
    line.styles.height = "auto"
    async with Only(line).run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        assert line.size.height == 1
        line._is_mounted = False  # as on a busy machine: the first layout is quicker than Mount
        line.show(link_of(f"https://example.awsapps.com/start?{'x' * 100}", ""))
        line._is_mounted = True
        await pilot.pause()
        assert line.size.height > 1
