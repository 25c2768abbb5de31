"""Profiles: read, save, verify, use."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from rolecall.domain.backoff import retry_pause
from rolecall.domain.errors import RolecallError
from rolecall.domain.text import original, safe
from rolecall.presentation import labels
from rolecall.presentation.commands import with_keys
from rolecall.presentation.differences import difference
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import as_written, config_file
from rolecall.presentation.texts import profile_strings, run_strings, shell_strings
from rolecall.ui.flows.dialogs import (
    Flow,
    any_runs_programs,
    confirmed,
    go_to,
    in_background,
    save_profile,
    written,
)
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.state.events import ConfigChanged, RoleUsed
from rolecall.ui.work import Left, WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.config.config import Config
    from rolecall.domain.model import Identity, Profile, VerifyResult
    from rolecall.services.profiles.profiles import ProfilesService
    from rolecall.ui.state.app_state import Question
    from rolecall.ui.state.flow_commands import VerificationsView, VerificationView
    from rolecall.ui.state.rows import AssignmentRow

_LONGEST_NOTE: Final = 0.3  # seconds to wait while another rolecall writes to the inventory
_LOOK_EVERY: Final = 0.5  # seconds between looks if the screen is visible
_VERIFY_TRIES: Final = 6  # the last one is five minutes after the first


class ProfilesFlow(Flow):
    @property
    def _service(self) -> ProfilesService:
        return self._host.services.profiles

    @in_background(WorkGroup.CONFIG)
    async def read(self) -> None:
        """Read the AWS files again, with all that depends on them."""
        await self._host.announce(ConfigChanged())

    def show(self, name: str) -> None:
        """Show the profile among the others."""
        go_to(self._host, "profiles")
        if isinstance(self._host.screen, ProfilesScreen):
            self._host.screen.table.move_to(name)

    def verify_all(self, profiles: Sequence[Profile]) -> None:
        """Ask AWS who these profiles are, on a separate screen."""
        from rolecall.ui.screens.profiles.verified import VerifiedScreen

        self._host.push_screen(VerifiedScreen(profiles))

    def copy_command(self, name: str) -> None:
        """Copy a command that uses the profile to the clipboard."""
        command = profile_strings.try_command(original(name))
        if isinstance(self._host.screen, CommandScreen):
            self._host.screen.copy(command, labels.COMMAND_COPIED.format(command=safe(command)))

    async def read_config(self) -> None:
        """Read ~/.aws/config and show it.

        If it cannot be read, the known profiles stay: another program may be writing it.
        """
        services, state = self._host.services, self._host.state

        def read() -> Config:
            locations = services.locations
            services.token_keeper.note_shown(locations.config, locations.credentials)
            return services.profiles.read()

        previous, problem = state.profiles_problem, ""
        try:
            state.cached_names = await in_thread(services.inventory.cache.names_by_account)
            state.set_config(await in_thread(read))
        except RolecallError as error:
            problem = explain(error)
        state.profiles_problem = problem
        self._host.refresh_texts()
        self._host.show_state()
        if problem and state.config is not None:
            self._host.flash_warning(problem, about=services.locations.config)
        elif previous and not problem:
            readable = profile_strings.READABLE.format(path=config_file())
            self._host.flash(readable, about=services.locations.config)

    @in_background(WorkGroup.SAVE, opens=True)
    async def save(self, row: AssignmentRow) -> None:
        """Save a profile for the permission set: the form, the file, and the screen after it."""
        from rolecall.ui.screens.profiles.saved import SavedScreen

        name = await save_profile(self._host, row)
        turn = self._host.type_ahead.turn
        if name is not None:
            with suppress(Left):
                await self._host.ask(SavedScreen(name, row.account))
            if any(each.name == name for each in self._host.state.profiles):  # not undone
                # For a user who pressed Esc too late to cancel, or has gone to another place.
                self._host.flash(profile_strings.SAVED_LINE.format(name=name, path=config_file()))
            await self._host.deliver_typed_keys(turn)

    @in_background(WorkGroup.USE, opens=True)
    async def use(self, name: str) -> None:
        """Leave rolecall with this profile. The command line prints its name."""
        if not await self._may_use(name) or not await self._may_stop():
            return
        await self._offer_awsp()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LONGEST_NOTE):
                await self._note_use(name)
        self._host.exit(original(name))

    async def _may_use(self, name: str) -> bool:
        """Ask once if the profile is production."""
        state = self._host.state
        found = [each for each in state.profiles if each.name == name]
        if not self._host.state.production.is_production(state.acts_in(name), name):
            return True
        title = profile_strings.USE_PRODUCTION.format(name=name)
        facts = [name]
        for each in found:
            facts += [*state.names_of(each), labels.profile_summary(each)]
        intro = labels.SEPARATOR.join(dict.fromkeys(facts))
        return await confirmed(self._host, labels.USE, title, "", intro=intro, is_production=True)

    async def _may_stop(self) -> bool:
        """Ask first if programs run, because they end with rolecall."""
        if not any_runs_programs(self._host):
            return True
        title, intro = run_strings.QUIT_TITLE, run_strings.WILL_STOP
        return await confirmed(self._host, labels.QUIT, title, "", intro=intro)

    async def _offer_awsp(self) -> None:
        """Offer to set up `awsp` if the shell lacks it. Without it, too, the profile is used."""
        bare = self._host.bare_shell()
        found = await in_thread(bare.plan) if bare else None
        if found is None or (change := found[1]) is None:
            return
        setup = found[0]
        path = as_written(setup.path)
        title = shell_strings.SET_UP_TITLE.format(path=path)
        diff = await in_thread(partial(difference, change))
        intro, no = with_keys(shell_strings.SET_UP_INTRO), labels.NOT_NOW
        if await confirmed(self._host, labels.WRITE, title, diff, intro=intro, no=no):
            await written(self._host, partial(setup.commit, change))

    async def _note_use(self, name: str) -> None:
        for profile in self._host.state.profiles:
            if profile.name != name or not profile.account_id or not profile.permission_set:
                continue
            if session := self._host.state.session_of(profile):
                key = profile.account_id, profile.permission_set
                await self._host.announce(RoleUsed(session, key))

    @in_background(WorkGroup.VERIFICATION, lambda name, view: f"{id(view)} {name}")
    async def verify(self, name: str, view: VerificationView) -> None:
        """Ask AWS who the profile is, and show the answer on the screen that asked.

        If AWS cannot be asked, try again after a pause, once the screen is visible.
        """
        from rolecall.services.identity.verification import is_temporary

        failures = 0
        while failures == 0 or view.is_open:
            if failures and not view.is_current:
                await asyncio.sleep(_LOOK_EVERY)
                continue
            error = await self._verify_once(name, view)
            failures += 1
            again_at = None
            if is_temporary(error) and failures < _VERIFY_TRIES:
                again_at = self._host.now() + retry_pause(failures)
            if error is not None and view.is_open:
                view.show_not_verified(error, again_at)
            self._host.refresh_texts()
            if again_at is None:
                return
            await asyncio.sleep(retry_pause(failures).total_seconds())

    async def _verify_once(self, name: str, view: VerificationView) -> RolecallError | None:
        """Verify the profile. Return why it does not work."""
        if view.is_open:
            view.show_verifying(name)
        self._show_verifying(name, is_asked=True)
        asked = self._host.state.question()
        try:
            verify = partial(self._host.services.verification.verify, name)
            identity = await in_thread(verify, view.show_slow)
        except RolecallError as error:
            self._note_verified(name, asked, error)
            return error
        finally:
            view.end_slow()
            self._show_verifying(name, is_asked=False)
        self._note_verified(name, asked, identity)
        if view.is_open:
            view.show_verified(identity.arn)
        return None

    def _show_verifying(self, name: str, *, is_asked: bool) -> None:
        self._host.state.note_verifying(name, is_asked=is_asked)
        self._host.refresh_texts()
        self._host.show_state()

    @in_background(WorkGroup.ALL_VERIFICATIONS, lambda view: str(id(view)))
    async def verify_each(self, view: VerificationsView) -> None:
        """Ask AWS who the profiles of the screen are, and show each answer on it."""
        asked = self._host.state.question()

        def take(name: str, answer: VerifyResult) -> None:
            if view.is_open:
                self._note_verified(name, asked, answer)
                view.show_answer(name, answer)

        def answered(name: str, answer: VerifyResult) -> None:
            self._host.call_later(take, name, answer)  # in a thread

        verify = self._host.services.verification.verify_all
        try:
            await in_thread(partial(verify, view.names, answered, view.left), view.show_slow)
        finally:
            view.end_slow()

    def _note_verified(self, name: str, asked: Question, answer: Identity | RolecallError) -> None:
        """Note whether the profile works, unless the answer says nothing about it."""
        from rolecall.services.identity.verification import is_temporary

        if not is_temporary(answer):
            self._host.state.note_verified(name, asked, not isinstance(answer, RolecallError))
