"""The question before a production profile is used. The full screen asks its own."""

from __future__ import annotations

import sys

from rolecall.cli.support.confirm import typed_yes
from rolecall.cli.support.output import write
from rolecall.domain.switching import SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation import switch_strings as words
from rolecall.services.switching import Switching


def is_terminal() -> bool:
    """Return whether a user can be asked: standard output may be read by a shell."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def may_use(switching: Switching, target: SwitchTarget) -> bool:
    """Ask on the terminal if the profile is production. Without a terminal, the name is enough."""
    account = switching.status(target).account_name
    if not is_terminal() or not switching.is_production(target.name, account):
        return True
    question = words.USE_PRODUCTION.format(
        name=safe(target.name or f"{account} {target.role}".strip())
    )
    write(f"{question} ", err=True)
    return typed_yes()
