"""A test sees output as soon as it comes, or only when it has settled."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.versions import ROOT

_LOOKS = """
import sys
from tests.delays import paces
paces._LATER = 30
program = ["sh", "-c", "printf '%250s' 1; printf 2"]
pace = paces.Pace[sys.argv[1]]
with paces.PacedTerminal(program, env={"HOME": "/"}, pace=pace) as terminal:
    print(terminal.screen_text().split())
    terminal.read(30)
    print(terminal.bytes_received)
"""


@pytest.mark.parametrize(("pace", "seen"), [("EAGER", ["[]", "200"]), ("LATE", ["['12']", "251"])])
def test_the_pace_decides_what_a_test_sees(pace: str, seen: list[str]) -> None:
    """In another process: the plugin replaces the terminal of all tests."""
    command = [sys.executable, "-c", _LOOKS, pace]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.split() == seen, done.stderr
