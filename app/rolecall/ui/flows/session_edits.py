"""Changing and deleting sessions. Each change is shown first."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.commands import with_keys
from rolecall.presentation.differences import difference
from rolecall.presentation.texts import file_strings, profile_strings, sign_in_strings
from rolecall.ui.flows.dialogs import Flow, confirmed, in_background, written
from rolecall.ui.state.events import ConfigChanged, SessionReplaced, SignInWanted
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.config.file_change import Change
    from rolecall.domain.model import SsoSession


class SessionEditsFlow(Flow):
    @in_background(WorkGroup.SESSION_EDIT, opens=True)
    async def edit(self, session: SsoSession) -> None:
        """Change the addresses or the region of the session."""
        from rolecall.ui.screens.sign_in.edit_session import EditSessionScreen

        regions = await in_thread(self._host.services.sign_in.regions)
        form = EditSessionScreen(session, regions)
        edited = await self._host.ask(form)
        turn = self._host.type_ahead.turn
        if edited is not None and form.located is not None:
            await self._host.announce(SignInWanted(edited, form.located))
        elif edited is not None and form.change is not None:
            await self._show_written(form.change, session, edited)
        await self._host.deliver_typed_keys(turn)

    @in_background(WorkGroup.SESSION_EDIT, opens=True)
    async def write_proven(self, session: SsoSession, proven: SsoSession) -> None:
        """Show the change to the session that the user has signed in to, and write it."""
        edits = self._host.services.session_edits
        change = await in_thread(partial(edits.plan_edit, session, proven))
        title = sign_in_strings.EDIT_TITLE.format(name=session.label)
        if await confirmed(self._host, labels.WRITE, title, difference(change)):
            await written(self._host, partial(edits.commit, change))
            await self._show_written(change, session, proven)
            await self._host.announce(SignInWanted(proven))

    @in_background(WorkGroup.SESSION_EDIT, opens=True)
    async def delete(self, session: SsoSession) -> None:
        """Delete the session after a confirmation."""
        edits = self._host.services.session_edits

        def prepare() -> tuple[Change, str, list[str]]:
            change = edits.plan_delete(session)
            return change, difference(change), edits.users_of(session)

        change, diff, users = await in_thread(prepare)
        title = sign_in_strings.DELETE_TITLE.format(name=session.label)
        warnings = self._warnings(session, users)
        if await confirmed(self._host, labels.DELETE, title, diff, warnings=warnings):
            await written(self._host, partial(edits.commit, change))
            await self._show_written(change, session, None)

    def _warnings(self, session: SsoSession, users: list[str]) -> str:
        lines = []
        if users:
            names = profile_strings.first_names(users)
            lines.append(sign_in_strings.USERS_STAY.format(names=names))
        if session in self._host.state.usable_tokens:
            lines.append(with_keys(sign_in_strings.TOKEN_STAYS))
        return "\n".join(lines)

    async def _show_written(
        self, change: Change, session: SsoSession, edited: SsoSession | None
    ) -> None:
        if change.is_empty:
            return
        await self._host.announce(ConfigChanged())
        await self._host.announce(SessionReplaced(session, edited))
        what = file_strings.done(safe(change.summary))
        self._host.flash(with_keys(profile_strings.WRITTEN, what=what))
