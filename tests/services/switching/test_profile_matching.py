"""The profiles that match a query best."""

from __future__ import annotations

import pytest

from rolecall.domain.inventory.annotations import Annotation
from rolecall.domain.search.role_search import Strictness
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.services.switching.profile_matching import TargetRoles, any_shown, best_matches
from tests.support.for_each import for_each

TARGETS = {
    each.name: each
    for each in (
        SwitchTarget("prod", "1" * 12, "Admin", "corp", "u"),
        SwitchTarget("prod-view", "1" * 12, "ViewOnly", "corp", "u"),
        SwitchTarget("billing", "2" * 12, "Billing", "corp", "u"),
        SwitchTarget("élan", "3" * 12, "Ops", "acme", "v"),
    )
}
ROLES = TargetRoles(
    {
        TARGETS["prod"].account_key: ("production", ""),
        TARGETS["billing"].account_key: ("finance", "money@example.com"),
    },
    {"3" * 12: Annotation("workshop", "Ask Kim", ("eu",))},
    several=True,
)


@for_each(
    ("query", "names", "guessed"),
    [
        ("prod", ["prod"], False),  # exactly, though another begins with it
        ("PROD", ["prod"], False),
        ("ELAN", ["élan"], False),
        ("view", ["prod-view"], False),
        ("finance", ["billing"], False),
        ("production", ["prod", "prod-view"], False),
        ("222222", ["billing"], False),
        ("viewonly", ["prod-view"], False),
        ("ops", ["élan"], False),
        ("money@", ["billing"], False),
        ("workshop", ["élan"], False),
        ("kim", ["élan"], False),
        ("group:eu", ["élan"], False),
        ("biling", ["billing"], True),
        ("corp", ["prod", "prod-view", "billing"], False),
        ("nothing", [], True),
        ("", [], False),
        (" ", [], False),
    ],
)
def test_a_name_comes_before_an_account_or_role(
    query: str, names: list[str], guessed: bool
) -> None:
    found = best_matches(TARGETS, ROLES, query)
    assert ([each.name for each in found.targets], found.guessed) == (names, guessed)


@for_each(
    ("query", "names"),
    [
        ("PROD", ["prod"]),
        ("view", ["prod-view"]),
        ("ViewOnly", ["prod-view"]),
        ("finance", ["billing"]),
        ("production", ["prod", "prod-view"]),
        ("finan", []),  # a part of a word
        ("222222", []),
        ("biling", []),
    ],
)
def test_what_is_handed_out_needs_whole_words(query: str, names: list[str]) -> None:
    found = best_matches(TARGETS, ROLES, query, Strictness.HANDS_OUT)
    assert ([each.name for each in found.targets], found.guessed) == (names, False)


@pytest.mark.parametrize(
    ("query", "is_shown"), [("", True), ("finance", True), ("acme", True), ("nothing", False)]
)
def test_the_picker_shows_parts_of_words(query: str, is_shown: bool) -> None:
    assert any_shown(TARGETS.values(), ROLES, query) == is_shown
