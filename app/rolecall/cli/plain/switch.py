"""`awsp` in the plain mode: which profile, and a sign-in for it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from rolecall.cli.plain.search import found_by_words
from rolecall.cli.sign_in.sign_in_printer import SignInPrinter
from rolecall.cli.support.errors import echo_error
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.texts import plain_strings as words
from rolecall.presentation.texts import sign_in_strings
from rolecall.services.services import Services
from rolecall.services.switching.profile_matching import TargetRoles, shown_matches
from rolecall.services.switching.switching import Switching


def profile_found(
    switching: Switching, targets: Mapping[str, SwitchTarget], query: str = ""
) -> SwitchTarget | None:
    """Return the profile that the user chooses, or None. Raises KeyboardInterrupt."""
    roles, boosts = TargetRoles.read(switching), switching.boosts(targets)

    def find(typed: Sequence[str]) -> Sequence[SwitchTarget]:
        return shown_matches(targets, roles, " ".join(typed), boosts)

    def say(target: SwitchTarget) -> str:
        account = roles.account_of(target)
        parts = [target.name, f"{account} {target.role}".strip()]
        if switching.is_production(target):
            parts.append(labels.PRODUCTION)
        return labels.SEPARATOR.join(safe(each) for each in parts if each)

    return found_by_words(words.WHICH_PROFILE, find, say, query or None)


def sign_in(target: SwitchTarget) -> None:
    """Sign in to the target's session, or with console credentials. Exits after an error."""
    services = Services(os.environ, on_problem=echo_error)
    here = sign_in_strings.here(os.environ)
    if target.login:
        SignInPrinter(services.sign_ins.with_console(target.name, here)).run()
    elif session := services.sign_in.session_of(target.name):
        SignInPrinter(services.sign_ins.at_portal(session, here)).run()
