"""Drift: how the profiles differ from what AWS lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from rolecall.domain.model import Assignment, Profile, SsoSession
from rolecall.domain.records import dataclass
from rolecall.presentation import times
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.presentation.texts import profile_strings
from rolecall.services.profiles.drift import DriftOverview
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.catalogue import crawl_problem
from rolecall.ui.screens.base.detail import NOTE_ROWS, DetailScreen
from rolecall.ui.state.session_state import SessionState
from rolecall.ui.widgets.table.columns import Column

_STYLES = {"missing": "good", "not_assigned": "bad", "no_session": "warn", "duplicate": "muted"}


@dataclass(frozen=True)
class DriftRow:
    """A profile, or a permission set without one, of the session `of`. `kind` is a key of
    DRIFT_KINDS.

    `other` is another profile for the same permission set. `when` is the time of the listing.
    """

    kind: str
    session: str
    assignment: Assignment | None = None
    of: SsoSession | None = None
    profile: Profile | None = None
    other: str = ""
    when: datetime | None = None

    @property
    def target(self) -> tuple[str, str]:
        if self.assignment:
            return self.assignment.key
        assert self.profile is not None
        return self.profile.account_id or "", self.profile.permission_set or ""


class DriftScreen(DetailScreen[DriftRow]):
    place = Place.DRIFT
    noun = profile_strings.DRIFT_NOUN
    has_note = True

    def __init__(self, overview: DriftOverview) -> None:
        super().__init__()
        self._overview = overview
        self._rows = list(_rows(overview))
        self.is_stale = False  # what it compares has changed while other screens were shown

    def columns(self) -> Sequence[Column[DriftRow]]:
        return (
            Column(
                "kind", profile_strings.DRIFT_COLUMN,
                lambda row: profile_strings.DRIFT_KINDS[row.kind],
                lambda row: _STYLES[row.kind], minimum=10, maximum=10,
            ),
            columns.profile(
                lambda row: row.profile.name if row.profile else "", minimum=12, weight=2
            ),
            columns.account(
                self._account,
                lambda row: self.production_badge(
                    row.target[0], row.profile.name if row.profile else ""
                ),
                maximum=40,
            ),
            columns.permission_set(lambda row: row.target[1]),
            columns.session(lambda row: row.session, drop_order=1),
            columns.account_id(lambda row: row.target[0], drop_order=2),
        )  # fmt: skip

    def row_key(self, row: DriftRow) -> tuple[str, str, str, str]:
        return row.kind, row.session, row.profile.name if row.profile else "", str(row.target)

    def rows(self) -> Sequence[DriftRow]:
        return self._rows

    def _account(self, row: DriftRow) -> str:
        if row.assignment:
            return row.assignment.account.name
        return self.host.state.account_name(row.profile) if row.profile else ""

    def size_classes(self) -> dict[str, bool]:
        """Show the sessions that are not compared below the rows, with and without a pane."""
        has_room = self.app.size.height >= NOTE_ROWS
        is_noted = has_room and bool(self._rows) and bool(self._unlisted)
        return super().size_classes() | {"-noted": is_noted}

    def show_state(self) -> None:
        super().show_state()
        self.note.show("", " ".join(self._why_unlisted()), "$warning")
        self.fit_to_size()

    def show(self, overview: DriftOverview) -> None:
        self._overview = overview
        self._rows = list(_rows(overview))
        self.show_state()
        self.table.marks.forget_absent()

    def on_screen_resume(self) -> None:
        if self.is_stale:
            self.is_stale = False
            self.do_refresh_all()

    def placeholder(self) -> str:
        if not self._overview.sessions:
            return with_keys(profile_strings.NO_SESSIONS)
        if not self._unlisted:
            return profile_strings.NO_DRIFT
        has_others = len(self._unlisted) < len(self._overview.sessions)
        return " ".join([*self._why_unlisted(), *[profile_strings.OTHERS_MATCH] * has_others])

    @property
    def _unlisted(self) -> list[SessionState]:
        """The sessions without a complete listing to compare with."""
        sessions = self._overview.sessions
        return [self.host.state.state_of(each) for each, found in sessions if not found.complete_at]

    def _why_unlisted(self) -> Iterator[str]:
        """Yield a sentence for each reason why sessions have no complete listing."""
        names: defaultdict[str, list[str]] = defaultdict(list)
        for each in self._unlisted:
            names[_why_unlisted(each)].append(each.session.label)
        for why, labels in names.items():
            yield profile_strings.NOT_LISTED.format(names=", ".join(labels), why=why)

    def count_text(self) -> str:
        if not self.table.shown and (self.table.total or not self._unlisted):
            return super().count_text()
        counts = Counter(each.kind for each in self.table.shown)
        counts["not_listed"] = len(self._unlisted)
        return profile_strings.drift_counts(counts)

    def foot_text(self) -> str:
        row = self.current
        if row is None:
            return super().foot_text()
        when = times.moment(row.when, self.host.now()) if row.when else ""
        return _meaning(row, when)

    def blocked(self, command: Command) -> str | None:
        if self.table.total and not self._rows_to_act_on:  # the filter hides all
            return super().blocked(command)
        if command.id == "save_missing" and not self._missing:
            return " ".join(self._why_unlisted()) or profile_strings.NONE_MISSING
        if command.id == "prune" and not self._not_assigned:
            return " ".join(self._why_unlisted()) or self._why_none_to_prune()
        return super().blocked(command)

    def _why_none_to_prune(self) -> str:
        lost = [row for row in self._rows_to_act_on if row.kind == "no_session"]
        return _meaning(lost[0], "") if lost else profile_strings.ALL_ASSIGNED

    @property
    def _rows_to_act_on(self) -> Sequence[DriftRow]:
        return self.table.marks.rows or self.table.shown

    @property
    def _missing(self) -> list[tuple[SsoSession, Assignment]]:
        return [(r.of, r.assignment) for r in self._rows_to_act_on if r.of and r.assignment]

    @property
    def _not_assigned(self) -> list[Profile]:
        return [
            row.profile
            for row in self._rows_to_act_on
            if row.kind == "not_assigned" and row.profile
        ]

    def do_save_missing(self) -> None:
        rows = [row for row in self._rows_to_act_on if row.of and row.assignment]
        self.flows.workbench.open(self._missing, partial(self.table.marks.remove, rows))

    def do_prune(self) -> None:
        self.flows.profile_edits.prune(self._not_assigned)

    def do_go_to_profile(self) -> None:
        if (row := self.current) and row.profile:
            self.flows.profiles.show(row.profile.name)

    def do_refresh_all(self) -> None:
        self.flows.profile_edits.compare_again()


def _meaning(row: DriftRow, when: str) -> str:
    means = profile_strings.DRIFT_MEANINGS[row.kind]
    return means.format(when=when, session=row.session, other=row.other)


def _why_unlisted(session_state: SessionState) -> str:
    """Return why the session has no complete listing, or how to get one."""
    if session_state.crawling:
        return profile_strings.LISTING_RUNS
    if problem := crawl_problem(session_state):
        return problem
    if session_state.token is None:
        return with_keys(profile_strings.LISTING_NEEDS_SIGN_IN)
    if session_state.is_lost:
        return profile_strings.LISTING_NOT_KEPT
    return with_keys(profile_strings.LISTING_NEEDS_OPENING)


def _rows(overview: DriftOverview) -> Iterator[DriftRow]:
    """Yield the rows; first the profiles that fail."""
    for session, found in overview.sessions:
        for profile in found.not_assigned:
            yield DriftRow("not_assigned", session.label, profile=profile, when=found.complete_at)
    for profile in overview.without_session:
        yield DriftRow("no_session", profile.session_name or "", profile=profile)
    for session, found in overview.sessions:
        for first, *others in found.duplicates:
            for profile in others:
                yield DriftRow("duplicate", session.label, profile=profile, other=first.name)
        for assignment in found.missing:
            yield DriftRow("missing", session.label, assignment, session)
