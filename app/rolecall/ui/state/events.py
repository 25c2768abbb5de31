"""What happened in one feature that others react to. `wiring.py` says which react to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecall.domain.records import dataclass

if TYPE_CHECKING:
    from rolecall.domain.model import AccessToken, SsoSession
    from rolecall.ui.state.rows import Key


@dataclass(frozen=True, slots=True)
class AppEvent:
    """The base of all events."""


@dataclass(frozen=True, slots=True)
class ConfigChanged(AppEvent):
    """~/.aws/config is not what the screens show: it was written, or not read yet."""


@dataclass(frozen=True, slots=True)
class SettingsChanged(AppEvent):
    """The files of the settings have changed."""


@dataclass(frozen=True, slots=True)
class ConfigReadable(AppEvent):
    """~/.aws/config could not be read, and can be read again."""


@dataclass(frozen=True, slots=True)
class TokensChanged(AppEvent):
    """The access tokens in the cache are not what the screens show."""


@dataclass(frozen=True, slots=True)
class TokenKnown(AppEvent):
    """The valid access token of the session is known now; None if it has none."""

    session: SsoSession
    token: AccessToken | None


@dataclass(frozen=True, slots=True)
class SessionGone(AppEvent):
    """~/.aws/config no longer has the session, or has it with other values."""

    session: SsoSession


@dataclass(frozen=True, slots=True)
class SessionListed(AppEvent):
    """The cache has a complete listing of the session that the screens did not show."""

    session: SsoSession


@dataclass(frozen=True, slots=True)
class SessionSelected(AppEvent):
    """The session is shown, and was not before."""

    session: SsoSession


@dataclass(frozen=True, slots=True)
class AllSessionsSelected(AppEvent):
    """The tables show the rows of all sessions."""


@dataclass(frozen=True, slots=True)
class SessionReady(AppEvent):
    """A session that is shown has its access token, or is known to have none.

    `refresh`: the user has just signed in. AWS shows new accounts only after a sign-in.
    """

    session: SsoSession
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class SessionRequested(AppEvent):
    """A row of the session is about to be shown."""

    session: SsoSession


@dataclass(frozen=True, slots=True)
class SessionReplaced(AppEvent):
    """A session in ~/.aws/config was changed, or deleted if `new` is None."""

    old: SsoSession
    new: SsoSession | None


@dataclass(frozen=True, slots=True)
class SignInWanted(AppEvent):
    """A session was changed so that the sign-in works that the user has begun."""

    session: SsoSession


@dataclass(frozen=True, slots=True)
class TokenRejected(AppEvent):
    """AWS refused the access token, which is not used again. `is_awaited`: the user waits."""

    session: SsoSession
    is_awaited: bool


@dataclass(frozen=True, slots=True)
class TokenReplaced(AppEvent):
    """A rejected access token was replaced by a valid one."""

    session: SsoSession


@dataclass(frozen=True, slots=True)
class SignedOut(AppEvent):
    """The user has signed out of the session. What was listed stays on the screen."""

    session: SsoSession


@dataclass(frozen=True, slots=True)
class RoleUsed(AppEvent):
    """The user has saved or used a permission set."""

    session: SsoSession
    key: Key
