"""Malformed lines of the AWS files are reported by line number, never with what may be a secret."""

from __future__ import annotations

import pytest

from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYSECRET"
ROLE = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET)
COMMANDS = (
    ("doctor",),
    ("export", PROFILE),
    ("exec", PROFILE, "--", "true"),
    ("credential-process", "--profile", PROFILE),
    ("list",),
    ("tokens",),
    ("save", *ROLE, "--dry-run"),
    ("switch", "--shell=bash", PROFILE),
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
    "not UTF-8": f"[x]\naws_secret_access_key = {SECRET}\xff\n",
}


@pytest.mark.parametrize("file", ["config", "credentials"])
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_no_command_prints_a_secret(signed_in: CommandLine, file: str, broken: str) -> None:
    path = signed_in.home / ".aws" / file
    before = path.read_bytes() if path.exists() else b""
    path.write_bytes(broken.encode("latin-1") + b"\n" + before)
    for command in COMMANDS:
        said = signed_in.rolecall(*command)
        for part in (SECRET, SECRET.lower(), SECRET[:20], SECRET[-12:]):
            assert part not in said.stdout + said.stderr, command


def test_the_line_is_named(signed_in: CommandLine) -> None:
    (signed_in.home / ".aws" / "credentials").write_text(BROKEN["no delimiter"])
    assert "credentials, line 2:" in signed_in.rolecall("doctor").stdout
