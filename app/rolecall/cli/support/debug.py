"""`--debug FILE`: a log of what rolecall and botocore do, without secrets.

A record of botocore or urllib3 is shown with its arguments only if it is listed here. Of
other records, only the place in the code is written: an argument may be a token, an answer or a
request.
"""

from __future__ import annotations

import logging
import os
import platform
import stat
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import Final

from rolecall import __version__
from rolecall.domain.process import debug_log
from rolecall.services.base.crash_report import places

_LOGGERS: Final = ("boto3", "botocore", "urllib3", "asyncio")
# The text of a record, and the arguments that are shown: names, hosts and numbers.
_SHOWN: Final = {
    '%s://%s:%s "%s %s %s" %s %s': (0, 1, 2, 3, 5, 6, 7),
    "Starting new HTTP connection (%d): %s:%s": (0, 1, 2),
    "Starting new HTTPS connection (%d): %s:%s": (0, 1, 2),
    "Resetting dropped connection: %s": (0,),
    "Looking for credentials via: %s": (0,),
    "Making request for %s with params: %s": (0,),
    "Setting %s timeout as %s": (0, 1),
    "Response received to retry, sleeping for %s seconds": (0,),
    "Reached the maximum number of retry attempts: %s": (0,),
}
_VARIABLES: Final = ("AWS_", "ROLECALL_", "XDG_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSH_")
_PACKAGES: Final = ("boto3", "botocore", "click", "rich", "textual")


def start(path: str, environ: Mapping[str, str]) -> None:
    """Append what happens from now on to the file. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOCTTY, 0o600)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.fchmod(descriptor, 0o600)

    def write(text: str) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        line = f"{now} {text.encode('unicode_escape').decode()}\n"
        os.write(descriptor, line.encode())

    debug_log.write_to(write)
    handler = _Handler()
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    for line in _about(environ):
        write(line)


def _about(environ: Mapping[str, str]) -> list[str]:
    versions = " ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    names = sorted(name for name in environ if name.upper().startswith(_VARIABLES))
    return [
        f"rolecall {__version__}, Python {platform.python_version()}, {platform.platform()}",
        versions,
        f"variables that are set: {' '.join(names)}",
        f"terminals: stdin {sys.stdin.isatty()}, stdout {sys.stdout.isatty()}, "
        f"stderr {sys.stderr.isatty()}, TERM={environ.get('TERM', '')}",
    ]


class _Handler(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        place = f"{record.name}:{record.funcName}:{record.lineno}"
        debug_log.note(f"{place} {_text(record)}".rstrip())
        if record.exc_info and record.exc_info[0]:
            for line in places(record.exc_info[1]):
                debug_log.note(f"  {line}")


def _text(record: logging.LogRecord) -> str:
    shown = _SHOWN.get(str(record.msg))
    if shown is None or not isinstance(record.args, tuple):
        return ""
    parts = [str(each) if i in shown else "…" for i, each in enumerate(record.args)]
    return str(record.msg).replace("%d", "%s") % tuple(parts)
