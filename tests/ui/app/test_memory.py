"""Memory does not grow: what was closed or replaced is freed."""

from __future__ import annotations

import gc
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from textual.css.scalar import Scalar, Unit
from textual.geometry import Region, Size
from textual.widget import Widget

from rolecall.domain.inventory.catalogue import Catalogue, Listing
from rolecall.ui.screens.base.help import HelpScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.start import garbage
from rolecall.ui.state.rows import AccountRow, AssignmentRow
from tests.support.screens.full_screen import FullScreen, open_full_screen


async def refresh(it: FullScreen) -> None:
    """Open and close a screen after everything is listed again, and let calm moments pass."""
    calls = it.desk.server.calls
    calls.clear()
    await it.pilot.press("R")
    await it.until(lambda: calls.count("ListAccounts") > 0)  # the crawl may be done by now
    await it.open_screen(PermissionSetsScreen, "enter")
    await it.until(lambda: not it.session_state.crawling)
    await it.until_work_is_done()
    let_calm_pass()  # with the screen still open
    await it.press_until(lambda: len(it.app.screen_stack) == 1, "escape", "question_mark", "escape")
    await it.pilot.pause()
    let_calm_pass()


def let_calm_pass(collector: garbage.CalmCollector | None = None) -> None:
    """Let a calm moment pass for a collector. A new one collects everything."""
    collector = collector or garbage.CalmCollector()
    collector.wait_for_calm()
    for _ in range(garbage.CALM_TICKS):
        collector.tick()


def alive() -> list[object]:
    """Return the objects that a screen or a listing consists of."""
    gc.unfreeze()  # without a collection: what is garbage but not freed is counted too
    kinds = (Widget, AccountRow, AssignmentRow, Catalogue, Listing)
    found: list[object] = [each for each in gc.get_objects() if isinstance(each, kinds)]
    gc.freeze()
    return found


def count_alive(others: Sequence[object]) -> Counter[str]:
    """Count what is alive by type, without the objects of other tests."""
    known = {id(each) for each in others}
    return Counter(type(each).__name__ for each in alive() if id(each) not in known)


async def test_closed_screens_and_old_rows_are_freed_after_a_refresh(tmp_path: Path) -> None:
    others = alive()  # a thread of an earlier test may still have its screen
    async with open_full_screen(tmp_path) as it:
        await refresh(it)
        before = count_alive(others)
        for _ in range(3):
            await refresh(it)

        def is_freed() -> bool:
            let_calm_pass()  # again, if a screen was still closing before
            now = count_alive(others)
            return not now["PermissionSetsScreen"] and now <= before

        await it.until(is_freed)


def painted() -> list[object]:
    """Return where Textual keeps the painted lines of widgets: each widget has one such object."""
    gc.unfreeze()
    return [each for each in gc.get_objects() if type(each).__name__ == "StylesCache"]


async def test_what_closed_screens_painted_is_freed(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 36)) as it:
        before = weakref.WeakSet(painted())  # those of earlier tests, too
        await it.open_screen(HelpScreen, "question_mark")
        await it.pilot.pause()
        of_help = weakref.WeakSet(each for each in painted() if each not in before)
        assert len(of_help) > 1
        await it.pilot.press("escape")

        def is_freed() -> bool:
            let_calm_pass()  # again, if the screen was still closing before
            return not of_help

        await it.until(is_freed)


async def test_regions_of_other_sizes_are_forgotten(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        # Without a pause, in which a calm moment of the program itself could pass.
        for columns in range(200):
            Region(0, 0, columns, 30).intersection(Region(0, 0, 1, 1))
            Scalar(1, Unit.CELLS, Unit.WIDTH).resolve(Size(columns, 30), Size(columns, 30))
        assert Region.intersection.cache_info().currsize > 100
        assert Scalar.resolve.cache_info().currsize > 100
        let_calm_pass(it.app.collector)
        assert Region.intersection.cache_info().currsize == 0
        assert Scalar.resolve.cache_info().currsize == 0


@pytest.fixture
def no_own_collections() -> Iterator[None]:
    """Python collects nothing by itself: how soon it does depends on what has run before."""
    thresholds = gc.get_threshold()
    gc.set_threshold(10**9)
    yield
    gc.set_threshold(*thresholds)


def test_a_calm_moment_collects_everything_only_if_a_tenth_is_new() -> None:
    class Closed:
        """Only the collector frees it."""

        def __init__(self) -> None:
            self.itself = self

    collector = garbage.CalmCollector()
    closed = Closed()
    let_calm_pass(collector)  # it is in use, and excluded from now on
    alive = weakref.ref(closed)
    del closed
    let_calm_pass(collector)
    assert alive() is not None
    new: list[list[int]] = []
    for _ in range(2):  # less than a tenth each time, more together
        new += [[] for _ in range(gc.get_freeze_count() * 6 // 100)]
        let_calm_pass(collector)
    assert alive() is None
    assert new


def test_a_calm_moment_breaks_no_tuple_that_a_thread_builds() -> None:
    def build() -> int:
        return sum(len(tuple(each for each in range(50))) for _ in range(40_000))

    collector = garbage.CalmCollector()
    with ThreadPoolExecutor() as threads:
        built = [threads.submit(build) for _ in range(2)]
        while not all(each.done() for each in built):
            let_calm_pass(collector)
    assert [each.result() for each in built] == [2_000_000] * 2


@pytest.mark.quick
@pytest.mark.usefixtures("no_own_collections")
def test_garbage_of_the_last_keys_is_collected_when_there_is_much_of_it() -> None:
    collector = garbage.KeyCollector()
    gc.collect()
    before = gc.get_count()[1]
    collector.collect()
    assert gc.get_count()[1] == before
    alive: list[list[int]] = [[] for _ in range(3_000)]
    collector.collect()
    assert gc.get_count()[1] == before + 1
    assert len(alive) == 3_000


@pytest.mark.quick
@pytest.mark.usefixtures("no_own_collections")
def test_what_is_old_is_collected_without_a_calm_moment() -> None:
    class Closed:
        """Only the collector frees it."""

        def __init__(self) -> None:
            self.itself = self

    for keys_after_it, notes in ((100, False), (1, True)):
        closed, collector = Closed(), garbage.KeyCollector()
        gc.collect(1)  # now it is old
        alive = weakref.ref(closed)
        del closed
        if notes:
            collector.note_closed()
        for _ in range(keys_after_it):
            for _ in range(3_000):
                Closed()
            collector.collect()
        assert alive() is None


async def test_a_place_that_is_left_is_collected_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[None] = []
    async with open_full_screen(tmp_path) as it:
        monkeypatch.setattr(garbage.KeyCollector, "note_closed", lambda _: noted.append(None))
        await it.pilot.press("2")
        await it.until(lambda: noted != [])


class StillCollector(garbage.CalmCollector):
    """For the app no second passes."""

    def tick(self) -> None:
        pass


@pytest.mark.quick
async def test_nothing_is_collected_while_the_user_types(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collections: list[None] = []
    monkeypatch.setattr(StillCollector, "_collect", lambda _: collections.append(None))
    async with open_full_screen(tmp_path) as it:
        it.app.collector = collector = StillCollector()
        second = partial(garbage.CalmCollector.tick, collector)
        for _ in range(garbage.CALM_TICKS):
            second()
            await it.pilot.press("j")
        assert not collections
        for _ in range(2 * garbage.CALM_TICKS):
            second()
        assert len(collections) == 1
