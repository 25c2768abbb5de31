"""`make test-lowest`, `make test-newest`: tests with other versions of the dependencies.

The lowest are those that pyproject.toml names, the newest those that pip finds within its ranges.
The tests are those in which a dependency matters; arguments for pytest replace them.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
_TESTS: Final = (
    "tests/aws", "tests/files/own/test_settings.py", "tests/files/test_locations.py",
    "tests/terminal",
    "tests/cli/output/test_conventions.py", "tests/cli/credentials/test_whoami.py",
    "tests/ui/picker/test_picker.py", "tests/ui/app/test_flows.py",
    "tests/end_to_end/sign_in/test_first_run.py",
)  # fmt: skip


def floors(dependencies: Sequence[str]) -> list[str]:
    """Return each dependency with its lowest version: `click==8.1`."""
    found = [re.match(r"([\w-]+)(?:\[[\w,-]+\])?>=([\w.]+)", each) for each in dependencies]
    return [f"{match[1]}=={match[2]}" for match in found if match]


def environment(which: str, versions: Sequence[str] = ()) -> Path:
    """Install rolecall and what the tests need into a new `.venv-WHICH`. Returns its Python."""
    folder = ROOT / f".venv-{which}"
    venv.create(folder, with_pip=True, clear=True)
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True)
    wanted = ["--upgrade", "--editable", str(ROOT), *versions, "--group", "test"]
    subprocess.run([*pip, *wanted], cwd=ROOT, check=True)
    return python


def main(which: str, arguments: Sequence[str]) -> int:
    """Install into `.venv-lowest` or `.venv-newest`, and run the tests. Returns their status."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lowest = floors(project["project"]["dependencies"]) if which == "lowest" else ()
    python = environment(which, lowest)
    tests = [*(arguments or _TESTS), "-n", "auto"]
    return subprocess.run([str(python), "-m", "pytest", *tests], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
