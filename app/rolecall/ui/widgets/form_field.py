"""A field of a form."""

from __future__ import annotations

from rolecall.ui.widgets.field import Field


class FormField(Field):
    """Keys typed after Enter are for the screen that the form leads to."""

    leaving_keys = frozenset({"enter"})
