"""A field of a form."""

from __future__ import annotations

from rolecall.ui.widgets.input_field import InputField


class FormField(InputField):
    """Keys typed after Enter are for the screen that the form leads to."""

    leaving_keys = frozenset({"enter"})
