"""Changing profiles that are there, and taking the last write back; each is shown before."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from rolecall.domain.errors import RolecallError
from rolecall.domain.text import safe
from rolecall.presentation import file_strings, labels, profile_strings, save_strings, times
from rolecall.presentation.commands import with_keys
from rolecall.presentation.paths import config_file
from rolecall.ui.screens.profiles import ProfilesScreen
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import Profile
    from rolecall.services.profile_changes import Change, ProfileChanges
    from rolecall.ui.app import RolecallApp
    from rolecall.ui.screens.base.form import FormScreen
    from rolecall.ui.screens.drift import DriftScreen

_Form = Callable[[list[str]], "FormScreen[str | None]"]


class ChangeFlow:
    def __init__(self, app: RolecallApp) -> None:
        self._app = app

    @property
    def _service(self) -> ProfileChanges:
        return self._app.services.profile_changes

    def edit(self, profiles: Sequence[Profile]) -> None:
        from rolecall.ui.screens.edit_profiles import EditProfilesScreen

        self._spawn(partial(self._fill_in, partial(EditProfilesScreen, profiles)))

    def duplicate(self, profiles: Sequence[Profile]) -> None:
        from rolecall.ui.screens.duplicate_profiles import DuplicateProfilesScreen

        self._spawn(partial(self._fill_in, partial(DuplicateProfilesScreen, profiles)))

    def chain(self, source: Profile) -> None:
        from rolecall.ui.screens.chain_profile import ChainProfileScreen

        self._spawn(partial(self._fill_in, partial(ChainProfileScreen, source)))

    def delete(self, profiles: Sequence[Profile]) -> None:
        self._spawn(partial(self._delete, profiles))

    def prune(self, profiles: Sequence[Profile]) -> None:
        """Deletes what a complete listing has seen to be gone."""
        self._spawn(partial(self._delete, profiles, profile_strings.PRUNE_OF))

    def drift(self) -> None:
        """What the last complete listing says against the profiles there are."""
        self._spawn(self._drift)

    def look_again(self, screen: DriftScreen) -> None:
        self._spawn(partial(self._look_again, screen), opens=False)

    def undo(self) -> None:
        """Shows what the last write did to ~/.aws/config, and takes it back if that is wanted."""
        self._spawn(self._undo)

    def notice(self) -> None:
        """The files have changed, by whomever: what is shown of them is read again."""
        if self._app.state.config is not None or self._app.state.profiles_problem:
            self._spawn(self._read_again, "profiles", opens=False)

    # --- how

    def _spawn(
        self,
        work: Callable[[], Coroutine[Any, Any, None]],
        group: str = "save",
        *,
        opens: bool = True,
    ) -> None:
        async def guarded() -> None:
            try:
                await work()
            except RolecallError as error:
                self._app.flash_error(error)

        self._app.spawn(guarded, group, opens=opens)

    async def _fill_in(self, made: _Form) -> None:
        form = made(await in_thread(self._app.services.sign_in.regions))
        name = await self._app.push_screen_wait(form)
        if name is not None and form.change is not None:
            await self._written(form.change)
            if isinstance(self._app.screen, ProfilesScreen):
                self._app.screen.move_to(name)
            await self._app.hand_on_typed()

    async def _drift(self) -> None:
        from rolecall.ui.screens.drift import DriftScreen

        look = await in_thread(self._app.services.drift.compare_all)
        self._app.push_screen(DriftScreen(look))

    async def _look_again(self, screen: DriftScreen) -> None:
        look = await in_thread(self._app.services.drift.compare_all)
        if screen.is_attached:
            screen.show(look)

    async def _delete(self, profiles: Sequence[Profile], words: str = "") -> None:
        def prepare() -> tuple[Change, str, str]:
            change = self._service.plan_delete(profiles)
            return change, change.diff(), self._warnings(profiles)

        change, diff, warnings = await in_thread(prepare)
        names = [each.name for each in profiles]
        one, several = profile_strings.DELETE_OF, profile_strings.DELETE_SEVERAL
        words = words or (one if len(names) == 1 else several)
        shown = profile_strings.names(names)
        title = words.format(name=names[0], count=f"{len(names):,}", names=shown)
        if await self.confirmed(title, diff, warnings, about=self._app.state.names_of(*profiles)):
            await in_thread(partial(self._service.commit, change))
            await self._written(change)

    def _warnings(self, profiles: Sequence[Profile]) -> str:
        """What deleting them leaves behind, a line each."""
        gone = {each.name for each in profiles}
        lines = []
        left = [
            each.name
            for each in self._app.state.profiles
            if each.source in gone and each.name not in gone
        ]
        left += [name for name in self._service.users_in_credentials_file(gone) if name not in gone]
        if left:
            lines.append(profile_strings.LEFT_BEHIND.format(names=profile_strings.names(left)))
        for name in gone:
            if variable := self._service.variable_naming(name):
                lines.append(profile_strings.VARIABLE_SAYS.format(variable=variable, name=name))
        return "\n".join(lines)

    async def confirmed(
        self,
        title: str,
        diff: str,
        warnings: str = "",
        intro: str = "",
        about: Sequence[str] = (),
    ) -> bool:
        """Whether the user wants what the difference shows."""
        from rolecall.ui.screens.confirm import ConfirmScreen

        intro = intro or labels.WILL_CHANGE.format(path=config_file())
        screen: Screen[Any] = ConfirmScreen(title, intro, diff, warnings, about)
        return bool(await self._app.push_screen_wait(screen))

    async def _written(self, change: Change) -> None:
        await self._read_again()
        if change.is_empty:
            self._app.flash(save_strings.SAVE_ALREADY.format(path=config_file()))
        else:
            what = file_strings.done(safe(change.summary))
            self._app.flash(with_keys(profile_strings.WRITTEN, what=what))

    async def _read_again(self) -> None:
        from rolecall.ui.screens.drift import DriftScreen

        await self._app.profiles.read_now()
        if isinstance(self._app.screen, DriftScreen):
            await self._look_again(self._app.screen)

    async def _undo(self) -> None:
        service = self._app.services.undo
        planned = await in_thread(partial(service.plan, self._app.services.locations.config))
        if planned is None:
            self._app.flash(save_strings.UNDO_NOTHING)
            return
        what = file_strings.done(safe(planned.backup.summary))
        when = times.moment(planned.backup.when, self._app.now())
        intro = save_strings.UNDO_INTRO.format(when=when, path=config_file())
        diff = await in_thread(planned.change.diff)
        if await self.confirmed(save_strings.UNDO_TITLE.format(what=what), diff, intro=intro):
            await in_thread(partial(service.take_back, planned))
            await self._read_again()
            self._app.flash(save_strings.UNDONE.format(what=what))
