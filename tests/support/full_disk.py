"""A disk without room, in the place of a folder."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from tests.support.programs import program, require_root

BALLAST: Final = "ballast"


@contextmanager
def small_disk(folder: Path, size: str = "1m") -> Iterator[None]:
    """Mount an empty disk over the folder."""
    require_root()
    mount = [program("mount"), "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a file system")
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
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
