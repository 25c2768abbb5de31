"""What the process that runs tests for mutants answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.__main__ import Map, Worker, run
from tests.mutants.mutations import Mutant
from tests.mutants.project import ROOT

_PASSES = "tests/domain/test_arns.py"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    process = Worker(Path(sys.executable), ROOT)
    yield process
    process.close()


@pytest.fixture
def fails(tmp_path: Path) -> str:
    path = tmp_path / "test_fails.py"
    path.write_text("def test() -> None:\n    raise AssertionError\n")
    return str(path)


def test_tests_of_the_project_that_pass_find_nothing(worker: Worker) -> None:
    assert not worker.finds([_PASSES], 20)


def test_a_test_that_fails_finds_the_mutant(worker: Worker, fails: str) -> None:
    assert worker.finds([_PASSES, fails], 20)


def test_tests_that_fail_without_a_mutant_are_an_error(
    worker: Worker, fails: str, tmp_path: Path
) -> None:
    path = "app/rolecall/domain/arns.py"
    mutant = Mutant(1, 0, 1, "1", "2")
    with pytest.raises(SystemExit, match=r"fail without a mutant, too: .*test_fails"):
        run([(ROOT / path, mutant)], Map({path: {"1": [fails]}}, {}), worker, tmp_path)
