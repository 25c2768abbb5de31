"""The Team place: found in the palette, what a team's file brings, and each change shown first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.settings.settings import SettingsScreen
from rolecall.ui.screens.team.team import TeamScreen
from rolecall.ui.screens.team.team_location import TeamLocationScreen
from rolecall.ui.widgets.detail_pane import DetailPane
from tests.support.screens.full_screen import FullScreen, open_full_screen
from tests.support.settings import write_settings

SIZE = (140, 30)


async def open_place(it: FullScreen) -> TeamScreen:
    return await it.open_screen(TeamScreen, "colon", *"team", "enter")


async def open_form(it: FullScreen) -> TeamLocationScreen:
    return await it.open_screen(TeamLocationScreen, "n")


async def take_over(it: FullScreen, location: Path) -> None:
    form = await open_form(it)
    form.query_one("#location", Input).value = str(location)
    await it.pilot.press("enter")
    await confirm(it)


def has_taken_over(it: FullScreen, folder: Path, text: str) -> None:
    (folder / "rolecall-team.toml").write_text(text)
    it.desk.services.team.commit(it.desk.services.team.plan(str(folder)))


async def confirm(it: FullScreen) -> None:
    await it.until_shown(ConfirmScreen)
    await it.open_screen(TeamScreen, "enter")


def rows(screen: TeamScreen) -> list[list[str]]:
    shown = [column for column in screen.table.columns if column.title][:5]
    return [
        [column.text(row) for column in shown if column.text(row)] for row in screen.table.shown
    ]


async def test_a_file_is_taken_over_updated_and_removed_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "rolecall-team.toml"
    async with open_full_screen(tmp_path, size=SIZE) as it:
        file.write_text(f'production = "alpha"\n[accounts.{it.ids[1]}]\nalias = "pay"\n')
        screen = await open_place(it)
        assert "No team file yet. n asks" in screen.table.placeholder
        for key in ("r", "x"):
            await it.pilot.press(key)
            assert "n asks where it is" in str(screen.status.flashed)
        await take_over(it, tmp_path)
        await it.until(lambda: len(rows(screen)) == 2)
        assert rows(screen) == [["production", "alpha"], ["account", "beta", it.ids[1], "pay"]]
        assert str(tmp_path) in screen.heading()
        assert "fetched " in screen.foot_text()
        await it.until(lambda: any(each.alias for each in it.app.state.annotations.values()))
        await it.until(lambda: it.app.state.production.is_production("", "alpha"))

        file.write_text(file.read_text().replace("pay", "books"))
        await it.open_screen(ConfirmScreen, "r")
        assert rows(screen)[1][-1] == "pay"
        assert not screen.status.flashed
        await confirm(it)
        await it.until(lambda: rows(screen)[1][-1] == "books")
        await it.press_until(lambda: "has nothing new" in str(screen.status.flashed), "r")

        await it.pilot.press("x")
        await confirm(it)
        await it.until(lambda: not rows(screen))
        await it.until(lambda: not it.app.state.annotations)
        await it.until(lambda: not it.app.state.production.is_production("", "alpha"))
        await it.pilot.press("escape")
        await it.filter("beta")
        assert it.shown == ["beta"]


@pytest.mark.quick
async def test_what_is_taken_over_stays_if_the_question_is_left(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        (tmp_path / "rolecall-team.toml").write_text('production = "alpha"\n')
        screen = await open_place(it)
        await take_over(it, tmp_path)
        await it.until(lambda: len(rows(screen)) == 1)
        await it.open_screen(ConfirmScreen, "x")
        await it.press_until(lambda: it.app.screen is screen, "escape")
        assert len(rows(screen)) == 1
        form = await open_form(it)
        assert form.query_one("#location", Input).value == str(tmp_path)


@pytest.mark.quick
async def test_the_users_own_values_are_next_to_those_of_the_team(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        write_settings(it.desk.home, 'template = "{account}"\n[shorten]\nDeployer = "mine"\n')
        it.desk.services.locations.accounts.write_text(
            f'[accounts.{it.ids[0]}]\nalias = "books"\ngroups = ["eu"]\n'
        )
        (tmp_path / "rolecall-team.toml").write_text(
            'template = "{alias}"\n[shorten]\nDeployer = "dep"\nOther = "o"\n'
            '[regions]\n"*-us" = "us-east-1"\n'
            f'[portals.corp]\nstart_url = "https://x.awsapps.com/start"\nregion = "eu-west-1"\n'
            f'[accounts.{it.ids[0]}]\nalias = "pay"\nnote = "Ask"\ngroups = ["payments"]\n'
        )
        screen = await open_place(it)
        await take_over(it, tmp_path)
        await it.until(lambda: bool(rows(screen)))
        portal, template, *shorten, region, account = rows(screen)
        session = it.desk.session
        assert portal == [
            *("portal", "corp", "https://x.awsapps.com/start · eu-west-1"),
            f"{session.start_url} · {session.region}",
        ]
        assert template == ["template", "{alias}", "{account}"]
        assert shorten == [["short name", "Deployer", "dep", "mine"], ["short name", "Other", "o"]]
        assert region == ["region", "*-us", "us-east-1"]
        assert account == ["account", "alpha", it.ids[0], "pay · Ask · payments", "books"]
        await it.pilot.press("slash", *"group:payments", "enter")
        assert [row[1] for row in rows(screen)] == ["alpha"]
        await it.until(lambda: screen.query_one(DetailPane).shown.title == "alpha")
        texts = [line.text.strip() for line in screen.query_one(DetailPane).shown.lines]
        assert {"pay", "Ask", "payments", "books"} <= set(texts)
        assert "Your own value is used instead of the team's." in texts


async def test_a_file_that_is_wrong_stays_in_the_form_with_the_reason(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        (tmp_path / "rolecall-team.toml").write_text("command = 'rm'\n")
        await open_place(it)
        form = await open_form(it)
        form.query_one("#location", Input).value = str(tmp_path)
        await it.press_until(lambda: "command is refused" in str(form.status.flashed), "enter")
        await it.press_until(lambda: not isinstance(it.app.screen, TeamLocationScreen), "escape")
        assert isinstance(it.app.screen, CommandScreen)
        assert not it.desk.services.locations.team.exists()


async def test_a_copy_that_was_broken_since_is_said_and_can_be_replaced(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        team = it.desk.services.locations.team
        team.parent.mkdir(parents=True, exist_ok=True)
        team.write_text("colour = 1\n")
        screen = await open_place(it)
        assert "there is no key colour" in screen.table.placeholder
        await it.press_until(lambda: "there is no key colour" in str(screen.status.flashed), "r")
        (tmp_path / "rolecall-team.toml").write_text('production = "alpha"\n')
        await take_over(it, tmp_path)
        await it.until(lambda: len(rows(screen)) == 1)


async def test_the_settings_show_the_users_own_way_to_sign_in(tmp_path: Path) -> None:
    """Not the team's, which is no choice."""
    async with open_full_screen(tmp_path, size=SIZE) as it:
        has_taken_over(it, tmp_path, 'sign_in = "pkce"\n')
        form = await it.open_screen(SettingsScreen, "comma")
        assert form.query_one("#sign_in", Input).value == "device-code"


