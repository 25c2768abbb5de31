"""What a test needs of its machine: without it the test is skipped, in CI it fails.

@needs_program("/usr/bin/aws")
def test_… or pytestmark = [needs_program("tmux")]
"""

from __future__ import annotations

import os
import shutil

import pytest

NO_SKIP = os.environ.get("ROLECALL_NO_SKIP") == "1"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def needs_program(program: str) -> pytest.MarkDecorator:
    """A name on the PATH, or a path."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"needs {program}")
