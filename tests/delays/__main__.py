"""Run the tests in which processes, threads and screens meet, with random delays in all of them.

The arguments are those of pytest, and replace the folders.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.versions import ROOT, environment

_TESTS: Final = (
    "tests/aws", "tests/canaries", "tests/cli", "tests/demo", "tests/end_to_end", "tests/faults",
    "tests/files", "tests/hostile", "tests/services", "tests/terminal", "tests/ui",
)  # fmt: skip
# They read so often that the delays of all reads take many minutes.
_TOO_SLOW: Final = (
    "tests/end_to_end/profiles/test_runs.py::test_a_gigabyte_of_output_is_shown_and_keys_work_meanwhile",
    "tests/services/runs/test_runs.py::test_a_gigabyte_of_output_arrives_and_is_not_kept",
)
_WORKERS_PER_CORE: Final = 6  # most of their time they sleep


def main(arguments: Sequence[str]) -> int:
    """Install into `.venv-delays`, and run the tests. Returns their status."""
    python = environment("delays")
    packages = next(python.parents[1].glob("lib/python*/site-packages"))
    # Python reads such files at its start, whatever the environment of the process is.
    lines = str(Path(__file__).parent), "import delays; delays.start()", ""
    (packages / "delays.pth").write_text("\n".join(lines), encoding="utf-8")
    workers = str(_WORKERS_PER_CORE * (os.cpu_count() or 1))
    options = ["-p", "no:cacheprovider", "-p", "tests.delays.paces"]
    options += ["--dist", "worksteal", "-n", workers]
    options += [f"--deselect={each}" for each in _TOO_SLOW]
    command = [str(python), "-m", "pytest", *options, *(arguments or _TESTS)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
