"""Reports of unexpected errors, without anything that could be secret."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rolecall import __version__
from rolecall.domain.errors import RolecallError
from rolecall.domain.process.debug_log import note
from rolecall.files.locations import Locations
from rolecall.files.safe.folders import make_folder


def places(error: BaseException | None) -> list[str]:
    """Return the types of the errors and where they come from, without messages."""
    lines: list[str] = []
    while error is not None:
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        of_worker = getattr(error, "error", None)  # the cause of a Textual worker's failure
        is_cause = isinstance(of_worker, BaseException)
        error = of_worker if is_cause else error.__cause__ or error.__context__
    return lines


def report(error: BaseException, environ: Mapping[str, str]) -> Path | None:
    """Write crash.txt (0600) into rolecall's state folder. Return its path, None if that failed.

    It has the types of the exceptions and the file, line and function of each frame. It has no
    messages, local variables or source lines, because each of them could contain a token.
    """
    note(f"crash {type(error).__name__}")
    lines = [f"rolecall {__version__}, Python {platform.python_version()}, {sys.platform}"]
    lines += places(error)
    with suppress(OSError, RolecallError):
        folder = Locations.from_environment(environ).state
        path = folder / "crash.txt"
        make_folder(str(folder))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return path
    return None
