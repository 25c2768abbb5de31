"""The settings that rolecall chooses for Textual, which reads them from variables."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from importlib import import_module

from rolecall.terminal import capabilities


def use(*, chooses_colours: bool = False) -> None:
    """Let Textual read its settings. What the user has set comes first.

    Textual reads them when it is imported, so no part of it may be imported earlier.
    """
    # At 60, a key in the filter usually waits for the next frame.
    ours = {"TEXTUAL_FPS": "240"}
    if chooses_colours and capabilities.colours(os.environ) == 256:
        ours["TEXTUAL_COLOR_SYSTEM"] = "256"
    with changed(os.environ, {name: os.environ.get(name, ours[name]) for name in ours}):
        import_module("textual.constants")


@contextmanager
def changed(environ: MutableMapping[str, str], values: Mapping[str, str | None]) -> Iterator[None]:
    """Set these variables in the block or, if a value is None, unset them.

    Programs that are started after it get the environment of the user.
    """
    before = {name: environ.get(name) for name in values}
    _set(environ, values)
    try:
        yield
    finally:
        _set(environ, before)


def _set(environ: MutableMapping[str, str], values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value
