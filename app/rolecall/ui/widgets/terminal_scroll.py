"""Scrolling with the terminal's own scroll region, which Textual does not do.

A table that scrolls by a line is the same table but for three lines, and repainting all of it is
ten kilobytes: on a slow line a held arrow key then runs on for seconds after it was let go.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.geometry import Region


def scroll_terminal(app: App[Any], region: Region, lines: int) -> bool:
    """Moves what stands in a region of the screen up by so many lines (down, if negative), at
    once. The caller then paints the lines that came free. False if it cannot be done: the region
    must be as wide as the terminal.

    Where the terminal can, it shows nothing of this before the next frame is complete.
    """
    driver = app._driver
    if driver is None or app.is_inline or (region.x, region.width) != (0, app.size.width):
        return False
    app._begin_update()
    edge, step = (region.bottom, "\x1bD") if lines > 0 else (region.y + 1, "\x1bM")
    margins = f"\x1b[{region.y + 1};{region.bottom}r"
    driver.write(f"{margins}\x1b[{edge};1H{step * abs(lines)}\x1b[r")
    return True
