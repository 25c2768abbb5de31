"""Random delays where a process waits for others: what a busy machine does to it, without the load.

`make delays` has every Python process of the tests import this module first. It imports only what
Python itself has imported: other modules get their delays when the process imports them.
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False  # the one of `typing`, which Python does not import itself
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any, Final

LONGEST: Final = 0.3  # seconds
# The places of each module, and how often there is a delay before a call, and after it.
PLACES: Final[dict[str, dict[str, float]]] = {
    "fcntl": {"flock": 0.1},
    "os": {"fsync": 0.1, "read": 0.03, "rename": 0.1, "replace": 0.1, "write": 0.02},
    "selectors": {"EpollSelector.select": 0.1},
    "socketserver": {"BaseServer.process_request": 0.1},
    "subprocess": {"Popen.__init__": 0.3},
    "tests.support.terminal": {"Terminal.read": 0.1, "Terminal.resize": 0.3, "Terminal.send": 0.3},
    "threading": {"Thread.run": 0.2},
}
_SWITCHES: Final = 0.00005, 0.001, 0.05  # seconds after which another thread may go on

_random_bytes, _sleep = os.urandom, time.sleep


def random() -> float:
    """Return a number from 0 to 1. The module `random` imports much, and a fork repeats it."""
    return int.from_bytes(_random_bytes(2), "big") / 0xFFFF


def delay(chance: float) -> None:
    """Sleep with this chance, mostly for a short time."""
    if random() < chance:
        _sleep(random() ** 2 * LONGEST)


def delayed(call: Callable[..., Any], chance: float) -> Callable[..., Any]:
    """Return the function with delays before and after it."""

    def with_delays(*args: Any, **options: Any) -> Any:
        delay(chance)
        try:
            return call(*args, **options)
        finally:
            delay(chance)

    return with_delays


def add_delays(module: ModuleType) -> None:
    """Add the delays to a module that has been imported. Another system may lack a place."""
    for path, chance in PLACES[module.__name__].items():
        *classes, name = path.split(".")
        owner: Any = module
        for each in classes:
            owner = getattr(owner, each, None)
        if hasattr(owner, name):
            setattr(owner, name, delayed(getattr(owner, name), chance))


class Loader:
    """Loads a module as its own loader does, and adds the delays."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        add_delays(module)


class Finder:
    """Finds the modules that have places as the other finders do."""

    def __init__(self) -> None:
        self._finding: set[str] = set()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in PLACES or name in self._finding:
            return None
        self._finding.add(name)
        try:
            for finder in sys.meta_path:
                spec = None if finder is self else finder.find_spec(name, path, target)
                if spec is not None:
                    spec.loader = Loader(spec.loader)  # type: ignore[assignment]
                    return spec
        finally:
            self._finding.discard(name)
        return None


def start() -> None:
    """Add the delays to this process."""
    sys.setswitchinterval(_SWITCHES[round(random() * (len(_SWITCHES) - 1))])
    sys.meta_path.insert(0, Finder())
    for name in PLACES.keys() & sys.modules.keys():
        add_delays(sys.modules[name])
