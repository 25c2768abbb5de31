"""A command that runs with many rows, in the full screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from textual.widgets import Static

from rolecall.services.runs.board import Stage
from rolecall.ui.flows.runs import RunsFlow
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.base.search import SearchScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.runs.run_command import CommandField, RunCommandScreen
from rolecall.ui.screens.runs.run_output import RunOutputScreen
from rolecall.ui.screens.runs.runs import RunsScreen
from rolecall.ui.widgets.diff_view import DiffView
from tests.support.programs import is_alive
from tests.support.screens.full_screen import FullScreen, open_full_screen

NAMES = ["alpha", "beta", "gamma"]  # each with the permission sets A and B
_MODES = {"1": "accounts", "2": "permission_sets", "3": "profiles"}
SLEEP = "sh -c 'echo $$; exec sleep 1000'"

S = TypeVar("S")


class Runs(FullScreen):
    """The full screen, with steps of this feature."""

    async def on(self, screen: type[S]) -> S:
        await self.until(lambda: type(self.app.screen) is screen)
        assert isinstance(self.app.screen, screen)
        return self.app.screen

    def press(self, *keys: str) -> None:
        """Press keys in a burst. The pilot would wait for each, and long for a screen that goes."""
        for key in keys:
            self.app.simulate_key(key)

    async def go(self, key: str, screen: type[S]) -> S:
        """Press a key that leads to another screen."""
        self.press(key)
        found = await self.on(screen)
        # Keys for a question that come before it is shown are dropped.
        await self.until(lambda: not self.app.type_ahead.is_holding)
        return found

    async def ask(self, *marks: str, place: str = "2") -> RunCommandScreen:
        """Open the form for the rows that these keys mark."""
        self.press(place)
        await self.until(lambda: self.app.current_mode == _MODES[place])
        await self.until(lambda: isinstance(self.app.screen, TableScreen))
        await self.until(lambda: self.app.screen.table.total > 0)  # type: ignore[attr-defined]
        self.press(*marks)
        form = await self.go("exclamation_mark", RunCommandScreen)
        await self.until(lambda: isinstance(form.focused, CommandField))
        return form

    async def run(self, line: str, *marks: str) -> RunsScreen:
        await self.ask(*marks)
        self.press(*line)
        return await self.go("enter", RunsScreen)

    async def run_to_end(self, line: str, *marks: str) -> RunsScreen:
        screen = await self.run(line, *marks)
        await self.ended(screen)
        return screen

    async def ended(self, screen: RunsScreen) -> None:
        await self.until(lambda: not screen.board.is_under_way)
        await self.until(lambda: not screen._timer)

    async def shows(self, text: str) -> None:
        await self.until(lambda: text in self.painted)

    @property
    def painted(self) -> str:
        return "\n".join(self.app.screen.painted_lines())  # type: ignore[attr-defined]


@asynccontextmanager
async def opened(home: Path, size: tuple[int, int] = (120, 30)) -> AsyncIterator[Runs]:
    async with open_full_screen(home, NAMES, size=size) as it:
        it.__class__ = Runs
        assert isinstance(it, Runs)
        yield it


def names(screen: RunsScreen) -> list[str]:
    return [state.row.name for state in screen.table.shown]


def note_of(screen: RunCommandScreen) -> str:
    return str(screen.query_one(".note", Static).render())


@pytest.mark.quick
async def test_a_command_runs_with_the_credentials_of_each_marked_row(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        line = "sh -c 'echo $AWS_ACCESS_KEY_ID; exit ${#ROLECALL_PROFILE}'"
        screen = await it.run_to_end(line, "space", "j", "space")
        assert names(screen) == ["alpha/A", "beta/A"]
        assert screen.board.counts == {Stage.SUCCEEDED: 2}
        keys = {screen.board.output.last_line(number) for number in range(2)}
        assert len(keys) == 2
        assert all(key.startswith("ASIA") for key in keys)
        assert it.desk.server.calls.count("GetRoleCredentials") == 2
        assert it.desk.role_cache.files() == []
        for key in keys:
            await it.shows(key)
        await it.shows("exit 0")
        assert "2 succeeded" in screen.count_text()


async def test_without_marks_it_runs_with_the_row_under_the_cursor(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        screen = await it.run_to_end("true", "j")
        assert names(screen) == ["alpha/B"]


async def test_accounts_run_with_all_their_permission_sets(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        form = await it.ask("space", "space", place="1")
        assert form.query_one(DiffView).text == " alpha/A\n alpha/B\n beta/A\n beta/B"


async def test_profiles_run_with_their_own_credentials(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        it.save_profile()
        it.press("3", "R")
        await it.until(lambda: len(it.app.state.profiles) == 1)
        form = await it.ask(place="3")
        assert form.query_one(DiffView).text == " mine"
        it.press(*"sh -c 'echo $ROLECALL_PROFILE $AWS_PROFILE.'")
        screen = await it.go("enter", RunsScreen)
        await it.until(lambda: not screen.board.is_under_way)
        assert screen.board.output.last_line(0) == "mine ."


async def test_the_form_says_what_cannot_run_and_keeps_what_was_typed(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        form = await it.ask()
        field = form.query_one(CommandField)
        assert "without a shell" in note_of(form)
        for line, problem in (
            ("", "Type a command."),
            ("echo 'x", "A quote is not closed."),
            ("no-such-program x", "no-such-program: No such file or directory"),
            ("/etc/passwd", "/etc/passwd: Permission denied"),
        ):
            it.press("ctrl+u", *line, "enter")
            await it.until(partial(lambda text: text in note_of(form), problem))
            assert it.app.screen is form
            await it.until(partial(lambda text: field.value == text, line))
        it.press("ctrl+u", *"a | b")
        await it.until(lambda: "gets | as it is" in note_of(form))
        await it.go("escape", PermissionSetsScreen)
        assert it.desk.server.calls.count("GetRoleCredentials") == 0


async def test_there_is_no_shell_unless_it_is_asked_for(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        screen = await it.run_to_end("echo $HOME | `id` * ; ~ 'a  b'")
        assert screen.board.output.last_line(0) == "$HOME | `id` * ; ~ a  b"
        await it.go("escape", PermissionSetsScreen)
        screen = await it.run_to_end("sh -c 'echo a b | wc -w'")
        assert screen.board.output.last_line(0).strip() == "2"


async def test_earlier_commands_come_back_with_the_arrow(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        for line in ("echo one", "echo two"):
            await it.run_to_end(line)
            await it.go("escape", PermissionSetsScreen)
        field = (await it.ask()).query_one(CommandField)
        it.press(*"new")
        for key, value in (
            *[("up", "echo two"), ("up", "echo one"), ("up", "echo one")],
            *[("down", "echo two"), ("down", "new"), ("down", "new")],
        ):
            it.press(key)
            await it.until(partial(lambda text: field.value == text, value))


async def test_production_rows_are_listed_in_a_question_first(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, ["alpha", "prod one"], size=(120, 30)) as it:
        it.__class__ = Runs
        assert isinstance(it, Runs)
        await it.ask("a")
        it.press(*"echo x")
        question = await it.go("enter", ConfirmScreen)
        await it.shows("echo x runs with 4 roles.")
        assert question.query_one(DiffView).text == "prod one/A\nprod one/B"
        form = await it.go("escape", RunCommandScreen)
        await it.until(lambda: isinstance(form.focused, CommandField))
        assert form.query_one(CommandField).value == "echo x"
        assert it.desk.server.calls.count("GetRoleCredentials") == 0
        await it.go("enter", ConfirmScreen)
        screen = await it.go("enter", RunsScreen)
        await it.until(lambda: screen.board.counts == {Stage.SUCCEEDED: 4})


async def test_failed_rows_run_again_and_the_others_do_not(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        log = tmp_path / "log"
        line = f"sh -c 'echo x >> {log}; test -e {tmp_path}/ok'"
        screen = await it.run_to_end(line, "a")
        assert screen.board.counts == {Stage.FAILED: 6}
        await it.shows("exit 1")
        (tmp_path / "ok").touch()
        it.press("r")
        await it.until(lambda: screen.board.counts == {Stage.SUCCEEDED: 6})
        await it.ended(screen)  # with a message that would replace the next one
        it.press("r")
        await it.shows("Nothing has failed.")
        assert len(log.read_text().split()) == 12


async def test_one_row_is_stopped(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        screen = await it.run(SLEEP, "a")
        await it.until(lambda: screen.board.counts == {Stage.RUNNING: 6})
        await it.until(lambda: bool(screen.board.output.last_line(0)))
        pid = int(screen.board.output.last_line(0))
        it.press("x")
        await it.until(lambda: screen.board.counts == {Stage.RUNNING: 5, Stage.STOPPED: 1})
        assert not is_alive(pid)
        it.press("x")
        await it.shows("The program is not running.")


async def test_escape_asks_and_stops_everything(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        screen = await it.run(SLEEP, "a")
        await it.until(lambda: screen.board.counts == {Stage.RUNNING: 6})
        for key in ("escape", "ctrl+c"):
            await it.go(key, ConfirmScreen)
            await it.shows("6 rows have not ended")
            assert await it.go("escape", RunsScreen) is screen
            assert screen.board.counts == {Stage.RUNNING: 6}
        await it.go("escape", ConfirmScreen)
        it.press("enter")
        await it.until(lambda: screen.board.counts == {Stage.STOPPED: 6})
        assert await it.on(RunsScreen) is screen  # the results stay
        await it.go("escape", PermissionSetsScreen)


async def test_other_places_can_be_seen_while_it_runs(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        screen = await it.run(SLEEP)
        it.press("2")
        await it.shows("is still running here")
        assert it.app.screen is screen
        it.press("3")
        await it.until(lambda: it.app.current_mode == "profiles")
        assert screen.board.is_under_way
        await it.go("q", ConfirmScreen)
        await it.shows("Stop what is running, and quit?")
        it.press("escape", "2")
        assert await it.on(RunsScreen) is screen


async def test_nothing_ticks_once_everything_has_ended(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        screen = await it.run(SLEEP)
        await it.until(lambda: screen._timer is not None)
        screen.board.stop_all()
        await it.until(lambda: screen._timer is None)
        assert not screen.board.is_under_way


# --- the output


def top_of(screen: RunOutputScreen) -> int:
    return screen._top


async def output_of(it: Runs, line: str) -> RunOutputScreen:
    await it.run_to_end(line)
    it.press("enter")
    return await it.on(RunOutputScreen)


async def test_the_output_of_a_row_is_shown_with_both_streams(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await output_of(it, "sh -c 'echo out; echo careful >&2; exit 3'")
        await it.shows("▎careful")
        await it.shows("│ out")
        await it.shows("exit 3")
        await it.shows("lines 1–2 of 2")
        await it.go("escape", RunsScreen)


async def test_long_output_is_paged_and_searched(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        screen = await output_of(it, "seq -f 'line %g' 1 100000")
        await it.shows("line 1 ")
        it.press("G")
        await it.shows("line 100000")
        it.press("g", "slash", *"line 777")
        await it.until(lambda: screen._found == 776)
        await it.shows("│ line 777 ")
        it.press("enter", "greater_than_sign")
        await it.shows("line 7770")
        it.press("less_than_sign")
        await it.until(lambda: screen._found == 776)
        it.press("less_than_sign")
        await it.until(lambda: screen._found == 77_798)
        await it.shows("The search continues from the end.")
        it.press("slash", "ctrl+u", *"zzz")
        await it.shows("Nothing matches “zzz”.")
        it.press("escape", "escape")
        await it.on(RunsScreen)


async def test_wide_lines_are_scrolled(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await output_of(it, f"echo {'x' * 150}END")
        await it.shows("xxx")
        assert "END" not in it.painted
        it.press("right")
        await it.shows("END")
        it.press("left")
        await it.until(lambda: "END" not in it.painted)


async def test_the_end_is_followed_until_the_user_scrolls(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        more = tmp_path / "more"
        wait = f"while ! test -e {more}; do sleep 0.05; done"
        await it.run(f"sh -c 'seq -f n%g 100; {wait}; seq -f n%g 101 200; exec sleep 1000'")
        screen = await it.go("enter", RunOutputScreen)
        await it.shows("n100")
        more.touch()
        await it.shows("n200")
        it.press("g")
        await it.shows("n1 ")
        assert top_of(screen) == 0
        it.press("x")
        await it.shows("stopped")
        assert top_of(screen) == 0


async def test_a_row_without_credentials_has_its_reason_as_output(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        await it.ask()
        it.desk.server.faults.add("GetRoleCredentials", 403, times=1)
        it.press(*"true")
        screen: Any = await it.go("enter", RunsScreen)
        await it.until(lambda: not screen.board.is_under_way)
        it.press("enter")
        await it.shows("is not assigned")


async def test_after_a_new_start_runs_asks_for_a_command_for_what_is_left(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        screen = await it.run_to_end("false", "space", "j", "space")
        await it.go("escape", PermissionSetsScreen)
        assert isinstance(screen.flows.runs, RunsFlow)
        screen.flows.runs._last = None
        await it.go("colon", SearchScreen)
        it.press(*"runs")
        form = await it.go("enter", RunCommandScreen)
        await it.shows("2 of 2 rows are left")
        assert [row.name for row in form._rows] == ["alpha/A", "beta/A"]
        it.press(*"true")
        await it.ended(await it.go("enter", RunsScreen))
