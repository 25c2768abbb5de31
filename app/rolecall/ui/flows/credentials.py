"""Credentials and console links of permission sets and profiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.access_role import is_role
from rolecall.domain.credentials.credential_formats import Export
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.model import Profile
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import original, safe
from rolecall.presentation import labels
from rolecall.presentation.differences import difference
from rolecall.presentation.paths import credentials_file
from rolecall.presentation.texts import credential_strings, log_strings, profile_strings
from rolecall.services.lending.asked import check_required
from rolecall.ui.flows.dialogs import Flow, confirmed, in_background, written
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.config.file_change import Change
    from rolecall.domain.model import SsoSession
    from rolecall.ui.state.rows import AssignmentRow


class CredentialsFlow(Flow):
    def of_profile(self, profile: Profile) -> None:
        """Get the credentials of the profile and show how to export them."""
        self._show(
            (profile.acts_in, profile.name),
            self._names(profile),
            lambda: self._host.services.credentials.export(original(profile.name)),
            partial(self._note, HandOutKind.EXPORT, profile),
        )

    def of_row(self, row: AssignmentRow) -> None:
        """Get the credentials of the permission set and show how to export them."""
        if profiles := self._host.state.profiles_of(row):
            self.of_profile(profiles[0])
            return

        def get() -> Export:
            services = self._host.services
            credentials = services.credentials.of_role(row.session, *row.key)
            name = services.profiles.suggest_name(row.assignment, row.session)
            name = credential_strings.KEYS_NAME.format(name=original(name))
            region = services.profiles.default_region(row.session, row.account)
            return Export(credentials, region, name)

        note = partial(self._note, HandOutKind.EXPORT, row)
        names = row.account.name, row.permission_set.name
        self._show((row.account.id, row.account.name), names, get, note)

    def console_of_profile(self, profile: Profile, *, cloudshell: bool = False) -> None:
        """Show a link to the AWS console, or to CloudShell, for the profile."""
        session = self._host.state.session_of(profile)
        if session is None or not profile.account_id or not profile.permission_set:
            self._host.flash_warning(
                credential_strings.NO_CONSOLE.format(name=profile.name), asked=True
            )
            return
        key, names = (profile.account_id, profile.permission_set), self._names(profile)
        region = profile.region or session.region
        self._console(profile, names, session, key, region, cloudshell=cloudshell)

    def console_of_row(self, row: AssignmentRow, *, cloudshell: bool = False) -> None:
        """Show a link to the AWS console, or to CloudShell, for the permission set."""
        profiles = self._host.state.profiles_of(row)
        region = next((each.region for each in profiles if each.region), row.session.region)
        names = row.account.name, row.permission_set.name
        self._console(row, names, row.session, row.key, region, cloudshell=cloudshell)

    def _console(
        self,
        of: Profile | AssignmentRow,
        names: Sequence[str],
        session: SsoSession,
        key: tuple[str, str],
        region: str,
        *,
        cloudshell: bool,
    ) -> None:
        if is_role(key[1]):  # AWS documents no link for a role of account access manager
            portal = session.tenant.address if session.tenant else ""
            text = credential_strings.NO_CONSOLE_OF_ROLE.format(portal=portal).strip()
            self._host.flash_warning(text, asked=True)
            return
        from rolecall.ui.screens.credentials.console import ConsoleScreen

        self._host.push_screen(ConsoleScreen(names, session, key, region, cloudshell=cloudshell))
        self._note(HandOutKind.CONSOLE, of)

    @in_background(WorkGroup.LOG)
    async def say_who_had(self, key_id: str) -> None:
        """Say what the log has about this access key."""
        log = self._host.services.hand_outs
        found = await in_thread(partial(log.found, (key_id,)))
        problem = None if found else await in_thread(log.problem)
        if problem is not None:  # the log may lack the key because of it
            self._host.flash_warning(log_strings.problem(problem), asked=True)
        else:
            self._host.flash(log_strings.who_had(key_id, found, self._host.now()))

    @in_background(WorkGroup.KEYS, opens=True)
    async def _show(
        self,
        role: tuple[str, str],
        names: Sequence[str],
        get: Callable[[], Export],
        note: Callable[[str], None],
    ) -> None:
        """`role`: the account ID, and a name that may make it production."""
        self._host.require_asker()
        is_production = self._host.state.production.is_production(*role)
        settings = self._host.services.settings.settings

        def checked() -> Export:
            check_required("", settings, role[1], lambda: is_production)
            return get()

        screen = CredentialsScreen(names, checked, note, is_production=is_production)
        self._host.push_screen(screen)

    @in_background()
    async def _note(self, kind: HandOutKind, of: Profile | AssignmentRow, key_id: str = "") -> None:
        """Note in the log what the user gets."""

        def note() -> None:
            log = self._host.services.hand_outs
            if isinstance(of, Profile):
                log.note_profile(kind, original(of.name), key_id)
            else:
                log.note(kind, SwitchTarget("", *of.key, of.session.cache_key), key_id)

        await in_thread(note)

    def _names(self, profile: Profile) -> list[str]:
        names = self._host.state.names_of(profile)
        return [*names, profile.permission_set] if profile.permission_set else names

    @in_background(WorkGroup.KEYS_FILE, opens=True)
    async def write(self, exported: Export, on_written: Callable[[], None]) -> None:
        """Write the credentials to ~/.aws/credentials, after a confirmation."""
        services = self._host.services

        def prepare() -> tuple[Change, str]:
            change = services.stored_credentials.plan_store(exported)
            return change, difference(change)

        name = safe(exported.name)
        title = credential_strings.WRITE_TITLE.format(name=name)
        intro = credential_strings.WRITE_INTRO
        change, diff = await in_thread(prepare)
        if change.is_empty:
            self._host.flash(profile_strings.SAVE_ALREADY.format(path=credentials_file()))
        elif await confirmed(self._host, labels.WRITE, title, diff, intro=intro):
            await written(self._host, partial(services.stored_credentials.commit, change))
            on_written()
            self._host.flash(credential_strings.WRITTEN.format(name=name))
