"""Facts in sentences, and in the commands that sentences name."""

from __future__ import annotations

import pytest

from rolecall.presentation.commands import key_of, with_keys
from rolecall.presentation.filling import fill

SENTENCE = "{name} is signed out. `rolecall login {name}` signs in, {count} times."


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("prod", "prod"),
        ("prod-1_a.b/c@d:e", "prod-1_a.b/c@d:e"),
        ("本番", "本番"),
        ("my prod", "'my prod'"),
        ("it's; $x", "'it'\"'\"'s; $x'"),
    ],
)
def test_a_name_is_one_word_in_a_command_and_as_it_is_elsewhere(name: str, word: str) -> None:
    filled = fill(SENTENCE, {"name": name, "count": 2})
    assert filled == f"{name} is signed out. `rolecall login {word}` signs in, 2 times."


def test_a_word_that_is_empty_is_left_out() -> None:
    assert fill("`rolecall sign-in {session}` does.", {"session": ""}) == "`rolecall sign-in` does."


def test_backticks_of_a_fact_are_not_a_command() -> None:
    assert fill("{a} `x {b}`", {"a": "`a b`", "b": "c d"}) == "`a b` `x 'c d'`"


def test_keys_of_commands_are_filled_in_as_before() -> None:
    filled = with_keys("{palette} or `rolecall login {profile}`", profile="my prod")
    assert filled == f"{key_of('palette')} or `rolecall login 'my prod'`"
