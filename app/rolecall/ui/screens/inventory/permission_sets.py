"""`2`: the permission sets of all accounts, or of the account that was opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.credentials.console import shortcut
from rolecall.presentation import labels
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import inventory_strings, profile_strings, token_strings
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.catalogue import CatalogueScreen, failure_text
from rolecall.ui.screens.base.detail import annotation_lines
from rolecall.ui.state.rows import Wanted
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, section
from rolecall.ui.widgets.table.awaiting_table import AwaitingTable
from rolecall.ui.widgets.table.columns import Column
from rolecall.ui.widgets.table.virtual_table import VirtualTable

if TYPE_CHECKING:
    from rolecall.ui.state.rows import AccountRow, AssignmentRow, Key
    from rolecall.ui.state.session_state import SessionState


class PermissionSetsScreen(CatalogueScreen["AssignmentRow"]):
    """`opened` is the account whose permission sets are shown, or None for all."""

    place = Place.PERMISSION_SETS
    noun = inventory_strings.PERMISSION_SETS_NOUN
    awaiting: AwaitingTable[AssignmentRow]

    def __init__(self, opened: AccountRow | None = None) -> None:
        self._opened = opened
        self._awaited_text = ""
        self._counted_rows: Sequence[AssignmentRow] = ()
        self._roles = 0  # among them
        super().__init__()

    def make_table(self) -> VirtualTable[AssignmentRow]:
        self.awaiting = AwaitingTable(self.columns(), self.row_key, framed=True)
        self.awaiting.when_forgotten = lambda: self.status.withdraw(self._awaited_text)
        return self.awaiting

    def columns(self) -> Sequence[Column[AssignmentRow]]:
        permission_set: Column[AssignmentRow] = columns.permission_set(
            lambda row: row.permission_set.name,
            style="strong" if self._opened else None, is_name=True,
        )  # fmt: skip
        said: Sequence[Column[AssignmentRow]] = columns.annotation_columns(
            self.host.state, lambda row: row.account.id
        )
        account_id: Column[AssignmentRow] = columns.account_id(lambda row: row.account.id)
        profile = columns.profile(self._profile)
        if self._opened is not None:
            return self.sign_column(), permission_set, profile, account_id
        return (
            self.sign_column(),
            columns.account(
                lambda row: row.account.name,
                lambda row: self.production_badge(row.account.id, row.account.name),
                is_name=True,
            ),
            *said,
            permission_set,
            self.session_column(),
            account_id,
            profile,
            columns.email(lambda row: row.account.email),
        )  # fmt: skip

    async def detail_of(self, row: AssignmentRow) -> Detail:
        account = row.account
        lines = [DetailLine(account.name, "strong"), DetailLine(account.id, "muted")]
        lines += annotation_lines(self.host.state.annotations.get(account.id))
        lines += section(labels.ROLE, [row.role_arn], "text")
        lines += self.profile_section(row)
        lines += section(labels.CONSOLE, [_console_of(row)], "muted")
        return self._detail(row, lines)

    async def config_of(self, row: AssignmentRow) -> Detail:
        return self._detail(row, await self.config_lines([row]))

    async def activity_of(self, row: AssignmentRow) -> Detail:
        account_id, name = row.key
        return self._detail(row, await self.activity(account_id=account_id, role=name))

    def _detail(self, row: AssignmentRow, lines: Sequence[DetailLine]) -> Detail:
        account = row.account
        badge = self.production_badge(account.id, account.name)
        return Detail(row.permission_set.name, lines, badge)

    def row_key(self, row: AssignmentRow) -> tuple[str, str, str]:
        return row.id

    def rows(self) -> Sequence[AssignmentRow]:
        if self._opened is None:
            return self.host.state.assignments
        account = self._account
        return self.host.state.assignments_of(account) if account else ()

    def has_read_rows(self) -> bool:
        """Return whether the opened account is listed, or will not be now."""
        if (account := self._account) is None:
            return True
        is_listed = account.permission_sets is not None or account.error is not None
        return is_listed or not self.host.state.state_of(account.session).crawling

    @property
    def goes_back(self) -> bool:
        return self._opened is not None

    @property
    def _account(self) -> AccountRow | None:
        """The current row of the account that was opened."""
        opened = self._opened
        if opened is None or not self.host.state.shown:
            return None
        return self.host.state.state_of(opened.session).rows.get(opened.account.id)

    def on_mount(self) -> None:
        """Show the whole reason if the listing failed: the status line may be too short.

        From now on the awaited row is forgotten when the user goes to another place.
        """
        if self._opened is None:  # only there a row is awaited, and the signal keeps the screen
            signal = self.app.mode_change_signal
            signal.subscribe(self, lambda _: self.awaiting.forget(), immediate=True)
        if (account := self._account) and account.error and account.permission_sets:
            self.flash_error(account.error)

    def show_state(self) -> None:
        """Close the account if another session is shown. There may be none for a moment."""
        opened, shown = self._opened, [each.session for each in self.host.state.shown]
        if opened and shown and opened.session not in shown:
            self.call_later(self._close)
        super().show_state()

    def _close(self) -> None:
        self.dismiss(None)

    def trail(self) -> tuple[str, ...]:
        opened = self._opened
        return (opened.session.label, opened.account.name) if opened else super().trail()

    def _profile(self, row: AssignmentRow) -> str:
        return " ".join(profile.name for profile in self.host.state.profiles_of(row))

    def placeholder(self) -> str:
        if (account := self._account) is not None:
            if account.error:
                return explain(account.error)
            if account.permission_sets is None:
                return inventory_strings.LISTING_SETS
        return super().placeholder()

    def empty_text(self) -> str:
        return f"{inventory_strings.NO_SETS} {with_keys(inventory_strings.PORTAL_HIDES)}"

    def wanted(self) -> list[Wanted]:
        if self._opened is not None:
            return [self._opened.wanted]
        if self.awaiting.awaited is None:
            return super().wanted()
        account_id, _, session_key = self.awaiting.awaited
        return [(session_key, account_id), *super().wanted()]

    @property
    def has_all_rows(self) -> bool:
        if self._opened is not None:
            return self._account is None or self._account.permission_sets is not None
        catalogues = [each.catalogue for each in self.host.state.shown]
        return super().has_all_rows and all(each.listed == len(each) for each in catalogues)

    def _counted(self, shown: int) -> str:
        """Count the roles of account access manager apart from the permission sets."""
        if not (roles := self._count_roles()):
            return super()._counted(shown)
        total, is_complete = self.table.total, self.has_all_rows
        found = roles if shown == total else sum(map(_is_role, self.table.shown))
        position = partial(inventory_strings.position, is_complete=is_complete)
        sets = position(shown - found, total - roles, *self.noun)
        return labels.SEPARATOR.join((sets, position(found, roles, *inventory_strings.ROLES_NOUN)))

    def _count_roles(self) -> int:
        """Return how many rows are roles, counted once for all filters."""
        if self._counted_rows is not self.table.rows:
            self._counted_rows = self.table.rows
            self._roles = sum(map(_is_role, self._counted_rows))
        return self._roles

    def foot_text(self) -> str:
        if self._opened is None:
            return super().foot_text()
        account = self._account
        return failure_text(account.error) if account and account.error else ""

    def position_text(self) -> str:
        account = self._account
        has_failed = account is not None and account.error is not None
        return self.foot_text() if has_failed else super().position_text()

    def needs_row(self, command: Command) -> bool:
        if command.id == "refresh" and self._opened is not None:
            return False
        return super().needs_row(command)

    def blocked(self, command: Command) -> str | None:
        if reason := super().blocked(command):
            return reason
        if command.id == "use" and (row := self.current) and not self._profile(row):
            return with_keys(profile_strings.USE_NEEDS_PROFILE)
        return None

    def do_save(self) -> None:
        if self.table.marks.count:
            rows = self.table.marks.rows
            self.flows.workbench.open(rows, partial(self.table.marks.remove, rows))
        elif row := self.current:
            self.flows.profiles.save(row)

    def do_exec(self) -> None:
        self.flows.runs.with_roles(self.selected)

    def do_use(self) -> None:
        if row := self.current:
            found = self.host.state.profiles_of(row)
            self.flows.profiles.use(found[0].name)

    def do_credentials(self) -> None:
        if row := self.current:
            self.flows.credentials.of_row(row)

    def do_console(self) -> None:
        if row := self.current:
            self.flows.credentials.console_of_row(row)

    def do_cloudshell(self) -> None:
        if row := self.current:
            self.flows.credentials.console_of_row(row, cloudshell=True)

    def do_copy_role(self) -> None:
        arns = [row.role_arn for row in self.selected]
        if all(row.permission_set.is_role for row in self.selected):
            self.copy("\n".join(arns), inventory_strings.ARNS_COPIED(len(arns)))
            return
        one = inventory_strings.ROLE_COPIED
        text = one if len(arns) == 1 else inventory_strings.ROLES_COPIED(len(arns))
        self.copy("\n".join(arns), text)

    def start_action(self, name: str) -> None:
        if row := self.current:
            self.flows.actions.with_roles(name, [row])

    def do_favourite(self) -> None:
        if row := self.current:
            self.flows.inventory.toggle_favourite(row.session, row.key)

    def do_refresh(self) -> None:
        if row := self._opened or self.current:
            self.flows.inventory.list_again(row.session, row.account.id)

    def await_row(self, key: Key, session_state: SessionState) -> None:
        """Say why the row is not there. If it may come, the cursor goes to it then."""
        self.flash_warning(text := _absence(session_state, key), asked=True)
        if not session_state.lacks(key):
            self.awaiting.awaited = (*key, session_state.session.cache_key)
            self._awaited_text = text
            self.prioritise()

    def report_absence(self) -> None:
        """If the user waits for a row that the complete listing does not have, say so."""
        if self.awaiting.awaited is None:
            return
        account_id, permission_set, session_key = self.awaiting.awaited
        key = account_id, permission_set
        for each in self.host.state.shown:
            if each.session.cache_key == session_key and each.lacks(key):
                self.awaiting.forget()
                self.flash_warning(_absence(each, key), asked=True)

    def on_screen_resume(self) -> None:
        self.report_absence()


def _absence(session_state: SessionState, key: Key) -> str:
    """Return why the row is not there, and whether it may come."""
    text, time, at = inventory_strings.ROW_AWAITED, "", session_state.retry_at
    if session_state.lacks(key):
        text = inventory_strings.ROW_ABSENT
    elif session_state.token is None:
        text = inventory_strings.ROW_SIGNED_OUT
    elif at is not None and not session_state.crawling:
        text, time = inventory_strings.ROW_INCOMPLETE, token_strings.time(at)
    return with_keys(text, account=key[0], permission_set=key[1], time=time)


def _is_role(row: AssignmentRow) -> bool:
    return row.permission_set.is_role


def _console_of(row: AssignmentRow) -> str:
    """Return the link into the console. A role has only the address of its portal."""
    tenant = row.session.tenant
    if row.permission_set.is_role:
        return tenant.address if tenant else ""
    return shortcut(row.session, row.account.id, row.permission_set.name).shown
