"""`3`: every profile of ~/.aws/config, whatever its kind."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.model import Profile, ProfileKind
from rolecall.domain.text import safe
from rolecall.ui import strings
from rolecall.ui.commands import Command, Place
from rolecall.ui.explain import describe
from rolecall.ui.screens.command_screen import bindings
from rolecall.ui.screens.place_screen import PlaceScreen
from rolecall.ui.widgets.virtual_table import Column


class ProfilesScreen(PlaceScreen[Profile]):
    place = Place.PROFILES
    noun = ("profile", "profiles")
    BINDINGS = bindings(Place.PROFILES)

    def columns(self) -> Sequence[Column[Profile]]:
        return (
            Column(
                "sign", "", lambda row: "!" if self.rolecall.state.findings_of(row) else "",
                "warn", minimum=1, maximum=1, searched=False,
            ),
            Column(
                "name", strings.PROFILE, lambda row: row.name,
                "accent", minimum=20, maximum=40, weight=3, badge=self._badge,
            ),
            Column(
                "kind", strings.KIND, lambda row: strings.PROFILE_KINDS[row.kind.value],
                "muted", minimum=8, maximum=14, gives_way=2,
            ),
            Column(
                "account", strings.ACCOUNT, self._account,
                None, minimum=12, maximum=40, weight=2,
            ),
            Column(
                "permission_set", strings.PERMISSION_SET, _permission_set,
                None, minimum=22, maximum=36, weight=2,
            ),
            Column(
                "id", strings.ACCOUNT_ID, lambda row: row.account_id or "",
                "muted", minimum=12, maximum=12, gives_way=4,
            ),
            Column(
                "session", strings.SESSION, lambda row: row.session_name or row.start_url or "",
                "muted", minimum=8, maximum=24, gives_way=3,
            ),
            Column(
                "region", strings.REGION, lambda row: row.region or "",
                "muted", minimum=12, maximum=14, gives_way=1,
            ),
        )  # fmt: skip

    def row_key(self, row: Profile) -> tuple[str, int]:
        return row.name, row.line

    def rows(self) -> Sequence[Profile]:
        return self.rolecall.state.profiles

    def _badge(self, row: Profile) -> str:
        return self.rolecall.production_badge(row.name, self._account(row))

    def _account(self, row: Profile) -> str:
        """The account's name where the session in view knows it, else its id."""
        if row.account_id is None:
            return ""
        listing = self.rolecall.state.catalogue.get(row.account_id)
        return listing.account.name if listing else row.account_id

    def placeholder(self) -> str:
        state = self.rolecall.state
        return state.profiles_problem or strings.NO_PROFILES.format(path=self.rolecall.config_path)

    def standing(self) -> str:
        row = self.current
        if row and (found := self.rolecall.state.findings_of(row)):
            return strings.FINDINGS.format(line=found[0].line, sentence=describe(found[0]))
        return f"{super().standing()} · {self.rolecall.config_path}"

    def blocked(self, command: Command) -> str | None:
        if reason := super().blocked(command):
            return reason
        row = self.current
        if command.id == "open_row" and row and not (row.account_id and row.permission_set):
            return strings.NOT_SSO.format(name=row.name)
        return None

    def do_verify(self) -> None:
        if row := self.current:
            self.rolecall.profiles.verify(row.name, self)

    def do_use(self) -> None:
        if row := self.current:
            self.rolecall.profiles.use(row.name)

    def do_copy_command(self) -> None:
        if row := self.current:
            self.rolecall.profiles.copy_command(row.name)

    def do_open_row(self) -> None:
        row = self.current
        if row and row.account_id and row.permission_set:
            self.rolecall.inventory.show_row(row.account_id, row.permission_set)

    def do_undo(self) -> None:
        self.rolecall.profiles.undo()

    def do_refresh_all(self) -> None:
        self.rolecall.profiles.read()

    def move_to(self, name: str) -> None:
        for profile in self.rolecall.state.profiles:
            if profile.name == name:
                self.table.move_to(self.row_key(profile))
                return


def _permission_set(row: Profile) -> str:
    """What the credentials are for: a permission set, or a role and by way of whom."""
    if row.kind is ProfileKind.ROLE:
        role = row.settings.get("role_arn", "").rpartition("/")[2]
        source = row.settings.get("source_profile") or row.settings.get("credential_source", "")
        return strings.ROLE_VIA.format(role=safe(role), source=safe(source))
    return row.permission_set or ""
