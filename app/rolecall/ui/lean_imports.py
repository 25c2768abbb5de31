"""Keeps out of the first paint what Textual and Python's library import, and rolecall rarely uses.

That is an eighth of the time of their imports: Textual's command palette with its widgets (rolecall
has its own palette), TLS for asyncio (calls to AWS are made in threads, not by asyncio), and
`ipaddress` (`urllib.parse` checks addresses in brackets with it). Python may be built without TLS,
so asyncio works without it.
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


_RARELY_USED: Final = ("asyncio.sslproto", "ipaddress")


class _Later(ModuleType):
    """Is in the place of a module until someone needs more of it than it has."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def leave_out() -> None:
    """Leave out what is not imported yet."""
    if PALETTE not in sys.modules:
        palette = sys.modules[PALETTE] = _Later(PALETTE)
        vars(palette).update((name, type(name, (), {})) for name in _NAMES)
    for name in _RARELY_USED:
        if name not in sys.modules:
            sys.modules[name] = _Later(name)
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]  # an import fails
        try:
            import_module("asyncio")
        finally:
            del sys.modules["ssl"]
