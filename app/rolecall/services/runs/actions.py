"""What an action of the settings runs with: the values of its placeholders, and its environment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Event
from typing import Final

from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.errors.run_errors import ActionProblem, ActionRefused
from rolecall.domain.inventory.annotations import NOTHING
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.records import dataclass, replace
from rolecall.domain.settings.action import CHOICE, Action, fill, variables
from rolecall.domain.switching.variables import (
    FOR_PROMPTS,
    OVERRIDES_PROFILE,
    PROFILE,
    REGIONS,
    SUBSHELL,
)
from rolecall.domain.text import original, safe
from rolecall.services.runs.child import Child
from rolecall.services.runs.run_events import RunRow, Stream
from rolecall.services.runs.run_rows import RunsService
from rolecall.services.runs.watcher import Watcher
from rolecall.services.team.annotations import AnnotationsService

Choice = dict[str, str]  # the columns of a choice; the first is what is chosen
_MOST: Final = 50_000_000  # bytes that a list of choices may have
_WITHOUT_NAME: Final = ""  # the column of a list of strings


@dataclass(frozen=True, slots=True)
class Prepared:
    """An action with a row: what is filled in, and the environment of its programs without it."""

    action: Action
    values: Mapping[str, str]
    credentials: Mapping[str, str]

    def with_choice(self, choice: Choice) -> Prepared:
        values = {CHOICE: next(iter(choice.values()))}
        values |= {f"{CHOICE}.{name}": value for name, value in choice.items()}
        return replace(self, values={**self.values, **values})

    def command(self) -> list[str]:
        """Return the command. Raises ActionRefused."""
        return fill(self.action, self.action.command, self.values)

    def command_for_choices(self) -> list[str]:
        """Return the command that prints the choices. Raises ActionRefused."""
        return fill(self.action, self.action.choose, self.values)

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a program of the action."""
        return {**self.credentials, **variables(self.values)}


@dataclass(frozen=True, slots=True)
class ActionsService:
    """Prepares actions. The programs run elsewhere: some need the terminal."""

    runs: RunsService
    annotations: AnnotationsService

    def prepare(self, action: Action, row: RunRow) -> Prepared:
        """Return what the programs of the action get.

        Raises CommandNotRun, NoCredentials, and what getting credentials raises.
        """
        self.runs.check(action.command)
        environ = self.runs.environment(row, Event())
        # Its program, and before it the one for the choices, are run later.
        self.runs.note(row, environ, action.command)
        if action.needs_profile:
            gone = {*OVERRIDES_PROFILE, SUBSHELL, FOR_PROMPTS}
            kept = {name: value for name, value in environ.items() if name not in gone}
            environ = {**kept, PROFILE: row.profile}
        return Prepared(action, self._values(row, environ), environ)

    def choices(self, prepared: Prepared, stopped: Event) -> list[Choice]:
        """Run the command that prints the choices. Raises CommandNotRun, ActionRefused."""
        action = prepared.action
        command = prepared.command_for_choices()
        self.runs.check(command)
        written: dict[Stream, bytearray] = {Stream.OUT: bytearray(), Stream.ERR: bytearray()}

        def keep(stream: Stream, data: bytes) -> None:
            if len(written[stream]) < _MOST:
                written[stream] += data

        with Watcher() as watcher:
            status = Child(command, prepared.environ, watcher).run(keep, stopped, stopped)
        if status:
            lines = written[Stream.ERR].decode("utf-8", "replace").split("\n")
            said = next((line for line in reversed(lines) if line.strip()), str(status))
            raise ActionRefused(action.name, ActionProblem.LIST_FAILED, safe(said.strip()))
        return _choices(action, written[Stream.OUT])

    def _values(self, row: RunRow, environ: Mapping[str, str]) -> dict[str, str]:
        said, listing = NOTHING, None
        with suppress(FileError):  # the screens report it
            said = self.annotations.read().get(row.account_id, NOTHING)
            if row.session:
                listing = self.runs.inventory.listing(row.session, row.account_id)
        return {
            "profile": row.profile,
            "account_id": row.account_id,
            "account": original(row.account),
            "permission_set": original(row.permission_set),
            "role_arn": self._role_arn(row),
            "region": next(filter(None, map(environ.get, REGIONS)), ""),
            "session": original(row.session.label) if row.session else "",
            "account_email": original(listing.account.email) if listing else "",
            "account_alias": original(said.alias),
            "account_groups": " ".join(map(original, said.groups)),
        }

    def _role_arn(self, row: RunRow) -> str:
        if row.session:
            return original(row.session.role_arn(row.account_id, row.permission_set))
        profile = self.runs.credentials.profile(row.profile)
        if profile.kind is ProfileKind.ROLE:
            return original(profile.settings.get("role_arn", ""))
        return ""


def _choices(action: Action, output: bytes | bytearray) -> list[Choice]:
    """Return the choices of a JSON list: of strings, or of objects with strings.

    Raises ActionRefused.
    """
    try:
        found = json.loads(output or b"[]")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        shown = safe(output[:80].decode("utf-8", "replace").strip())
        raise ActionRefused(action.name, ActionProblem.LIST_UNREADABLE, shown)
    choices = [_choice(each) for each in found]
    if not (usable := [each for each in choices if next(iter(each.values()), "")]):
        raise ActionRefused(action.name, ActionProblem.NO_CHOICES)
    return usable


def _choice(entry: object) -> Choice:
    if isinstance(entry, dict):
        return {str(name): _text(value) for name, value in entry.items()}
    return {_WITHOUT_NAME: _text(entry)}


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return "" if value is None or isinstance(value, dict) else str(value)


def columns_of(choices: Sequence[Choice]) -> list[str]:
    """Return the names of the columns; the first is what is chosen."""
    return list(dict.fromkeys(name for each in choices for name in each))
