"""`make mutants`: change the code a little, and report the changes that no test finds.

Without paths: the files that differ from `main`. The exit status is 1 if more than a tenth of the
mutants survive.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.mutants.mutations import Mutant, mutants
from tests.mutants.project import ROOT, changed_files, copy_to

# The tests of each package. Those of screens take too long.
TESTS: Final[dict[str, tuple[str, ...]]] = {
    "domain": ("tests/domain", "tests/presentation", "tests/aws", "tests/files", "tests/services"),
    "files": ("tests/files", "tests/domain", "tests/services"),
    "services": ("tests/services", "tests/aws", "tests/cli"),
    "aws": ("tests/aws", "tests/services"),
    "presentation": ("tests/presentation",),
    "terminal": ("tests/terminal",),
}
MOST_SURVIVORS: Final = 0.1
_MOST_SECONDS: Final = 60.0  # of tests for one mutant, as they take without it, if not its own
_CACHE: Final = ROOT / ".mutants"


@dataclass(frozen=True)
class Map:
    """Which tests run which line, and how long they take."""

    lines: Mapping[str, Mapping[str, list[str]]]
    seconds: dict[str, float]

    def tests_of(self, path: str, mutant: Mutant) -> list[str]:
        """Return the tests that run the mutant's line: all of the module's own file, then the
        fastest.

        A line that is run at import only, as a constant, has all tests of its module.
        """
        own = f"/test_{Path(path).stem}.py::"
        lines = self.lines.get(path, {})
        tests = set(lines.get(str(mutant.line), ()))
        if not tests:  # a fork may run it
            tests = {test for found in lines.values() for test in found if own in test}
        if tests and tests <= _importing(lines):
            tests = {test for found in lines.values() for test in found}
        chosen: list[str] = []
        total = 0.0
        for test in sorted(
            tests - {""}, key=lambda each: (own not in each, self.seconds.get(each, 0.0))
        ):
            total += self.seconds.get(test, 0.0)
            if chosen and total > _MOST_SECONDS and own not in test:
                break
            chosen.append(test)
        return chosen


def _importing(lines: Mapping[str, list[str]]) -> set[str]:
    """Return the tests that ran while the module was imported; "" if none did."""
    return set(lines[min(lines, key=int)]) if lines else set()


class Worker:
    """The process that runs tests in the copy of the project."""

    def __init__(self, python: Path, folder: Path) -> None:
        self._process = _start(python, folder, "serve")

    def finds(self, tests: Sequence[str], seconds: float) -> bool:
        """Return whether one of the tests fails, or takes far longer than `seconds`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"tests": list(tests), "timeout": 30 + 10 * seconds}
        self._process.stdin.write(f"{json.dumps(request)}\n")
        self._process.stdin.flush()
        return bool(json.loads(self._process.stdout.readline()) != "passed")

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders of the package")
    parser.add_argument("--since", default="main", help="the revision to compare with: main")
    parser.add_argument("--sample", type=int, default=0, help="only so many mutants, by chance")
    parser.add_argument("--seed", type=int, default=0, help="the choice of the sample")
    options = parser.parse_args()
    files = list(_files(options.paths)) if options.paths else changed_files(options.since)
    todo = [(path, mutant) for path in files for mutant in mutants(path.read_bytes())]
    if options.sample and options.sample < len(todo):
        chosen = sorted(random.Random(options.seed).sample(range(len(todo)), options.sample))
        todo = [todo[index] for index in chosen]
    todo = [(path, mutant) for path, mutant in todo if mutant.compiles(path.read_bytes())]
    print(f"{len(todo)} mutants in {len(files)} files", flush=True)
    if not todo:
        return 0
    with TemporaryDirectory(prefix="mutants-") as name:
        folder = Path(name).resolve()
        python = copy_to(folder)
        known = _map(python, folder, {_package(path) for path in files})
        survivors = run(todo, known, Worker(python, folder), folder)
    return report(todo, survivors)


