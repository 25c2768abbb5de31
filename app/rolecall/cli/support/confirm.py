"""Questions that are answered with yes or no, without click, as `awsp` needs them.

The time until the answer does not make the next call to AWS a slow one.
"""

from __future__ import annotations

import sys

from rolecall.cli.support.output import in_words, write
from rolecall.cli.support.settings import say_why
from rolecall.domain.errors.pin_errors import PinToProduction
from rolecall.domain.question import current
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation.texts import switch_strings as words
from rolecall.services.switching.switching import Switching


def is_terminal() -> bool:
    """Return whether a user can be asked: standard output may be read by a shell."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Ask on standard error until the answer is clear, in a command that has `--yes`.

    Raises click.ClickException without a terminal, and click.Abort at the end of the input.
    """
    import click

    from rolecall.presentation.texts import program_strings

    if not is_terminal():
        raise click.ClickException(program_strings.NEEDS_YES)
    is_confirmed = click.confirm(in_words(question), err=True)
    current().begin_again()
    return is_confirmed


def typed_yes() -> bool:
    """Return whether the next line of the input says yes."""
    typed = sys.stdin.readline()
    current().begin_again()
    return typed.strip().lower() in {"y", "yes"}


def may_use(
    switching: Switching, target: SwitchTarget, *, yes: bool, is_pinned: bool = False
) -> bool:
    """Ask before a production profile is used, unless the user has said yes.

    Without a terminal, the name is enough. Raises PinToProduction there if only a pin leads to it.
    """
    can_ask = is_terminal()
    matters = not yes if can_ask else is_pinned
    if not matters or not switching.is_production(target):
        return True
    account = switching.status(target).account_name
    name = safe(target.name or f"{account} {target.role}".strip())
    if not can_ask:
        raise PinToProduction(name)
    say_why(switching.paths.settings, switching.settings.production_problem)
    write(f"{in_words(words.USE_PRODUCTION.format(name=name))} ", err=True)
    return typed_yes()
