"""team.toml, rolecall's copy of a team's file, and the team's file itself."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rolecall.domain.config.file_change import Change
from rolecall.domain.config.redaction import shown_location
from rolecall.domain.errors.file_errors import TomlInvalid
from rolecall.domain.inventory.annotations import Annotation, TomlProblem, string_of
from rolecall.domain.records import dataclass
from rolecall.domain.team import FILE_NAME, Team, team_of
from rolecall.domain.text import safe
from rolecall.files.own.accounts_file import text_of
from rolecall.files.own.annotations import LARGEST, decoded, mistakes_in, shared_accounts, values_in
from rolecall.files.own.toml_text import time_limit
from rolecall.files.safe import atomic

LOCATION: Final = "location"
_MOST_SECONDS: Final = 10  # of processor time, to read a team's file


@dataclass(frozen=True, slots=True)
class Shared:
    """What a team shares, and the path or address that it came from."""

    location: str
    team: Team


@dataclass(frozen=True, slots=True)
class TeamFile:
    """rolecall's copy. `state` is rolecall's state folder, for the locks."""

    path: Path
    state: Path

    def read(self) -> Shared | None:
        """Return the content; None if there is no file. Raises FileUnreadable, TomlInvalid."""
        data = atomic.read(self.path)
        if data is None:
            return None
        place = safe(str(self.path))
        text = decoded(data, place)
        with mistakes_in(text, place):
            values = values_in(text, place)
            location = string_of(values.pop(LOCATION, ""), (LOCATION,), LARGEST)
            return Shared(location, team_of(values))

    def accounts(self) -> Mapping[str, Annotation]:
        """Return what it says about accounts. Raises FileUnreadable, TomlInvalid."""
        return shared_accounts(str(self.path))

    def fetched_at(self) -> datetime | None:
        """Return when the team's file was fetched last; None if that is unknown."""
        try:
            return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        except (OSError, ValueError, OverflowError):
            return None

    def note_fetched(self) -> None:
        """Note that the team's file was fetched and has not changed."""
        with suppress(OSError):
            os.utime(self.path)

    def plan(self, location: str, team: Team) -> Change:
        """Return the change that saves this. Raises FileUnreadable."""
        before = atomic.read(self.path)
        text = text_of(dict(team.accounts), {LOCATION: location, **team.head()})
        return Change(self.path, before, text.encode(), FILE_NAME)

    def plan_removal(self) -> Change:
        """Return the change that deletes the file. Raises FileUnreadable."""
        return Change(self.path, atomic.read(self.path), b"", FILE_NAME, deletes=True)

    def commit(self, change: Change) -> None:
        """Write the change, or delete the file.

        Raises FileBusy, FileChanged, FileUnwritable, StateRefused.
        """
        if change.is_empty:
            return
        with atomic.lock(self.path, self.state):
            atomic.apply(change)


def read_shared(location: str) -> bytes:
    """Return the bytes of a team's file; in a folder it has its own name. Raises TomlInvalid."""
    path = Path(location)
    try:
        if path.is_dir():
            path /= FILE_NAME
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else ""
        raise TomlInvalid(safe(str(path)), 0, TomlProblem.NO_FILE, detail=reason or "") from None


def parse_shared(data: bytes, location: str) -> Team:
    """Return what the bytes of a team's file say. Raises TomlInvalid."""
    place = shown_location(location)
    text = decoded(data, place)
    too_slow = TomlInvalid(place, 0, TomlProblem.TOO_SLOW, detail=str(_MOST_SECONDS))
    with time_limit(_MOST_SECONDS, too_slow), mistakes_in(text, place):
        return team_of(values_in(text, place))


def shared_text(team: Team) -> str:
    """Return the text of a team's file. Raises TomlMistake if it would not be accepted."""
    values: dict[str, Any] = {
        **team.head(),
        "accounts": {id_: each.values() for id_, each in team.accounts.items()},
    }
    team_of(values)
    return text_of(dict(team.accounts), team.head())
