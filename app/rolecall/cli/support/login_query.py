"""The login session of a command that takes a session or a profile."""

from __future__ import annotations

from collections.abc import Mapping

import click

from rolecall.domain.switching.variables import SwitchTarget, profile_of
from rolecall.domain.text import original, safe
from rolecall.presentation.texts import session_strings
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching


def login_or_current(
    services: Services, name: str | None, environ: Mapping[str, str]
) -> SwitchTarget | None:
    """Return the profile of that name if it uses a login session and no sso-session has the name.

    Without a name it is the profile of the environment, or the only one if there is no session at
    all. Raises click.UsageError if there are several login sessions or both kinds, and FileError.
    """
    switching = Switching(environ)
    if name is not None:
        target = None if services.sign_in.session_named(name) else switching.target(name)
        return target if target and target.login else None
    if profile := profile_of(environ):
        target = switching.target(profile)
        if target and (target.login or target.session):
            return target if target.login else None
    logins = list(switching.logins().values())
    sessions = [original(each.cache_key) for each in services.sign_in.sessions()]
    if len(logins) == 1 and not sessions:
        return switching.target(logins[0])
    if logins:
        names = " ".join(map(safe, [*sessions, *logins]))
        raise click.UsageError(session_strings.NAME_A_SESSION.format(names=names))
    return None
