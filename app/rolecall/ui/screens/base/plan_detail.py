"""What happens to a row of the workbench, as a detail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rolecall.domain.errors import RolecallError
from rolecall.domain.plan import Outcome, Planned
from rolecall.domain.text import safe
from rolecall.presentation import labels, profile_strings, save_strings
from rolecall.presentation import workbench_strings as words
from rolecall.presentation.errors import explain
from rolecall.ui.widgets.detail_pane import Detail, DetailLine, section

if TYPE_CHECKING:
    from rolecall.services.bulk import BulkService

OUTCOME_STYLES: Final = {
    Outcome.NEW: "good",
    Outcome.UPDATES: "warn",
    Outcome.SAME: "muted",
    Outcome.COLLIDES: "bad",
    Outcome.BAD_NAME: "bad",
    Outcome.BAD_REGION: "bad",
    Outcome.BAD_OUTPUT: "bad",
}


def plan_detail(bulk: BulkService, planned: Planned, badge: str) -> Detail:
    """Return what happens, and the lines that would be written. It reads a file."""
    outcome, assignment = planned.outcome, planned.row.assignment
    what = f"{words.SIGNS[outcome]} {words.what_happens(planned)}"
    lines = [
        DetailLine(what, OUTCOME_STYLES[outcome]),
        *section(labels.ACCOUNT, [assignment.account.name, assignment.account.id], "text"),
        *section(labels.PERMISSION_SET, [assignment.permission_set.name], "text"),
        *_written(bulk, planned),
    ]
    return Detail(planned.name, lines, badge)


def _written(bulk: BulkService, planned: Planned) -> Sequence[DetailLine]:
    if planned.outcome.stops:
        return section("", [words.explained(planned)], "bad")
    try:
        texts = [safe(text) for text in bulk.plan([planned]).lines_written]
        keys = bulk.profiles.overridden_keys().get(planned.name)
    except RolecallError as error:
        return section("", [explain(error)], "bad")
    warnings = [profile_strings.overridden(keys)] if keys else ()
    return [
        *section("", warnings, "warn"),
        *section(save_strings.WOULD_BE_SAVED, texts, "accent", cut=True),
    ]
