"""Why the system does not let a file be read or written."""

from __future__ import annotations

import errno
from enum import Enum
from typing import Final


class FileErrorReason(Enum):
    """Why a file cannot be read or written."""

    PERMISSION = "permission denied"
    DISK_FULL = "disk full"
    TOO_LARGE = "file size limit reached"
    READ_ONLY_FILE = "read-only file"
    READ_ONLY_DISK = "read-only file system"
    HARD_LINKED = "hard-linked"
    DANGLING_LINK = "dangling link"
    LINK_LOOP = "link loop"
    LINK = "link"
    NOT_A_FILE = "not a file"
    NOT_A_FOLDER = "not a folder"
    OTHER_OWNER = "owned by another user"
    OTHER_GROUP = "owned by another group"
    MOUNT_POINT = "mount point"
    NO_PATH = "no path"
    SERVED_COPY = "copy of rolecall serve"


_REASONS: Final = {
    errno.EACCES: FileErrorReason.PERMISSION,
    errno.EPERM: FileErrorReason.PERMISSION,
    errno.ENOSPC: FileErrorReason.DISK_FULL,
    errno.EDQUOT: FileErrorReason.DISK_FULL,
    errno.EFBIG: FileErrorReason.TOO_LARGE,
    errno.EROFS: FileErrorReason.READ_ONLY_DISK,
    errno.ELOOP: FileErrorReason.LINK_LOOP,
    errno.EISDIR: FileErrorReason.NOT_A_FILE,
    errno.ENOTDIR: FileErrorReason.NOT_A_FOLDER,
    errno.EBUSY: FileErrorReason.MOUNT_POINT,
}


def reason_of(error: OSError) -> str:
    """Return a value of FileErrorReason, or the system's phrase."""
    known = _REASONS.get(error.errno or 0)
    return known.value if known else (error.strerror or type(error).__name__).lower()
