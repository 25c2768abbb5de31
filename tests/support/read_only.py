"""A folder that nobody can write, as the home of a container may be."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.programs import program, require_root


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make the folder a read-only file system, which stops root too."""
    require_root()
    mount = program("mount")
    if subprocess.run(
        [mount, "--bind", folder, folder], capture_output=True, check=False
    ).returncode:
        pytest.skip("needs the right to mount a file system")
    try:
        subprocess.run([mount, "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        subprocess.run([program("umount"), "--lazy", folder], check=True)
