"""What a form consists of: its fields, their values, the notes below them, and a verdict on all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.widgets import Input

from rolecall.domain.config.file_change import Change
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass, field
from rolecall.domain.text import safe
from rolecall.domain.text.closest_match import closest_match
from rolecall.presentation.texts import profile_strings
from rolecall.ui.widgets.fields.input_field import ChoiceField, FormField

FormValues = Mapping[str, str]  # what the fields contain, by field id, without spaces around it


@dataclass(frozen=True)
class FieldSpec:
    """A field of a form, and the value that it begins with.

    If it has `choices`, its value is one of them; others may have `suggestions`. `help` is shown
    while it has the focus. `group`: the heading of this field and those after it.
    """

    id: str
    label: str
    value: str = ""
    hint: str = ""
    suggestions: Sequence[str] = field(default_factory=tuple)
    choices: Sequence[str] = field(default_factory=tuple)
    help: str = ""
    group: str = ""

    def widget(self) -> Input:
        if self.choices:
            return ChoiceField(self.value, self.choices, id=self.id)
        return FormField(self.value, hint=self.hint, suggestions=self.suggestions, id=self.id)


@dataclass(frozen=True)
class Note:
    """A note below a field. `stops`: the form cannot be submitted while the note is there."""

    text: str = ""
    stops: bool = False
    warns: bool = False

    @property
    def style(self) -> str:
        if self.stops:
            return "$error"
        return "$warning" if self.warns else "$muted"


@dataclass(frozen=True)
class Verdict:
    """The result of checking some values. `change` is None if they cannot be written.

    `problem` is the reason, and `field_id` the field that it is about, or "" for the whole form.
    """

    notes: Mapping[str, Note]
    change: Change | None = None
    diff: str = ""
    problem: str = ""
    field_id: str = ""


def region_note(region: str, known: Sequence[str], *, required: bool) -> Note:
    """Return what is wrong with a region. An unknown one may be new: it is not an error."""
    if not region:
        return Note(stops=required)
    if region in known:
        return Note()
    is_region, typed = naming.is_region(region), region.lower()
    words = profile_strings.REGION_UNKNOWN if known else ""
    if not is_region:
        words = profile_strings.REGION_INVALID
    is_beginning = any(each.startswith(typed) for each in known)
    if not is_beginning and (near := closest_match(typed, known)):
        words = profile_strings.REGION_LIKE.format(region=safe(region), near=near)
    return Note(words, stops=not is_region, warns=True)
