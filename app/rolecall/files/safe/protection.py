"""Which files other users of the machine can use: one rule for `doctor` and `tokens`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, Literal

from rolecall.domain.records import NamedTuple
from rolecall.files.paths import Paths

Problem = Literal["exposed", "changeable", "foreign-file", "changeable-folder", "foreign-folder"]

_OTHERS_READ: Final = stat.S_IRGRP | stat.S_IROTH
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_MOST_LINKS: Final = 40  # as many as Linux follows
_USERS: Final = "/etc/passwd"


class Unprotected(NamedTuple):
    """A file whose secrets others can read, or that they can change, or a folder in which they
    can add or replace files.
    """

    path: str
    problem: Problem


def unprotected(paths: Paths[str], *, with_own: bool = False) -> Iterator[Unprotected]:
    """Yield the AWS files and folders that others can use, and on request those of rolecall: the
    settings, the state folder, and its backups and unsaved tokens.

    Others may read the config and the settings, because they have no secrets. But the settings can
    make rolecall run a command, so others must not change them.
    """
    config, credentials, login_cache = map(
        _whole, (paths.config, paths.credentials, paths.login_cache)
    )
    settings = paths.settings if with_own else ""
    state = paths.state
    kept = (state, f"{state}/backups", f"{state}/unsaved") if with_own else ()
    caches = (paths.sso_cache, paths.cli_cache, login_cache, *kept)
    own = [paths.home or "/", f"{paths.home}/.aws"]
    for cache in caches:
        own += os.path.dirname(cache), cache
    needed = [*own[1:], *filter(None, (config, credentials))]
    if settings:
        needed += os.path.dirname(settings), settings
    yield from _of_file(config, has_secrets=False)
    yield from _of_file(settings, has_secrets=False)
    yield from _of_file(credentials)
    for cache in caches:
        names: list[str] = []
        with suppress(OSError, ValueError):
            names = sorted(os.listdir(cache))
        for name in names:
            if name.endswith(".json") or cache in kept:
                needed.append(f"{cache}/{name}")
                yield from _of_file(needed[-1])
    folders: dict[str, list[str]] = {folder: [] for folder in own}
    for path in needed:
        for folder, entry in _entries(path):
            folders.setdefault(folder, []).append(entry)
    for folder, entries in folders.items():
        is_complete = folder not in caches  # any new file in a cache is used
        yield from _of_folder(folder, entries if is_complete else None, is_own=folder in own)


def _whole(path: str) -> str:
    """Return the path from the root of a path that starts in the current folder."""
    if not path or os.path.isabs(path):
        return path
    with suppress(OSError, ValueError):
        folder, name = os.path.split(path)
        return os.path.join(os.path.realpath(folder), name)
    return path


def _entries(path: str) -> Iterator[tuple[str, str]]:
    """Yield the folder of a path and the path, then the same for each link on the way."""
    folder = os.path.dirname(path)
    for _ in range(_MOST_LINKS):
        yield folder, path
        try:
            path = os.path.join(folder, os.readlink(path))
            folder = os.path.realpath(os.path.dirname(path))
        except (OSError, ValueError):  # not a link
            return


def _of_file(path: str, *, has_secrets: bool = True) -> Iterator[Unprotected]:
    """Yield a file that others can use.

    If its folder has the same owner, `_of_folder` decides about that owner.
    """
    found = _stat(path)
    if found is None or not stat.S_ISREG(found.st_mode):  # /dev/null is nobody's
        return
    if _is_foreign(found):
        folder = _stat(os.path.dirname(os.path.realpath(path)))
        if folder is None or folder.st_uid != found.st_uid:
            yield Unprotected(path, "foreign-file")
            return
    if has_secrets and found.st_mode & _OTHERS_READ:
        yield Unprotected(path, "exposed")
    if found.st_mode & _OTHERS_WRITE:
        yield Unprotected(path, "changeable")


def _of_folder(path: str, entries: Iterable[str] | None, *, is_own: bool) -> Iterator[Unprotected]:
    """Yield a folder in which others can replace one of the entries, or add one that is missing.

    No entries means that any file is one. A variable or a link may name a file in a folder of the
    team, whose owner is trusted.
    """
    if (found := _stat(path)) is None:
        return
    if is_own and _is_foreign(found):
        yield Unprotected(path, "foreign-folder")
    elif found.st_mode & stat.S_IWOTH or (
        found.st_mode & stat.S_IWGRP and not _is_alone(os.getuid(), found.st_gid)
    ):
        is_sticky = found.st_mode & stat.S_ISVTX  # only its owner can replace a file
        if not is_sticky or entries is None or not all(map(_is_owned, entries)):
            yield Unprotected(path, "changeable-folder")


def _is_owned(path: str) -> bool:
    with suppress(OSError, ValueError):
        return not _is_foreign(os.lstat(path))
    return False


def _is_foreign(found: os.stat_result) -> bool:
    """Whether it belongs to another user.

    Root can change everything. It may use the home of another user, such as one that a container
    has mounted.
    """
    user = os.getuid()
    return user != 0 and found.st_uid not in {0, user}


def _is_alone(user: int, group: int) -> bool:
    """Whether a group has only this user. It is made with the user, under the same name."""
    import grp
    import pwd

    name = str(user)
    with suppress(KeyError):
        name = pwd.getpwuid(user).pw_name
    try:
        found = grp.getgrgid(group)
        is_alone = found.gr_name == name and {name}.issuperset(found.gr_mem)
    except KeyError:
        is_alone = name == str(group)
    return is_alone and not _is_primary_group(group, user)


def _is_primary_group(group: int, user: int) -> bool:
    """Whether it is the primary group of a user of this machine other than this one.

    `pwd.getpwall` also asks a directory such as LDAP for all its users, which may take minutes.
    """
    with suppress(OSError), open(_USERS, "rb") as users:
        for line in users:
            fields = line.split(b":")
            if fields[3:4] == [b"%d" % group] and fields[2] != b"%d" % user:
                return True
    return False


def _stat(path: str) -> os.stat_result | None:
    with suppress(OSError, ValueError):
        return os.stat(path)
    return None
