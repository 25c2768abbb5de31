"""The details of profiles: their sections, and what the workbench would write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Profile
from rolecall.domain.profiles.plan import Outcome, Planned
from rolecall.domain.profiles.stored_profiles import StoredProfiles
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.errors import describe_with_line, explain
from rolecall.presentation.paths import credentials_file
from rolecall.presentation.texts import profile_strings
from rolecall.presentation.texts import workbench_strings as words
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, section

if TYPE_CHECKING:
    from rolecall.services.profiles.bulk import BulkService
    from rolecall.ui.state.app_state import AppState

OUTCOME_STYLES: Final = {
    Outcome.NEW: "good",
    Outcome.UPDATES: "warn",
    Outcome.SAME: "muted",
    Outcome.COLLIDES: "bad",
    Outcome.BAD_NAME: "bad",
    Outcome.BAD_REGION: "bad",
    Outcome.BAD_OUTPUT: "bad",
}


def plan_detail(
    bulk: BulkService, planned: Planned, profiles: Sequence[Profile], badge: str
) -> Detail:
    """Return what would be written. Reads ~/.aws/config. `profiles` are those of both files."""
    outcome, assignment = planned.outcome, planned.row.assignment
    what = f"{words.SIGNS[outcome]} {words.what_happens(planned)}"
    lines = [
        DetailLine(what, OUTCOME_STYLES[outcome]),
        *section(labels.ACCOUNT, [assignment.account.name, assignment.account.id], "text"),
        *section(labels.PERMISSION_SET, [assignment.permission_set.name], "text"),
        *_written(bulk, planned, profiles),
    ]
    return Detail(planned.name, lines, badge)


def _written(
    bulk: BulkService, planned: Planned, profiles: Sequence[Profile]
) -> Sequence[DetailLine]:
    if planned.outcome.stops:
        return section("", [words.explained(planned)], "bad")
    try:
        texts = [safe(text) for text in bulk.plan([planned]).lines_written]
    except RolecallError as error:
        return section("", [explain(error)], "bad")
    stored, is_new = StoredProfiles(profiles), planned.outcome is Outcome.NEW
    warnings = profile_strings.save_warnings(
        stored, planned.name, planned.row.target, is_new=is_new
    )
    return [
        *section("", warnings, "warn"),
        *section(profile_strings.WOULD_BE_SAVED, texts, "accent", cut=True),
    ]


def section_lines(state: AppState, profile: Profile) -> Iterator[DetailLine]:
    """Yield what is wrong with the profile, and its section as it is in the file."""
    for each in state.findings_of(profile):
        yield DetailLine(f"! {describe_with_line(each)}", "warn")
    texts = state.config.section(profile) if state.config is not None else []
    if profile.only_in_credentials:
        yield DetailLine(profile_strings.IN_FILE.format(path=credentials_file()), "muted")
        yield from (DetailLine(safe(each), hanging=2) for each in texts)
        return
    if profile.overridden:
        keys = map(safe, profile.overridden)
        yield DetailLine(profile_strings.overridden(keys), "warn")
    digits = len(str(profile.lines.start + len(texts)))
    for number, text in enumerate(texts, profile.lines.start):
        style = "accent" if text.lstrip().startswith("[") else "text"
        style = "muted" if text.lstrip()[:1] in {"#", ";"} else style
        yield DetailLine(f"{number:>{digits}}  {safe(text)}", style, hanging=digits + 4)
