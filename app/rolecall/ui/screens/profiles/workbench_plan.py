"""The rows of the workbench: what writing each of them does, and what a user should know about
it."""

from __future__ import annotations

from collections.abc import Sequence

from rolecall.domain.profiles.plan import (
    ExistingProfiles,
    NamingRules,
    Outcome,
    Planned,
    PlanRow,
    counts,
    fix,
    names_by_account,
    plan,
    repairs,
)
from rolecall.presentation.commands import with_keys
from rolecall.presentation.texts import workbench_strings as words


class WorkbenchPlan:
    """Its rows, rules and existing profiles can change; then `make` plans again.

    `regions` are the known ones.
    """

    def __init__(
        self,
        rows: Sequence[PlanRow],
        existing: ExistingProfiles,
        rules: NamingRules,
        regions: Sequence[str],
    ) -> None:
        self.rows = list(rows)
        self.existing = existing
        self.rules = rules
        self._regions = regions
        self.make()

    def make(self) -> None:
        planned = plan(self.rows, self.rules, self.existing)
        self._planned = dict(zip(self.rows, planned, strict=True))
        self._repairs: dict[PlanRow, str] | None = None  # None until they are asked for
        self.counts = counts(planned)
        self.names = names_by_account(planned)

    def __getitem__(self, row: PlanRow) -> Planned:
        return self._planned[row]

    @property
    def good(self) -> list[Planned]:
        """The rows that can be written, without those that are as planned already."""
        found = self._planned.values()
        return [e for e in found if not e.outcome.stops and e.outcome is not Outcome.SAME]

    @property
    def values(self) -> object:
        """What the user has typed."""
        return self.rules, [(row.name, row.region, row.output, row.fixed) for row in self.rows]

    def stops(self, row: PlanRow) -> bool:
        return self._planned[row].outcome.stops

    def first_problem(self, rows: Sequence[PlanRow]) -> PlanRow | None:
        return next(filter(self.stops, rows), None)

    def problems_first(self, row: PlanRow) -> tuple[bool, str]:
        """Return a key that sorts the rows that cannot be written before the others."""
        return not self.stops(row), words.what_happens(self._planned[row])

    def repair(self, row: PlanRow) -> str:
        """Return the name that is offered for a row whose own name cannot be written, or ""."""
        if not self.stops(row):
            return ""
        if self._repairs is None:
            self._repairs = repairs([*self._planned.values()], self.existing)
        return self._repairs.get(row, "")

    def fix(self) -> int:
        """Give all rows their repaired names. Returns how many there are."""
        return fix([*self._planned.values()], self.existing)

    def drop(self, written: Sequence[Planned]) -> None:
        """Drop rows that were written, and those that were as planned before."""
        done = {each.row for each in written}
        done |= {row for row, each in self._planned.items() if each.outcome is Outcome.SAME}
        self.rows = [row for row in self.rows if row not in done]

    def note_of(self, row: PlanRow, *, is_edited: bool) -> tuple[str, bool]:
        """Return the note on a row, and whether it prevents the row from being written."""
        planned = self._planned[row]
        if text := words.explained(planned):
            return text, True
        if planned.outcome is not Outcome.SAME and (unknown := self.unknown([planned.region])):
            return words.REGION_UNKNOWN.format(region=unknown), False
        if is_edited:
            account, permission_set = row.assignment.account, row.assignment.permission_set
            names = {"account": account.name, "permission_set": permission_set.name}
            return words.EDITED.format(**names), False
        if planned.profile is not None and not self.rules.adds_new:
            return with_keys(words.KEEPS_NAME, name=planned.profile.name), False
        return "", False

    def unknown(self, regions: Sequence[str]) -> str:
        """Return the first region that is not a known one, or "". It may still exist."""
        known = self._regions
        return next((each for each in regions if each and known and each not in known), "")
