"""Changing the settings, and reporting those that were not understood."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rolecall.presentation import keymap, settings_strings
from rolecall.presentation.paths import as_written
from rolecall.ui import theme
from rolecall.ui.threads import in_thread
from rolecall.ui.work_group import WorkGroup

if TYPE_CHECKING:
    from rolecall.ui.host import Host


class SettingsFlow:
    """Shows the settings, and reports bad ones."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._service = host.settings_service

    @property
    def path(self) -> str:
        return as_written(self._host.services.locations.settings)

    def change(self) -> None:
        """Show the form of the settings."""
        self._host.spawn(self._change, WorkGroup.SETTINGS, opens=True)

    def report_bad(self) -> None:
        """Report what is wrong with the file, if anything is."""
        if self._service.read_error is not None:
            self._host.flash_error(self._service.read_error)
        elif bad := self._service.last.bad:
            self._host.flash(settings_strings.bad_flash(self.path, bad[0], len(bad) - 1))

    async def _change(self) -> None:
        from rolecall.ui.screens.settings import SettingsScreen

        host = self._host
        regions = await in_thread(host.services.sign_in.regions)
        before = host.settings
        is_changed = await host.ask(SettingsScreen(self._service, self.path, regions))
        turn = host.type_ahead.turn
        if is_changed:
            host.show_theme(theme.first_theme(os.environ, host.settings.theme))
            host.refresh_texts()
            bad = keymap.use_actions(host.settings, self._service.last.lines)
            self._service.add_bad(bad)
            host.show_state()
            words = settings_strings.SAVED
            if host.settings.mouse != before.mouse:
                words = settings_strings.MOUSE_LATER
            if host.settings.language != before.language:
                words = settings_strings.LANGUAGE_LATER
            if bad:
                host.flash_warning(settings_strings.bad_flash(self.path, bad[0], len(bad) - 1))
            else:
                host.flash(words.format(path=self.path))
        await host.deliver_typed_keys(turn)
