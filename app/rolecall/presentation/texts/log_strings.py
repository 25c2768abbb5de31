"""Texts of `rolecall log`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rolecall.domain.text import safe
from rolecall.presentation import labels, paths, times
from rolecall.presentation.texts import file_strings
from rolecall.presentation.translation import Counted, _

if TYPE_CHECKING:
    from rolecall.domain.log.hand_out import HandOut, LogProblem

# Column headings.
WHEN: Final = _("When")
ACCESS_KEY_ID: Final = _("Access key ID")
RIGHTS: Final = _("Rights")
MINUTES: Final = _("Minutes")
COMMAND: Final = _("Command")
REASON: Final = _("Reason")
ENTRIES_NOUN: Final = Counted("{count:,} entry", "{count:,} entries")
NO_SUCH_PROFILE: Final = _("No profile has the name “{name}” now.")
EMPTY: Final = _("Nothing has been handed out yet.")
# Translators: "this" is an account, a permission set or a profile.
NOTHING_ABOUT: Final = _("The log has nothing about this yet.")
# Translators: `path` is the file of the log.
_UNREADABLE: Final = _(
    "The log cannot be read, so what was handed out is unknown: {path} ({reason})."
)
_UNWRITABLE: Final = _("The log cannot be written, so nothing is logged: {path} ({reason}).")
OFF: Final = _("The log is off (`log` in the settings).")
# What the full screen says about an access key ID that is typed into the filter.
KEY_UNKNOWN: Final = _("The log does not have {key_id}.")


def problem(found: LogProblem) -> str:
    """Return that the log cannot be read or written, and why."""
    words = _UNWRITABLE if found.is_readable else _UNREADABLE
    reason = file_strings.REASONS.get(found.reason, found.reason)
    return words.format(path=paths.as_written(Path(found.path)), reason=reason)


_MORE: Final = Counted(
    "{count} more line: `rolecall log {key_id}`", "{count} more lines: `rolecall log {key_id}`"
)


def who_had(key_id: str, found: Sequence[HandOut], now: datetime) -> str:
    """Return who had the access key last, and how often the log has it."""
    if not found:
        return KEY_UNKNOWN.format(key_id=key_id)
    last = found[-1]
    facts = (last.kind, last.profile, last.account or last.account_id, last.role, last.command)
    text = f"{key_id}: {labels.SEPARATOR.join(map(safe, filter(None, (*facts, last.reason))))}"
    if (when := moment(last)) is not None:
        text = f"{text}{labels.SEPARATOR}{times.moment(when, now)}"
    if not (more := len(found) - 1):
        return text
    return f"{text}{labels.SEPARATOR}{_MORE(more, key_id=key_id)}"


def command_without_values(entry: HandOut) -> str:
    """Return the command of an entry without what may be a secret, also if the log has all of it."""
    import shlex  # late: few want it

    from rolecall.domain.log.shown import shown_command

    try:
        return shown_command(shlex.split(entry.command))
    except ValueError:  # it is cut off inside quotes
        return shown_command(entry.command.split())


def shown_time(entry: HandOut) -> str:
    """Return the time of an entry in local time, as `rolecall log` prints it."""
    when = moment(entry)
    return safe(entry.time) if when is None else f"{when:%Y-%m-%d %H:%M:%S}"


def moment(entry: HandOut) -> datetime | None:
    """Return the time of an entry; None if it is not one."""
    try:
        return datetime.fromisoformat(entry.time).astimezone()
    except (ValueError, OverflowError, OSError):
        return None
