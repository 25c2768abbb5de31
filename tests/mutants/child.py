"""Notes which lines of the package a process of a test runs, while the map is made.

The interpreter of the copy imports this when it starts (`project.py: copy_to`). The test is in a
file, because tests give their processes another environment.
"""

from __future__ import annotations

import atexit
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
NOTES: Final = ROOT / ".lines"
TEST: Final = NOTES / "test"  # its name


def start() -> None:
    """Begin, if a test runs and the map is being made."""
    try:
        test = TEST.read_text()
    except OSError:
        return
    from coverage import Coverage

    source = [str(ROOT / "app/rolecall")]
    coverage = Coverage(
        data_file=str(NOTES / "of"), data_suffix=True, context=test, source=source, messages=False
    )
    coverage.start()

    def save() -> None:
        coverage.stop()
        coverage.save()

    atexit.register(save)


start()
