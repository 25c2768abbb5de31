"""The sign-in under the prompt, as an app."""

from __future__ import annotations

import os
from functools import partial
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from rolecall.domain.errors import RolecallError
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.presentation.texts import switch_strings as words
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching
from rolecall.ui.picker.inline_app import InlineApp
from rolecall.ui.picker.inline_sign_in import sign_in_screen
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.work import in_thread

_LINES = 14  # until the sign-in is there


class SignInApp(InlineApp[bool]):
    """The sign-in alone, for a profile that was named.

    Exits with whether the user has signed in, or None if the profile is not wanted either.
    """

    CSS_PATH = stylesheets("parts", "picker")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "leave", priority=True)]

    def __init__(self, switching: Switching, target: SwitchTarget) -> None:
        super().__init__(switching.settings.settings.theme)
        self._switching = switching
        self._target = target

    def on_mount(self) -> None:
        self.screen.styles.height = min(_LINES, self.size.height)
        self._sign_in()

    @work
    async def _sign_in(self) -> None:
        try:
            services = await in_thread(partial(Services, os.environ))
            screen = await sign_in_screen(services, self._switching, self._target, words.LATER)
        except RolecallError:
            self.exit(False)  # the caller reports what is wrong with the files
            return
        signed_in = await self.push_screen_wait(screen)
        self.exit(signed_in)

    def action_leave(self) -> None:
        self.exit()
