"""The details of profiles, and what the workbench would write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rolecall.domain.errors import RolecallError
from rolecall.domain.login_session import identity_of
from rolecall.domain.model import Profile
from rolecall.domain.naming.template import FILTERS
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.profiles.plan import Outcome, Planned, PlanRow
from rolecall.domain.profiles.stored_profiles import StoredProfiles
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.errors import describe_with_line, explain
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
    bulk: BulkService, planned: Planned, profiles: Sequence[Profile], badge: str, repaired: str
) -> Detail:
    """Return what would be written. Reads ~/.aws/config. `profiles` are those of both files.

    `repaired` is the name that is offered for a row that cannot be written.
    """
    outcome, assignment = planned.outcome, planned.row.assignment
    what = f"{words.SIGNS[outcome]} {words.what_happens(planned)}"
    lines = [
        DetailLine(what, OUTCOME_STYLES[outcome]),
        *section(words.REPAIRED_NAME, [repaired] if repaired else [], "accent"),
        *section(labels.ACCOUNT, [assignment.account.name, assignment.account.id], "text"),
        *section(labels.PERMISSION_SET, [assignment.permission_set.name], "text"),
        *_written(bulk, planned, profiles),
    ]
    return Detail(planned.name, lines, badge)


def placeholder_lines(row: PlanRow) -> Sequence[DetailLine]:
    """Return what can be in a template, and what each field gives for the row."""
    values = words.placeholders(row.facts)
    width = max(map(len, values)) + 2
    filters = [":".join([name, *each.arguments]) for name, each in FILTERS.items()]
    return [
        DetailLine(words.PLACEHOLDERS, "heading"),
        *(DetailLine(value, "accent", f"  {name:<{width}}") for name, value in values.items()),
        *section(words.FILTERS, [f"|{each}" for each in filters], "muted"),
        DetailLine(""),
    ]


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
        *section(profile_strings.WOULD_BE_SAVED, texts, "accent", hanging=2),
    ]


def profile_lines(state: AppState, profile: Profile) -> Iterator[DetailLine]:
    """Yield what is wrong with the files and the profile, and what is known of it."""
    if problem := state.profiles_problem:
        yield DetailLine(f"! {problem}", "warn")
    for each in state.findings_of(profile):
        yield DetailLine(f"! {describe_with_line(each)}", "warn")
    if profile.overridden:
        yield DetailLine(profile_strings.overridden(map(safe, profile.overridden)), "warn")


def fact_lines(state: AppState, profile: Profile) -> Iterator[DetailLine]:
    """Yield what the files say about the profile, and the name of its account."""
    account = dict.fromkeys(filter(None, (state.account_name(profile), profile.acts_in)))
    facts = {
        labels.ACCOUNT: list(account),
        labels.PERMISSION_SET: [permission_set_of(profile)],
        labels.SESSION: [profile.session_name or profile.start_url or ""],
        labels.REGION: [profile.region or ""],
        labels.OUTPUT: [profile.output or ""],
        labels.KIND: [labels.PROFILE_KINDS[profile.kind.value]],
    }
    for heading, texts in facts.items():
        yield from section(heading, [each for each in texts if each], "text")


def permission_set_of(profile: Profile) -> str:
    """Return the permission set, the identity that signed in, or the role and its source."""
    if profile.kind is ProfileKind.ROLE:
        role = profile.settings.get("role_arn", "").rpartition("/")[2]
        source = profile.settings.get("source_profile") or profile.settings.get("credential_source")
        if not source:
            return safe(role)
        return labels.ROLE_VIA.format(role=safe(role), source=safe(source))
    if profile.login_session:
        return identity_of(profile.login_session).name
    return profile.permission_set or ""
