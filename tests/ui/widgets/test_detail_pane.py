"""The pane next to a table: it wraps, scrolls, says where it is, and copies whole lines."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from rolecall.ui.widgets.detail_pane import Detail, DetailLine, DetailPane, section

SIZE = (60, 14)  # with a frame


class _PaneApp(App[None]):
    CSS = "DetailPane { height: 1fr; }"

    def __init__(self, tabs: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.pane = DetailPane(tabs)
        self.clicked: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_detail_pane_tab_clicked(self, event: DetailPane.TabClicked) -> None:
        self.clicked.append(event.tab)


def show(pane: DetailPane, detail: Detail) -> None:
    pane.show_detail(detail)
    pane.show()


def lines_of(pane: DetailPane) -> list[str]:
    strips = pane.render_lines(pane.size.region)
    return [strip.text for strip in strips]


@pytest.fixture
async def pilot() -> AsyncIterator[Pilot[None]]:
    app = _PaneApp()
    async with app.run_test(size=SIZE) as found:
        app.pane.show_detail(Detail("a row", [DetailLine(f"line {n}") for n in range(22)]))
        await found.pause()
        yield found


def pane_of(pilot: Pilot[None]) -> DetailPane:
    assert isinstance(pilot.app, _PaneApp)
    return pilot.app.pane


async def test_it_scrolls_and_says_where_it_is(pilot: Pilot[None]) -> None:
    pane = pane_of(pilot)
    assert lines_of(pane)[-1].endswith("─ 1–12 of 22 ─╯")
    pane.action_last()
    assert "line 21" in lines_of(pane)[-2]
    assert lines_of(pane)[-1].endswith("─ 11–22 of 22 ─╯")
    pane.action_page(-1)
    pane.action_move(-1)
    assert pane.copied == "line 8"
    assert lines_of(pane)[-1].endswith("─ 1–12 of 22 ─╯")


async def test_another_row_begins_at_the_top(pilot: Pilot[None]) -> None:
    pane = pane_of(pilot)
    pane.action_last()
    show(pane, Detail("a row", [DetailLine(f"new {n}") for n in range(30)]))
    assert "new 21" in "".join(lines_of(pane)), "the same row keeps its place"
    show(pane, Detail("another", [DetailLine(f"other {n}") for n in range(30)]))
    assert "other 0" in lines_of(pane)[1]


async def test_a_line_is_wrapped_at_a_word_and_copied_as_a_whole(pilot: Pilot[None]) -> None:
    pane = pane_of(pilot)
    name = "AWSAdministratorAccess-for-the-whole-organisation"
    line = DetailLine(f"sso_role_name = {name}", lead="12  ", hanging=2)
    show(pane, Detail("a row", [line, *section("Note", ["", "text"], "text")]))
    assert [text.strip("│ ") for text in lines_of(pane)[1:3]] == ["12  sso_role_name =", name]
    assert lines_of(pane)[2].startswith("│       AWSAdmin")
    pane.action_move(1)
    assert pane.copied == f"sso_role_name = {name}"
    pane.action_move(1)
    assert pane.copied == "Note", "the cursor skips a blank line"


async def test_a_word_that_is_longer_than_a_line_breaks_after_a_sign(pilot: Pilot[None]) -> None:
    pane = pane_of(pilot)
    arn = (
        "arn:aws:iam::038410265977:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReadOnlyAccess"
    )
    show(pane, Detail("a row", [DetailLine(f"  {arn}"), DetailLine("aws+orders@tern.example")]))
    assert [text.strip("│ ") for text in lines_of(pane)[1:4]] == [
        "arn:aws:iam::038410265977:role/aws-reserved/sso.",
        "amazonaws.com/eu-west-1/AWSReadOnlyAccess",
        "aws+orders@tern.example",
    ]
    assert pane.copied == arn


@pytest.mark.parametrize(("columns", "is_in_edge"), [(60, True), (59, False)])
async def test_a_narrow_pane_has_the_name_of_the_row_below_its_tabs(
    columns: int, is_in_edge: bool
) -> None:
    app = _PaneApp(("Details", "Config"))
    async with app.run_test(size=(80, 14)) as pilot:
        app.pane.styles.width = columns
        await pilot.pause()
        app.pane.show_detail(Detail("core-prod", [DetailLine("first")], "PROD"))
        await pilot.pause()
        shown = lines_of(app.pane)
        assert ("core-prod" in shown[0]) is is_in_edge
        assert "Details  Config" in shown[0]
        assert any("core-prod" in line and "PROD" in line for line in shown)


async def test_a_click_on_a_tab_chooses_it() -> None:
    app = _PaneApp(("Details", "Config"))
    async with app.run_test(size=(70, 14)) as pilot:
        app.pane.show_detail(Detail("a row", [DetailLine("first"), DetailLine("second")]))
        await pilot.pause()
        edge = lines_of(app.pane)[0]
        await pilot.click(app.pane, offset=(edge.index("Config") + 2, 0))
        await pilot.click(app.pane, offset=(3, 2))
        assert app.clicked == [1]
        assert app.pane.has_focus
        assert app.pane.copied == "second"
