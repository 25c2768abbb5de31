"""Everything that `make fuzz` has found stays fixed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from rolecall.files.aws_config.ini_sections import SectionKind
from tests.fuzz import inputs
from tests.fuzz.search import finds, search
from tests.fuzz.targets import TARGETS, Target

CASES = [
    pytest.param(
        *(target, found),
        id=f"{target.name}-{name}",
        marks=[pytest.mark.thorough] if target.name.endswith("-for-javascript") else [],
    )
    for target in TARGETS
    for name, found in finds(target)
]


@pytest.mark.parametrize(("target", "found"), CASES)
def test_a_find_follows_the_rule(target: Target, found: tuple[Any, ...]) -> None:
    target.check(*found)


@pytest.mark.thorough
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_some_inputs_of_each_target_follow_the_rule(target: Target) -> None:
    result = search(target, seconds=120, first_seed=1, most=5)
    if result.note.startswith("skipped"):
        pytest.skip(result.note)
    assert (result.find, result.note) == (None, "")
    assert result.inputs


def test_a_broken_rule_is_found_and_made_small() -> None:
    def check(data: bytes) -> None:
        assert b"=" not in data

    result = search(Target("broken", st.tuples(st.binary()), check), seconds=30, first_seed=1)
    assert result.find == (b"=",)


@pytest.mark.parametrize("kind", [SectionKind.PROFILE, SectionKind.SSO_SESSION])
def test_most_edits_are_of_a_section_of_the_file(kind: SectionKind) -> None:
    met = []

    @settings(derandomize=True, database=None, phases=[Phase.generate], max_examples=200)
    @given(inputs.EDITED_CONFIGS)
    def note(file: tuple[bytes, tuple[Any, ...]]) -> None:
        data, (command, name, *_) = file
        own = inputs.names_in(data, kind)
        if own and (command == "session") == (kind is SectionKind.SSO_SESSION):
            met.append(name in own)

    note()
    assert sum(met) > len(met) / 2
