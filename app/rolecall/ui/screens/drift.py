"""What the last complete listing says against the profiles there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rolecall.domain.model import Assignment, Profile, SsoSession
from rolecall.presentation import labels, profile_strings, times
from rolecall.presentation.commands import Command, Place
from rolecall.services.drift import DriftOverview
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.widgets.table.virtual_table import Column

_STYLES = {"missing": "good", "dead": "bad", "orphan": "warn", "twin": "muted"}


@dataclass(frozen=True)
class Row:
    """A profile, or a permission set without one. `standing` is a key of STANDINGS.

    `twin` is the name of the profile that says the same, `when` the moment of the listing.
    """

    standing: str
    session: str
    assignment: Assignment | None = None
    of: SsoSession | None = None
    profile: Profile | None = None
    twin: str = ""
    when: datetime | None = None

    @property
    def target(self) -> tuple[str, str]:
        if self.assignment:
            return self.assignment.key
        assert self.profile is not None
        return self.profile.account_id or "", self.profile.permission_set or ""


class DriftScreen(TableScreen[Row]):
    place = Place.DRIFT
    noun = profile_strings.IN_STEP_NOUN

    def __init__(self, look: DriftOverview) -> None:
        super().__init__()
        self._look = look
        self._rows = list(_rows(look))

    def columns(self) -> Sequence[Column[Row]]:
        return (
            Column(
                "standing", profile_strings.STANDING_COLUMN,
                lambda row: profile_strings.STANDINGS[row.standing],
                lambda row: _STYLES[row.standing], minimum=10, maximum=10,
            ),
            Column(
                "profile", labels.PROFILE, lambda row: row.profile.name if row.profile else "",
                "accent", minimum=12, maximum=40, weight=2,
            ),
            Column(
                "account", labels.ACCOUNT, self._account, "strong",
                minimum=14, maximum=40, weight=2,
                badge=lambda row: self.production_badge(
                    self._account(row), row.profile.name if row.profile else ""
                ),
            ),
            Column(
                "permission_set", labels.PERMISSION_SET, lambda row: row.target[1],
                minimum=22, maximum=36, weight=2,
            ),
            Column(
                "session", labels.SESSION, lambda row: row.session,
                "muted", minimum=8, maximum=24, gives_way=1,
            ),
            Column(
                "id", labels.ACCOUNT_ID, lambda row: row.target[0],
                "muted", minimum=12, maximum=12, gives_way=2,
            ),
        )  # fmt: skip

    def row_key(self, row: Row) -> tuple[str, str, str, str]:
        return row.standing, row.session, row.profile.name if row.profile else "", str(row.target)

    def rows(self) -> Sequence[Row]:
        return self._rows

    def _account(self, row: Row) -> str:
        if row.assignment:
            return row.assignment.account.name
        return self.host.state.account_name(row.profile) if row.profile else ""

    def show(self, look: DriftOverview) -> None:
        """The file has changed, or the listing."""
        self._look = look
        self._rows = list(_rows(look))
        self.show_state()

    def placeholder(self) -> str:
        is_listed = any(found.complete_at for _, found in self._look.sessions)
        return profile_strings.DRIFT if is_listed else profile_strings.NOT_LISTED

    def standing(self) -> str:
        row = self.current
        if row is None:
            return super().standing()
        counts = profile_strings.standings(Counter(each.standing for each in self.table.shown))
        when = times.moment(row.when, self.host.now()) if row.when else ""
        means = profile_strings.STANDING_MEANS[row.standing]
        said = means.format(when=when, session=row.session, twin=row.twin)
        return f"{counts} · {said}"

    def blocked(self, command: Command) -> str | None:
        if command.id == "save_missing" and not self._missing:
            return profile_strings.NONE_MISSING
        if command.id == "prune" and not self._dead:
            return profile_strings.NONE_DEAD
        return super().blocked(command)

    @property
    def _chosen(self) -> Sequence[Row]:
        return self.table.marked_rows or self.table.shown

    @property
    def _missing(self) -> list[tuple[SsoSession, Assignment]]:
        return [(r.of, r.assignment) for r in self._chosen if r.of and r.assignment]

    @property
    def _dead(self) -> list[Profile]:
        return [row.profile for row in self._chosen if row.standing == "dead" and row.profile]

    def do_save_missing(self) -> None:
        self.flows.workbench.open(self._missing, self._again)

    def do_prune(self) -> None:
        self.flows.changes.prune(self._dead)

    def do_go_to_profile(self) -> None:
        if (row := self.current) and row.profile:
            self.flows.profiles.show(row.profile.name)

    def do_undo(self) -> None:
        self.flows.changes.undo()

    def do_refresh_all(self) -> None:
        self.flows.changes.look_again(self)

    def _again(self) -> None:
        self.table.clear_marks()
        self.do_refresh_all()


def _rows(look: DriftOverview) -> Iterator[Row]:
    """The dead first, for they are what fails."""
    for session, found in look.sessions:
        for profile in found.dead:
            yield Row("dead", session.label, profile=profile, when=found.complete_at)
    for profile in look.orphans:
        yield Row("orphan", profile.session_name or "", profile=profile)
    for session, found in look.sessions:
        for first, *others in found.twins:
            for profile in others:
                yield Row("twin", session.label, profile=profile, twin=first.name)
        for assignment in found.missing:
            yield Row("missing", session.label, assignment, session)
