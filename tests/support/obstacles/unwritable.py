"""Files and folders that nobody can write or replace, also root."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.programs import program, require_root

OBSTACLES = ("read-only", "hard link", "immutable", "link into a read-only folder", "mount point")


@contextmanager
def unwritable(path: Path, obstacle: str) -> Iterator[None]:
    """Make the file impossible to replace, also for root."""
    elsewhere = path.with_name("elsewhere")
    if obstacle == "read-only":
        path.chmod(0o400)
        try:
            yield
        finally:
            path.chmod(0o600)
    elif obstacle == "hard link":
        elsewhere.hardlink_to(path)
        try:
            yield
        finally:
            elsewhere.unlink()
    elif obstacle == "link into a read-only folder":
        elsewhere.mkdir(exist_ok=True)
        if not path.is_symlink():
            path.rename(elsewhere / path.name)
            path.symlink_to(elsewhere / path.name)
        with read_only(elsewhere):
            yield
    elif obstacle == "mount point":
        mount = [program("mount"), "--bind", str(path), str(path)]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            pytest.skip("needs the right to mount a file")
        try:
            yield
        finally:
            subprocess.run([program("umount"), path], check=True)
    else:
        chattr = program("chattr")
        if subprocess.run([chattr, "+i", path], capture_output=True, check=False).returncode:
            pytest.skip("this file system has no immutable files")
        try:
            yield
        finally:
            subprocess.run([chattr, "-i", path], check=True)


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
