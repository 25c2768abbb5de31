"""Disks without room and disks that fail, in place of a folder."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from rolecall.files.safe import atomic
from tests.support.programs import program, require_root

BALLAST: Final = "ballast"
_SIZES: Final = {"ext4": 2 << 20, "btrfs": 112 << 20}  # bytes, the minimum of btrfs


@contextmanager
def small_disk(folder: Path, size: str = "1m", kind: str = "tmpfs") -> Iterator[None]:
    """Mount an empty disk over the folder; a `kind` other than tmpfs is in a file next to it."""
    require_root()
    mount, source, options = program("mount"), "tmpfs", f"size={size},mode=700"
    if kind != "tmpfs":
        image = folder.with_name(f"{folder.name}.{kind}")
        with image.open("wb") as file:
            file.truncate(_SIZES[kind])
        subprocess.run([program(f"mkfs.{kind}"), "-q", image], check=True)
        source, options = str(image), "loop"
    command = [mount, "-t", kind, "-o", options, source, str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip(f"needs the right to mount {kind}")
    try:
        yield
    finally:
        subprocess.run([program("umount"), "--lazy", str(folder)], check=True)


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Mount a disk over the folder that has only a file named BALLAST, and no room."""
    with small_disk(folder):
        fill_up(folder / BALLAST)
        yield


def fill_up(ballast: Path) -> None:
    """Write a file until its disk has no room left."""
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
            with suppress(OSError):  # btrfs notices only then that there is no room
                os.fsync(file.fileno())


def no_write_works(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let each write of the content of a file below the folder fail, after room was reserved. The
    temporary folder is one of them.
    """
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    fill = atomic.fill

    def fail(descriptor: int, data: bytes) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(folder):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fill(descriptor, data)

    monkeypatch.setattr(atomic, "fill", fail)
