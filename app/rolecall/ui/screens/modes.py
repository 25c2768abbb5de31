"""The places as modes of Textual: each has its own stack of screens, made when it is first seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from textual.screen import Screen

from rolecall.ui.screens.inventory.accounts import AccountsScreen

SIGN_IN: Final = "sign_in"


def _permission_sets() -> Screen[Any]:
    from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen

    return PermissionSetsScreen()


def _profiles() -> Screen[Any]:
    from rolecall.ui.screens.profiles.profiles import ProfilesScreen

    return ProfilesScreen()


def sessions_screen() -> Screen[Any]:
    """Return the first screen of the sign-in."""
    from rolecall.ui.screens.sign_in.sessions import SessionsScreen

    return SessionsScreen()


def _tokens() -> Screen[Any]:
    from rolecall.ui.screens.tokens.tokens import TokensScreen

    return TokensScreen()


MODES: Final[dict[str, Callable[[], Screen[Any]]]] = {
    "accounts": AccountsScreen,
    "permission_sets": _permission_sets,
    "profiles": _profiles,
    "tokens": _tokens,
    SIGN_IN: sessions_screen,
}
