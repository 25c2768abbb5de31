"""The profile that the shell uses: marked in every list, apart from what was verified."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.presentation import labels
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from tests.support.screens.full_screen import FullScreen, open_full_screen

SIZE = (120, 24)


def signs_of(it: FullScreen) -> list[list[str]]:
    """Return the signs in front of each row."""
    assert isinstance(it.app.screen, TableScreen)
    table = it.app.screen.table
    columns = [each for each in table.columns if not each.title and each.is_wanted]
    return [[column.text(row) for column in columns] for row in table.shown]


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
async def test_it_is_marked_where_it_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "mine")
    async with open_full_screen(tmp_path, size=SIZE) as it:
        assert "shell: ! mine" in it.screen.header.render().plain
        it.save_profile()
        it.save_profile("prod-other", "B")
        screen = await it.open_screen(ProfilesScreen, "3", "R")
        await it.until(lambda: signs_of(it) == [[labels.IN_USE, ""], ["", ""]])
        await it.press_until(lambda: it.app.state.verification_of("mine") is True, "v")
        await it.until(lambda: signs_of(it) == [[labels.IN_USE, "✓"], ["", ""]])
        assert "shell: mine" in screen.header.render().plain
        await it.until(lambda: labels.USED_BY_SHELL in str(screen.detail.shown))
        await it.open_screen(PermissionSetsScreen, "2")
        assert signs_of(it)[:3] == [[labels.IN_USE], [""], [""]]


async def test_keys_in_the_environment_outrank_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIA")
    async with open_full_screen(tmp_path, size=SIZE) as it:
        assert it.app.state.shell_profile == ""


@pytest.mark.parametrize(
    ("name", "shown"), [("prod-mine", "shell: prod-mine  PROD "), ("gone", "shell: ! gone ")]
)
async def test_the_header_says_that_it_is_production_or_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, shown: str
) -> None:
    monkeypatch.setenv("AWS_PROFILE", name)
    async with open_full_screen(tmp_path, size=SIZE) as it:
        it.save_profile("prod-mine")
        await it.app.flows.profiles.read_config()
        await it.until(lambda: shown in it.screen.header.render().plain)
