"""Keeps out of the first paint what Textual and asyncio import, and rolecall never uses.

That is an eighth of the time of their imports: Textual's command palette with its widgets (rolecall
has its own palette), and TLS for asyncio (calls to AWS are made in threads, not by asyncio). Python
may be built without TLS, so asyncio works without it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

PALETTE: Final = "textual.command"
# What Textual imports from it, to inherit from or for types.
_NAMES: Final = (
    *("CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider"),
    "SimpleProvider",
)


class _Palette(ModuleType):
    """Is in the place of the palette until someone needs more than the names."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        sys.modules.pop(PALETTE, None)
        return getattr(import_module(PALETTE), name)


def leave_out() -> None:
    """Leave out what is not imported yet."""
    if PALETTE not in sys.modules:
        palette = sys.modules[PALETTE] = _Palette(PALETTE)
        vars(palette).update((name, type(name, (), {})) for name in _NAMES)
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]  # an import fails
        try:
            import_module("asyncio")
        finally:
            del sys.modules["ssl"]
