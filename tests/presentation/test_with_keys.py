"""Sentences that name a key name the current one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rolecall.presentation import commands
from rolecall.presentation.commands import key_of, with_keys
from rolecall.presentation.texts import inventory_strings


@pytest.fixture
def changed() -> Iterator[dict[str, tuple[str, ...]]]:
    yield commands.USER_KEYS
    commands.USER_KEYS.clear()


def test_a_sentence_names_the_key_that_the_user_has_set(
    changed: dict[str, tuple[str, ...]],
) -> None:
    assert with_keys(inventory_strings.SIGN_IN_FIRST) == "Signed out. S signs in."
    changed["sessions"] = ("ctrl+e", "S")
    assert with_keys(inventory_strings.SIGN_IN_FIRST) == "Signed out. Ctrl+E signs in."


def test_a_command_without_a_key_is_named_by_its_way_in_the_palette(
    changed: dict[str, tuple[str, ...]],
) -> None:
    changed["sessions"] = ()
    assert key_of("sessions") == ": sessions"


def test_a_fact_in_braces_is_not_taken_for_a_key() -> None:
    said = with_keys(inventory_strings.NOTHING_MATCHES, query="{sessions}")
    assert said == "Nothing matches “{sessions}”. Esc clears the filter."
