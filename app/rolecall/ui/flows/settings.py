"""Changing the settings, and reporting those that were not understood."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rolecall.presentation import keymap
from rolecall.presentation.paths import as_written
from rolecall.presentation.texts import settings_strings
from rolecall.ui.flows.dialogs import Flow, in_background
from rolecall.ui.rendering import theme
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.settings.settings import BadSetting, Settings
    from rolecall.ui.state.host import Host


class SettingsFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._service = host.settings_service

    @property
    def path(self) -> str:
        return as_written(self._host.services.locations.settings)

    def report_bad(self) -> None:
        if self._service.home_error is not None:
            self._host.flash_error(self._service.home_error)
        elif bad := self._service.last.bad:
            show = self._host.flash_warning if self._service.last.problem else self._host.flash
            show(settings_strings.bad_flash(self.path, bad[0], len(bad) - 1), asked=True)

    async def read_again(self) -> None:
        """Use what the files have now, which another program may have changed."""
        service, host = self._service, self._host
        before = service.last
        await in_thread(service.read_again)
        self._use(before.settings)
        if later := self._later(before.settings):
            host.flash_warning(later.format(path=self.path))
        if service.last.problem != before.problem:
            host.show_state()  # the header says it until the file is read
        if set(service.last.bad) - set(before.bad):
            self.report_bad()

    @in_background(WorkGroup.SETTINGS, opens=True)
    async def change(self, name: str = "") -> None:
        """Show the form of the settings, and in it the setting with this name."""
        from rolecall.ui.screens.settings.settings import SettingsScreen

        host = self._host
        regions = await in_thread(host.services.sign_in.regions)
        await self.read_again()
        before = host.settings
        is_changed = await host.ask(SettingsScreen(self._service, self.path, regions, name))
        turn = host.type_ahead.turn
        if is_changed:
            if bad := self._use(before):
                text = settings_strings.bad_flash(self.path, bad[0], len(bad) - 1)
                host.flash_warning(text, asked=True)
            else:
                host.flash((self._later(before) or settings_strings.SAVED).format(path=self.path))
        await host.deliver_typed_keys(turn)

    def _use(self, before: Settings) -> list[BadSetting]:
        """Apply the settings. Return those that turn out to be wrong."""
        host, settings, line_of = self._host, self._host.settings, self._service.last.line_of
        bad = settings_strings.unknown_language(settings, line_of)
        bad += keymap.use_actions(settings, line_of)
        self._service.add_bad(bad)
        if settings == before:
            return bad
        if settings.theme != before.theme:  # otherwise the one that the user has chosen stays
            host.show_theme(theme.first_theme(os.environ, settings.theme))
        host.refresh_texts()
        host.show_state()
        return bad

    def _later(self, before: Settings) -> str:
        """Return what to say about settings that take effect at the next start, or ""."""
        settings = self._host.settings
        if settings.language != before.language:
            return settings_strings.LANGUAGE_LATER
        if settings.keys != before.keys:
            return settings_strings.KEYS_LATER
        return settings_strings.MOUSE_LATER if settings.mouse != before.mouse else ""
