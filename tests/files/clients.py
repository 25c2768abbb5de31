"""What the real clients read in config files, many files in one process each.

The AWS CLI takes half a second to start. Therefore most files are read by its Python package, in
the CLI's own interpreter; `test_corpus` also runs the command itself on some.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.programs import aws_cli_python, program

JAVASCRIPT = Path(__file__).parent / "javascript"
RUBY = Path(__file__).parent / "ruby"
GO = Path(__file__).parent / "go"
GO_SDK = Path("/usr/share/gocode/src/github.com/aws/aws-sdk-go-v2")  # as Debian installs it

# Kind → name of a profile or session → key → value; None if the client refuses the file.
Reading = dict[str, dict[str, dict[str, object]]] | None

_PYTHON = """
import json, os, sys
{first}
from botocore.exceptions import ConfigParseError
from botocore.session import Session
os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
found = []
for path in json.load(sys.stdin):
    os.environ["AWS_CONFIG_FILE"] = path
    try:
        found.append(Session().full_config)
    except ConfigParseError:
        found.append(None)
json.dump(found, sys.stdout)
"""
# After this import, `botocore` is the CLI's own copy.
_CLI_FIRST = "import awscli.clidriver"


def boto3_reads(paths: Sequence[Path]) -> list[Reading]:
    return _ask([sys.executable, "-c", _PYTHON.format(first="")], paths)


def cli_reads(paths: Sequence[Path]) -> list[Reading]:
    return _ask([aws_cli_python(), "-c", _PYTHON.format(first=_CLI_FIRST)], paths)


def javascript_reads(paths: Sequence[Path]) -> list[Reading]:
    return _ask(javascript("read.js"), paths)


def ruby_reads(paths: Sequence[Path]) -> list[Reading]:
    return _ask(ruby(), paths)


def go_reads(paths: Sequence[Path]) -> list[Reading]:
    return _ask(go(), paths)


def ruby() -> list[str]:
    """Return the command that reads with the SDK for Ruby, or skip the test."""
    command = program("ruby")
    if subprocess.run(
        [command, "-e", 'gem "aws-sdk-core"'], capture_output=True, check=False
    ).returncode:
        pytest.skip("needs the AWS SDK for Ruby")
    return [command, "-Eutf-8", str(RUBY / "read.rb")]


def go() -> list[str]:
    """Compile the command that reads with the SDK for Go once, or skip the test.

    The SDK's reader is internal: it can be called only by a package inside the SDK.
    """
    compiler = program("go")
    if not GO_SDK.exists():
        pytest.skip("needs the AWS SDK for Go")
    build = GO / "build"
    build.mkdir(exist_ok=True)
    overlay, package = build / "overlay.json", GO_SDK / "rolecall"
    environ = os.environ | {
        "GO111MODULE": "off",
        "GOCACHE": str(build / "cache"),
        "GOPATH": str(GO_SDK.parents[3]),
    }
    with (build / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        overlay.write_text(json.dumps({"Replace": {str(package / "read.go"): str(GO / "read.go")}}))
        subprocess.run(
            [compiler, "build", "-overlay", overlay, "-o", build / "read", package],
            cwd=build,
            env=environ,
            check=True,
        )
    return [str(build / "read")]


def javascript(script: str) -> list[str]:
    """Return the command that runs a script with the SDK for JavaScript, or skip the test."""
    _install_javascript()
    return [program("node"), str(JAVASCRIPT / script)]


class Reader:
    """A client in one process that stays, for many files one by one."""

    def __init__(self, command: Sequence[str]) -> None:
        self._folder = TemporaryDirectory()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(self._process.kill)

    def read(self, data: bytes) -> Reading:
        """Return what the client reads in a file with this content."""
        path = Path(self._folder.name) / "config"
        path.write_bytes(data)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps([str(path)])}\n")
        self._process.stdin.flush()
        (found,) = json.loads(self._process.stdout.readline())
        reading: Reading = found
        return reading


def _install_javascript() -> None:
    """Install the SDK for JavaScript once, next to `read.js`. Skips the test if npm cannot."""
    npm = program("npm")
    modules = JAVASCRIPT / "node_modules"
    done = modules / ".done"  # npm deletes names without a dot: they may be packages
    wanted = (JAVASCRIPT / "package.json").read_text()
    modules.mkdir(exist_ok=True)
    with (modules / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists() or done.read_text() != wanted:
            command = [npm, "install", "--no-package-lock", "--no-audit", "--ignore-scripts"]
            environ = os.environ | {"npm_config_cache": str(modules / ".npm")}
            fetched = subprocess.run(
                command, cwd=JAVASCRIPT, env=environ, capture_output=True, check=False
            )
            if fetched.returncode:
                pytest.skip("needs a registry of npm packages")
            done.write_text(wanted)


def _ask(command: Sequence[str], paths: Sequence[Path]) -> list[Reading]:
    asked = f"{json.dumps([str(path) for path in paths])}\n"
    answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    found: list[Reading] = json.loads(answer.stdout)
    return found
