"""A link as a QR code in half blocks, for the camera of a phone."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from textual.content import Content
from textual.widget import Widget

# ISO/IEC 18004 asks for four modules of quiet zone; where the terminal is small, readers manage
# with two.
QUIET_ZONES: Final = (4, 2)
_DARK, _LIGHT = "#000000", "#ffffff"


@lru_cache(maxsize=8)
def modules(text: str, quiet_zone: int) -> tuple[tuple[bool, ...], ...]:
    """The code's rows of modules, true where dark, quiet zone included."""
    import segno

    code = segno.make(text, error="l", micro=False)
    return tuple(
        tuple(bool(module) for module in row)
        for row in code.matrix_iter(scale=1, border=quiet_zone)
    )


class QrCode(Widget):
    """Takes the size of its code."""

    def __init__(self) -> None:
        super().__init__()
        self._modules: tuple[tuple[bool, ...], ...] = ()

    def fit(self, text: str, columns: int, rows: int) -> bool:
        """Takes on the code, with the widest quiet zone that fits; False where none does."""
        for quiet_zone in QUIET_ZONES:
            found = modules(text, quiet_zone)
            if len(found[0]) <= columns and (len(found) + 1) // 2 <= rows:
                self._modules = found
                self.styles.width, self.styles.height = len(found[0]), (len(found) + 1) // 2
                self.refresh(layout=True)
                return True
        return False

    @staticmethod
    def smallest(text: str) -> tuple[int, int]:
        """The columns and rows that the code needs at least."""
        found = modules(text, QUIET_ZONES[-1])
        return len(found[0]), (len(found) + 1) // 2

    def render(self) -> Content:
        rows = list(self._modules)
        if len(rows) % 2:
            rows.append(tuple(False for _ in rows[0]))
        lines = [self._line(top, bottom) for top, bottom in zip(rows[::2], rows[1::2], strict=True)]
        return Content("\n").join(lines)

    def _line(self, top: tuple[bool, ...], bottom: tuple[bool, ...]) -> Content:
        """Both colours are given, so that it reads the same on a dark and on a light screen."""
        if self.app.no_color:
            # Light modules are drawn in the text's colour, which is light on most terminals.
            cells = {(True, True): " ", (False, True): "▀", (True, False): "▄", (False, False): "█"}
            return Content("".join(cells[pair] for pair in zip(top, bottom, strict=True)))
        cells = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
        text = "".join(cells[pair] for pair in zip(top, bottom, strict=True))
        return Content.assemble((text, f"{_DARK} on {_LIGHT}"))
