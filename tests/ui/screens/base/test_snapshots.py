"""The screens look as in `tests/snapshots`. After a wanted change, `make snapshots` writes them."""

from __future__ import annotations

import pytest

from tests.support.screens.snapshots import FOLDER, TOURS, Tour, difference, text_of
from tests.support.screens.tour import Guide
from tests.support.waiting import pause_until

_LONGEST_WAIT = 60  # seconds until a screen looks as it should


@pytest.mark.parametrize("each", TOURS, ids=str)
async def test_every_screen_looks_as_in_its_snapshot(each: Tour) -> None:
    wrong: list[str] = []
    seen = set()

    async def compare(guide: Guide, screen: str) -> None:
        path = each.path(screen)
        wanted = path.read_text(encoding="utf-8") if path.exists() else ""
        text = ""

        def is_as_wanted() -> bool:
            nonlocal text
            text = text_of(guide, each.mode)
            return text == wanted

        try:
            await pause_until(is_as_wanted, 0.5 if wrong else _LONGEST_WAIT)
        except TimeoutError:
            wrong.append(difference(wanted, text, path.name))
        seen.add(path)

    await each.go(compare)
    assert not wrong, "\n\n".join([*wrong, "If this is as it should be: make snapshots"])
    assert seen == set(FOLDER.glob(f"*-{each}.txt"))
