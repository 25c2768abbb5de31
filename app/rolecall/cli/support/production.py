"""The question before a production profile is used. The full screen asks its own."""

from __future__ import annotations

from rolecall.cli.support.confirm import is_terminal, typed_yes
from rolecall.cli.support.output import echo, write
from rolecall.domain.settings import BadSetting
from rolecall.domain.switching import SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation import switch_strings as words
from rolecall.services.switching import Switching


def may_use(switching: Switching, target: SwitchTarget) -> bool:
    """Ask on the terminal if the profile is production. Without a terminal, the name is enough."""
    account = switching.status(target).account_name
    if not is_terminal() or not switching.is_production(target.name, account):
        return True
    say_why(switching.settings_path, switching.settings.problem)
    question = words.USE_PRODUCTION.format(
        name=safe(target.name or f"{account} {target.role}".strip())
    )
    write(f"{question} ", err=True)
    return typed_yes()


def say_why(path: str, problem: BadSetting | None) -> None:
    """Say on standard error why every profile is production and the log is off, if that is because
    the settings cannot be read.
    """
    if problem is None:
        return
    from pathlib import Path

    from rolecall.presentation import paths, settings_strings

    echo(settings_strings.bad_flash(paths.as_written(Path(path)), problem, 0), err=True)
