"""Launch images: the first screen of the last start, shown before everything is imported.

An image is right for one size of one terminal with certain variables, and as long as the files that
it was made of are the same and the start would choose the same session.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final
from zlib import crc32

from rolecall import __version__
from rolecall.files.caches import launch_image
from rolecall.files.caches.launch_image import LaunchFile
from rolecall.files.inventory.queries import INVENTORY
from rolecall.files.paths import Paths, paths_of

# The variable that turns images off. With `launch_image = false` in the settings none is saved, and
# none is found, because it would show other settings.
OFF: Final = "ROLECALL_NO_LAUNCH_IMAGE"
# What decides how the first screen looks, and which files it is made of.
_VARIABLES: Final = (
    *("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORFGBG"),
    *("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TEXTDOMAINDIR"),
    *("PYTHONIOENCODING", "PYTHONUTF8", "TEXTUAL_COLOR_SYSTEM", "ROLECALL_THEME", "TERM_PROGRAM"),
    *("HOME", "AWS_CONFIG_FILE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"),
)
_MULTIPLEXERS: Final = ("TMUX", "STY")
_PREFIX, _SUFFIX = "launch-", ".image"
_MOST: Final = 8  # images: one for each size and kind of terminal that was used last


class LaunchImages:
    """Finds and saves the image for the terminal of this process.

    `environ` is the environment of the start, which rolecall changes later. `size`: columns, lines.
    """

    def __init__(
        self, environ: Mapping[str, str], paths: Paths[str], size: tuple[int, int]
    ) -> None:
        self.size = size
        self._paths = paths
        users = (paths.config, paths.credentials, paths.settings, paths.team)
        # As they were at the start: what is painted is made of them.
        self._stamps = {path: launch_image.stamp(path) for path in users}
        self._files = (*users, *(f"{paths.cache}/{INVENTORY}{suffix}" for suffix in ("", "-wal")))
        columns, lines = size
        self._key = [
            *(__version__, sys.prefix, f"{columns}x{lines}"),
            *(f"{name}={environ[name]}" for name in _VARIABLES if name in environ),
            *(name for name in _MULTIPLEXERS if environ.get(name)),
        ]
        name = f"{_PREFIX}{crc32(repr(self._key).encode('utf-8', 'replace')):08x}{_SUFFIX}"
        self._path = f"{paths.cache}/{name}"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> LaunchImages | None:
        """Return the images; None if there are none here, because they are turned off, because this
        is not a terminal, or because it is unclear which.
        """
        if environ.get(OFF) or environ.get("TEXTUAL_ALLOW_SIGNALS"):
            return None
        if all(environ.get(name) for name in _MULTIPLEXERS):  # one in the other
            return None
        if (paths := paths_of(environ)) is None or not os.isatty(0):
            return None
        try:
            columns, lines = os.get_terminal_size(2)
        except OSError:
            return None
        return cls(environ, paths, (columns, lines)) if columns and lines else None

    def find(self) -> bytes | None:
        """Return the body of the image that is right now, or None."""
        image = launch_image.read(self._path)
        if image is None or image.key != self._key or not self._files_are_same(image.stamps):
            return None
        from datetime import UTC, datetime

        from rolecall.domain.time_left import is_signed_in
        from rolecall.files.caches.token_file import token_expiry

        now = datetime.now(UTC)
        usable = [
            is_signed_in(token_expiry(self._paths, name, start_url), now)
            for name, start_url in image.sessions
        ]
        return image.body if usable[-1] and not any(usable[:-1]) else None

    def _files_are_same(self, stamps: Mapping[str, str]) -> bool:
        return stamps.keys() >= set(self._files) and all(
            launch_image.stamp(path) == each for path, each in stamps.items()
        )

    def save(self, body: bytes, sessions: Sequence[tuple[str, str]], packages: str) -> None:
        """Save an image of what the files say now; nothing, if a file of the user has changed since
        the start, or if the folder cannot be written.

        `packages` is the folder with Textual. It changes when a package does.
        """
        from pathlib import Path

        from rolecall.domain.errors.file_errors import FileError
        from rolecall.files.safe import atomic

        stamps = {path: launch_image.stamp(path) for path in (*self._files, packages)}
        if not self._stamps.items() <= stamps.items():
            return
        image = LaunchFile(self._key, stamps, list(map(list, sessions)), body)
        with suppress(FileError):
            atomic.write(Path(self._path), launch_image.content(image), private=True)
        with suppress(OSError):
            self._delete_old()

    def _delete_old(self) -> None:
        """Delete all images but the newest. Raises OSError."""
        from pathlib import Path

        images = [
            each
            for each in os.scandir(self._paths.cache)
            if each.name.startswith(_PREFIX) and each.name.endswith(_SUFFIX)
        ]
        for each in sorted(images, key=lambda each: each.stat().st_mtime_ns)[:-_MOST]:
            Path(each.path).unlink()
