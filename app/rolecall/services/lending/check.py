"""Traps around a seal, which a program inside must not reach: see `terminal/escapes.py`."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from rolecall.aws.loopback import Answer, LoopbackServer
from rolecall.domain.records import NamedTuple
from rolecall.files.locations import Locations
from rolecall.files.safe.folders import make_folder
from rolecall.files.safe.temporary_folder import temporary_folder
from rolecall.services.lending.hidden import Wanted, hidden, sockets
from rolecall.services.lending.sealing import programs

_LONGEST_SOCKET: Final = 100  # characters of its path
_WAITING: Final = "import sys; sys.stdin.read()"


class Traps(NamedTuple):
    """`folder` is where the facts are for the program, and its working folder. The seal is made
    from `environ`.
    """

    folder: Path
    environ: Mapping[str, str]

    def result(self) -> dict[str, bool]:
        """Return which escapes are open. Raises OSError, ValueError."""
        found: dict[str, bool] = json.loads((self.folder / "open.json").read_bytes())
        return found


@contextmanager
def traps(environ: Mapping[str, str]) -> Iterator[Traps]:
    """Set the traps. Raises SealImpossible, OSError."""
    marker = secrets.token_hex(8)
    paths = Locations.from_environment(environ)
    closed = hidden(paths, environ, Wanted())
    home = paths.home.resolve()
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder("lend"))
        secret = paths.state / f"lend-check-{marker}"  # in case there is none elsewhere
        make_folder(str(paths.state))
        secret.write_text(marker)
        stack.callback(secret.unlink)
        opened = stack.enter_context(secret.open())
        os.set_inheritable(opened.fileno(), True)
        local = LoopbackServer(lambda _: Answer(404, "text/plain", b""))
        local.start()
        stack.callback(local.close)
        made = [secret.with_suffix(".socket"), Path(f"/tmp/rolecall-{marker}.socket")]
        made = [each for each in made if len(str(each)) < _LONGEST_SOCKET]
        for each in (*map(str, made), f"\0{marker}"):
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(each)
            server.listen()
        for path in made:
            stack.callback(path.unlink)
        command = [sys.executable, "-c", _WAITING, marker]
        outside = subprocess.Popen(command, stdin=subprocess.PIPE, env={"TOKEN": marker})
        stack.callback(outside.communicate)
        facts = {
            "marker": marker,
            "home": str(home),
            "hidden": [str(each) for each in closed],
            "files": [str(secret)],
            "sockets": [*map(str, made)],
            "running": [*map(str, sockets())],
            "port": local.port,
            "programs": [*map(str, programs(environ))],
            "parents": [*{str(each.parent) for each in closed if home in each.parent.parents}],
            "terminal": _terminal(),
            "terminals": Path("/dev/pts").stat().st_dev,
            "ipc": str(Path("/proc/self/ns/ipc").readlink()),
        }
        (folder / "traps.json").write_text(json.dumps(facts))
        names = ("AWS_SESSION_TOKEN", "SSH_AUTH_SOCK", "TMUX", "DBUS_SESSION_BUS_ADDRESS")
        yield Traps(folder, {**environ, **dict.fromkeys(names, f"{made[0]}-{marker}")})


def _terminal() -> list[int]:
    with suppress(OSError):
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        name = os.ttyname(descriptor)
        os.close(descriptor)
        found = Path(name).stat()
        return [found.st_dev, found.st_rdev]
    return []
