"""~/.aws/sso/cache: access tokens and client registrations, as the AWS CLI keeps them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rolecall.domain.model import AccessToken, ClientRegistration, Secret, SsoSession
from rolecall.domain.text import original
from rolecall.domain.timestamps import write_time
from rolecall.files.caches import token_file
from rolecall.files.caches.json_cache import JsonCache
from rolecall.files.json_fields import Fields, text, texts
from rolecall.files.safe import atomic

_TOKEN_FIELDS: Final = frozenset(
    {
        "startUrl",
        "region",
        "accessToken",
        "expiresAt",
        "clientId",
        "clientSecret",
        "registrationExpiresAt",
        "refreshToken",
    }
)
_REGISTRATION_FIELDS: Final = frozenset(
    {"clientId", "clientSecret", "expiresAt", "scopes", "grantTypes"}
)


class SsoCache(JsonCache):
    """The tokens and registrations of all clients."""

    __slots__ = ()

    def token(self, session: SsoSession) -> AccessToken | None:
        """Return the session's token; None if there is none or its file is broken."""
        self._files.recover()
        fields = self._files.load(token_stem(session))
        return None if fields is None else read_token(fields)

    def has_token_file(self, session: SsoSession) -> bool:
        """Return whether the session has a token file, broken or not."""
        return atomic.exists(self.token_path(session))

    def save_token(
        self, session: SsoSession, token: AccessToken, timeout: float | None = None
    ) -> None:
        """Write the token file that the CLI would write; unknown members stay.

        A renewal in another process gets up to `timeout` seconds to finish.
        """
        stem = token_stem(session)
        self._files.save(stem, _token_fields(token), _TOKEN_FIELDS, timeout, is_last_copy=True)

    @contextmanager
    def replacing_token(self, session: SsoSession) -> Iterator[Callable[[AccessToken], None]]:
        """Lock the token file, check that it can be replaced, and yield what saves a token in it.

        Use it around the call to AWS that uses a refresh token, which works only once. Raises
        FileBusy, FileUnwritable.
        """
        with self._files.replacing(token_stem(session), _TOKEN_FIELDS) as replace:
            yield lambda token: replace(_token_fields(token))

    @contextmanager
    def reserving_token(
        self, session: SsoSession, timeout: float
    ) -> Iterator[Callable[[AccessToken], None]]:
        """As `replacing_token`, for a sign-in: the file is locked only to save the token, and
        another process gets up to `timeout` seconds to finish.
        """
        stem = token_stem(session)
        with self._files.reserving(stem, _TOKEN_FIELDS, timeout) as save:
            yield lambda token: save(stem, _token_fields(token))

    def token_path(self, session: SsoSession) -> Path:
        """Return the path of the session's token."""
        return self.folder / f"{token_stem(session)}.json"

    def forget_token(self, session: SsoSession) -> None:
        self._files.forget_all(token_stem(session))

    def registration(self, session: SsoSession) -> ClientRegistration | None:
        """Return the registration that the CLI would use; None if there is none or it is broken."""
        self._files.recover()
        fields = self._files.load(registration_stem(session))
        return None if fields is None else read_registration(fields)

    def save_registration(self, session: SsoSession, registration: ClientRegistration) -> None:
        """Write the file that the CLI would write; unknown members stay."""
        stem = registration_stem(session)
        self._files.save(stem, _registration_fields(registration), _REGISTRATION_FIELDS)

    @contextmanager
    def replacing_registration(
        self, session: SsoSession
    ) -> Iterator[Callable[[ClientRegistration], None]]:
        """As `replacing_token`, for the call to AWS that registers a client."""
        with self._files.replacing(registration_stem(session), _REGISTRATION_FIELDS) as replace:
            yield lambda registration: replace(_registration_fields(registration))

    def forget_registration(self, session: SsoSession) -> None:
        self._files.forget(registration_stem(session))

    def tokens(self) -> list[tuple[str, AccessToken]]:
        """Return every client's tokens, each with the stem of its file's name."""
        self._files.recover()
        found = ((stem, read_token(fields)) for stem, fields in self._files.all())
        return [(stem, token) for stem, token in found if token is not None]

    def registrations(self) -> list[tuple[str, ClientRegistration]]:
        """Return every client registration with the stem of its file's name."""
        found = (
            (stem, read_registration(fields))
            for stem, fields in self._files.all()
            if "accessToken" not in fields
        )
        return [(stem, registration) for stem, registration in found if registration is not None]


def _token_fields(token: AccessToken) -> Fields:
    fields: Fields = {
        "startUrl": original(token.start_url),
        "region": original(token.region),
        "accessToken": token.value.reveal(),
        "expiresAt": write_time(token.expires_at),
    }
    if token.registration is not None:
        fields["clientId"] = token.registration.client_id
        fields["clientSecret"] = token.registration.client_secret.reveal()
        fields["registrationExpiresAt"] = write_time(token.registration.expires_at)
    if token.refresh_token is not None:
        fields["refreshToken"] = token.refresh_token.reveal()
    return fields


def _registration_fields(registration: ClientRegistration) -> Fields:
    fields: Fields = {
        "clientId": registration.client_id,
        "clientSecret": registration.client_secret.reveal(),
        "expiresAt": write_time(registration.expires_at),
    }
    if registration.scopes:
        fields["scopes"] = list(registration.scopes)
    if registration.grant_types:
        fields["grantTypes"] = list(registration.grant_types)
    return fields


def token_stem(session: SsoSession) -> str:
    """Return the CLI's name for the session's token file, without `.json`: a SHA-1."""
    return token_file.token_stem(original(session.cache_key))


def registration_stem(session: SsoSession) -> str:
    """Return the CLI's name for the session's registration file, without `.json`.

    The rule is the AWS CLI's `sso.utils._registration_cache_key`.
    """
    key = {
        "tool": "botocore",
        "startUrl": original(session.start_url),
        "region": original(session.region),
        "scopes": None if session.scopes is None else list(session.scopes),
        "session_name": None if session.name is None else original(session.name),
    }
    text = json.dumps(key, sort_keys=True)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def read_token(fields: Fields) -> AccessToken | None:
    """Return the token in a file; None if its value or expiry is missing or unreadable."""
    found = token_file.token_fields(fields)
    if found is None:
        return None
    return AccessToken(
        start_url=found.start_url,
        region=text(fields, "region") or "",
        value=Secret(found.value),
        expires_at=found.expires_at,
        refresh_token=None if found.refresh_token is None else Secret(found.refresh_token),
        registration=_registration(found.registration, fields),
    )


def read_registration(fields: Fields) -> ClientRegistration | None:
    """Return the registration in a file; None if a member is missing or unreadable."""
    return _registration(token_file.registration_fields(fields, "expiresAt"), fields)


def _registration(
    found: token_file.RegistrationFields | None, fields: Fields
) -> ClientRegistration | None:
    if found is None:
        return None
    return ClientRegistration(
        client_id=found.client_id,
        client_secret=Secret(found.client_secret),
        expires_at=found.expires_at,
        scopes=texts(fields, "scopes"),
        grant_types=texts(fields, "grantTypes"),
    )
