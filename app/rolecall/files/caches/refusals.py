"""What AWS has refused: the one place that knows it, for all processes of this machine.

Whatever learns that AWS refused a token notes it here, and everything that shows or uses tokens
asks here. There is a record for each token file, with the digests of the tokens that AWS refused
last: another token in the file, from any client, is not refused. Prompts wait for this import.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from rolecall.domain.records import dataclass, field
from rolecall.domain.timestamps import write_time
from rolecall.files.json_fields import Fields, load

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from rolecall.domain.model import Secret
    from rolecall.files.caches.json_folder import JsonFolder

ACCESS: Final = "accessToken"  # the kinds, by the members of a token file
REFRESH: Final = "refreshToken"
REFUSED_AT: Final = "refusedAt"
PROBLEM: Final = "problem"
SIGNED_OUT: Final = (
    "signed-out"  # the problem if the user has signed out but the file is still there
)
_FOLDER: Final = "refused"


def record_of(state: str, stem: str) -> Fields:
    """Return the record about the token file with this stem; empty if there is none.

    `state` is rolecall's state folder.
    """
    return load(f"{state}/{_FOLDER}/{stem}.json")


def digest(token: str) -> str:
    """Return what a record keeps of a token. A file can have one that UTF-8 cannot encode."""
    import hashlib

    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def is_refused(record: Fields, kind: str, token: object) -> bool:
    """Whether the record says that AWS has refused this token."""
    return kind in record and isinstance(token, str) and record[kind] == digest(token)


@dataclass(slots=True)
class Refusals:
    """Refused tokens, each by itself. `state` is rolecall's state folder.

    If it cannot be written, only this process knows them. `stem` is that of the file with the
    token. `on_change` is called on the thread of the call that AWS has refused, before its error is
    raised, and after a new token has replaced a refused one.
    """

    state: Path
    on_change: Callable[[], None] = lambda: None
    _problems: dict[str, str] = field(default_factory=dict)  # by the digests of the tokens

    def note(self, stem: str, kind: str, token: Secret, at: datetime, problem: str = "") -> None:
        """Note that AWS refused this token, which is of the kind ACCESS or REFRESH, and why."""
        refused = digest(token.reveal())
        fields: Fields = {kind: refused, REFUSED_AT: write_time(at), PROBLEM: problem}
        self._problems[refused] = problem
        self._change(lambda folder: folder.save(stem, fields, frozenset(fields)))
        self.on_change()

    def read(self, stem: str) -> None:
        """Read what other processes have noted about the tokens in the file with this stem."""
        record = record_of(str(self.state), stem)
        for refused in (record.get(ACCESS), record.get(REFRESH)):
            if isinstance(refused, str):
                self._problems.setdefault(refused, str(record.get(PROBLEM) or ""))

    def has(self, token: Secret | None) -> bool:
        """Whether AWS has refused the token, as far as this process has noted or read."""
        return self.problem(token) is not None

    def problem(self, token: Secret | None) -> str | None:
        """Return why AWS has refused the token, which may be empty; None if it has not."""
        return None if token is None else self._problems.get(digest(token.reveal()))

    def forget(self, stem: str) -> None:
        """Delete the record about the tokens of a file, which are no longer in it."""
        if record_of(str(self.state), stem):
            self._change(lambda folder: folder.forget(stem))
            self.on_change()

    def files(self) -> list[Path]:
        """Return the files of the records."""
        return self._folder.paths()

    def _change(self, change: Callable[[JsonFolder], None]) -> None:
        """Change the records. If that fails, each rolecall asks AWS itself."""
        from contextlib import suppress

        from rolecall.domain.errors.file_errors import FileError  # late: prompts only read

        with suppress(FileError):
            change(self._folder)

    @property
    def _folder(self) -> JsonFolder:
        from rolecall.files.caches.json_folder import JsonFolder  # late: prompts only read

        return JsonFolder(self.state / _FOLDER, self.state)
