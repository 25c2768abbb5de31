"""Profiles: read, saved, verified, used."""

from __future__ import annotations

import asyncio
import shlex
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from rolecall.domain.errors import RolecallError
from rolecall.domain.text import original, safe
from rolecall.presentation import labels, profile_strings, save_strings
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import config_file
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.profiles import ProfilesScreen
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecall.domain.model import Profile
    from rolecall.services.profiles import ProfileDraft, ProfilesService
    from rolecall.ui.app import RolecallApp
    from rolecall.ui.state.session_state import AssignmentRow


_NOTED_WITHIN: Final = 0.3  # seconds


class ProfileFlow:
    def __init__(self, app: RolecallApp) -> None:
        self._app = app

    @property
    def _service(self) -> ProfilesService:
        return self._app.services.profiles

    def read(self) -> None:
        """Reads ~/.aws/config again."""
        self._app.spawn(self.read_now, "profiles")

    def save(self, row: AssignmentRow) -> None:
        """The form, the file, and the screen after."""
        self._app.spawn(partial(self._save, row), "save", opens=True)

    def verify(self, name: str, screen: CommandScreen[None]) -> None:
        """Who is this? The answer is shown on the screen that asked."""
        self._app.spawn(partial(self._verify, name, screen), "verify")

    def show(self, name: str) -> None:
        """The profile's row among the others."""
        self._app.go("profiles")
        if isinstance(self._app.screen, ProfilesScreen):
            self._app.screen.move_to(name)

    def verify_all(self, profiles: Sequence[Profile]) -> None:
        """Who are these? The answers are shown on a screen of their own."""
        from rolecall.ui.screens.verified import VerifiedScreen

        self._app.push_screen(VerifiedScreen(profiles))

    def use(self, name: str) -> None:
        """Leaves rolecall; the command line prints the name."""
        self._app.spawn(partial(self._use, name), "use")

    def copy_command(self, name: str) -> None:
        command = save_strings.TRY_COMMAND.format(name=shlex.quote(original(name)))
        self._app.copy(command, labels.COMMAND_COPIED.format(command=safe(command)))

    # --- how

    async def read_now(self) -> None:
        """While the file cannot be read, what was known of it stays: another program may be in
        the middle of writing it.
        """
        state = self._app.state
        was_wrong = state.profiles_problem
        try:
            state.set_config(await in_thread(self._service.read))
            state.profiles_problem = ""
        except RolecallError as error:
            state.profiles_problem = explain(error)
        self._app.refresh_texts()
        self._app.show_state()
        if state.profiles_problem and state.config is not None:
            self._app.flash_warning(state.profiles_problem)
        elif was_wrong and not state.profiles_problem:
            self._app.flash(profile_strings.READABLE.format(path=config_file()))

    async def _save(self, row: AssignmentRow) -> None:
        from rolecall.services.profiles import ProfileDraft
        from rolecall.ui.screens.save_profile import SaveProfileScreen
        from rolecall.ui.screens.saved import SavedScreen

        session, assignment = row

        def prepare() -> tuple[ProfileDraft, list[str]]:
            draft = ProfileDraft(
                name=self._service.suggest_name(assignment, session),
                session=session,
                assignment=assignment,
                region=self._service.default_region(session, row.account),
                output=self._service.default_output(),
            )
            return draft, self._app.services.sign_in.regions()

        try:
            draft, regions = await in_thread(prepare)
        except RolecallError as error:
            self._app.flash_error(error)
            return
        name = await self._app.push_screen_wait(SaveProfileScreen(*row, draft, regions))
        if name is not None:
            await self._app.inventory.note_use(session, row.key)
            await self.read_now()
            await self._app.push_screen_wait(SavedScreen(name, row.account.name))
            # For whoever pressed Esc too late to give up.
            self._app.flash(save_strings.SAVED_LINE.format(name=name, path=config_file()))

    async def _use(self, name: str) -> None:
        with suppress(TimeoutError):  # another rolecall writes for long: not worth the wait
            async with asyncio.timeout(_NOTED_WITHIN):
                await self._note_use(name)
        self._app.exit(original(name))

    async def _note_use(self, name: str) -> None:
        for profile in self._app.state.profiles:
            if profile.name != name or not profile.account_id or not profile.permission_set:
                continue
            if session := self._app.state.session_of(profile):
                key = profile.account_id, profile.permission_set
                await self._app.inventory.note_use(session, key)

    async def _verify(self, name: str, screen: CommandScreen[None]) -> None:
        screen.show_verifying(name)
        state = self._app.state
        try:
            identity = await in_thread(partial(self._app.services.verification.verify, name))
        except RolecallError as error:
            state.note_verified(name, works=False)
            if screen.is_attached:
                screen.show_not_verified(error)
        else:
            state.note_verified(name, works=True)
            if screen.is_attached:
                screen.show_verified(identity.arn)
        self._app.refresh_texts()
