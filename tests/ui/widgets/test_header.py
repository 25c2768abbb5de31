"""The line at the top: what gives way in which order, and where a click leads."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from rolecall.domain.time_left import Level
from rolecall.presentation.commands import Place
from rolecall.presentation.texts import command_strings
from rolecall.ui.widgets.header import Header, ShellProfile

PROD = ShellProfile("core-prod-admin", "PROD")
DEV = ShellProfile("core-dev-admin")


class _HeaderApp(App[None]):
    CSS = "Header { height: 1; dock: top; }"

    def __init__(self) -> None:
        super().__init__()
        self.header = Header(Place.ACCOUNTS)
        self.clicked: list[Place] = []

    def compose(self) -> ComposeResult:
        yield self.header

    def get_css_variables(self) -> dict[str, str]:
        names = ("muted", "strong", "badge-text", "tab", "tab-text", "production-text")
        return {**super().get_css_variables(), **dict.fromkeys(names, "white"), "production": "red"}

    def on_header_clicked(self, event: Header.Clicked) -> None:
        self.clicked.append(event.place)


async def line_of(columns: int, shell: ShellProfile | None, *, demo: bool = False) -> str:
    app = _HeaderApp()
    async with app.run_test(size=(columns, 3)):
        app.header.show("corp", (), demo, shell=shell)
        app.header.tick("7 h 52 min", Level.FINE)
        line = app.header.render().plain
        assert cell_len(line) == columns
        return line


@pytest.mark.parametrize(
    ("columns", "shell", "shown"),
    [
        (120, PROD, "4 Tokens  5 Log     shell: core-prod-admin  PROD    ● 7 h 52 min"),
        (120, DEV, "shell: core-dev-admin   corp  ● 7 h 52 min"),
        (100, PROD, "2 Sets  3 Profiles  4 Tokens  5 Log   ► core-pr…  PROD   corp "),
        (90, PROD, "2 Sets  3 Profiles  4 Tokens  5 Log  ►  PROD   corp "),
        (80, PROD, "1 Accounts  2 Sets  3 Profiles  4  5   ►  PROD   corp  ● 7 h 52 min"),
        (80, DEV, "1 Accounts  2 Sets  3 Profiles  4 Tokens  5 Log  corp "),
        (60, PROD, "1 Accounts  2  3  4  5  ►  PROD "),
        (120, ShellProfile("gone", is_missing=True), "shell: ! gone "),
        (100, None, "corp  ● 7 h 52 min"),
    ],
)
async def test_it_shows_the_profile_of_the_shell(
    columns: int, shell: ShellProfile | None, shown: str
) -> None:
    assert shown in await line_of(columns, shell)


async def test_the_places_lose_their_names_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("Accounts", "Sets of permission", "Profiles", "All my tokens", "Log")
    keys = ("accounts", "permission_sets", "profiles", "tokens", "log")
    short = dict(zip(keys, names, strict=True))
    monkeypatch.setattr(command_strings, "PLACES", short)
    monkeypatch.setattr(command_strings, "PLACES_SHORT", short)
    counts = []
    for columns in range(108, 51, -2):
        line = await line_of(columns, None, demo=True)
        counts.append(sum(name in line for name in names))
        assert "Accounts" in line
    assert counts == sorted(counts, reverse=True)
    assert set(counts) == {1, 2, 3, 4, 5}


async def test_a_click_on_the_time_left_leads_to_the_tokens() -> None:
    app = _HeaderApp()
    async with app.run_test(size=(100, 3)) as pilot:
        app.header.show("corp", (), False)
        app.header.tick("7 h 52 min", Level.FINE)
        await pilot.click(app.header, offset=(95, 0))
        await pilot.click(app.header, offset=(76, 0))
        line = app.header.render().plain
        await pilot.click(app.header, offset=(line.index("3 Profiles"), 0))
    assert app.clicked == [Place.TOKENS, Place.PROFILES]
