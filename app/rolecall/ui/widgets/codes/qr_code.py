"""A QR code in half blocks, for the camera of a phone."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from rolecall.presentation.qr import QUIET_ZONES, Modules, fitting, half_blocks, modules

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
    def smallest(text: str) -> tuple[int, int]:
        """Return the columns and rows that the code of `text` needs at least."""
        found = modules(text, QUIET_ZONES[-1])
        return len(found[0]), (len(found) + 1) // 2

    def render(self) -> Content:
        """Return the code in both colours, so that it is the same on a dark and a light screen."""
        if self.app.no_color:
            # Light modules get the colour of text, which is light on most terminals.
            return Content("\n".join(half_blocks(self._modules, dark_is_ink=False)))
        style = f"{_DARK} on {_LIGHT}"
        lines = half_blocks(self._modules, dark_is_ink=True)
        return Content("\n").join(Content.assemble((line, style)) for line in lines)
