"""What the caches of the clients share: their files, and the renewals of what is in them."""

from __future__ import annotations

from pathlib import Path

from rolecall.domain.errors.file_errors import FileUnreadable
from rolecall.domain.model import RoleCredentials, Secret
from rolecall.domain.records import dataclass
from rolecall.files.caches.json_folder import JsonFolder
from rolecall.files.caches.refusals import REFRESH, digest
from rolecall.files.json_fields import Fields, KeyFields


@dataclass(frozen=True, slots=True)
class JsonCache:
    """A cache folder of the clients. `state` is rolecall's state folder, for the locks.

    Reading raises FileUnreadable, writing FileBusy and FileUnwritable.
    """

    folder: Path
    state: Path

    def files(self) -> list[Path]:
        """Return the files of the cache."""
        return self._files.paths()

    def broken(self) -> list[Path]:
        """Return the files that no client can read."""
        return self._files.broken()

    def note_renewal(self, stem: str, refresh_token: Secret) -> None:
        """Record in `state` that the refresh token in the file with this stem is about to be used.

        Raises FileBusy, FileUnwritable.
        """
        fields: Fields = {REFRESH: digest(refresh_token.reveal())}
        self._renewals.save(stem, fields, frozenset(fields))

    def was_renewal_begun(self, stem: str, refresh_token: Secret) -> bool:
        """Return whether a renewal with this refresh token has begun, and its end was not noted."""
        try:
            fields = self._renewals.load(stem) or {}
        except FileUnreadable:
            return False
        return fields.get(REFRESH) == digest(refresh_token.reveal())

    def note_renewal_end(self, stem: str) -> None:
        """Delete the record of a renewal. Raises FileBusy, FileUnwritable."""
        self._renewals.forget(stem)

    @property
    def _files(self) -> JsonFolder:
        return JsonFolder(self.folder, self.state)

    @property
    def _renewals(self) -> JsonFolder:
        return JsonFolder(self.state / "renewing", self.state)


def role_credentials(keys: KeyFields, account_id: str | None, arn: str | None) -> RoleCredentials:
    """Return the keys in a file as credentials, of an account and a role if they are known."""
    secret, token = Secret(keys.secret_access_key), Secret(keys.session_token)
    return RoleCredentials(keys.access_key_id, secret, token, keys.expires_at, account_id, arn)
