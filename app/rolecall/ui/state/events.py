"""What happened in one feature that others react to. `wiring.py` says which react to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecall.domain.records import dataclass

if TYPE_CHECKING:
    from rolecall.domain.model import AccessToken, SsoSession
    from rolecall.services.sign_in.sign_in import Located
    from rolecall.ui.state.rows import Key


@dataclass(frozen=True)
class AppEvent:
    """The base of all events."""


@dataclass(frozen=True)
class SessionEvent(AppEvent):
    """The base of those about one session."""

    session: SsoSession


class ConfigChanged(AppEvent):
    """~/.aws/config is not what the screens show: it was written, or not read yet."""


class SettingsChanged(AppEvent):
    """The files of the settings have changed."""


class ConfigReadable(AppEvent):
    """~/.aws/config could not be read, and can be read again."""


class TokensChanged(AppEvent):
    """The access tokens in the cache are not what the screens show."""


@dataclass(frozen=True)
class TokenKnown(SessionEvent):
    """The valid access token of the session is known now; None if it has none."""

    token: AccessToken | None


class SessionGone(SessionEvent):
    """~/.aws/config no longer has the session, or has it with other values."""


class SessionListed(SessionEvent):
    """The cache has a complete listing of the session that the screens did not show."""


class SessionSelected(SessionEvent):
    """The session is shown, and was not before."""


class AllSessionsSelected(AppEvent):
    """The tables show the rows of all sessions."""


@dataclass(frozen=True)
class SessionReady(SessionEvent):
    """A session that is shown has its access token, or is known to have none.

    `refresh`: the user has just signed in. AWS shows new accounts only after a sign-in.
    """

    refresh: bool = False


class SessionRequested(SessionEvent):
    """A row of the session is about to be shown."""


@dataclass(frozen=True)
class SessionReplaced(SessionEvent):
    """A session in ~/.aws/config was changed to `new`, or deleted if that is None."""

    new: SsoSession | None


@dataclass(frozen=True)
class SignInWanted(SessionEvent):
    """The user signs in to the session. `found` is what is written afterwards, if the file does not
    have the session like this.
    """

    found: Located | None = None


@dataclass(frozen=True)
class RegionProven(SessionEvent):
    """The user has signed in to the session as `new`, which is not what ~/.aws/config has."""

    new: SsoSession


@dataclass(frozen=True)
class TokenRejected(SessionEvent):
    """AWS refused the access token, which is not used again. `is_awaited`: the user waits."""

    is_awaited: bool


class TokenReplaced(SessionEvent):
    """A rejected access token was replaced by a valid one."""


class SignedOut(SessionEvent):
    """The user has signed out of the session. What was listed stays on the screen."""


@dataclass(frozen=True)
class RoleUsed(SessionEvent):
    """The user has saved or used a permission set."""

    key: Key
