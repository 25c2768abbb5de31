"""The question before a production profile is used. The full screen asks its own."""

from __future__ import annotations

from rolecall.cli.support.confirm import is_terminal, typed_yes
from rolecall.cli.support.output import write
from rolecall.cli.support.settings import say_why
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation.texts import switch_strings as words
from rolecall.services.switching.switching import Switching


def may_use(switching: Switching, target: SwitchTarget) -> bool:
    """Ask on the terminal if the profile is production. Without a terminal, the name is enough."""
    if not is_terminal() or not switching.is_production(target):
        return True
    say_why(switching.paths.settings, switching.settings.problem)
    account = switching.status(target).account_name
    question = words.USE_PRODUCTION.format(
        name=safe(target.name or f"{account} {target.role}".strip())
    )
    write(f"{question} ", err=True)
    return typed_yes()
