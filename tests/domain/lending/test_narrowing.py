from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rolecall.domain.lending.grants import parse
from rolecall.domain.lending.narrowing import Narrowing, description_of
from tests.support.for_each import for_each


@for_each(
    ("reason", "description"),
    [
        ("find the failing upload", "find the failing upload"),
        (" Café ü ", "Café ü"),
        ("調査", "rolecall lend 7f"),
        ("it’s", "rolecall lend 7f"),
        ("x", "rolecall lend 7f"),
        ("", "rolecall lend 7f"),
        ("a\x1bb", "rolecall lend 7f"),
        ("a" * 300, "a" * 253 + "..."),
    ],
)
def test_cloudtrail_shows_the_reason_or_the_lend(reason: str, description: str) -> None:
    assert description_of(reason, "7f") == description


def test_the_rights_are_said_as_they_were_asked_for() -> None:
    allow, deny = parse(["s3:read,logs"]), parse(["iam"], denies=True)
    assert Narrowing("7f", "{}", allow, deny).words == "allow s3:read,logs deny iam:all"
    assert Narrowing("7f", "{}", policy_file="p.json").words == "p.json"


def test_keys_end_with_the_minutes() -> None:
    now = datetime(2026, 11, 30, tzinfo=UTC)
    assert Narrowing("7f", minutes=30).ends_at(now) == now + timedelta(minutes=30)
    assert Narrowing("7f").ends_at(now) is None
