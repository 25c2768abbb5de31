"""Suggestions for a mistyped name."""

from __future__ import annotations

import pytest

from rolecall.domain.text.closest_match import close_matches, closest_match

REGIONS = ["eu-west-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("us-esat-1", "us-east-1"),
        ("us-eats-2", "us-east-2"),
        ("us-east1", "us-east-1"),
        ("eu-wst-1", "eu-west-1"),
        ("moon", ""),
    ],
)
def test_the_name_with_one_slip_of_a_finger_comes_first(typed: str, meant: str) -> None:
    assert closest_match(typed, REGIONS) == meant


def test_there_are_at_most_three() -> None:
    assert len(close_matches("us-east-9", [f"us-east-{n}" for n in range(1, 6)])) == 3
