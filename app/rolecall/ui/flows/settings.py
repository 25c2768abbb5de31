"""Changing settings, and saying which of them were passed over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rolecall.presentation import settings_strings
from rolecall.presentation.paths import as_written
from rolecall.ui import theme
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from rolecall.services.settings import SettingsService
    from rolecall.ui.app import RolecallApp


class SettingsFlow:
    def __init__(self, app: RolecallApp, service: SettingsService) -> None:
        self._app = app
        self._service = service

    @property
    def path(self) -> str:
        return as_written(self._app.services.locations.settings)

    def change(self) -> None:
        self._app.spawn(self._change, "settings", opens=True)

    def say_bad(self) -> None:
        """What of the file was passed over, where something was."""
        if self._service.read_error is not None:
            self._app.flash_error(self._service.read_error)
        elif bad := self._service.last.bad:
            self._app.flash(settings_strings.bad_flash(self.path, bad[0], len(bad) - 1))

    async def _change(self) -> None:
        from rolecall.ui.screens.settings import SettingsScreen

        app = self._app
        regions = await in_thread(app.services.sign_in.regions)
        mouse = app.settings.mouse
        if await app.push_screen_wait(SettingsScreen(self._service, self.path, regions)):
            app.theme = theme.first_theme(os.environ, app.settings.theme)
            app.refresh_texts()
            later = app.settings.mouse != mouse
            words = settings_strings.MOUSE_LATER if later else settings_strings.SAVED
            app.flash(words.format(path=self.path))
        await app.hand_on_typed()
