"""Tries to get out of a seal, and writes down which ways are open.

It is a script that needs only the standard library, and runs inside: the folder that it is given
has `traps.json`, made by `services/lending/check.py`, and gets `open.json`. It changes nothing that
it does not change back.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

Traps = dict[str, Any]
_NEW_USER_AND_MOUNTS: Final = 0x10000000 | 0x00020000  # CLONE_NEWUSER, CLONE_NEWNS
_DETACH: Final = 2  # MNT_DETACH
_ADDRESS: Final = "169.254.169.254"
_C: Final = ctypes.CDLL(None)


def _finds_secrets(traps: Traps, below: str = "") -> bool:
    """Whether a file that is hidden can be read, or a folder that is hidden has a file."""
    for path in traps["hidden"]:
        with suppress(OSError):
            if (found := Path(f"{below}{path}")).is_dir():
                if any(files for _, _, files in os.walk(found)):
                    return True
            elif stat.S_ISREG(found.stat().st_mode) and found.read_bytes():
                return True
    return False


def _by_root(traps: Traps) -> bool:
    return any(_finds_secrets(traps, f"/proc/{each}/root") for each in ("self", "1"))


def _by_umount(traps: Traps) -> bool:
    """Uncover what is hidden, with the rights of this process or of a new user namespace."""
    for flags in (0, _NEW_USER_AND_MOUNTS):
        if (pid := os.fork()) == 0:
            if flags and _C.unshare(flags) != 0:
                os._exit(0)
            for path in (*traps["hidden"], "/tmp", "/run", "/proc/sys"):
                _C.umount2(path.encode(), _DETACH)
            os._exit(_finds_secrets(traps))
        if os.waitpid(pid, 0)[1]:
            return True
    return False


def _in_processes(name: str) -> Callable[[Traps], bool]:
    def find(traps: Traps) -> bool:
        for each in Path("/proc").glob(f"[0-9]*/{name}"):
            with suppress(OSError):
                if traps["marker"].encode() in each.read_bytes():
                    return True
        return False

    return find


def _in_variables(traps: Traps) -> bool:
    return any(traps["marker"] in value for value in os.environ.values())


def _by_descriptors(traps: Traps) -> bool:
    """Whether this or another process has a descriptor of something outside."""
    for each in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if os.fspath(each.readlink()) in traps["files"]:
                return True
            found = each.stat()
            if [found.st_dev, found.st_rdev] == traps["terminal"]:
                return True
    return False


def _by_terminal(traps: Traps) -> bool:
    """Whether terminals of other programs can be opened, to type into them."""
    devices = (each.stat().st_dev for each in Path("/dev/pts").iterdir())
    return traps["terminals"] in devices


def _connects(family: int, address: object) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        with suppress(OSError):
            client.connect(address)  # type: ignore[arg-type]  # of any family
            return True
    return False


def _to_sockets(name: str) -> Callable[[Traps], bool]:
    return lambda traps: any(_connects(socket.AF_UNIX, each) for each in traps[name])


def _to_abstract_sockets(traps: Traps) -> bool:
    return _connects(socket.AF_UNIX, f"\0{traps['marker']}")


def _to_local_servers(traps: Traps) -> bool:
    return _connects(socket.AF_INET, ("127.0.0.1", traps["port"]))


def _to_metadata(_: Traps) -> bool:
    """The address is this machine's own if it is cut off."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client, suppress(OSError):
        client.connect((_ADDRESS, 80))
        return bool(client.getsockname()[0] != _ADDRESS)
    return True


def _to_start_up_files(traps: Traps) -> bool:
    new = Path(traps["home"], f".rolecall-{traps['marker']}")
    with suppress(OSError):
        new.touch(exist_ok=False)
        new.unlink()
        return True
    return any(os.access(each, os.W_OK) for each in _start_up_files(traps["home"]))


def _start_up_files(home: str) -> Iterator[Path]:
    for each in Path(home).iterdir():
        if each.name.endswith(("rc", "profile", "_login", "_logout", "env")) and each.is_file():
            yield each


def _to_programs(traps: Traps) -> bool:
    return any(os.access(each, os.W_OK) for each in traps["programs"])


def _by_rename(traps: Traps) -> bool:
    for path in map(Path, traps["parents"]):
        new = path.with_name(f"{path.name}-{traps['marker']}")
        with suppress(OSError):
            path.rename(new)
            new.rename(path)
            return True
    return False


def _to_kernel(_: Traps) -> bool:
    for name in ("sys/kernel/core_pattern", "sysrq-trigger"):
        with suppress(OSError):
            os.close(os.open(f"/proc/{name}", os.O_WRONLY))
            return True
    return False


def _by_rights(_: Traps) -> bool:
    """Whether it has capabilities, or could get them by a program such as sudo."""
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    facts = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
    return bool(int(facts["CapBnd"], 16)) or facts["NoNewPrivs"] == "0"


def _by_shared_memory(traps: Traps) -> bool:
    return bool(str(Path("/proc/self/ns/ipc").readlink()) == traps["ipc"])


ESCAPES: Final[dict[str, Callable[[Traps], bool]]] = {
    "files": _finds_secrets,
    "root": _by_root,
    "umount": _by_umount,
    "rename": _by_rename,
    "processes": _in_processes("cmdline"),
    "environments": _in_processes("environ"),
    "variables": _in_variables,
    "descriptors": _by_descriptors,
    "terminal": _by_terminal,
    "sockets": _to_sockets("sockets"),
    "running": _to_sockets("running"),
    "abstract": _to_abstract_sockets,
    "servers": _to_local_servers,
    "metadata": _to_metadata,
    "start-up": _to_start_up_files,
    "programs": _to_programs,
    "kernel": _to_kernel,
    "rights": _by_rights,
    "memory": _by_shared_memory,
}


def main(folder: Path) -> None:
    traps = json.loads((folder / "traps.json").read_bytes())
    found = {}
    for name, escapes in ESCAPES.items():
        found[name] = escapes(traps)
    (folder / "open.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
