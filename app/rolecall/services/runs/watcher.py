"""Ends programs if rolecall is killed and cannot end them: a shell that waits for its exit."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from threading import Lock
from typing import Final, Self

# It reads `+ GROUP` and `- GROUP` until rolecall has ended. The times are those of a stopped row.
_SCRIPT: Final = """
groups=' '
while read -r sign group; do
    case $sign in
    +) groups="$groups$group " ;;
    -) groups="${groups%% $group *} ${groups#* $group }" ;;
    esac
done
[ "$groups" = ' ' ] && exit
for group in $groups; do kill -TERM "-$group"; done
sleep 3
for group in $groups; do kill -KILL "-$group"; done
"""


class Watcher:
    """Ends the process groups that are added, if this process ends before they are removed.

    It starts with the first group, and ends with the context. A program that starts a separate
    session leaves its group, and stays. Methods may be called from any thread.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.communicate()
            self._process = None

    def add(self, group: int) -> None:
        """Watch a group."""
        with self._lock, suppress(OSError):
            if self._process is None:
                self._process = _started()
            self._tell(f"+ {group}\n")

    def remove(self, group: int) -> None:
        """Watch a group no longer. To be called before its leader is reaped: then its number may be
        reused.
        """
        with self._lock, suppress(OSError):
            self._tell(f"- {group}\n")

    def _tell(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            os.write(self._process.stdin.fileno(), line.encode())


def _started() -> subprocess.Popen[bytes]:
    """Raises OSError."""
    return subprocess.Popen(
        ["/bin/sh", "-c", _SCRIPT],
        cwd="/",
        env={"PATH": os.defpath},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
