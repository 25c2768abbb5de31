"""What AWS has refused: the one place that knows it, for all rolecalls of this machine.

Whatever learns that AWS refused a token notes it here, and everything that shows or uses tokens
asks here; what cannot wait for imports reads the same records with `files.caches.refusal_records`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.model import Secret
from rolecall.domain.records import dataclass, field
from rolecall.domain.timestamps import write_time
from rolecall.files.caches.json_cache import JsonFolder
from rolecall.files.caches.refusal_records import (
    ACCESS,
    PROBLEM,
    REFRESH,
    REFUSED_AT,
    digest,
    folder_of,
    record_of,
)
from rolecall.files.json_fields import Fields


@dataclass(slots=True)
class Refusals:
    """Refused tokens, each by itself. `state` is rolecall's state folder.

    Without a folder that can be written, only this process knows them. `stem` is that of the file
    with the token. `on_change` is called on the thread of the call that AWS has refused, before
    its error is raised, and after a new token has taken the place of a refused one.
    """

    state: Path
    on_change: Callable[[], None] = lambda: None
    _problems: dict[str, str] = field(default_factory=dict)  # by the digests of the tokens

    def note(self, stem: str, kind: str, token: Secret, at: datetime, problem: str = "") -> None:
        """Note that AWS refused this token, which is of the kind ACCESS or REFRESH, and why."""
        fields: Fields = {kind: digest(token.reveal()), REFUSED_AT: write_time(at)}
        fields[PROBLEM] = problem
        self._problems[digest(token.reveal())] = problem
        with suppress(FileError):  # then each rolecall asks AWS itself
            self._folder.save(stem, fields, frozenset(fields))
        self.on_change()

    def read(self, stem: str) -> None:
        """Read what other rolecalls have noted about the tokens in the file of this stem."""
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
        """Delete what is noted of the tokens of a file: they are no longer in it."""
        if record_of(str(self.state), stem):
            with suppress(FileError):
                self._folder.forget(stem)
            self.on_change()

    def files(self) -> list[Path]:
        """Return the files of the records."""
        return self._folder.paths()

    @property
    def _folder(self) -> JsonFolder:
        return JsonFolder(Path(folder_of(str(self.state))), self.state)
