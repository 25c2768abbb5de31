"""`make screenshots`: makes the pictures of the README and of `docs/` from the snapshots.

With the argument `ja`, the film of README.ja.md, for which it goes through the screens again; the
language is that of the environment.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.support.screens.pictures import film, in_shell, still
from tests.support.screens.snapshots import FILM, Tour, text_when_quiet
from tests.support.screens.tour import Guide

FOLDER: Final = Path(__file__).resolve().parents[3] / "screenshots"
NAME: Final = "tour.svg"
NAME_TRANSLATED: Final = "tour-{language}.svg"
STILLS: Final = ("permission-sets", "run", "save", "workbench")
_OF_STILLS: Final = Tour((120, 40))
# How long each frame of the film is shown.
_SECONDS: Final = {
    "film-sign-in": 4.0,
    "film-accounts": 2.0,
    **{f"film-filter-{at}": 0.3 for at in (1, 2, 3)},
    "film-filter-4": 1.5,
    "film-permission-sets": 2.0,
    "film-save": 3.0,
    "film-saved": 2.5,
    "film-picker": 1.5,
    **{f"film-picker-{at}": 0.3 for at in (1, 2)},
    "film-picker-3": 2.0,
    "film-workbench": 2.5,
    "film-workbench-typed": 2.5,
    "film-tokens": 3.0,
}


def pictures() -> dict[str, str]:
    """Return each picture in English by the name of its file, as the snapshots have it."""
    stills = {f"{each}.svg": still(_OF_STILLS.path(each).read_text("utf-8")) for each in STILLS}
    return stills | {NAME: _film(lambda frame: FILM.path(frame).read_text("utf-8"))}


def _film(snapshot: Callable[[str], str]) -> str:
    frames = []
    for name, seconds in _SECONDS.items():
        shown = snapshot(name)
        is_in_shell = name.startswith("film-picker")
        frames.append((in_shell("$ awsp", shown) if is_in_shell else shown, seconds))
    return film(frames)


async def _taken() -> Mapping[str, str]:
    """Go through the film, and return the snapshot of each frame."""
    frames = {}

    async def visit(guide: Guide, name: str) -> None:
        frames[name] = await text_when_quiet(guide, FILM.mode)

    await FILM.go(visit)
    return frames


def main() -> None:
    if len(sys.argv) > 1:
        name = NAME_TRANSLATED.format(language=sys.argv[1])
        made = {name: _film(asyncio.run(_taken()).__getitem__)}
    else:
        made = pictures()
    for name, picture in made.items():
        (FOLDER / name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
