"""`3`: the profiles of all kinds in ~/.aws/config and ~/.aws/credentials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from rolecall.domain.config.findings import FindingKind
from rolecall.domain.config.profile_tree import in_tree
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Profile
from rolecall.domain.search.folding import fold
from rolecall.domain.text import original
from rolecall.presentation import labels
from rolecall.presentation.commands import BY_ID, Command, Place, with_keys
from rolecall.presentation.errors import describe_with_line, explain
from rolecall.presentation.paths import config_file, credentials_file
from rolecall.presentation.texts import (
    command_strings,
    inventory_strings,
    profile_strings,
    token_strings,
)
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.screens.base.pages import section_lines
from rolecall.ui.screens.profiles.profile_details import (
    fact_lines,
    permission_set_of,
    profile_lines,
)
from rolecall.ui.widgets.detail_pane import Detail, DetailLine
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.status_line import ERROR_SECONDS
from rolecall.ui.widgets.table.columns import Column
from rolecall.ui.widgets.wrapping import ERROR

# What may fix a finding, other than the user's editor. The form changes the name, the region and
# the output.
_FIXES: Final = {
    FindingKind.NAME_NOT_SHARED: "edit",
    FindingKind.JAVASCRIPT_REFUSES: "edit",
    FindingKind.SHADOWED_KEYS: "edit",
    FindingKind.EMPTY_VALUE: "edit",
    FindingKind.SESSION_MISSING: "sessions",
    FindingKind.SOURCE_MISSING: "delete",
    FindingKind.PROCESS_PROFILE_MISSING: "delete",
    FindingKind.SOURCE_LOOP: "delete",
    FindingKind.NO_SOURCE: "delete",
    FindingKind.PROFILE_INCOMPLETE: "delete",
}


# What changes sections of ~/.aws/config.
_CHANGES: Final = {"edit", "edit_section", "delete", "duplicate"}


class ProfilesScreen(DetailScreen[Profile]):
    """Profiles that only ~/.aws/credentials has cannot be changed."""

    place = Place.PROFILES
    has_pages = True
    noun = inventory_strings.PROFILES_NOUN

    def __init__(self) -> None:
        super().__init__()
        self._profiles: Sequence[Profile] = ()  # in the order of the file
        self._tree: Sequence[Profile] = ()  # the same profiles, each below its source
        self._depth: dict[str, int] = {}

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.flows.profile_edits.offer_drafts()

    def columns(self) -> Sequence[Column[Profile]]:
        return (
            Column(
                "shell", "", lambda row: labels.IN_USE * self._is_in_use(row),
                "accent", minimum=1, drop_order=0, searched=False,
                wanted=lambda: any(map(self._is_in_use, self._tree)),
            ),
            columns.sign(
                lambda row: profile_strings.VERIFY_SIGNS.get(self._health(row), ""), self._health
            ),
            Column(
                "name", labels.PROFILE, self._in_tree,
                "accent", minimum=12, badge=self._badge,
                sort_key=lambda row: fold(row.name), is_name=True,
            ),
            Column(
                "kind", labels.KIND, lambda row: labels.PROFILE_KINDS[row.kind.value],
                "muted", minimum=7, drop_order=4,
            ),
            columns.account(self.host.state.account_name, style=None),
            columns.permission_set(
                self._permission_set,
                style=lambda row: "bad" if self.host.state.is_unassigned(row) else None,
            ),
            columns.account_id(lambda row: row.account_id or ""),
            columns.session(lambda row: row.session_name or row.start_url or ""),
            columns.region(lambda row: row.region or ""),
        )  # fmt: skip

    def _is_in_use(self, row: Profile) -> bool:
        return row.name == self.host.state.shell_profile

    def row_key(self, row: Profile) -> str:
        return row.name

    def rows(self) -> Sequence[Profile]:
        """Return the profiles. A role comes below the profile that it uses as its source."""
        profiles = self.host.state.profiles
        if profiles is not self._profiles:
            tree = in_tree(profiles)
            self._profiles, self._tree = profiles, [profile for profile, _ in tree]
            self._depth = {profile.name: depth for profile, depth in tree if depth}
        return self._tree

    def _health(self, row: Profile) -> str:
        """Return "good" or "bad" (verified), "muted" (being verified), "warn" (findings), or ""."""
        state = self.host.state
        if row.name in state.verifying:
            return "muted"
        if (works := state.verification_of(row.name)) is not None:
            return "good" if works else "bad"
        return "warn" if state.findings_of(row) or state.is_unassigned(row) else ""

    def _permission_set(self, row: Profile) -> str:
        text = permission_set_of(row)
        if self.host.state.is_unassigned(row):
            return inventory_strings.NOT_ASSIGNED.format(names=text)
        return text

    def _in_tree(self, row: Profile) -> str:
        """Return the name, indented below its source if the rows are in the order of the tree."""
        depth = self._depth.get(row.name, 0)
        if not depth or self.table.query_text or self.table.sorted_by[0]:
            return row.name
        return f"{'  ' * (depth - 1)}└ {row.name}"

    def _badge(self, row: Profile) -> str:
        return self.production_badge(row.acts_in, row.name)

    def has_read_rows(self) -> bool:
        return self.host.state.config is not None or bool(self.host.state.profiles_problem)

    def count_text(self) -> str:
        return super().count_text() if self.has_read_rows() else ""

    def placeholder(self) -> str:
        problem = self.host.state.profiles_problem
        if problem or not self.has_read_rows():
            return problem
        return with_keys(inventory_strings.NO_PROFILES, path=config_file())

    def foot_text(self) -> str:
        if self.host.state.profiles_problem and self.table.total:
            return with_keys(profile_strings.NOT_READ, path=config_file())
        row = self.current
        if row and row.name in self.host.state.verifying:
            return profile_strings.VERIFYING.format(name=row.name)
        if row and (found := self.host.state.findings_of(row)):
            first = describe_with_line(found[0])
            more = len(found) - 1
            return with_keys(profile_strings.AND_MORE, first=first, count=more) if more else first
        path = credentials_file() if row and row.only_in_credentials else config_file()
        return labels.SEPARATOR.join(filter(None, (super().foot_text(), path)))

    def show_state(self) -> None:
        super().show_state()
        self.table.marks.forget_absent()  # a new profile may get the name of a deleted one

    async def detail_of(self, row: Profile) -> Detail:
        state = self.host.state
        used = [DetailLine(labels.USED_BY_SHELL, "accent")] if self._is_in_use(row) else []
        lines = [*used, *profile_lines(state, row), *fact_lines(state, row)]
        return Detail(row.name, lines, self._badge(row))

    async def config_of(self, row: Profile) -> Detail:
        state = self.host.state
        lines = [*profile_lines(state, row), *section_lines(state, row)]
        return Detail(row.name, lines, self._badge(row))

    async def activity_of(self, row: Profile) -> Detail:
        lines = await self.activity(profile=original(row.name))
        return Detail(row.name, lines, self._badge(row))

    def key_hints(self) -> list[KeyHint]:
        """Begin with what can fix a profile with a problem."""
        hints, row = super().key_hints(), self.current
        if row is None or self.table.marks.count or self.filter_bar.has_keyboard:
            return hints
        fixes = [self.key_hint(BY_ID[each]) for each in self._fixes(row)]
        if self._health(row) == "bad":
            fixes.insert(0, self.key_hint(BY_ID["verify"], command_strings.TRY_AGAIN))
        keys = {each.key for each in fixes}
        return [*dict.fromkeys(fixes), *(each for each in hints if each.key not in keys)]

    def _fixes(self, row: Profile) -> Iterator[str]:
        state = self.host.state
        for each in state.findings_of(row):
            if not each.is_elsewhere:  # the commands change ~/.aws/config
                yield _FIXES.get(each.kind, "edit_section")
        if state.is_unassigned(row) and not row.only_in_credentials:
            yield from ("delete", "drift")

    def blocked(self, command: Command) -> str | None:
        if reason := super().blocked(command):
            return reason
        row, rows = self.current, self._rows_of(command.id)
        if command.id in _CHANGES and rows and not self._in_config(command.id):
            name = rows[0].name
            path, config = credentials_file(), config_file()
            return profile_strings.NOT_IN_CONFIG.format(name=name, path=path, config=config)
        if command.id == "chain" and row and not row.is_sso:
            return profile_strings.NO_SOURCE.format(name=row.name)
        if command.id == "open_row" and row and not (row.account_id and row.permission_set):
            return profile_strings.NOT_SSO.format(name=row.name)
        return None

    def _in_config(self, command: str = "") -> Sequence[Profile]:
        """Return the selected rows that ~/.aws/config has; only they can be changed."""
        return [each for each in self._rows_of(command) if not each.only_in_credentials]

    def _rows_of(self, command: str) -> Sequence[Profile]:
        return self.table.current_rows if command == "edit_section" else self.selected

    def marked_for(self, command: Command) -> int:
        if command.id in _CHANGES:
            return len(self._in_config(command.id))
        return super().marked_for(command)

    def do_verify(self) -> None:
        """Verify the marked rows on a separate screen, or the current row in place."""
        if marked := self.table.marks.rows:
            self.flows.profiles.verify_all(marked)
        elif row := self.current:
            self.flows.profiles.verify(row.name, self)

    def show_verifying(self, name: str) -> None:
        self.flash(profile_strings.VERIFYING.format(name=name))

    def show_verified(self, arn: str) -> None:
        self.flash_good(arn)

    def show_not_verified(self, error: RolecallError, again_at: datetime | None) -> None:
        text = token_strings.next_try(explain(error), again_at)
        self.status.flash(text, ERROR, ERROR_SECONDS)

    def do_exec(self) -> None:
        self.flows.runs.with_profiles(self.selected)

    def start_action(self, name: str) -> None:
        if row := self.current:
            self.flows.actions.with_profile(name, row)

    def do_use(self) -> None:
        if row := self.current:
            self.flows.profiles.use(row.name)

    def do_credentials(self) -> None:
        if row := self.current:
            self.flows.credentials.of_profile(row)

    def do_console(self) -> None:
        if row := self.current:
            self.flows.credentials.console_of_profile(row)

    def do_cloudshell(self) -> None:
        if row := self.current:
            self.flows.credentials.console_of_profile(row, cloudshell=True)

    def do_copy_command(self) -> None:
        if row := self.current:
            self.flows.profiles.copy_command(row.name)

    def do_open_row(self) -> None:
        row = self.current
        if row and row.account_id and row.permission_set:
            self.flows.inventory.show_row(row)

    def do_edit(self) -> None:
        self.flows.profile_edits.edit(self._in_config())

    def do_edit_section(self) -> None:
        if row := self.current:
            self.flows.profile_edits.edit_section(row)

    def do_duplicate(self) -> None:
        self.flows.profile_edits.duplicate(self._in_config())

    def do_delete(self) -> None:
        self.flows.profile_edits.delete(self._in_config())

    def do_chain(self) -> None:
        if row := self.current:
            self.flows.profile_edits.chain(row)

    def do_refresh_all(self) -> None:
        self.flows.profiles.read()
