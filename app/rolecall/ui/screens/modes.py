"""The places as modes of Textual: each has its own stack of screens, made when it is first seen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from textual.screen import Screen

from rolecall.ui.screens.inventory.accounts import AccountsScreen

if TYPE_CHECKING:
    from rolecall.ui.state.host import Host

SIGN_IN: Final = "sign_in"


def _permission_sets() -> Screen[Any]:
    from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen

    return PermissionSetsScreen()


def _profiles() -> Screen[Any]:
    from rolecall.ui.screens.profiles.profiles import ProfilesScreen

    return ProfilesScreen()


def _sessions() -> Screen[Any]:
    from rolecall.ui.screens.sign_in.sessions import SessionsScreen

    return SessionsScreen()


def _tokens() -> Screen[Any]:
    from rolecall.ui.screens.tokens.tokens import TokensScreen

    return TokensScreen()


def _log() -> Screen[Any]:
    from rolecall.ui.screens.log.log import LogScreen

    return LogScreen()


MODES: Final[dict[str, Callable[[], Screen[Any]]]] = {
    "accounts": AccountsScreen,
    "permission_sets": _permission_sets,
    "profiles": _profiles,
    "tokens": _tokens,
    "log": _log,
    SIGN_IN: _sessions,
}


def screens_in(app: Host, *modes: str) -> list[Screen[Any]]:
    """Return the screens of these places, or of all. One that was never shown has none."""
    found: list[Screen[Any]] = []
    for mode in modes or app.MODES:
        with suppress(KeyError):
            found += app.get_screen_stack(mode)
    return found
