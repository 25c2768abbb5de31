"""`make screenshots`: takes the pictures of the README on a tour of the demo.

With the argument `ja`, those of README.ja.md; the language is that of the environment.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
from pathlib import Path
from typing import Final

from rich.cells import cell_len

from tests.support.moving_picture import make_moving_picture
from tests.support.snapshots import Tour, text_when_quiet
from tests.support.tour import Guide

_TOURS: Final = {Tour((120, 36), is_whole=True): "", Tour((80, 24), is_whole=True): "-80x24"}
_LEFT_OUT: Final = {"console", "delete", "every-key", "watch"}
# What is shown in another language.
_TRANSLATED: Final = {"sign-in", "permission-sets", "save", "profiles", "workbench", "tokens"}
FOLDER: Final = Path(__file__).resolve().parents[2] / "screenshots"


def with_wide_characters(svg: str) -> str:
    """Return the picture with the length of each text in cells. Rich counts characters, so that
    what follows a wide one would be drawn over it.
    """

    def in_cells(match: re.Match[str]) -> str:
        begin, length, middle, text = match.groups()
        shown = html.unescape(text)
        if shown.isascii():
            return match[0]
        cells = float(length) / len(shown) * cell_len(shown)
        return f'{begin}textLength="{cells:.1f}"{middle}>{text}</text>'

    return re.sub(r'(<text [^>]*?)textLength="([\d.]+)"([^>]*)>([^<]*)</text>', in_cells, svg)


def _picture(guide: Guide) -> str:
    svg = guide.app.export_screenshot(title="rolecall")
    # No web fonts, and no id that changes from run to run.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"Fira Code", "DejaVu Sans Mono", svg)
    svg = re.sub(r"terminal-\d+", "terminal", svg)
    return with_wide_characters(svg)


async def take_all(folder: Path, language: str = "") -> None:
    folder.mkdir(exist_ok=True)
    for tour, suffix in list(_TOURS.items())[: 1 if language else None]:

        async def take(guide: Guide, screen: str, tour: Tour = tour, suffix: str = suffix) -> None:
            if screen in _TRANSLATED if language else screen not in _LEFT_OUT:
                await text_when_quiet(guide, tour.mode)
                name = f"{screen}{suffix}{language and f'-{language}'}.svg"
                (folder / name).write_text(_picture(guide), encoding="utf-8")

        await tour.go(take)


def main() -> None:
    language = sys.argv[1] if len(sys.argv) > 1 else ""
    asyncio.run(take_all(FOLDER, language))
    if not language:
        make_moving_picture(FOLDER)


if __name__ == "__main__":
    main()
