"""Note what is handed out in a log of this machine, and find it there.

Shells and other programs wait for this module, so it imports little. A log that cannot be written
is not an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final

from rolecall.domain.errors import RolecallError
from rolecall.domain.log.hand_out import (
    NOT_NARROWED,
    HandOut,
    HandOutKind,
    Lend,
    LogProblem,
)
from rolecall.domain.process.agents import agent_in
from rolecall.domain.settings.settings import FULL
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import safe
from rolecall.domain.timestamps import write_time
from rolecall.files.inventory import queries as inventory
from rolecall.files.own import hand_outs
from rolecall.files.own.processes import callers
from rolecall.files.own.settings import read_settings
from rolecall.files.paths import known_paths, paths_of
from rolecall.services.base.clock import utc_now

# What a program gets that rolecall has not started.
_TO_CALLERS: Final = {HandOutKind.CREDENTIAL_PROCESS, HandOutKind.EXPORT, HandOutKind.SERVE}


class HandOuts:
    """The log. `clock` returns an aware UTC datetime."""

    def __init__(self, environ: Mapping[str, str], clock: Callable[[], datetime] = utc_now) -> None:
        self._environ = environ
        self._clock = clock
        self._paths = paths_of(environ)

    @property
    def is_on(self) -> bool:
        """Whether the settings want the log, read now: the full screen can change it."""
        return bool(self._setting)

    @property
    def _setting(self) -> bool | str:
        return self._paths is not None and read_settings(self._paths.settings).settings.log

    def note(
        self,
        kind: HandOutKind,
        target: SwitchTarget,
        access_key_id: str = "",
        *,
        command: Sequence[str] = (),
        reason: str = "",
        lend: Lend = NOT_NARROWED,
    ) -> bytes:
        """Note what was handed out, with what the log has of the command and the reason. Return the
        line of the entry, or nothing if the log is off.
        """
        setting = self._setting
        if self._paths is None or not setting:
            return b""
        entry = HandOut(
            time=write_time(self._clock()),
            kind=kind.value,
            profile=target.name,
            account_id=target.account_id,
            role=target.role,
            sso_session=safe(target.session),
            access_key_id=access_key_id,
            **self._shown(command, reason, is_full=setting == FULL),
            **lend._asdict(),
            caller=safe(callers()) if kind in _TO_CALLERS else "",
            agent=safe(agent_in(self._environ)),
        )
        line = entry.line()
        hand_outs.append(self._paths.state, line)
        return line

    @contextmanager
    def starting(
        self,
        kind: HandOutKind,
        target: SwitchTarget,
        access_key_id: str = "",
        *,
        command: Sequence[str],
        reason: str = "",
        lend: Lend = NOT_NARROWED,
    ) -> Iterator[None]:
        """Note the command that the block starts. If the block raises, nothing was handed out."""
        line = self.note(kind, target, access_key_id, command=command, reason=reason, lend=lend)
        try:
            yield
        except BaseException:
            if line and self._paths is not None:
                hand_outs.take_back(self._paths.state, line)
            raise

    def note_profile(
        self,
        kind: HandOutKind,
        profile: str,
        access_key_id: str = "",
        *,
        command: Sequence[str] = (),
        reason: str = "",
        lend: Lend = NOT_NARROWED,
    ) -> None:
        """Note what was handed out for a profile, with its account and role."""
        if self.is_on:
            target = self.target(profile)
            self.note(kind, target, access_key_id, command=command, reason=reason, lend=lend)

    def problem(self) -> LogProblem | None:
        """Return why the log cannot be read or written, or None. Raises HomeUnknown."""
        return hand_outs.problem(known_paths(self._environ).state)

    def found(self, words: Sequence[str]) -> list[HandOut]:
        """Return the entries that have all words, the oldest first. Raises HomeUnknown."""
        paths = known_paths(self._environ)
        from rolecall.domain.search.folding import SearchIndex
        from rolecall.domain.search.query import Query

        names = {key[2]: name for key, name in inventory.account_names(paths.cache).items()}
        entries = [
            entry._replace(account=names.get(entry.account_id, ""))
            for entry in map(HandOut.read, hand_outs.lines(paths.state))
            if entry is not None
        ]
        query = Query.parse(" ".join(words))
        if query.is_empty:
            return entries
        selection = query.select(SearchIndex.of(entries))
        return [] if selection.scattered else [entries[i] for i in sorted(selection.rows)]

    def with_facts(self, **facts: str) -> list[HandOut]:
        """Return the entries with all these values of their fields, the newest first. Raises
        HomeUnknown.
        """
        import json

        parts = [json.dumps(value).encode() for value in facts.values()]
        lines = reversed(hand_outs.lines(known_paths(self._environ).state))
        likely = (line for line in lines if all(part in line for part in parts))
        entries = filter(None, map(HandOut.read, likely))
        wanted = facts.items()
        return [each for each in entries if wanted <= each._asdict().items()]

    def _shown(self, command: Sequence[str], reason: str, *, is_full: bool) -> dict[str, str]:
        if not (command or reason):
            return {}
        from rolecall.domain.log.shown import shown_command, shown_text

        return {
            "command": shown_command(command, is_full=is_full),
            "reason": shown_text(reason, self._environ),
        }

    def target(self, profile: str) -> SwitchTarget:
        """Return the profile, with its account and role if they can be read."""
        from rolecall.services.switching.switching import Switching

        with suppress(RolecallError):
            return Switching(self._environ).target(profile) or SwitchTarget(profile)
        return SwitchTarget(profile)