def run(
    todo: Sequence[tuple[Path, Mutant]], known: Map, worker: Worker, folder: Path
) -> list[tuple[Path, Mutant]]:
    """Try each mutant. Print and return those that survive."""
    survivors = []
    is_checked = False
    began = time.monotonic()
    for number, (path, mutant) in enumerate(todo, start=1):
        name = str(path.relative_to(ROOT))
        tests = known.tests_of(name, mutant)
        seconds = sum(known.seconds.get(test, 0.0) for test in tests)
        if tests and not is_checked:
            if worker.finds(tests, seconds):
                sys.exit(f"These tests fail without a mutant, too: {' '.join(tests)}")
            is_checked = True
        with _applied(folder / name, mutant):
            is_found = bool(tests) and worker.finds(tests, seconds)
        if not is_found:
            survivors.append((path, mutant))
            note = "" if tests else "  (no test runs it)"
            print(f"{name}:{mutant.line}: {mutant}{note}", flush=True)
        if number % 100 == 0:
            minutes = (time.monotonic() - began) / 60
            print(f"  {number} tried, {len(survivors)} survive, {minutes:.0f} min", flush=True)
    worker.close()
    return survivors


def report(todo: Sequence[tuple[Path, Mutant]], survivors: Sequence[tuple[Path, Mutant]]) -> int:
    """Print the share of survivors of each package, and return the exit status."""
    tried, alive = (Counter(_package(path) for path, _ in each) for each in (todo, survivors))
    for package, count in sorted(tried.items()):
        share = alive[package] / count
        print(f"{package:12} {count:5} mutants  {alive[package]:4} survive  {share:4.0%}")
    return 1 if any(alive[each] > MOST_SURVIVORS * tried[each] for each in tried) else 0


class _applied:
    """Has the mutant in the file while the block runs."""

    def __init__(self, path: Path, mutant: Mutant) -> None:
        self.path, self.mutant = path, mutant
        self.source = path.read_bytes()

    def __enter__(self) -> None:
        for compiled in (self.path.parent / "__pycache__").glob(f"{self.path.stem}.*.pyc"):
            compiled.unlink()  # it would be used if size and second are the same
        self.path.write_bytes(self.mutant.apply(self.source))

    def __exit__(self, *unused: object) -> None:
        self.path.write_bytes(self.source)


def _map(python: Path, folder: Path, packages: Iterable[str]) -> Map:
    """Run the tests of the packages once; not those that were run for the same files."""
    lines: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    seconds: dict[str, float] = {}
    for tests in sorted({each for package in packages for each in TESTS.get(package, ())}):
        cached = _CACHE / f"{_digest(folder, tests)}.json"
        if not cached.exists():
            print(f"running {tests} once, to know which test runs which line", flush=True)
            out, _ = _start(python, folder, "map", tests).communicate()
            _CACHE.mkdir(exist_ok=True)
            cached.write_text(out)
        answer: dict[str, Any] = json.loads(cached.read_text())
        if answer["failed"]:
            print(f"not used, because they fail or skip: {', '.join(answer['failed'])}", flush=True)
        seconds |= answer["seconds"]
        for path, found in answer["lines"].items():
            for line, names in found.items():
                lines[path][line] += names
    return Map(lines, seconds)


def _digest(folder: Path, tests: str) -> str:
    """Return a name for what these tests are and what they test."""
    digest = hashlib.sha256()
    for part in ("app", "tests/support", tests):
        for path in sorted((folder / part).rglob("*")):
            if path.suffix in {".py", ".toml", ".js"} and "node_modules" not in path.parts:
                digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _start(python: Path, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [python, "-m", "tests.mutants.worker", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.resolve().rglob("*.py")) if path.is_dir() else [path.resolve()]


def _package(path: Path) -> str:
    return path.relative_to(ROOT / "app/rolecall").parts[0]


if __name__ == "__main__":
    sys.exit(main())
