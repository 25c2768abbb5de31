"""~/.aws/login/cache: login sessions and their keys, as `aws login` keeps them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from rolecall.domain.login_session import claims_of, identity_of
from rolecall.domain.model import LoginSession, Secret
from rolecall.domain.timestamps import write_time
from rolecall.files.caches.json_cache import JsonCache, role_credentials
from rolecall.files.caches.login_file import login_fields, login_stem
from rolecall.files.caches.refusals import REFRESH
from rolecall.files.json_fields import Fields, text
from rolecall.files.safe import atomic

_FIELDS: Final = frozenset(
    {
        "accessToken",
        "tokenType",
        "clientId",
        "refreshToken",
        "idToken",
        "dpopKey",
        "signInRegion",
    }
)


class LoginCache(JsonCache):
    """The login sessions of all clients."""

    __slots__ = ()

    def session(self, arn: str) -> LoginSession | None:
        """Return the login session; None if there is none or its file is broken."""
        self._files.recover()
        fields = self._files.load(login_stem(arn))
        return None if fields is None else read_session(arn, fields)

    def has_file(self, arn: str) -> bool:
        """Return whether the session has a file, broken or not."""
        return atomic.exists(self.path(arn))

    def save(self, session: LoginSession, timeout: float | None = None) -> None:
        """Write the file that the CLI would write; unknown members stay.

        A renewal in another process gets up to `timeout` seconds to finish.
        """
        stem = login_stem(session.arn)
        self._files.save(stem, _fields(session), _FIELDS, timeout, is_last_copy=True)

    @contextmanager
    def replacing(self, arn: str) -> Iterator[Callable[[LoginSession], None]]:
        """Lock the file, check that it can be replaced, and yield what saves a session in it.

        Use it around the call to AWS that uses a refresh token, which works only once.
        """
        with self._files.replacing(login_stem(arn), _FIELDS) as replace:
            yield lambda session: replace(_fields(session))

    @contextmanager
    def reserving(self, arn: str, timeout: float) -> Iterator[Callable[[LoginSession], None]]:
        """As `replacing`, for a sign-in, which may give a session with another ARN: a file is
        locked only to save it, and another process gets up to `timeout` seconds to finish.
        """
        with self._files.reserving(login_stem(arn), _FIELDS, timeout) as save:
            yield lambda session: save(login_stem(session.arn), _fields(session))

    def renewal_lock(self, arn: str, timeout: float) -> AbstractContextManager[None]:
        """Keep other processes from renewing or deleting the session. Raises FileBusy."""
        return atomic.lock_if_possible(self.path(arn), self.state, timeout, purpose="renewal")

    def forget(self, arn: str) -> None:
        self._files.forget_all(login_stem(arn))

    def path(self, arn: str) -> Path:
        """Return the path of the session's file."""
        return self.path_of(login_stem(arn))

    def path_of(self, stem: str) -> Path:
        """Return the path of the file with this stem."""
        return self.folder / f"{stem}.json"

    def sessions(self) -> list[tuple[str, LoginSession]]:
        """Return all sessions, each with the stem of its file's name.

        A file has the ARN of its session only in the ID token. The ARN is empty if it does not
        match the file's name.
        """
        self._files.recover()
        found = (
            (stem, read_session(_arn_in(stem, each), each)) for stem, each in self._files.all()
        )
        return [(stem, session) for stem, session in found if session is not None]

    def broken(self) -> list[Path]:
        """Return the files that no client can read."""
        return self._files.broken(lambda fields: login_fields(fields) is not None)


def read_session(arn: str, fields: Fields) -> LoginSession | None:
    """Return the session in a file; None if a member that all clients need is missing."""
    found = login_fields(fields)
    if found is None:
        return None
    return LoginSession(
        arn=arn,
        keys=role_credentials(
            found.keys, found.keys.account_id or identity_of(arn).account_id, None
        ),
        client_id=found.client_id,
        refresh_token=Secret(found.refresh_token),
        dpop_key=Secret(found.dpop_key),
        id_token=None if found.id_token is None else Secret(found.id_token),
        token_type=text(fields, "tokenType") or "aws_sigv4",
        sign_in_region=text(fields, "signInRegion") or "",
        ends_at=found.ends_at,
    )


def _fields(session: LoginSession) -> Fields:
    keys = session.keys
    fields: Fields = {
        "accessToken": {
            "accessKeyId": keys.access_key_id,
            "secretAccessKey": keys.secret_access_key.reveal(),
            "sessionToken": keys.session_token.reveal(),
            "accountId": keys.account_id or identity_of(session.arn).account_id,
            "expiresAt": write_time(keys.expires_at),
        },
        "tokenType": session.token_type,
        "clientId": session.client_id,
        REFRESH: session.refresh_token.reveal(),
        "dpopKey": session.dpop_key.reveal(),
    }
    if session.id_token is not None:
        fields["idToken"] = session.id_token.reveal()
    if session.sign_in_region:
        fields["signInRegion"] = session.sign_in_region
    return fields


def _arn_in(stem: str, fields: Fields) -> str:
    arn = claims_of(text(fields, "idToken") or "").get("sub")
    return arn if isinstance(arn, str) and login_stem(arn) == stem else ""
