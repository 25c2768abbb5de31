"""What a sealed program sees of this machine, as arguments of bubblewrap and as its environment.

https://github.com/containers/bubblewrap. Paths are absolute and have no links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from rolecall.domain.records import NamedTuple

FOLDER: Final = "/run/rolecall"  # of the files that are made for the program, in its private /run
RESOLVER: Final = "169.254.1.53"  # where pasta answers, if the machine's own resolver is local
# Addresses at which machines and containers of AWS get the keys of the role that they have.
METADATA: Final = (
    *("169.254.169.254", "169.254.170.2", "169.254.170.23"),
    *("fd00:ec2::254", "fd00:ec2::23"),
)
# Variables that say nothing about credentials, and that clients need.
_NEEDED: Final = re.compile(
    r"AWS_(PAGER|CA_BUNDLE|ENDPOINT_URL\w*|RETRY_MODE|MAX_ATTEMPTS|DEFAULT_OUTPUT|DEFAULTS_MODE|"
    r"USE_(FIPS|DUALSTACK)_ENDPOINT|SDK_LOAD_CONFIG|CLI_AUTO_PROMPT|STS_REGIONAL_ENDPOINTS)"
)
# What leads to keys, or to a program outside that obeys.
_DROPPED: Final = re.compile(
    r"(AWS|ROLECALL|BOTO|SSH|GPG|DBUS|TMUX|ZELLIJ|KITTY|WEZTERM|VSCODE|WAYLAND|NVIM|DOCKER|"
    r"CONTAINER|PODMAN|WSL|GRANTED|OKTA|SAML2AWS|GNOME_KEYRING|XDG_(RUNTIME|SESSION))(_.*)?|"
    r"(TMP|TEMP)(DIR)?|STY|WINDOW|DISPLAY|XAUTHORITY|SESSION_MANAGER|KRB5CCNAME|\w+_ASKPASS|"
    r"\w+_(SOCK|SOCKET|LISTEN_ON|LISTEN_ADDRESS|IPC_HANDLE)|\w*(ACCESS_KEY|SESSION_TOKEN)\w*",
    re.IGNORECASE,
)
# An argument of bubblewrap, or the index of the content of a file that it makes.
Argument = str | int


class Seal(NamedTuple):
    """What is open and what is closed; the rest of the machine can be read.

    `folder`: where the program starts. `private`: folders that begin empty. `listed`: folders of
    which it sees the `entries` only, and nothing that is made or replaced later; with an entry that
    is a link goes where that leads. `readable`: what of both it sees nevertheless. `writable`:
    where it writes. `guarded`: what of that stays as it is. `hidden` and `hidden_files`: what it
    sees empty, or not at all. `kept`: what it sees although that is hidden or private. `files`:
    what it finds in their place, or in addition; it can change those in `FOLDER`.
    """

    folder: str
    user: int = 0
    group: int = 0
    private: Sequence[str] = ()
    listed: Sequence[str] = ()
    entries: Mapping[str, str] = {}
    readable: Sequence[str] = ()
    writable: Sequence[str] = ()
    guarded: Sequence[str] = ()
    hidden: Sequence[str] = ()
    hidden_files: Sequence[str] = ()
    kept: Sequence[str] = ()
    files: Mapping[str, bytes] = {}

    def arguments(self) -> list[Argument]:
        """Return the arguments of bubblewrap. Later mounts cover earlier ones."""
        user = ("--unshare-user", "--uid", str(self.user), "--gid", str(self.group))
        found: list[Argument] = [*user, "--unshare-pid", "--unshare-ipc", "--die-with-parent"]
        found += ["--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
        found += ["--ro-bind", "/proc/sys", "/proc/sys"]
        found += _each("--tmpfs", {*self.private, *self.listed})
        for path, target in self.entries.items():
            found += ["--symlink", target, path] if target else ["--ro-bind-try", path, path]
        found += _twice("--ro-bind", self.readable)
        found += _twice("--bind", {*self.writable, *self._parents()})
        found += _twice("--ro-bind", self.guarded)
        found += _each("--tmpfs", self.hidden)
        for path in sorted(self.hidden_files):
            found += ["--ro-bind", "/dev/null", path]
        found += _twice("--ro-bind", self.kept)
        for number, path in enumerate(self.files):
            is_own = is_below(path, FOLDER)
            found += ["--perms", "0600", "--file"] if is_own else ["--ro-bind-data"]
            found += [number, path]
        found += _each("--remount-ro", self.listed)
        return [*found, "--chdir", self.folder]

    def _parents(self) -> Iterator[str]:
        """Yield what could be renamed, and with it what is hidden there: a mount cannot be."""
        for path in (*self.hidden, *self.hidden_files, *self.guarded):
            for parent in map(str, PurePosixPath(path).parents):
                if any(is_below(parent, each) for each in self.writable):
                    yield parent


def is_below(path: str, folder: str) -> bool:
    """Return whether the path is the folder, or something in it."""
    return path == folder or path.startswith(f"{folder.rstrip('/')}/")


def clean(environ: Mapping[str, str], kept: Iterable[str] = ()) -> dict[str, str]:
    """Return the variables that a sealed program may have, and those that are `kept`."""
    names = frozenset(kept)
    return {
        name: value
        for name, value in environ.items()
        if name in names or _NEEDED.fullmatch(name) or not _DROPPED.fullmatch(name)
    }


def network(ports: Iterable[int], *, is_root: bool, forwards_names: bool) -> list[str]:
    """Return the command before a program that gives it a separate network, by pasta: it reaches
    no local server but those at the ports.

    https://passt.top/passt/about/. Started by root, pasta would become another user.
    """
    root = ("unshare", "--user", "--map-root-user", "--") if is_root else ()
    forward = ("--dns-forward", RESOLVER) if forwards_names else ()
    ends = ("--tcp-ports", "none", "--udp-ports", "none", "--udp-ns", "none")
    reached = ("--tcp-ns", ",".join(map(str, sorted(set(ports)))) or "none")
    runs_as = ("--runas", "0") if is_root else ()
    pasta = ("pasta", "--config-net", "--quiet", "--no-map-gw", *runs_as, *ends, *reached)
    return [*root, *pasta, *forward, "--"]


def _each(option: str, paths: Iterable[str]) -> list[Argument]:
    return [word for path in sorted(paths) for word in (option, path)]


def _twice(option: str, paths: Iterable[str]) -> list[Argument]:
    """The parents of a path come before it."""
    return [word for path in sorted(paths) for word in (option, path, path)]
