"""Which sign-in a profile needs: at the access portal, or with console credentials."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.model import SsoSession
from rolecall.domain.switching import SwitchTarget
from rolecall.domain.text import original, safe
from rolecall.services.services import Services
from rolecall.services.sign_in import SignInService
from rolecall.services.switching import Switching, is_signed_in
from rolecall.ui.picker.inline_link import InlineLinkScreen
from rolecall.ui.picker.inline_login import InlineLogin
from rolecall.ui.picker.inline_sign_in import InlineSignIn
from rolecall.ui.threads import in_thread


async def sign_in_screen(
    services: Services, switching: Switching, target: SwitchTarget, way_out: str
) -> InlineLinkScreen:
    """Return the sign-in for the target. `way_out` says what Esc does.

    Raises FileError, or SignInNeeded if there is no such session.
    """
    settings = await in_thread(lambda: services.settings.settings)
    if not target.login:
        session = await in_thread(partial(session_of, services.sign_in, target))
        return InlineSignIn(
            services.sign_in,
            services.browser_sign_in,
            session,
            way_out,
            in_browser=settings.prefers_browser(session),
        )
    profiles = await in_thread(switching.logins)

    def signed_in() -> bool:
        return is_signed_in(switching.token(target), datetime.now(UTC))

    profile = profiles.get(target.login, target.name)
    return InlineLogin(
        services.console_login,
        profile,
        target.login,
        signed_in,
        way_out,
        in_browser=settings.prefers_browser(),
    )


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
