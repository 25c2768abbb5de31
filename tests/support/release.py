"""`make release-check`: runs what must be green before a release, and prints what is not.

With a tag, as in the release workflow: only compares it with the version and looks at the files.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rolecall import RELEASED, __version__

ROOT: Final = Path(__file__).resolve().parents[2]
_TARGETS: Final = ("check", "test-all", "test-lowest", "test-newest", "bench", "docs")
_PLACEHOLDER: Final = re.compile(r"users\.noreply|\bexample\b|\bTODO\b|\bOWNER\b")


def changelog_problem(text: str, version: str) -> str:
    """Return what is wrong with the changelog of a release, or ""."""
    titles = re.findall(r"^## \[([^\]]+)\](.*)$", text, re.MULTILINE)
    if ("Unreleased", "") not in titles:
        return "CHANGELOG.md has no section [Unreleased]"
    dates = dict(titles)
    if dates.get(version) != f" - {RELEASED}":
        return f"CHANGELOG.md has no section [{version}] with the date {RELEASED}"
    unreleased = text.partition("## [Unreleased]")[2].partition("\n## ")[0]
    return "CHANGELOG.md has unreleased changes: raise the version" if unreleased.strip() else ""


def tag_problem(tag: str) -> str:
    """Return how a tag such as “v0.1.0” differs from the version, or ""."""
    return "" if tag == f"v{__version__}" else f"the tag {tag} is not that of {__version__}"


def placeholder_problem(text: str) -> str:
    """Return which value in `[project]` of a pyproject.toml still stands for another, or ""."""
    project = tomllib.loads(text)["project"]
    values = [*project["urls"].values(), *(v for each in project["authors"] for v in each.values())]
    found = [each for each in values if _PLACEHOLDER.search(each)]
    return f"pyproject.toml has placeholders: {', '.join(found)}" if found else ""


def _in_files() -> Iterator[str]:
    yield changelog_problem((ROOT / "CHANGELOG.md").read_text("utf-8"), __version__)
    yield placeholder_problem((ROOT / "pyproject.toml").read_text("utf-8"))


def _problems() -> Iterator[str]:
    yield from _in_files()
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    if status.stdout:
        yield "there are changes that are not committed"
    for target in _TARGETS:
        if subprocess.run(["make", target], cwd=ROOT, check=False).returncode:
            yield f"make {target}"
    yield from _package_problems()


def _package_problems() -> Iterator[str]:
    """Build the packages, and check them with the tools of the package index."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder, "tools"), with_pip=True)
        programs = Path(folder, "tools", "bin")
        pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--upgrade", "pip>=25.1"], check=True)
        subprocess.run([*pip, "--group", "release"], cwd=ROOT, check=True)
        dist = Path(folder, "dist")
        build = [str(programs / "python"), "-m", "build", "--outdir", str(dist)]
        if subprocess.run(build, cwd=ROOT, check=False).returncode:
            yield "python -m build"
            return
        sdist, wheel = str(next(dist.glob("*.tar.gz"))), str(next(dist.glob("*.whl")))
        for command in (
            ["twine", "check", "--strict", sdist, wheel],
            ["check-wheel-contents", wheel],
            ["pyroma", "--min", "10", sdist],
        ):
            found = [str(programs / command[0]), *command[1:]]
            if subprocess.run(found, cwd=folder, check=False).returncode:
                yield f"{command[0]} finds a mistake in the package"


def main() -> int:
    """Return 0 if all is green."""
    tag = sys.argv[1] if len(sys.argv) > 1 else ""
    checks = [tag_problem(tag), *_in_files()] if tag else _problems()
    problems = list(filter(None, checks))
    for problem in problems:
        print(f"Not ready: {problem}")
    if not problems:
        print(f"rolecall {__version__} is ready for its release.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
