"""Why the system does not let a file be read or written."""

from __future__ import annotations

from enum import Enum


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
    NOT_A_FILE = "not a file"
    NOT_A_FOLDER = "not a folder"
    OTHER_OWNER = "owned by another user"
    MOUNT_POINT = "mount point"
    NO_PATH = "no path"
