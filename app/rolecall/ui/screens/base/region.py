"""What a form says about a region."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain import naming
from rolecall.domain.closest_match import closest_match
from rolecall.domain.text import safe
from rolecall.presentation import save_strings
from rolecall.ui.screens.base.form_fields import Note


def region_note(region: str, known: Sequence[str], *, required: bool) -> Note:
    """Return what is wrong with a region. One that is not known may be new: it is no error."""
    if not region:
        return Note(stops=required)
    if region in known:
        return Note()
    is_region, typed = naming.is_region(region), region.lower()
    words = save_strings.REGION_UNKNOWN if known else ""
    if not is_region:
        words = save_strings.REGION_INVALID
    is_beginning = any(each.startswith(typed) for each in known)
    if not is_beginning and (near := closest_match(typed, known)):
        words = save_strings.REGION_LIKE.format(region=safe(region), near=near)
    return Note(words, stops=not is_region, warns=True)
