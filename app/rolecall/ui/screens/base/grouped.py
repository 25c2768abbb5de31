"""The base of Accounts: rows below the headings of their groups, which fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rolecall.presentation import labels
from rolecall.presentation.commands import BY_ID, Command, with_keys
from rolecall.presentation.texts import command_strings, inventory_strings
from rolecall.ui.screens.base.catalogue import CatalogueScreen, R
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, section
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.table.grouped_table import GroupedTable
from rolecall.ui.widgets.table.virtual_table import VirtualTable

_FOLDING: Final = ("fold", "unfold", "fold_all", "unfold_all")
_BEFORE_GROUPS: Final = 4  # keys at the foot that are more important
_MOST_NAMED: Final = 100  # a pane has no room for more


class GroupedScreen(CatalogueScreen[R]):
    """A heading stands for all rows of its group: what is for marked rows is for them, too."""

    opens: ClassVar[str]  # the command of Enter, which folds a group
    groups: GroupedTable[R]

    def make_table(self) -> VirtualTable[R]:
        self.groups = GroupedTable(self.columns(), self.row_key, self.groups_of, self.noun)
        return self.groups

    def groups_of(self, row: R) -> Sequence[str]:
        """Return the groups of the row's account."""
        said = self.host.state.annotation_of(row.account.id)
        return said.groups if said else ()

    def show_state(self) -> None:
        if self.groups.is_grouped and not self.host.state.has_groups:
            self.groups.show_groups(False)
        super().show_state()

    # --- texts

    def _place_text(self) -> str:
        if not self.groups.is_grouped:
            return super()._place_text()
        if (place := self.groups.place_in_group) is None:
            return self.groups.hidden_sort
        heading, number = place
        row = inventory_strings.ROW_OF.format(row=number, rows=heading.shown)
        text = inventory_strings.ROW_OF_GROUP.format(group=heading.name, row=row)
        return labels.SEPARATOR.join(filter(None, (text, self.groups.hidden_sort)))

    def detail_of_none(self) -> Detail:
        """Return what is in the group, if the cursor is on its heading."""
        if (heading := self.groups.heading) is None:
            return super().detail_of_none()
        rows = self.groups.current_rows
        count = inventory_strings.position(heading.shown, heading.total, *self.noun)
        names = [row.account.name for row in rows[:_MOST_NAMED]]
        return Detail(
            heading.name, [DetailLine(count, "strong"), *section("", names, "text", cut=True)]
        )

    # --- commands

    def offers(self, command: Command) -> bool:
        if command.id in _FOLDING:
            return self.groups.is_grouped
        return super().offers(command)

    def needs_row(self, command: Command) -> bool:
        if command.id in {"group", *_FOLDING}:
            return False
        if self.groups.heading and (command.for_marked or command.id == self.opens):
            return False
        return super().needs_row(command)

    def blocked(self, command: Command) -> str | None:
        if command.id == "group" and not self.host.state.has_groups:
            return with_keys(inventory_strings.GROUPS_NONE)
        reason = super().blocked(command)
        return with_keys(inventory_strings.ON_HEADING) if reason and self.groups.heading else reason

    def key_hints(self) -> list[KeyHint]:
        """Return also what groups the rows, and first what folds if the cursor is on a heading."""
        hints = super().key_hints()
        is_busy = self.filter_bar.has_keyboard or self.groups.marked_count
        if is_busy or not self.host.state.has_groups:
            return hints
        name = command_strings.WITHOUT_GROUPS if self.groups.is_grouped else ""
        group = self.key_hint(BY_ID["group"], name)
        if (heading := self.groups.heading) is None:
            return [*hints[:_BEFORE_GROUPS], group, *hints[_BEFORE_GROUPS:]]
        act = BY_ID["unfold" if heading.is_folded else "fold"]
        opens = self.key_hint(BY_ID[self.opens], act.name)
        folds = [self.key_hint(BY_ID[each]) for each in ("fold_all", "unfold_all")]
        return [opens, *folds, group, *(each for each in hints[1:] if each.enabled)]

    def do_group(self) -> None:
        self.groups.show_groups(not self.groups.is_grouped)
        self._show_changed_lines()

    def do_fold(self) -> None:
        self.groups.fold(True)
        self._show_changed_lines()

    def do_unfold(self) -> None:
        self.groups.fold(False)
        self._show_changed_lines()

    def do_fold_all(self) -> None:
        self.groups.fold_all(True)
        self._show_changed_lines()

    def do_unfold_all(self) -> None:
        self.groups.fold_all(False)
        self._show_changed_lines()

    def _show_changed_lines(self) -> None:
        self.refresh_keys()
        self.show_position()
        self.prioritise()
