"""The programs and rights that tests need. A test whose machine lacks one is skipped.

Helpers call these functions, so that tests need no guards. With ROLECALL_NO_SKIP=1,
on a machine that has everything, a skipped test fails (see tests/conftest.py).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

NO_SKIP = os.environ.get("ROLECALL_NO_SKIP") == "1"


def program(name: str) -> str:
    """The path of a program. Skips the test if it is not on the PATH."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"needs {name}")
    return path


def aws_cli() -> str:
    """The path of the AWS CLI, version 2. Skips the test if the PATH has none."""
    path = _find_aws_cli()
    if path is None:
        pytest.skip("needs the AWS CLI, version 2")
    return path


def aws_cli_python() -> str:
    """The Python that the AWS CLI runs on. Skips the test if the CLI is not a Python script."""
    with open(aws_cli(), "rb") as script:  # noqa: PTH123 - a path as text
        first = script.readline()
    if not first.startswith(b"#!") or b"python" not in first:
        pytest.skip("needs an AWS CLI that is installed as a Python package")
    return first[2:].decode().split()[0]


def completed(
    command: Sequence[str | Path],
    env: Mapping[str, str] | None = None,
    *,
    check: bool = True,
    cwd: str | Path | None = None,
    input: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run a program until it ends. Raises an error if it fails, unless it may."""
    return subprocess.run(
        command,
        env=env,
        cwd=cwd,
        input=input,
        capture_output=True,
        text=True,
        timeout=120,
        check=check,
    )


def require_root() -> None:
    """Skips the test if it does not run as root."""
    if os.geteuid() != 0:
        pytest.skip("needs root")


def require_seal() -> None:
    """Skips the test if this machine does not let bubblewrap and pasta work."""
    user = ("unshare", "--user", "--map-root-user") if os.geteuid() == 0 else ()
    runs_as = ("--runas", "0") if user else ()
    bwrap = (program("bwrap"), "--unshare-user", "--ro-bind", "/", "/", "true")
    command = [*user, program("pasta"), "--config-net", "--quiet", *runs_as, "--", *bwrap]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if result.returncode:
        pytest.skip(f"needs a kernel that lets programs be sealed: {result.stderr.strip()}")


@cache
def _find_aws_cli() -> str | None:
    for folder in os.get_exec_path():
        path = shutil.which("aws", path=folder)
        if path is not None:
            version = subprocess.run([path, "--version"], capture_output=True, check=False)
            if version.stdout.startswith(b"aws-cli/2"):
                return path
    return None


def is_alive(pid: int) -> bool:
    """Return whether there is such a process, which may be a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_end(pids: Sequence[int]) -> None:
    """Wait until no process runs. Init reaps them: until then they are zombies."""
    deadline = time.monotonic() + 30
    for pid in pids:
        with suppress(FileNotFoundError):
            while Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
                assert time.monotonic() < deadline
