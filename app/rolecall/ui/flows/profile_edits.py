"""Editing existing profiles, and undoing the last write. Each change is shown first."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.config.profile_tree import dependents
from rolecall.domain.errors import RolecallError
from rolecall.domain.text import safe
from rolecall.presentation import labels, times
from rolecall.presentation.commands import with_keys
from rolecall.presentation.differences import difference
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import file_strings, profile_strings
from rolecall.terminal import editor
from rolecall.ui.flows.dialogs import Flow, confirmed, in_background, written
from rolecall.ui.screens.modes import screens_in
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.state.events import ConfigChanged
from rolecall.ui.work import WorkGroup, asker, in_thread

if TYPE_CHECKING:
    from rolecall.domain.config.file_change import Change
    from rolecall.domain.model import Profile
    from rolecall.services.profiles.profile_edits import LeftDraft, ProfileEditsService
    from rolecall.ui.screens.base.form import FormScreen
    from rolecall.ui.screens.profiles.drift import DriftScreen
    from rolecall.ui.state.host import Host

_MakeForm = Callable[[list[str]], "FormScreen[str | None]"]  # from the known regions
_MakeTitle = Callable[[Sequence[str]], str]  # from the names of the profiles


class ProfileEditsFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._refused: dict[str, str] = {}  # by profile, the text that could not be used
        self._is_offering = False

    @property
    def _service(self) -> ProfileEditsService:
        return self._host.services.profile_edits

    def edit(self, profiles: Sequence[Profile]) -> None:
        from rolecall.ui.screens.profiles.edit_profiles import EditProfilesScreen

        self._fill_in(partial(EditProfilesScreen, profiles))

    def duplicate(self, profiles: Sequence[Profile]) -> None:
        from rolecall.ui.screens.profiles.duplicate_profiles import DuplicateProfilesScreen

        self._fill_in(partial(DuplicateProfilesScreen, profiles))

    def chain(self, source: Profile) -> None:
        """Make a profile that assumes a role through this one."""
        from rolecall.ui.screens.profiles.chain_profile import ChainProfileScreen

        self._fill_in(partial(ChainProfileScreen, source))

    def delete(self, profiles: Sequence[Profile]) -> None:
        self._delete(profiles, profile_strings.delete_title)

    def prune(self, profiles: Sequence[Profile]) -> None:
        """Delete profiles that AWS no longer lists."""
        self._delete(profiles, profile_strings.prune_title)

    @in_background(WorkGroup.EDIT, opens=True)
    async def drift(self) -> None:
        """Compare the profiles with what AWS lists."""
        from rolecall.ui.screens.profiles.drift import DriftScreen

        overview = await in_thread(self._host.services.drift.compare_all)
        self._host.require_asker()
        self._host.push_screen(DriftScreen(overview))

    @in_background(WorkGroup.DRIFT)
    async def compare_again(self) -> None:
        """Compare again for the screen that asks."""
        screen = asker()
        overview = await in_thread(self._host.services.drift.compare_all)
        for each in self._drift_screens:
            if each is screen:
                each.show(overview)

    async def refresh_drift(self) -> None:
        """Compare again if the drift is shown. A covered one compares when it is visible again."""
        for screen in self._drift_screens:
            screen.is_stale = screen is not self._host.screen
            if not screen.is_stale:
                self.compare_again()

    @property
    def _drift_screens(self) -> list[DriftScreen]:
        from rolecall.ui.screens.profiles.drift import DriftScreen

        return [each for each in screens_in(self._host) if isinstance(each, DriftScreen)]

    @in_background(WorkGroup.EDIT, opens=True)
    async def _fill_in(self, make_form: _MakeForm) -> None:
        form = make_form(await in_thread(self._host.services.sign_in.regions))
        name = await self._host.ask(form)
        turn = self._host.type_ahead.turn
        if name is not None and form.change is not None:
            await self._show_written(form.change)
            if isinstance(self._host.screen, ProfilesScreen):
                self._host.screen.table.move_to(name)
            await self._host.deliver_typed_keys(turn)

    @in_background(WorkGroup.EDIT, opens=True)
    async def edit_section(self, profile: Profile) -> None:
        """Open the section of the profile in the user's editor."""
        await self._edit_section(profile)

    @in_background()
    async def offer_drafts(self) -> None:
        """Ask once whether to continue with what was being edited when a rolecall was killed."""
        if self._is_offering:  # the screen is shown again after each question
            return
        self._is_offering = True
        try:
            for draft in await in_thread(self._service.left_drafts):
                await self._offer(draft)
        finally:
            self._is_offering = False

    async def _offer(self, draft: LeftDraft) -> None:
        title = profile_strings.DRAFT_LEFT.format(name=draft.profile.name)
        intro = profile_strings.DRAFT_INTRO
        if await confirmed(self._host, labels.GO_ON, title, "", intro=intro):
            self._refused[draft.profile.name] = draft.text
            await self._edit_section(draft.profile)
        await in_thread(draft.delete)

    async def _edit_section(self, profile: Profile) -> None:
        name, service = profile.name, self._service
        before = await in_thread(partial(service.section_text, profile))
        try:
            text = await self._typed(profile, self._refused.pop(name, before))
        except OSError as error:
            text = profile_strings.NO_EDITOR.format(reason=error.strerror)
            self._host.flash_warning(text, asked=True)
            return
        if text in {None, before}:
            self._host.flash(profile_strings.NOT_EDITED)
            return
        try:
            change = await in_thread(partial(service.plan_section, profile, text))
        except RolecallError as error:
            self._refused[name] = text
            again = with_keys(profile_strings.EDIT_AGAIN)
            self._host.flash_warning(f"{explain(error)} {again}", asked=True)
            return
        title = profile_strings.EDITED_TITLE.format(name=name)
        is_production = self._are_production([profile])
        keys = profile.overridden
        warnings = profile_strings.overridden(map(safe, keys)) if keys else ""
        diff = await in_thread(partial(difference, change))
        if await confirmed(
            self._host, labels.WRITE, title, diff, warnings=warnings, is_production=is_production
        ):
            await written(self._host, partial(self._host.services.profiles.commit, change))
            await self._show_written(change)

    async def _typed(self, profile: Profile, text: str) -> str | None:
        """Return the text after the editor; None if the editor has failed. Raises OSError."""
        draft = self._service.draft(profile, text)
        with ExitStack() as stack:
            path = await in_thread(lambda: stack.enter_context(draft))
            status = self._host.run_outside(lambda: editor.edit(path, os.environ))
            typed = await in_thread(lambda: path.read_bytes().decode("utf-8", "surrogateescape"))
            await in_thread(stack.close)
        return None if status else typed

    @in_background(WorkGroup.EDIT, opens=True)
    async def _delete(self, profiles: Sequence[Profile], title: _MakeTitle) -> None:
        def prepare() -> tuple[Change, str, str]:
            change = self._service.plan_delete(profiles)
            return change, difference(change), self._warnings(profiles)

        change, diff, warnings = await in_thread(prepare)
        names = [each.name for each in profiles]
        is_production = self._are_production(profiles)
        if await confirmed(
            *(self._host, labels.DELETE, title(names), diff),
            warnings=warnings,
            is_production=is_production,
        ):
            await written(self._host, partial(self._host.services.profiles.commit, change))
            await self._show_written(change)

    def _are_production(self, profiles: Sequence[Profile]) -> bool:
        is_production = self._host.state.production.is_production
        return any(is_production(each.acts_in, each.name) for each in profiles)

    def _warnings(self, profiles: Sequence[Profile]) -> str:
        """Return what breaks if the profiles are deleted, one per line."""
        deleted = {each.name for each in profiles}
        users = [each.name for each in dependents(deleted, self._host.state.profiles)]
        users += self._service.profiles.credentials.users_of({*deleted, *users})
        lines = []
        if users := [name for name in dict.fromkeys(users) if name not in deleted]:
            lines.append(
                profile_strings.LEFT_BEHIND.format(names=profile_strings.first_names(users))
            )
        for name in deleted:
            if variable := self._service.variable_naming(name):
                lines.append(profile_strings.VARIABLE_SAYS.format(variable=variable, name=name))
        if staying := self._service.names_in_credentials_file(each.name for each in profiles):
            lines.append(profile_strings.sections_stay(staying))
        return "\n".join(lines)

    async def _show_written(self, change: Change) -> None:
        await self._host.announce(ConfigChanged())
        if change.is_empty:
            self._host.flash(profile_strings.SAVE_ALREADY.format(path=config_file()))
        else:
            what = file_strings.done(safe(change.summary))
            self._host.flash(with_keys(profile_strings.WRITTEN, what=what))

    @in_background(WorkGroup.EDIT, opens=True)
    async def undo(self) -> None:
        """Show what the last write changed in ~/.aws/config. Undo it if the user agrees."""
        service = self._host.services.undo
        planned = await in_thread(partial(service.plan, self._host.services.locations.config))
        if planned is None:
            self._host.flash(profile_strings.UNDO_NOTHING)
            return
        what = file_strings.done(safe(planned.backup.summary))
        when = times.moment(planned.backup.when, self._host.now())
        deletes = planned.change.deletes
        intro = profile_strings.UNDO_INTRO_DELETES if deletes else profile_strings.UNDO_INTRO
        intro = intro.format(when=when, path=config_file())
        diff = await in_thread(partial(difference, planned.change))
        title = profile_strings.UNDO_TITLE.format(what=what)
        if await confirmed(self._host, labels.UNDO, title, diff, intro=intro):
            await written(self._host, partial(service.write_undo, planned))
            await self._host.announce(ConfigChanged())
            self._host.flash(profile_strings.UNDONE.format(what=what))
