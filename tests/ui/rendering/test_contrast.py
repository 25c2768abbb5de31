"""Every painted text can be read: all screens of the demo, in every theme that is offered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import pytest
from textual.color import Color

from rolecall.domain.settings import settings
from rolecall.terminal.capabilities import Glyphs
from rolecall.terminal.cell_style import CellStyle
from rolecall.terminal.glyphs import REPLACEMENTS
from rolecall.ui.rendering.frame import Frame
from rolecall.ui.rendering.legible_theme import CONTRAST, contrast
from tests.support.screens.snapshots import DARK, colour_of, text_when_quiet
from tests.support.screens.tour import Guide, Visit, first_visit, tour, watch

NAMES = [name for name in settings.THEMES if name not in {"auto", "terminal"}]
SIZE = (120, 36)
Part = Callable[[tuple[int, int], Mapping[str, str], Visit], Awaitable[None]]
# Lines, blocks and gauges are no text. Nor is the place behind a box: it is not in use.
_GRAPHICS = "─│╭╮╰╯▌▎▏▔▁▂▃▄▅▆▇█▀░▒▓━╌"


async def illegible(guide: Guide, name: str) -> set[tuple[str, str, str]]:
    """Return the texts that cannot be read, with their colours and contrast, in this theme."""
    guide.app.show_theme(f"rolecall-{name}")
    await guide.pilot.pause()
    guide.clear_message()
    frame = Frame(replacements=REPLACEMENTS[Glyphs.ALL])
    parts = guide.screen.changed_parts(whole=True)
    assert parts is not None
    frame.update(parts, *guide.screen.painted_size, DARK.colours)
    dimmed = Color.parse(guide.app.theme_variables["dimmed"])
    found: dict[CellStyle, str] = {}
    for row in frame._rows:
        for text, style in row:
            if text.strip(_GRAPHICS + " "):
                found[style] = found.get(style, "") + text
    bad = set()
    for style, text in found.items():
        colours = [Color.parse(colour_of(each)) for each in (style.foreground, style.background)]
        ratio = contrast(*colours)
        if ratio < CONTRAST and colours[0] != dimmed:
            bad.add((text[:40], " on ".join(each.hex for each in colours), f"{ratio:.2f}"))
    return bad


@pytest.mark.thorough
@pytest.mark.parametrize("part", [tour, first_visit, watch])
async def test_every_painted_text_can_be_read_in_every_theme(part: Part) -> None:
    wrong: dict[tuple[str, str], set[tuple[str, str, str]]] = {}

    async def look(guide: Guide, screen: str) -> None:
        await text_when_quiet(guide, DARK)
        before = guide.app.theme.removeprefix("rolecall-")
        for name in NAMES:
            if bad := await illegible(guide, name):
                wrong[screen, name] = bad
        guide.app.show_theme(f"rolecall-{before}")

    await part(SIZE, DARK.environ, look)
    assert wrong == {}
