"""What commands do with settings that cannot be used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rolecall.cli.support.output import echo
from rolecall.domain.text import safe

if TYPE_CHECKING:
    from rolecall.domain.settings.settings import BadSetting
    from rolecall.services.base.settings import SettingsService


def use_plain() -> bool:
    """Return whether the user wants the plain mode. It is noted in the environment, where all that
    prints finds it.
    """
    from rolecall.services.base.text_facts import plain_setting
    from rolecall.terminal import capabilities

    is_wanted = capabilities.is_plain(os.environ) or plain_setting(os.environ)
    if is_wanted:
        os.environ[capabilities.PLAIN] = "1"
    return is_wanted


def use(settings: SettingsService) -> None:
    """Give the commands their keys, and note what is wrong with those, actions and language.

    Imports late, because the first paint waits for it, and most have none of them.
    """
    chosen, line_of = settings.settings, settings.last.line_of
    if chosen.language:
        from rolecall.presentation.texts.settings_strings import unknown_language

        settings.add_bad(unknown_language(chosen, line_of))
    if chosen.keys:
        from rolecall.presentation import keymap

        settings.add_bad(keymap.use(chosen.keys, line_of))
    if chosen.actions:
        from rolecall.presentation import keymap

        settings.add_bad(keymap.use_actions(chosen, line_of))


def echo_bad(settings: SettingsService, *, err: bool = False) -> None:
    """Print a line about each setting that cannot be used."""
    from rolecall.presentation.texts import settings_strings

    for bad in settings.last.bad:
        path = bad.path or str(settings.file.path)
        echo(f"{safe(path)}: {settings_strings.bad(bad)}", err=err)


def say_why(path: str, problem: BadSetting | None) -> None:
    """Say on standard error why every profile is production and the log is off, or why words for
    production are not used, if that is because of what is wrong with the settings.
    """
    if problem is None:
        return
    from pathlib import Path

    from rolecall.presentation import paths
    from rolecall.presentation.texts import settings_strings

    echo(settings_strings.bad_flash(paths.as_written(Path(path)), problem, 0), err=True)
