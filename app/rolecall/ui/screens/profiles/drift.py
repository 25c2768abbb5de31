"""Drift: how the profiles differ from what AWS lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

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
from rolecall.ui.widgets.detail_pane import Detail, DetailLine
from rolecall.ui.widgets.table.columns import Column

_STYLES = {"not_assigned": "bad", "no_session": "warn", "duplicate": "muted"}


@dataclass(frozen=True)
class DriftRow:
    """A profile that differs. `kind` is a key of DRIFT_KINDS.

    `other` is another profile for the same permission set. `when` is the time of the listing.
    """

    kind: str
    session: str
    profile: Profile
    other: str = ""
    when: datetime | None = None

    @property
    def target(self) -> tuple[str, str]:
        return self.profile.account_id or "", self.profile.permission_set or ""


class DriftScreen(DetailScreen[DriftRow]):
    place = Place.DRIFT
    noun = profile_strings.DRIFT_NOUN
    has_note = True
    for_all_rows = frozenset({"save_missing"})

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
                lambda row: _STYLES[row.kind], minimum=10,
            ),
            columns.profile(lambda row: row.profile.name, is_name=True),
            columns.account(
                lambda row: self.host.state.account_name(row.profile),
                lambda row: self.production_badge(row.target[0], row.profile.name),
            ),
            columns.permission_set(lambda row: row.target[1]),
            columns.session(lambda row: row.session),
            columns.account_id(lambda row: row.target[0]),
        )  # fmt: skip

    def row_key(self, row: DriftRow) -> tuple[str, str, str]:
        return row.kind, row.session, row.profile.name

    def rows(self) -> Sequence[DriftRow]:
        return self._rows

    async def detail_of(self, row: DriftRow) -> Detail:
        found = await super().detail_of(row)
        meaning = DetailLine(self._meaning(row), _STYLES[row.kind])
        return found._replace(lines=[meaning, DetailLine(""), *found.lines])

    def size_classes(self) -> dict[str, bool]:
        """Show the sessions that are not compared below the rows, with and without a pane."""
        classes = super().size_classes()
        has_room = self.app.size.height >= NOTE_ROWS and bool(self._rows)
        return classes | {"-noted": has_room and bool(self._unlisted or not classes["-detail"])}

    def show_state(self) -> None:
        super().show_state()
        self._show_note()
        self.fit_to_size()

    def on_virtual_table_highlighted(self) -> None:
        self._show_note()

    def _show_note(self) -> None:
        """Show what is wrong with the row, unless the pane does, and what is not compared."""
        row = None if self.has_class("-detail") else self.current
        meaning = self._meaning(row) if row else ""
        self.note.show(meaning, " ".join(self._why_unlisted()), "$warning")

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
        missing = self._missing
        key = with_keys("{save_missing}")
        return profile_strings.MISSING(len(missing), key=key) if missing else ""

    def blocked(self, command: Command) -> str | None:
        if command.id == "save_missing" and not self._missing:
            return " ".join(self._why_unlisted()) or profile_strings.NONE_MISSING
        if self.table.total and not self._rows_to_act_on:  # the filter hides all
            return super().blocked(command)
        if command.id == "prune" and not self._not_assigned:
            return " ".join(self._why_unlisted()) or self._why_none_to_prune()
        return super().blocked(command)

    def _why_none_to_prune(self) -> str:
        lost = [row for row in self._rows_to_act_on if row.kind == "no_session"]
        return self._meaning(lost[0]) if lost else profile_strings.ALL_ASSIGNED

    @property
    def _rows_to_act_on(self) -> Sequence[DriftRow]:
        return self.table.marks.rows or self.table.shown

    @property
    def _missing(self) -> list[tuple[SsoSession, Assignment]]:
        """The permission sets without a profile."""
        found = self._overview.sessions
        return [(session, each) for session, drift in found for each in drift.missing]

    @property
    def _not_assigned(self) -> list[Profile]:
        return [row.profile for row in self._rows_to_act_on if row.kind == "not_assigned"]

    def do_save_missing(self) -> None:
        self.flows.workbench.open(self._missing, lambda: None)

    def do_prune(self) -> None:
        self.flows.profile_edits.prune(self._not_assigned)

    def do_go_to_profile(self) -> None:
        if row := self.current:
            self.flows.profiles.show(row.profile.name)

    def _meaning(self, row: DriftRow) -> str:
        when = times.moment(row.when, self.host.now()) if row.when else ""
        means = profile_strings.DRIFT_MEANINGS[row.kind]
        return means.format(when=when, session=row.session, other=row.other)

    def do_refresh_all(self) -> None:
        self.flows.profile_edits.compare_again()


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
            yield DriftRow("not_assigned", session.label, profile, when=found.complete_at)
    for profile in overview.without_session:
        yield DriftRow("no_session", profile.session_name or "", profile)
    for session, found in overview.sessions:
        for first, *others in found.duplicates:
            for profile in others:
                yield DriftRow("duplicate", session.label, profile, first.name)
