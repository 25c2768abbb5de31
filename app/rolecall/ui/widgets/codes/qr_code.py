"""A QR code in half blocks, for the camera of a phone."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from rolecall.presentation.commands import with_keys
from rolecall.presentation.qr import QUIET_ZONES, Modules, fitting, half_blocks, modules
from rolecall.presentation.texts import sign_in_strings

_DARK, _LIGHT = "#000000", "#ffffff"


class QrCode(Widget):
    def __init__(self) -> None:
        super().__init__()
        self._modules: Modules = ()

    def fit(self, text: str, columns: int, rows: int) -> bool:
        """Show `text` with the widest quiet zone that fits. Returns False if it does not fit."""
        found = fitting(text, columns, rows)
        if found is None:
            return False
        self._modules = found
        self.styles.width, self.styles.height = len(found[0]), (len(found) + 1) // 2
        self.refresh(layout=True)
        return True

    @staticmethod
    def too_big(text: str, size: tuple[int, int], taken: tuple[int, int]) -> str:
        """Return why the code of `text` does not fit a screen of this size, in words, or "".

        `taken`: the columns and rows that something else needs.
        """
        found = modules(text, QUIET_ZONES[-1])
        columns, rows = len(found[0]) + taken[0], (len(found) + 1) // 2 + taken[1]
        if columns <= size[0] and rows <= size[1]:
            return ""
        here = "×".join(map(str, size))
        return with_keys(sign_in_strings.QR_TOO_BIG, columns=columns, rows=rows, size=here)

    def render(self) -> Content:
        """Return the code in both colours, so that it is the same on a dark and a light screen."""
        if self.app.no_color:
            # Light modules get the colour of text, which is light on most terminals.
            return Content("\n".join(half_blocks(self._modules, dark_is_ink=False)))
        style = f"{_DARK} on {_LIGHT}"
        lines = half_blocks(self._modules, dark_is_ink=True)
        return Content("\n").join(Content.assemble((line, style)) for line in lines)
