"""What the pages of a pane have: the lines in ~/.aws/config, and what the log has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.errors import RolecallError
from rolecall.domain.text import safe
from rolecall.presentation import labels, times
from rolecall.presentation.errors import explain
from rolecall.presentation.paths import credentials_file
from rolecall.presentation.texts import log_strings, profile_strings
from rolecall.ui.widgets.detail_pane import DetailLine, section

if TYPE_CHECKING:
    from rolecall.domain.log.hand_out import HandOut
    from rolecall.domain.model import Profile
    from rolecall.services.log.hand_outs import HandOuts
    from rolecall.services.services import Services
    from rolecall.ui.state.app_state import AppState
    from rolecall.ui.state.rows import AssignmentRow

_MOST_ENTRIES: Final = 200
_HANGING: Final = 2  # cells before the rest of a line of a file


def section_lines(state: AppState, profile: Profile) -> Iterator[DetailLine]:
    """Yield the section of a profile as it is in the file."""
    texts = state.config.section(profile) if state.config is not None else []
    if profile.only_in_credentials:
        yield DetailLine(profile_strings.IN_FILE.format(path=credentials_file()), "muted")
        yield from (DetailLine(safe(each), hanging=_HANGING) for each in texts)
        return
    digits = len(str(profile.lines.start + len(texts)))
    for number, text in enumerate(texts, profile.lines.start):
        style = "accent" if text.lstrip().startswith("[") else "text"
        style = "muted" if text.lstrip()[:1] in {"#", ";"} else style
        yield DetailLine(safe(text), style, f"{number:>{digits}}  ", _HANGING)


def planned_lines(services: Services, rows: Sequence[AssignmentRow]) -> list[DetailLine]:
    """Return what would be written for permission sets without a profile. Reads files."""
    try:
        if len(rows) == 1:
            profiles, (row,) = services.profiles, rows
            change = profiles.plan_save(profiles.draft(row.assignment, row.session))
        else:
            bulk = services.bulk
            planned = bulk.plan_rows(bulk.rows(rows), bulk.default_rules(rows[0].session))
            change = bulk.plan([each for each in planned if not each.outcome.stops])
    except RolecallError as error:
        return section("", [explain(error)], "bad")
    texts = [safe(each) for each in change.lines_written]
    return section(profile_strings.WOULD_BE_SAVED, texts, "accent", _HANGING)


def activity_lines(log: HandOuts, now: datetime, **facts: str) -> list[DetailLine]:
    """Return what the log has with these facts, the newest first. Reads files, and may raise
    HomeUnknown.
    """
    found = log.with_facts(**facts)
    problem = None if found else log.problem()
    lines = [DetailLine(log_strings.problem(problem), "warn")] if problem else []
    if not log.is_on:
        lines.append(DetailLine(log_strings.OFF, "muted"))
    elif not found and problem is None:
        lines.append(DetailLine(log_strings.NOTHING_ABOUT, "muted"))
    for entry in found[:_MOST_ENTRIES]:
        lines += _entry_lines(entry, now)
    return lines


def _entry_lines(entry: HandOut, now: datetime) -> Iterator[DetailLine]:
    moment = log_strings.moment(entry)
    when = entry.time if moment is None else times.moment(moment, now)
    facts = when, entry.kind, entry.profile or entry.role
    yield DetailLine(labels.SEPARATOR.join(map(safe, filter(None, facts))), "strong", hanging=2)
    for text in (log_strings.command_without_values(entry), entry.reason, entry.access_key_id):
        if text:
            yield DetailLine(safe(text), "muted", "  ", _HANGING)
