"""Choosing a profile under the prompt."""

from __future__ import annotations

from collections.abc import Mapping

from rolecall.domain.switching import Target
from rolecall.services.switching import Switching


def pick(switching: Switching, targets: Mapping[str, Target], query: str) -> Target | None:
    """None where nothing was chosen."""
    del switching, targets, query
    return None
