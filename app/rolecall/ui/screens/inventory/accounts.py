"""`1`: the accounts that are assigned to the user. They can be grouped, and groups folded."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from rolecall.presentation import labels
from rolecall.presentation.commands import BY_ID, Command, Place, with_keys
from rolecall.presentation.texts import command_strings, inventory_strings
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.catalogue import CatalogueScreen, failure_text
from rolecall.ui.screens.base.command import explained
from rolecall.ui.screens.base.detail import annotation_lines
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, section
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.table.columns import Column
from rolecall.ui.widgets.table.grouped_table import GroupedTable
from rolecall.ui.widgets.table.virtual_table import VirtualTable

if TYPE_CHECKING:
    from rolecall.ui.state.rows import AccountRow, AssignmentRow

_FOLDING: Final = ("fold", "unfold", "fold_all", "unfold_all")
_OPENS: Final = "open_permission_sets"  # the command of Enter, which folds a group
_BEFORE_GROUPS: Final = 4  # keys at the foot that are more important
_MOST_NAMED: Final = 100  # a pane has no room for more


class AccountsScreen(CatalogueScreen["AccountRow"]):
    """A heading stands for all rows of its group: commands for marked rows are for them, too."""

    place = Place.ACCOUNTS
    noun = inventory_strings.ACCOUNTS_NOUN
    groups: GroupedTable[AccountRow]

    def make_table(self) -> VirtualTable[AccountRow]:
        self.groups = GroupedTable(self.columns(), self.row_key, self._groups_of, self.noun)
        return self.groups

    def columns(self) -> Sequence[Column[AccountRow]]:
        said: Sequence[Column[AccountRow]] = columns.annotation_columns(
            self.host.state, lambda row: row.account.id
        )
        return (
            self.sign_column(),
            columns.account(
                lambda row: row.account.name,
                lambda row: self.production_badge(row.account.id, row.account.name),
                is_name=True,
            ),
            *said,
            self.session_column(),
            columns.account_id(lambda row: row.account.id),
            columns.email(lambda row: row.account.email),
            Column(
                "sets", labels.PERMISSION_SETS_COUNT, self._sets,
                lambda row: "bad" if row.error else None,
                drop_order=3, align="right", sort_key=_count, searched=False,
            ),
            Column(
                "profiles", labels.PROFILES, self._profiles,
                "accent", minimum=12, drop_order=2,
            ),
            Column("other-profiles", "", self._other_profiles, wanted=lambda: False),
        )  # fmt: skip

    def row_key(self, row: AccountRow) -> tuple[str, str]:
        return row.id

    def rows(self) -> Sequence[AccountRow]:
        return self.host.state.accounts

    def _groups_of(self, row: AccountRow) -> Sequence[str]:
        said = self.host.state.annotations.get(row.account.id)
        return said.groups if said else ()

    def _sets(self, row: AccountRow) -> str:
        if row.error is not None:
            from rolecall.presentation.errors import short

            return inventory_strings.FAILED_ROW.format(problem=short(row.error))
        if row.permission_sets is None:
            return inventory_strings.NOT_LISTED_YET
        return str(len(row.permission_sets))

    def _profiles(self, row: AccountRow) -> str:
        """Return the first profile and how many more there are. None of them is cut."""
        names = [profile.name for profile in self.host.state.profiles_of(row)]
        return f"{names[0]} +{len(names) - 1}" if len(names) > 1 else "".join(names)

    def _other_profiles(self, row: AccountRow) -> str:
        return " ".join(profile.name for profile in self.host.state.profiles_of(row)[1:])

    def show_state(self) -> None:
        if self.groups.is_grouped and not self.host.state.has_groups:
            self.groups.show_groups(False)
        super().show_state()

    # --- details

    async def detail_of(self, row: AccountRow) -> Detail:
        account = row.account
        lines = [DetailLine(account.id, "strong"), DetailLine(account.email, "muted")]
        lines += annotation_lines(self.host.state.annotations.get(account.id))
        sets = [each.permission_set.name for each in row.assignments]
        lines += section(labels.PERMISSION_SETS, sets or [self._sets(row)], "text")
        lines += self.profile_section(row)
        if row.error is not None:
            lines += section("", [explained(row.error)], "bad")
        return self._detail(row, lines)

    async def config_of(self, row: AccountRow) -> Detail:
        return self._detail(row, await self.config_lines(row.assignments))

    async def activity_of(self, row: AccountRow) -> Detail:
        return self._detail(row, await self.activity(account_id=row.account.id))

    def _detail(self, row: AccountRow, lines: Sequence[DetailLine]) -> Detail:
        account = row.account
        return Detail(account.name, lines, self.production_badge(account.id, account.name))

    def detail_of_none(self) -> Detail:
        """Return the accounts of the group if the cursor is on its heading."""
        if (heading := self.groups.heading) is None:
            return super().detail_of_none()
        rows = self.groups.current_rows
        count = inventory_strings.position(heading.shown, heading.total, *self.noun)
        names = [row.account.name for row in rows[:_MOST_NAMED]]
        return Detail(heading.name, [DetailLine(count, "strong"), *section("", names, "text")])

    # --- texts

    def empty_text(self) -> str:
        return inventory_strings.NO_ACCOUNTS

    def foot_text(self) -> str:
        if (row := self.current) and row.error is not None:
            return failure_text(row.error)
        return super().foot_text()

    def position_text(self) -> str:
        """Return only the foot if it counts the accounts too, or says why a row failed."""
        is_filtered = len(self.table.shown) != self.table.total
        has_failed = self.current is not None and self.current.error is not None
        if has_failed or (self.crawl_progress() and not is_filtered):
            return self.foot_text()
        return super().position_text()

    def _place_text(self) -> str:
        if not self.groups.is_grouped:
            return super()._place_text()
        if (place := self.groups.place_in_group) is None:
            return self.groups.hidden_sort
        heading, number = place
        row = inventory_strings.ROW_OF.format(row=number, rows=heading.shown)
        text = inventory_strings.ROW_OF_GROUP.format(group=heading.name, row=row)
        return labels.SEPARATOR.join(filter(None, (text, self.groups.hidden_sort)))

    # --- keys

    def key_hints(self) -> list[KeyHint]:
        """Add the keys of groups. Begin with what folds a group or lists an account again."""
        hints = super().key_hints()
        is_busy = self.filter_bar.has_keyboard or self.groups.marks.count
        if not is_busy and self.host.state.has_groups:
            hints = self._with_groups(hints)
        if (row := self.current) and row.error is not None and not self.filter_bar.has_keyboard:
            again = self.key_hint(BY_ID["refresh"], command_strings.TRY_AGAIN)
            return [again, *(each for each in hints if each.key != again.key)]
        return hints

    def _with_groups(self, hints: list[KeyHint]) -> list[KeyHint]:
        name = command_strings.WITHOUT_GROUPS if self.groups.is_grouped else ""
        group = self.key_hint(BY_ID["group"], name)
        if (heading := self.groups.heading) is None:
            return [*hints[:_BEFORE_GROUPS], group, *hints[_BEFORE_GROUPS:]]
        act = BY_ID["unfold" if heading.is_folded else "fold"]
        opens = self.key_hint(BY_ID[_OPENS], act.name)
        folds = [self.key_hint(BY_ID[each]) for each in ("fold_all", "unfold_all")]
        return [opens, *folds, group, *(each for each in hints[1:] if each.enabled)]

    def offers(self, command: Command) -> bool:
        if command.id in _FOLDING:
            return self.groups.is_grouped
        return super().offers(command)

    def needs_row(self, command: Command) -> bool:
        if command.id in {"group", *_FOLDING}:
            return False
        if self.groups.heading and (command.for_marked or command.id == _OPENS):
            return False
        return super().needs_row(command)

    def blocked(self, command: Command) -> str | None:
        if command.id == "group" and not self.host.state.has_groups:
            return with_keys(inventory_strings.GROUPS_NONE)
        reason = super().blocked(command)
        return with_keys(inventory_strings.ON_HEADING) if reason and self.groups.heading else reason

    # --- commands

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

    def move_to(self, key: Hashable) -> bool:
        """Also unfold the groups if they hide the row."""
        if super().move_to(key):
            return True
        self.groups.fold_all(False)
        return super().move_to(key)

    def do_open_permission_sets(self) -> None:
        if row := self.current:
            self.flows.inventory.open_account(row)
        elif heading := self.groups.heading:
            (self.do_unfold if heading.is_folded else self.do_fold)()

    def do_save_account(self) -> None:
        found, unlisted = self._listed, self._count_unlisted()
        if len(found) == 1 and not unlisted:
            self.flows.profiles.save(found[0])
        else:
            listed = [row for row in self.selected if row.permission_sets is not None]
            self.flows.workbench.open(found, partial(self.table.marks.remove, listed), unlisted)

    @property
    def _listed(self) -> list[AssignmentRow]:
        """The listed permission sets of the selected accounts."""
        return [each for row in self.selected for each in row.assignments]

    def _count_unlisted(self) -> int:
        return sum(row.permission_sets is None for row in self.selected)

    def do_annotate(self) -> None:
        if row := self.current:
            self.flows.annotations.edit(row.account)

    def do_exec(self) -> None:
        self.flows.runs.with_roles(self._listed, self._count_unlisted())

    def start_action(self, name: str) -> None:
        if row := self.current:
            unlisted = int(row.permission_sets is None)
            self.flows.actions.with_roles(name, row.assignments, unlisted)

    def do_favourite(self) -> None:
        if row := self.current:
            self.flows.inventory.toggle_favourite(row.session, row.key)

    def do_refresh(self) -> None:
        if row := self.current:
            self.flows.inventory.list_again(row.session, row.account.id)


def _count(row: AccountRow) -> int:
    return -1 if row.permission_sets is None else len(row.permission_sets)
