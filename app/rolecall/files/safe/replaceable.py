"""Whether a file can be replaced, without a write: the system is only asked.

`files.safe.last_copy.replacing` finds the same, but it writes, and takes longer to import than a
shell should wait. A full disk is not seen here.
"""

from __future__ import annotations

import os
import re
import stat

from rolecall.domain.errors.file_error_reason import FileErrorReason
from rolecall.domain.time_left import UnwritableFile

_MOUNTS = "/proc/self/mountinfo"  # proc_pid_mountinfo(5)


def unwritable_file(path: str) -> UnwritableFile | None:
    """Return the file with the reason if it cannot be replaced, else None."""
    obstacle = obstacle_to_replacing(path)
    return UnwritableFile(path, obstacle) if obstacle else None


def obstacle_to_replacing(path: str) -> str:
    """Return why the file cannot be replaced, a value of FileErrorReason; "" if it can be.

    Links are followed. A missing file has no obstacle.
    """
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    try:
        old, around = os.stat(target), os.stat(folder)
    except (OSError, ValueError):
        return ""
    if obstacle := obstacle_at(target, old):
        return obstacle
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return refusal_of(folder)
    if obstacle := _obstacle_to_keeping_owner(old, around):
        return obstacle
    # The owner may write it, so that only an immutable file is refused.
    return "" if os.access(target, os.W_OK) else refusal_of(folder)


def obstacle_at(path: str, old: os.stat_result) -> str:
    """Return what in the status of a file forbids replacing it; "" if nothing does.

    `path` has no links.
    """
    if not stat.S_ISREG(old.st_mode):
        return FileErrorReason.NOT_A_FILE.value
    if old.st_nlink > 1:
        return FileErrorReason.HARD_LINKED.value
    if not old.st_mode & stat.S_IWUSR:
        return FileErrorReason.READ_ONLY_FILE.value
    return FileErrorReason.MOUNT_POINT.value if _is_mount_point(path) else ""


def _is_mount_point(path: str) -> bool:
    """Whether the file is mounted over another, as in containers. Only Linux says so."""
    escaped = re.sub(rb"[ \t\n\\]", lambda found: b"\\%03o" % found[0][0], os.fsencode(path))
    try:
        with open(_MOUNTS, "rb") as mounts:
            return any(line.split()[4] == escaped for line in mounts)
    except OSError:
        return False


def refusal_of(folder: str) -> str:
    """Return why the folder cannot be written, a value of FileErrorReason."""
    try:
        is_read_only = bool(os.statvfs(folder).f_flag & os.ST_RDONLY)
    except OSError:  # the folder is gone, or not allowed to be asked
        is_read_only = False
    reason = FileErrorReason.READ_ONLY_DISK if is_read_only else FileErrorReason.PERMISSION
    return reason.value


def _obstacle_to_keeping_owner(old: os.stat_result, folder: os.stat_result) -> str:
    """Return why a new file in the folder cannot get the owner and group of the old one."""
    user = os.geteuid()
    if user == 0:
        return ""
    if old.st_uid != user:
        return FileErrorReason.OTHER_OWNER.value
    is_of_group = old.st_gid in {os.getegid(), *os.getgroups()}
    gets_group = bool(folder.st_mode & stat.S_ISGID) and old.st_gid == folder.st_gid
    return "" if is_of_group or gets_group else FileErrorReason.OTHER_GROUP.value
