"""Malformed lines of the AWS files are reported by line number, never with what may be a secret."""

from __future__ import annotations

import pytest

from tests.canaries.canaries import Kind
from tests.canaries.conftest import ACCOUNT, PERMISSION_SET, Planted
from tests.support import fork_server

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYSECRET"
ROLE = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET)
COMMANDS = (
    ("doctor",),
    ("export", "admin"),
    ("exec", "admin", "--", "true"),
    ("credential-process", "--profile", "admin"),
    ("list",),
    ("tokens",),
    ("save", *ROLE, "--dry-run"),
    ("switch", "--shell=bash", "admin"),
    ("whoami",),
    ("credentials", "clean", "--dry-run"),
)
BROKEN = {
    "no delimiter": f"[x]\naws_secret_access_key {SECRET}\n",
    "wrapped": f"[x]\naws_secret_access_key =\n{SECRET}\n",
    "wrapped with padding": f"[x]\naws_secret_access_key = \n{SECRET}==\n",
    "twice": f"[x]\naws_secret_access_key = a\naws_secret_access_key = {SECRET}\n",
    "above the first section": f"aws_secret_access_key = {SECRET}\n",
    "no key": f"[x]\n= {SECRET}\n",
    "nested": f"[x]\naws_secret_access_key =\n  {SECRET}\n",
    "in a header": f"[x]\nregion = a\n[x {SECRET}\n",
    "in a header after its key": f"[x]\nregion = a\n[x] SecretAccessKey={SECRET}\n",
    "in the first header": f"[{SECRET}\n",
    "not UTF-8": f"[x]\naws_secret_access_key = {SECRET}\xff\n",
}


@pytest.mark.parametrize("file", ["config", "credentials"])
def test_no_command_prints_a_secret(planted: Planted, file: str) -> None:
    # Only this file is malformed; the role's keys and the token may be printed by those that must.
    planted.canaries.add(SECRET, Kind.FILE)
    printed = {Kind.ROLE, Kind.VARIABLE}
    path = planted.home / ".aws" / file
    before = path.read_bytes()
    for name, broken in BROKEN.items():
        path.write_bytes(broken.encode("latin-1") + b"\n" + before)
        for command in COMMANDS:
            output = fork_server.run([*command], planted.environ)
            found = planted.canaries.find(output.stdout + output.stderr, allowed=printed)
            assert not found, (name, command, found)
            assert b"internal error" not in output.stderr, (name, command)


@pytest.mark.quick
def test_the_line_is_named(planted: Planted) -> None:
    (planted.home / ".aws" / "credentials").write_text(BROKEN["no delimiter"])
    assert "credentials, line 2:" in fork_server.run(["doctor"], planted.environ).text
