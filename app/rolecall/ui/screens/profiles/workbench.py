"""The naming workbench: saves many permission sets as profiles, with a preview of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import events
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from rolecall.domain.errors import RolecallError
from rolecall.domain.naming.region_rule import RegionRule
from rolecall.domain.naming.template import Template
from rolecall.domain.profiles.plan import ExistingProfiles, NamingRules, PlanKey, Planned, PlanRow
from rolecall.domain.records import replace
from rolecall.presentation import labels
from rolecall.presentation.commands import BY_ID, Command, Place, with_keys
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import command_strings, inventory_strings
from rolecall.presentation.texts import workbench_strings as words
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.screens.profiles.profile_details import (
    OUTCOME_STYLES,
    placeholder_lines,
    plan_detail,
)
from rolecall.ui.screens.profiles.workbench_plan import WorkbenchPlan
from rolecall.ui.widgets.detail_pane import Detail
from rolecall.ui.widgets.fields.workbench_fields import WorkbenchFields
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.table.columns import Column

_PAUSE = 0.4  # seconds without a key after which the widths of the columns are fitted
# The commands in the line of keys while a field has the focus.
_FIELD_KEYS = ("submit", "next_field", "next_preset", "back")


class WorkbenchScreen(DetailScreen[PlanRow]):
    """The fields at the top have the naming rules, or the values of the row that is edited."""

    place = Place.WORKBENCH
    noun = inventory_strings.PROFILES_NOUN
    for_all_rows = frozenset(
        {"preview", "fix_names", "next_problem", "next_preset", "update_or_add", "next_field"}
    )
    CSS_PATH = stylesheets("workbench")

    def __init__(
        self,
        rows: Sequence[PlanRow],
        existing: ExistingProfiles,
        rules: NamingRules,
        regions: Sequence[str],
        unlisted: int = 0,
    ) -> None:
        """`unlisted`: how many accounts are left out."""
        self.plan = WorkbenchPlan(rows, existing, rules, regions)
        self._unlisted = unlisted
        self.is_written = False
        self.last_written: Sequence[Planned] = ()  # by the write that closed the workbench
        self._mistakes: dict[Input, RolecallError] = {}  # by field
        # The row that is being edited, and its values before that.
        self._edited: tuple[PlanRow, tuple[str | None, str | None, str | None]] | None = None
        self._plan_is_due = False
        self._fitting: Timer | None = None
        self._values_before = self.plan.values
        super().__init__()
        self.fields = WorkbenchFields()

    def above(self) -> Sequence[Widget]:
        return (self.fields,)

    # --- the table

    def columns(self) -> Sequence[Column[PlanRow]]:
        def style(row: PlanRow) -> str:
            return "muted" if self._mistakes else OUTCOME_STYLES[self.plan[row].outcome]

        session: Column[PlanRow] = columns.session(lambda row: row.session.label)
        return (
            columns.sign(lambda row: words.SIGNS[self.plan[row].outcome], style),
            Column(
                "name", words.NAME, lambda row: self.plan[row].name,
                lambda _: "muted" if self._mistakes else "accent",
                minimum=12, is_name=True, badge=self._badge,
            ),
            Column(
                "repaired", words.REPAIRED_NAME, self._repaired, "good",
                minimum=12, wanted=self._has_repaired,
            ),
            columns.account(
                lambda row: row.assignment.account.name,
                style=None, drop_order=2,
            ),
            columns.permission_set(
                lambda row: row.assignment.permission_set.name,
                drop_order=2,
            ),
            *([session] if len({row.session for row in self.plan.rows}) > 1 else []),
            columns.region(lambda row: self.plan[row].region),
            Column(
                "output", labels.OUTPUT, lambda row: self.plan[row].output,
                "muted", drop_order=4,
            ),
            Column(
                "what", words.WHAT_HAPPENS, lambda row: words.what_happens(self.plan[row]),
                style, minimum=10, drop_order=0, sort_key=self.plan.problems_first,
            ),
        )  # fmt: skip

    def row_key(self, row: PlanRow) -> PlanKey:
        return row.target

    def rows(self) -> Sequence[PlanRow]:
        return self.plan.rows

    def placeholder(self) -> str:
        return words.NOTHING_TO_WRITE

    def foot_text(self) -> str:
        return words.STALE if self._mistakes else words.counted(self.plan.counts)

    async def detail_of(self, row: PlanRow) -> Detail:
        shown = self.plan[row], self.host.state.profiles, self._badge(row), self._repaired(row)
        detail = await self.in_thread(partial(plan_detail, self.host.services.bulk, *shown))
        if not self._is_in_template:
            return detail
        return detail._replace(lines=[*placeholder_lines(row), *detail.lines])

    def _badge(self, row: PlanRow) -> str:
        """Return the badge, also for a name that another row of the account would get."""
        account = row.assignment.account
        return self.production_badge(account.id, account.name, *self.plan.names[account.id])

    # --- the plan

    @property
    def _is_in_template(self) -> bool:
        return self._edited is None and self.fields.name_field.has_focus

    def _has_repaired(self) -> bool:
        """Return whether repaired names are offered. Not while the user types: a template can make
        thousands of names collide, and Enter takes what is typed.
        """
        return not self.fields.has_typing and words.can_repair(self.plan.counts)

    def _repaired(self, row: PlanRow) -> str:
        """Return the name that is offered for a row that cannot be written, or ""."""
        return self.plan.repair(row) if self._has_repaired() else ""

    def _plan_soon(self) -> None:
        """Plan again, once for all keys of a burst."""
        if not self._plan_is_due:
            self._plan_is_due = True
            self.call_next(self._plan_again)

    def _plan_again(self) -> None:
        """Plan again and paint the visible rows. The columns are fitted after a pause in typing."""
        self._plan_is_due = False
        self.plan.make()
        if self.table.query_text or self.table.sorted_by[0]:
            self.table.set_rows(self.plan.rows)
        self.table.show()
        if self._fitting is not None:
            self._fitting.stop()
        self._fitting = self.set_timer(_PAUSE, self._settle)
        self._show_counts()
        self._show_note()
        self._show_detail_soon()
        self.refresh_keys()  # Enter takes a repaired name only while there is one

    def _settle(self) -> None:
        """Fit the columns to the names as they are: those of an earlier template do not count."""
        self.table.set_rows(self.plan.rows)
        self.table.settle_columns()

    def _set_rules(self, rules: NamingRules) -> None:
        self.plan.rules = rules
        self._plan_soon()

    @property
    def has_unsaved_input(self) -> bool:
        return bool(self._mistakes) or self.plan.values != self._values_before

    # --- the fields

    def on_mount(self) -> None:
        self._load_rules()
        self.set_focus(self.fields.name_field)
        if self._unlisted:
            self.flash_warning(inventory_strings.LEFT_OUT(self._unlisted), asked=True)

    def _load_rules(self) -> None:
        self._mistakes.clear()
        rules = self.plan.rules
        self.fields.load(words.TEMPLATE, rules.template.source, str(rules.regions), rules.output)
        self._show_note()

    def on_input_changed(self, event: Input.Changed) -> None:
        were_mistaken = bool(self._mistakes)
        self._mistakes.pop(event.input, None)
        if self._edited is not None:
            self._change_row(self._edited[0], event.input)
        else:
            try:
                self._change_rules(event.input)
            except RolecallError as error:
                self._mistakes[event.input] = error
        if bool(self._mistakes) != were_mistaken:
            self.table.show()  # rows that are out of date because of a mistake are muted
            self._show_counts()
        self._show_note()

    def _change_rules(self, field: Input) -> None:
        """Raises TemplateInvalid, RegionInvalid."""
        rules = self.plan.rules
        if field is self.fields.name_field:
            rules = replace(rules, template=Template.parse(field.value))
            for row in self.plan.rows:
                row.fixed = None
        elif field is self.fields.region_field:
            regions = RegionRule.parse(field.value)
            rules = replace(rules, regions=regions, region_for_all=True)
        else:
            rules = replace(rules, output=field.value.strip(), output_for_all=True)
        self._set_rules(rules)

    def _change_row(self, row: PlanRow, field: Input) -> None:
        """Take a value for the row. "" means the name of the template, or no such key."""
        value = field.value.strip()
        if field is self.fields.name_field:
            row.name = value or None
        elif field is self.fields.region_field:
            row.region = value
        else:
            row.output = value
        self._plan_soon()

    def on_input_submitted(self) -> None:
        if self._edited is not None:
            self._end_edit()
            self.pass_on_typed_keys()
        else:
            self.do_preview()

    def on_descendant_focus(self) -> None:
        self.table.set_rows(self.plan.rows)  # with or without the repaired names
        self._show_note()
        self._show_detail_soon()

    def offers(self, command: Command) -> bool:
        return super().offers(command) and not (command.id == "next_preset" and self._edited)

    def key_hints(self) -> list[KeyHint]:
        if self.is_typing and not self.filter_bar.has_keyboard:
            names = {"submit": BY_ID["preview"].name, "back": command_strings.TO_THE_LIST}
            if self._edited:
                names = {"submit": command_strings.KEEP, "back": BY_ID["cancel"].name}
            found = [BY_ID[each] for each in _FIELD_KEYS if self.offers(BY_ID[each])]
            return [self.key_hint(each, names.get(each.id, "")) for each in found]
        hints, repair = super().key_hints(), BY_ID["fix_names"].keys
        if words.can_repair(self.plan.counts):
            return hints
        return [each for each in hints if each.pressed not in repair]

    def key_hint(self, command: Command, name: str = "") -> KeyHint:
        if command.id == "take_name" and not (self.current and self._repaired(self.current)):
            name = BY_ID["edit_row"].name
        return super().key_hint(command, name)

    def on_virtual_table_highlighted(self) -> None:
        self._show_note()

    def _show_note(self) -> None:
        """Show the note on the focused field, or on the row if no field has the focus."""
        row = self._edited[0] if self._edited else self.current
        if self._edited is None and self.fields.has_typing:
            values = words.values(row.facts) if row and not self.has_class("-detail") else ""
            unknown = self.plan.unknown(self.plan.rules.regions.all)
            self.fields.note_rules(self._mistake, unknown, values)
        elif row is not None:
            is_edited = self._edited is not None
            self.fields.note(*self.plan.note_of(row, is_edited=is_edited))

    @property
    def _mistake(self) -> RolecallError | None:
        """The mistake in the focused field, or the first in another field, or None."""
        focused = [each for field, each in self._mistakes.items() if field is self.focused]
        return next(iter((*focused, *self._mistakes.values())), None)

    # --- commands

    def do_next_field(self) -> None:
        if self._edited is None and self.fields.complete():
            return
        if self.focused is self.table:  # not into the pane, which is next
            self.set_focus(self.fields.name_field)
        else:
            self.focus_next()

    def do_back(self) -> None:
        if self._edited is not None:
            self._end_edit(keep=False)
        elif isinstance(self.focused, Input):
            self.set_focus(self.table)
        else:
            super().do_back()

    def do_take_name(self) -> None:
        if (row := self.current) is None:
            return
        if name := self._repaired(row):
            row.fix(name)
            self._plan_soon()
        else:
            self.do_edit_row()

    def do_edit_row(self) -> None:
        if (row := self.current) is None:
            return
        planned = self.plan[row]
        self._edited = row, (row.name, row.region, row.output)
        self._mistakes.clear()  # the rules are the last valid ones while a row is edited
        self.table.show()
        self.fields.load(words.NAME, planned.name, planned.region, planned.output)
        self.set_focus(self.fields.name_field)
        self._show_note()

    def _end_edit(self, keep: bool = True) -> None:
        if self._edited is None:
            return
        row, before = self._edited
        if not keep:
            row.name, row.region, row.output = before
        self._edited = None
        self._load_rules()
        self.set_focus(self.table)
        self._plan_soon()

    def do_fix_names(self) -> None:
        count = self.plan.fix()
        self.flash(words.FIXED(count) if count else words.NO_BAD_NAMES)
        self._plan_soon()

    def do_next_problem(self) -> None:
        """Go to the next row with a problem, and from the last to the first."""
        shown, below = self.table.shown, self.table.position + 1
        if row := self.plan.first_problem((*shown[below:], *shown[:below])):
            self.table.move_to(row.target)
        else:
            hidden = self.plan.first_problem(self.plan.rows)
            self.flash(with_keys(words.PROBLEMS_HIDDEN if hidden else words.NO_PROBLEMS))

    def do_next_preset(self) -> None:
        self.fields.show_next_preset()
        if not isinstance(self.focused, Input):  # the note does not show the preset then
            self.flash(words.NAMED.format(preset=self.fields.preset or words.PRESET_TYPED))

    def do_update_or_add(self) -> None:
        self._set_rules(replace(self.plan.rules, adds_new=not self.plan.rules.adds_new))
        self.flash(words.UPDATES_OR_ADDS[self.plan.rules.adds_new])

    def do_preview(self) -> None:
        self.flows.workbench.write()

    def set_existing(self, existing: ExistingProfiles) -> None:
        self.plan.existing = existing
        self._plan_again()

    def note_written(self, written: Sequence[Planned], existing: ExistingProfiles) -> bool:
        """Keep only the rows that could not be written. Returns whether there are any."""
        self.is_written = True
        self.plan.drop(written)
        if self.plan.rows:
            self.set_focus(self.table)
            self.plan.make()
            self.table.set_rows(self.plan.rows)
            self.set_existing(existing)
            self._values_before = self.plan.values
        return bool(self.plan.rows)

    def is_ready(self) -> bool:
        """Return whether rows can be written. If not, show why."""
        if self._plan_is_due:
            self._plan_again()
        if self._mistake is not None:
            self.flash_warning(explain(self._mistake), asked=True)
        elif self.plan.good:
            return True
        elif any(outcome.stops for outcome in self.plan.counts):
            text = words.cannot_write(self.plan.counts, self.fields.has_typing)
            self.flash_warning(text, asked=True)
        else:
            self.flash(words.NOTHING_TO_WRITE)
        return False

    def on_key(self, event: events.Key) -> None:
        if event.key == "down" and isinstance(self.focused, Input) and self._edited is None:
            self.set_focus(self.table)
