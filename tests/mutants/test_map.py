"""Which tests are tried for a mutant."""

from __future__ import annotations

from tests.mutants.__main__ import Map
from tests.mutants.mutations import Mutant
from tests.support.for_each import for_each

# Line 1 is a constant, line 3 the body of a function.
_LINES = {
    "early.py": {"1": [""], "3": ["slow", "fast"], "4": ["other"]},
    "late.py": {"1": ["slow"], "3": ["slow", "fast"], "4": ["other"]},
}
_SECONDS = {"slow": 50.0, "other": 20.0, "fast": 1.0}


def test_the_tests_of_the_module_come_first_because_not_all_are_run() -> None:
    own, other = [f"tests/test_code.py::test_{n}" for n in "ab"], "tests/test_another_code.py::test"
    seconds = {own[0]: 50.0, own[1]: 51.0, other: 1.0}
    known = Map({"app/code.py": {"1": [""], "3": [other, *own]}}, seconds)
    assert known.tests_of("app/code.py", Mutant(3, 0, 1, "1", "2")) == own


def test_a_line_that_only_a_fork_may_run_has_the_tests_of_the_module() -> None:
    own, other = "tests/test_code.py::test_a", "tests/test_another_code.py::test_b"
    known = Map({"app/code.py": {"1": [""], "3": [own, other], "4": [other]}}, {})
    assert known.tests_of("app/code.py", Mutant(2, 0, 1, "1", "2")) == [own]


@for_each("path", ["early.py", "late.py"])
@for_each(
    ("line", "tests"), [(1, ["fast", "other"]), (2, []), (3, ["fast", "slow"]), (4, ["other"])]
)
def test_a_constant_has_the_fastest_tests_of_its_module(
    path: str, line: int, tests: list[str]
) -> None:
    mutant = Mutant(line, 0, 1, "1", "2")
    assert Map(_LINES, _SECONDS).tests_of(path, mutant) == tests
