"""The keys that sign for a login session."""

from __future__ import annotations

from datetime import UTC, datetime

from rolecall.aws.dpop import new_key, prover

ENOUGH = 3000  # one in 256 keys begins with zeros


def test_every_new_key_can_be_read_again() -> None:
    for _ in range(ENOUGH):
        prover(new_key(), lambda: datetime.now(UTC))
