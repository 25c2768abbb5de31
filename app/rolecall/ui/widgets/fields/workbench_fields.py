"""The fields above the table of the workbench: the template of names, region and output."""

from __future__ import annotations

from typing import Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from rolecall.domain.errors import RolecallError, TemplateInvalid
from rolecall.domain.naming.template import FILTERS, PRESETS, Completion, TemplateProblem, complete
from rolecall.domain.settings.settings import OUTPUTS
from rolecall.presentation import labels
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import profile_strings
from rolecall.presentation.texts import workbench_strings as words
from rolecall.ui.widgets.fields.input_field import FormField

# Not yet mistakes while the user is still typing.
_UNFINISHED: Final = {
    TemplateProblem.UNCLOSED,
    TemplateProblem.NO_FIELD,
    TemplateProblem.NO_FILTER,
    TemplateProblem.UNKNOWN_FIELD,
    TemplateProblem.UNKNOWN_FILTER,
}


_LABEL_CELLS: Final = 10  # at least, as in the style sheet


class WorkbenchFields(Vertical):
    """The first field is a template or the name of the row that is edited. The line below has a
    note, which points at a mistake in the template.
    """

    def __init__(self) -> None:
        super().__init__()
        self.name_field = FormField()
        self.region_field = FormField(hint=words.REGION_HINT)
        self.output_field = FormField(suggestions=OUTPUTS)
        self._inputs = self.name_field, self.region_field, self.output_field
        self._typed_template = ""  # comes after the presets, so that it is not lost
        self._label = Static("", classes="label", markup=False)
        self._note = Static("", id="note", markup=False)

    def compose(self) -> ComposeResult:
        region = Static(labels.REGION, classes="label", markup=False)
        longest = max(map(cell_len, (words.TEMPLATE, words.NAME, labels.REGION)))
        indent = max(_LABEL_CELLS, longest + 1)
        below_label = Static("")
        for each in (self._label, below_label, region):
            each.styles.width = indent
        with Horizontal():
            yield self._label
            yield self.name_field
        with Horizontal():
            yield below_label
            yield self._note
        with Horizontal():
            yield region
            yield self.region_field
            yield Static(labels.OUTPUT, classes="label second", markup=False)
            yield self.output_field

    @property
    def has_typing(self) -> bool:
        return any(each.has_focus for each in self._inputs)

    def load(self, label: str, name: str, region: str, output: str) -> None:
        """Show other values, without messages that they have changed."""
        self._label.update(label)
        for field, value in zip(self._inputs, (name, region, output), strict=True):
            with field.prevent(Input.Changed):
                field.value = value
        self.name_field.cursor_position = len(name)

    def complete(self) -> bool:
        """Complete the template at the cursor. Returns whether there was a completion."""
        field = self.name_field
        found = self._completion()
        if found is None or not found.words:
            return False
        source, word = field.value, found.words[0]
        rest = source[field.cursor_position :]
        if self._typed(found) == word:
            if rest[:1] == "}":
                return False
            word += "}"
        elif found.kind == "filter" and FILTERS[word].arguments:
            word += ":"
        field.value = source[: found.start] + word + rest
        field.cursor_position = found.start + len(word)
        return True

    def note(self, text: str, stops: bool = False) -> None:
        self._show_note([(text, "$error" if stops else "$muted")])

    def note_rules(self, mistake: RolecallError | None, unknown: str, values: str) -> None:
        """Show a note about the focused field.

        `unknown` is an unknown region, or "". `values` are what the placeholders give.
        """
        if isinstance(mistake, TemplateInvalid):
            self._note_template(mistake)
        elif mistake is not None:
            self.note(explain(mistake), stops=True)
        elif self.output_field.has_focus:
            is_one = self.output_field.value.strip() in {"", *OUTPUTS}
            self.note(profile_strings.OUTPUT_INVALID, stops=not is_one)
        elif self.region_field.has_focus:
            text = words.REGION_UNKNOWN.format(region=unknown) if unknown else words.REGION_RULE
            self.note(text)
        else:
            self.note("  ".join(filter(None, (self.preset, values))))

    @property
    def preset(self) -> str:
        """The tool whose names the template makes, in words; "" if there is none."""
        tool = next((t for t, each in PRESETS.items() if each == self.name_field.value), "")
        as_others = words.PRESET.format(tool=tool) if tool else ""
        return words.PRESET_OURS if tool == labels.NAME else as_others

    def show_next_preset(self) -> None:
        """Show the next template: a preset, or after the last one what was typed."""
        presets, here = list(PRESETS.values()), self.name_field.value
        if here and here not in presets:
            self._typed_template = here
        if self._typed_template:
            presets.append(self._typed_template)
        place = presets.index(here) + 1 if here in presets else 0
        self.name_field.value = presets[place % len(presets)]
        self.name_field.action_end()

    def _note_template(self, mistake: TemplateInvalid) -> None:
        found = self._completion()
        is_begun = found and found.words and found.words[0].startswith(self._typed(found))
        if found and is_begun and mistake.problem in _UNFINISHED:
            first, *rest = found.words
            is_whole = self._typed(found) == first
            closing = words.CLOSES if is_whole else words.COMPLETION.format(first=first)
            parts = [(closing, "$accent")]
            if rest:
                parts.append((f" {words.OR.format(rest=', '.join(rest))}", "$muted"))
            self._point(found.start, parts, "")
        else:
            self._point(mistake.column, [(explain(mistake), "$error")], "^ ")

    def _typed(self, found: Completion) -> str:
        return self.name_field.value[found.start : self.name_field.cursor_position]

    def _completion(self) -> Completion | None:
        if not self.name_field.has_focus:
            return None
        return complete(self.name_field.value, self.name_field.cursor_position)

    def _point(self, column: int, parts: list[tuple[str, str]], sign: str) -> None:
        """Show a note right below a place in the template or, if it does not fit, left of it."""
        room = self._note.size.width
        length = sum(cell_len(text) for text, _ in parts) + len(sign)
        before = cell_len(self.name_field.value[:column]) - self.name_field.scroll_offset.x
        if before + length <= room or before < length:
            self._show_note(
                [(" " * max(0, min(before, room - length)) + sign, "bold $error"), *parts]
            )
        else:
            self._show_note(
                [(" " * (before - length + len(sign)), ""), *parts, (f" {sign}", "$error")]
            )

    def _show_note(self, parts: list[tuple[str, str]]) -> None:
        self._note.update(Content.assemble(*parts), layout=False)