async def test_hostile_texts_of_a_file_are_safe_in_the_table(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        folder = tmp_path / "a\x1b]0;x\x07b"
        folder.mkdir()
        (folder / "rolecall-team.toml").write_text('[shorten]\n"X\\u202e" = "y\\u0007"\n')
        screen = await open_place(it)
        it.desk.services.team.commit(it.desk.services.team.plan(str(folder)))
        await it.app.screen.flows.team.show_again()  # type: ignore[attr-defined]
        texts = "".join(text for row in rows(screen) for text in row) + screen.heading()
        assert texts.isprintable()


async def test_a_fetch_without_news_is_the_new_time_of_the_fetch(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        has_taken_over(it, tmp_path, 'production = "alpha"\n')
        os.utime(it.desk.services.locations.team, (0, 0))
        screen = await open_place(it)
        assert "1970" in screen.foot_text()
        await it.press_until(lambda: "1970" not in screen.foot_text(), "r")


async def test_keys_work_while_the_file_is_fetched(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        has_taken_over(it, tmp_path, 'production = "alpha"\n')
        screen = await open_place(it)
        await it.until(lambda: bool(screen.detail.display))
        screen.do_team_update()
        it.app.post_message(events.Key("d", "d"))
        await it.until(lambda: "has nothing new" in str(screen.status.flashed))
        await it.until(lambda: not screen.detail.display)
        screen.do_team_update()
        it.app.post_message(events.Key("escape", None))
        await it.until(lambda: it.app.screen is not screen)


async def test_no_question_opens_once_the_place_was_left(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        has_taken_over(it, tmp_path, 'production = "alpha"\n')
        (tmp_path / "rolecall-team.toml").write_text('production = "beta"\n')
        screen = await open_place(it)
        screen.do_team_update()
        it.app.post_message(events.Key("escape", None))
        await it.until(lambda: it.app.screen is not screen)
        await it.until_work_is_done()
        assert not isinstance(it.app.screen, ConfirmScreen)


async def test_the_users_own_values_are_read_again_when_the_place_is_seen_again(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path, size=SIZE) as it:
        has_taken_over(it, tmp_path, 'template = "{alias}"\n')
        screen = await open_place(it)
        assert rows(screen) == [["template", "{alias}"]]
        await it.open_screen(SettingsScreen, "comma")
        write_settings(it.desk.home, 'template = "{account}"\n')
        await it.pilot.press("escape")
        await it.until(lambda: rows(screen) == [["template", "{alias}", "{account}"]])
