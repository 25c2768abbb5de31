"""Command lines, environments and debug logs have no secret that is not meant for them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rolecall.demo.faults import Fault
from tests.canaries.canaries import Kind
from tests.canaries.conftest import Planted
from tests.canaries.test_commands import age_token, check_files
from tests.cli.conftest import command

# What `exec` and `serve` give to the command, and a browser to its environment.
_SHOW = "import os; print(dict(os.environ))"


def _family(pid: int) -> list[int]:
    """Return the process and all that it has started."""
    found = [pid]
    for folder in Path(f"/proc/{pid}/task").iterdir():
        for child in (folder / "children").read_text().split():
            found += _family(int(child))
    return found


@pytest.mark.parametrize(
    ("arguments", "operation"),
    [
        (("whoami", "--profile", "admin"), "GetCallerIdentity"),
        (("whoami", "--profile", "process"), "GetCallerIdentity"),
        (("export", "chained"), "AssumeRole"),
        (("list", "--refresh"), "ListAccounts"),
        (("sign-in", "corp", "--force"), "CreateToken"),
        (("sign-out", "corp", "--yes"), "Logout"),
    ],
)
def test_command_lines_and_environments(
    planted: Planted, arguments: tuple[str, ...], operation: str
) -> None:
    planted.server.faults.add(operation, Fault.HANG)
    with subprocess.Popen(
        command(*arguments), env=planted.environ, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        try:
            assert planted.server.faults.hanging.acquire(timeout=30)
            family = _family(process.pid)
            for pid in family:
                lines = Path(f"/proc/{pid}/cmdline").read_bytes()
                assert not planted.canaries.find(lines), (arguments, lines)
                variables = Path(f"/proc/{pid}/environ").read_bytes()
                assert not planted.canaries.find(variables, allowed=[Kind.VARIABLE])
            assert len(family) > 1 or arguments[0] != "whoami"
        finally:
            process.kill()
            planted.server.faults.clear()
            process.communicate()
    check_files(planted)


def _variables_of(planted: Planted, *arguments: str) -> bytes:
    show = [sys.executable, "-c", _SHOW]
    result = subprocess.run(
        [*command(*arguments), "--", *show],
        env=planted.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return result.stdout


@pytest.mark.quick
def test_exec_gives_only_the_credentials_of_the_role(planted: Planted) -> None:
    variables = _variables_of(planted, "exec", "admin")
    assert planted.canaries.find(variables, allowed=[Kind.VARIABLE])
    assert not planted.canaries.find(variables, allowed=[Kind.VARIABLE, Kind.ROLE])


def test_serve_gives_no_credentials(planted: Planted) -> None:
    variables = _variables_of(planted, "serve", "admin")
    assert not planted.canaries.find(variables, allowed=[Kind.VARIABLE])


def test_programs_of_profiles_and_browsers_get_no_secret(planted: Planted) -> None:
    kept = planted.home / "process-environment"
    subprocess.run(
        command("exec", "process", "--", "true"), env=planted.environ, check=True, timeout=60
    )
    assert kept.exists()
    assert not planted.canaries.find(kept.read_bytes(), allowed=[Kind.VARIABLE])


def test_variables_that_switch_on_logs_show_no_secret(planted: Planted) -> None:
    """The log of Textual is in `test_screens.py`."""
    environ = planted.environ | {
        "PYTHONASYNCIODEBUG": "1",
        "PYTHONDEVMODE": "1",
        "AWS_DEBUG": "1",
        "BOTO_DEBUG": "1",
        "DEBUG": "1",
    }
    for arguments in (("list", "--refresh"), ("whoami", "--profile", "admin"), ("doctor",)):
        result = subprocess.run(
            command(*arguments),
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        assert not planted.canaries.find(result.stdout + result.stderr), arguments
    check_files(planted)


def test_the_log_of_debug_has_no_secret(planted: Planted, tmp_path: Path) -> None:
    """With what botocore and urllib3 log, of calls that work and that fail."""
    log = tmp_path / "debug.log"
    log.touch(0o644)
    age_token(planted)
    planted.server.faults.add("GetRoleCredentials", 500)
    commands = (
        ("export", "admin"), ("list", "--refresh"), ("sign-in", "--force"), ("export", "chained"),
        ("whoami", "--profile", "admin"), ("whoami", "--profile", "process"),
        ("export", "in-config"), ("export", "mixed"), ("tokens",), ("sign-out", "corp", "--yes"),
    )  # fmt: skip
    for arguments in commands:
        with subprocess.Popen(
            command("--debug", str(log), *arguments), env=planted.environ, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stderr is not None
            for line in process.stderr:
                if re.search("[A-Z]{4}-[A-Z]{4}", line) and planted.server.pending_codes():
                    planted.server.approve(planted.server.pending_codes()[-1])
        planted.server.faults.clear()
    content = log.read_bytes()
    assert not planted.canaries.find(content)
    assert {Kind.TOKEN, Kind.ROLE, Kind.DEVICE_CODE} <= planted.canaries.kinds()
    for expected in (b"GetRoleCredentials at ", b"urllib3.connectionpool", b"botocore.endpoint"):
        assert expected in content
    assert log.stat().st_mode & 0o777 == 0o600
    check_files(planted)
