"""A script without `#!` is run by the shell, as execvp(3) does."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from rolecall.services.runs.child import by_shell


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "job"
    path.write_text("echo done\n")
    path.chmod(0o700)
    return path


def test_the_shell_gets_the_path_and_the_arguments(script: Path) -> None:
    error = OSError(errno.ENOEXEC, "no format")
    environ = {"PATH": str(script.parent)}
    assert by_shell(["job", "a b"], error, environ) == ["/bin/sh", str(script), "a b"]


@pytest.mark.parametrize(
    ("name", "number"), [("job", errno.EACCES), ("gone", errno.ENOEXEC)], ids=["denied", "gone"]
)
def test_another_reason_is_not_hidden(script: Path, name: str, number: int) -> None:
    error = OSError(number, "reason")
    with pytest.raises(OSError, match="reason") as caught:
        by_shell([name], error, {"PATH": str(script.parent)})
    assert caught.value is error
