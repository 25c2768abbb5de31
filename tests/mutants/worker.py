"""Runs in the copy of the project: `map` says which tests run which lines, `serve` runs tests.

Lines that other processes of the tests run are in the map, too. Both print one line of JSON for
each answer. A run of tests is a fork of this process, which has imported what tests need except
rolecall itself: that takes longer than most tests.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import sys
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from tests.mutants import child

_PRELOADED: Final = (
    *("boto3", "botocore.session", "botocore.config", "botocore.stub", "hypothesis.strategies"),
    *("click", "http.server", "rich.console", "tomlkit", "pytest_asyncio", "xdist"),
)
_OPTIONS: Final = ("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header")


class _Contexts:
    """Tells coverage which test runs, and measures how long it takes."""

    def __init__(self, coverage: Any) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = defaultdict(float)
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        self.coverage.switch_context(item.nodeid)
        child.TEST.write_text(item.nodeid)
        began = time.monotonic()
        result = yield
        self.seconds[item.nodeid] += time.monotonic() - began
        self.coverage.switch_context("")
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.outcome != "passed":
            self.failed.add(report.nodeid)


def make_map(tests: list[str]) -> None:
    from coverage import Coverage, CoverageData
    from coverage.exceptions import CoverageException

    child.NOTES.mkdir()
    os.environ["ROLECALL_NO_FORKS"] = "1"  # the lines of a process are noted from its start
    coverage = Coverage(data_file=None, source=["app/rolecall"], concurrency=["thread"])
    contexts = _Contexts(coverage)
    with _quiet():
        coverage.start()
        pytest.main([*_OPTIONS, *tests], plugins=[contexts])
        coverage.stop()
    child.TEST.unlink()
    every = coverage.get_data()
    for path in child.NOTES.iterdir():  # what other processes of the tests have run
        data = CoverageData(str(path))
        with suppress(CoverageException):  # it was killed while it wrote
            data.read()
            every.update(data)
    shutil.rmtree(child.NOTES)
    lines: dict[str, dict[int, list[str]]] = {}
    for name in every.measured_files():
        found = every.contexts_by_lineno(name)
        path = Path(name).relative_to(Path.cwd())
        lines[str(path)] = {
            n: [c for c in of if c not in contexts.failed] for n, of in found.items()
        }
    answer = {"lines": lines, "seconds": contexts.seconds, "failed": sorted(contexts.failed)}
    print(json.dumps(answer), flush=True)


def serve() -> None:
    for name in _PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_run(request["tests"], request["timeout"])), flush=True)


def _run(tests: list[str], timeout: float) -> str:
    """Return "passed", "failed" or "timeout"."""
    process = os.fork()
    if process == 0:
        os.setpgid(0, 0)
        status = 3
        with suppress(BaseException), _quiet():
            status = int(pytest.main([*_OPTIONS, "-x", "-p", "no:xdist", *tests]))
        os._exit(status)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            _kill_group(process)
            return "passed" if os.waitstatus_to_exitcode(status) == 0 else "failed"
        time.sleep(0.02)
    _kill_group(process)
    os.waitpid(process, 0)
    return "timeout"


def _kill_group(process: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)


class _quiet:
    """Sends what tests print to nowhere: standard output is for the answers."""

    def __enter__(self) -> None:
        sys.stdout.flush()
        self.kept = os.dup(1)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)

    def __exit__(self, *unused: object) -> None:
        sys.stdout.flush()
        os.dup2(self.kept, 1)


if __name__ == "__main__":
    make_map(sys.argv[2:]) if sys.argv[1] == "map" else serve()
