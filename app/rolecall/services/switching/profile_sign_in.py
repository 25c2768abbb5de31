"""The sign-in that a profile needs before a shell can use it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.model import SsoSession
from rolecall.domain.sign_in.progress import Here
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import original, safe
from rolecall.domain.time_left import is_signed_in
from rolecall.services.sign_in.run import SignIn, SignIns
from rolecall.services.sign_in.sign_in import SignInService
from rolecall.services.switching.switching import Switching


def sign_in_of(
    sign_ins: SignIns, switching: Switching, target: SwitchTarget, here: Here
) -> SignIn[Any]:
    """Return the sign-in at the access portal of the target, or with console credentials.

    Raises FileError, or SignInNeeded if there is no such session.
    """
    if not target.login:
        return sign_ins.at_portal(session_of(sign_ins.sign_in, target), here)

    def signed_in() -> bool:
        return is_signed_in(switching.token(target), sign_ins.clock())

    profile = switching.logins().get(target.login, target.name)
    return sign_ins.with_console(profile, here, is_signed_in=signed_in)


def session_of(service: SignInService, target: SwitchTarget) -> SsoSession:
    """Return the session of the target. Raises FileError, or SignInNeeded if there is none.

    Profiles without sso-session may have one start URL in different regions.
    """
    with suppress(RolecallError):  # the sign-in says what is wrong with the session
        own = service.session_of(target.name)
        if own is not None and original(own.cache_key) == target.session:
            return own
    for session in service.sessions():
        if original(session.cache_key) == target.session:
            return session
    raise SignInNeeded(safe(target.session))
