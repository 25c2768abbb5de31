"""Which files other users of the machine can use: one rule for `doctor` and `tokens`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from typing import Final, Literal, NamedTuple

Problem = Literal["exposed", "changeable", "changeable-folder", "foreign-folder"]

_OTHERS_READ: Final = stat.S_IRGRP | stat.S_IROTH
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class Unprotected(NamedTuple):
    """A file whose secrets others can read, or that they can change, or a folder in which they
    can replace files.
    """

    path: str
    problem: Problem


def unprotected(
    home: str, config: str, credentials: str, login_cache: str
) -> Iterator[Unprotected]:
    """Yield those of the AWS files and their folders that others can use.

    Others may read the config, because secrets belong into the credentials.
    """
    aws = f"{home}/.aws"
    caches = (f"{aws}/sso/cache", f"{aws}/cli/cache", login_cache)
    yield from _of_file(config, has_secrets=False)
    yield from _of_file(credentials)
    for folder in caches:
        names: list[str] = []
        with suppress(OSError, ValueError):
            names = sorted(os.listdir(folder))
        for name in names:
            if name.endswith(".json"):
                yield from _of_file(f"{folder}/{name}")
    folders = [aws]
    for folder in caches:
        folders += os.path.dirname(folder), folder
    for folder in folders:
        yield from _of_folder(folder)
    moved = [os.path.dirname(path) or "." for path in (config, credentials) if path]
    for folder in dict.fromkeys(moved):
        if folder not in folders:
            yield from _of_folder(folder, may_be_foreign=True)


def _of_file(path: str, *, has_secrets: bool = True) -> Iterator[Unprotected]:
    found = _stat(path)
    if found is None or not stat.S_ISREG(found.st_mode):  # /dev/null is nobody's
        return
    if has_secrets and found.st_mode & _OTHERS_READ:
        yield Unprotected(path, "exposed")
    if found.st_mode & _OTHERS_WRITE:
        yield Unprotected(path, "changeable")


def _of_folder(path: str, *, may_be_foreign: bool = False) -> Iterator[Unprotected]:
    """Yield a folder in which others can replace files.

    A variable may name a file in a folder of the team, whose owner is trusted. Root may use the
    home of another user, such as one that a container has mounted.
    """
    if (found := _stat(path)) is None:
        return
    user = os.getuid()
    if user and found.st_uid not in {0, user} and not may_be_foreign:
        yield Unprotected(path, "foreign-folder")
    elif found.st_mode & stat.S_ISVTX:
        return  # a file can be replaced by its owner only
    elif found.st_mode & stat.S_IWOTH or (
        found.st_mode & stat.S_IWGRP and not _is_alone(user, found.st_gid)
    ):
        yield Unprotected(path, "changeable-folder")


def _is_alone(user: int, group: int) -> bool:
    """Whether a group has only this user. It is made with the user, under the same name."""
    import grp
    import pwd

    name = str(user)
    with suppress(KeyError):
        name = pwd.getpwuid(user).pw_name
    try:
        found = grp.getgrgid(group)
    except KeyError:
        return name == str(group)
    return found.gr_name == name and {name}.issuperset(found.gr_mem)


def _stat(path: str) -> os.stat_result | None:
    with suppress(OSError, ValueError):
        return os.stat(path)
    return None
