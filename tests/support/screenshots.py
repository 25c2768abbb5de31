"""`make screenshots`: takes the pictures of the README on a tour of the demo.

With the argument `ja`, the moving one of README.ja.md; the language is that of the environment.
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

from tests.support.moving_picture import NAME, NAME_TRANSLATED, make_moving_picture
from tests.support.snapshots import Tour, text_when_quiet
from tests.support.tour import Guide

WIDE: Final = Tour((120, 36), is_whole=True)
SMALL: Final = Tour((80, 24), is_whole=True)
_LEFT_OUT: Final = {"console", "delete", "every-key", "watch"}
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


async def take(tour: Tour) -> dict[str, str]:
    """Return the picture of each screen."""
    pictures = {}

    async def visit(guide: Guide, screen: str) -> None:
        await text_when_quiet(guide, tour.mode)
        pictures[screen] = _picture(guide)

    await tour.go(visit)
    return pictures


def main() -> None:
    language = sys.argv[1] if len(sys.argv) > 1 else ""
    if language:
        name = NAME_TRANSLATED.format(language=language)
        make_moving_picture(FOLDER, name, asyncio.run(take(SMALL)))
        return
    for tour, suffix in ((WIDE, ""), (SMALL, "-80x24")):
        pictures = asyncio.run(take(tour))
        for screen in pictures.keys() - _LEFT_OUT:
            (FOLDER / f"{screen}{suffix}.svg").write_text(pictures[screen], encoding="utf-8")
        if tour is SMALL:
            make_moving_picture(FOLDER, NAME, pictures)


if __name__ == "__main__":
    main()
