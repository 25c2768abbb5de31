"""The profiles that match a query best."""

from __future__ import annotations

import pytest

from rolecall.domain.switching import SwitchTarget
from rolecall.services.profile_matching import best_matches, picker_shows

TARGETS = {
    each.name: each
    for each in (
        SwitchTarget("prod", "1" * 12, "Admin", "corp", "u"),
        SwitchTarget("prod-view", "1" * 12, "ViewOnly", "corp", "u"),
        SwitchTarget("billing", "2" * 12, "Billing", "corp", "u"),
        SwitchTarget("élan", "3" * 12, "Ops", "acme", "v"),
    )
}
NAMES = {TARGETS["prod"].account_key: "production", TARGETS["billing"].account_key: "finance"}


@pytest.mark.parametrize(
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
        ("biling", ["billing"], True),
        ("corp", [], True),  # sessions are not searched
        ("nothing", [], True),
        ("", [], False),
        (" ", [], False),
    ],
)
def test_a_name_comes_before_an_account_or_role(
    query: str, names: list[str], guessed: bool
) -> None:
    found = best_matches(TARGETS, NAMES, query)
    assert ([each.name for each in found.targets], found.guessed) == (names, guessed)


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ("", True),
        ("prod", True),
        ("finance", True),
        ("222222", True),
        ("viewonly", True),
        ("acme", True),
        ("nothing", False),
    ],
)
def test_the_picker_searches_sessions_too(query: str, is_shown: bool) -> None:
    assert picker_shows(TARGETS.values(), NAMES, query) == is_shown


def test_the_picker_opens_without_profiles_only_if_there_is_nothing_to_find() -> None:
    assert not picker_shows([], NAMES, "prod")
    assert picker_shows([], NAMES, " ")
