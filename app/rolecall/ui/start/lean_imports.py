"""Keeps out of the first paint what Textual and Python's library import, and rolecall rarely uses.

That is a sixth of the time of their imports. The largest are Textual's command palette with its
widgets (rolecall has its own palette), TLS for asyncio (calls to AWS are made in threads, not by
asyncio), `platformdirs` (for downloads), and `typing_extensions`. Each is imported as soon as
somebody uses it. Python may be built without TLS, so asyncio works without it.
"""

from __future__ import annotations

import sys
import typing
from collections.abc import Callable, Mapping
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any, Final

PALETTE: Final = "textual.command"
# What Textual imports from it, for base classes and types.
_NAMES: Final = (
    *("CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider"),
    "SimpleProvider",
)
# Modules, and the functions that are imported from them by name.
_RARELY_USED: Final[dict[str, tuple[str, ...]]] = {
    "asyncio.sslproto": (),
    "asyncio.staggered": (),
    "difflib": ("get_close_matches",),
    "ipaddress": (),
    "locale": (),
    "mimetypes": (),
    "pickle": ("dumps", "loads"),
    "platformdirs": ("user_downloads_path",),
    "random": ("getrandbits",),
    "textwrap": (),
    "tokenize": (),
    "uuid": ("uuid4",),
}
# What Textual imports from `typing_extensions`. All are in `typing` since Python 3.11.
_TYPING: Final = (
    *("Final", "Literal", "ParamSpec", "Protocol", "Self", "TypeAlias", "TypeGuard", "TypedDict"),
    *("get_args", "runtime_checkable"),
)

_replacing: Final = Lock()


class _Later(ModuleType):
    """Takes the place of a module until more of it is needed."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_imported(self.__name__), name)


def leave_out() -> None:
    """Leave out what is not imported yet."""
    _put_off(PALETTE, {name: type(name, (), {}) for name in _NAMES})
    _put_off("typing_extensions", {name: getattr(typing, name) for name in _TYPING})
    for module, functions in _RARELY_USED.items():
        _put_off(module, {name: _function(module, name) for name in functions})
    if "asyncio" not in sys.modules and "ssl" not in sys.modules:
        sys.modules["ssl"] = None  # type: ignore[assignment]  # an import fails
        try:
            import_module("asyncio")
        finally:
            del sys.modules["ssl"]


def _put_off(module: str, names: Mapping[str, Any]) -> None:
    if module not in sys.modules:
        later = sys.modules[module] = _Later(module)
        vars(later).update(names)


def _function(module: str, name: str) -> Callable[..., Any]:
    """Return a function that imports the module and calls its function of that name."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(_imported(module), name)(*args, **kwargs)

    return call


def _imported(module: str) -> ModuleType:
    with _replacing:
        if isinstance(sys.modules.get(module), _Later):
            del sys.modules[module]
    return import_module(module)
