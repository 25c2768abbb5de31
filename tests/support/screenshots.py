"""`make screenshots`: takes the pictures of the README on a tour of the demo.

With the argument `ja`, those of README.ja.md; the language is that of the environment.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
from itertools import groupby
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
    """Return the picture with a separate text for each run of wide characters, of the right length.
    Rich counts characters, so that what follows a wide one would be drawn over it.
    """

    def in_cells(match: re.Match[str]) -> str:
        begin, x, middle, length, end, text = match.groups()
        shown = html.unescape(text)
        if cell_len(shown) == len(shown):
            return match[0]
        cell, left, texts = float(length) / len(shown), float(x), []
        for is_wide, run in groupby(shown, lambda each: cell_len(each) == 2):
            part = "".join(run)
            width = cell * len(part) * (2 if is_wide else 1)
            texts.append(
                f'{begin}x="{left:.1f}"{middle}textLength="{width:.1f}"{end}>'
                f"{html.escape(part, quote=False).replace(' ', '&#160;')}</text>"
            )
            left += width
        return "".join(texts)

    pattern = r'(<text [^>]*?)x="([\d.]+)"([^>]*?)textLength="([\d.]+)"([^>]*)>([^<]*)</text>'
    return re.sub(pattern, in_cells, svg)


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
