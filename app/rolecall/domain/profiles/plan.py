"""Naming many profiles at once: the name of each, and what writing it does.

A plan is fast enough for every key press: `ExistingProfiles`, the content of the files, is read
once, and the rows are the same objects from plan to plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from enum import Enum
from functools import cache, cached_property
from typing import Final

from rolecall.domain.model import Assignment, Profile, SsoSession
from rolecall.domain.naming import names as naming
from rolecall.domain.naming.names import NO_SHORTENINGS, NameProblem
from rolecall.domain.naming.region_rule import RegionRule
from rolecall.domain.naming.template import PRESETS, NameFacts, Template
from rolecall.domain.records import dataclass, field
from rolecall.domain.settings.settings import OUTPUTS

PlanKey = tuple[str | None, str | None, str, str]


class Outcome(Enum):
    """What happens to the profile of a row."""

    NEW = "new"
    UPDATES = "updates"  # the existing profile
    SAME = "same"  # nothing changes
    COLLIDES = "collides"
    BAD_NAME = "bad-name"
    BAD_REGION = "bad-region"
    BAD_OUTPUT = "bad-output"

    @property
    def stops(self) -> bool:
        """Whether a row with this outcome blocks the write."""
        return self not in {Outcome.NEW, Outcome.UPDATES, Outcome.SAME}


class Collision(Enum):
    """What the name of a row collides with."""

    ROWS = "rows"  # another row would have the name
    PROFILE = "profile"  # another profile has it
    CREDENTIALS = "credentials"  # keys in the credentials file have it: some SDKs would use them
    STORED = "stored"  # a section there without keys: clients would use its settings
    CASE = "case"  # another name differs only in case


class PlanRow:
    """One permission set of one account, through one session, that becomes a profile.

    `name`, `region` and `output` are the user's own values for this row, or None.
    """

    __slots__ = ("assignment", "facts", "fixed", "name", "output", "region", "session", "target")

    def __init__(
        self,
        session: SsoSession,
        assignment: Assignment,
        shorten: Mapping[str, str] = NO_SHORTENINGS,
        alias: str = "",
    ) -> None:
        self.session = session
        self.assignment = assignment
        self.facts = NameFacts(session, assignment, shorten, alias)
        self.target = target_of(session.name, session.start_url, *assignment.key)
        self.name: str | None = None
        self.region: str | None = None
        self.output: str | None = None
        self.fixed: str | None = None  # the name that `fix` gave it

    def fix(self, name: str) -> None:
        """Replace the name that the user or the template gives."""
        self.fixed, self.name = name, None

    def take_over(self, other: PlanRow) -> None:
        """Copy the user's own values from another row."""
        self.name, self.region, self.output = other.name, other.region, other.output


def target_of(
    session_name: str | None, start_url: str | None, account_id: str, permission_set: str
) -> PlanKey:
    """Return the key: a legacy profile is identified by its start URL, others by session name."""
    through = start_url if session_name is None else None
    return session_name, through, account_id, permission_set


@dataclass(frozen=True)
class ExistingProfiles:
    """The profiles in the config, and the names of the sections of the credentials file: those with
    access keys, and those without.
    """

    profiles: Sequence[Profile] = ()
    names_with_keys: frozenset[str] = frozenset()
    other_stored_names: frozenset[str] = frozenset()

    @cached_property
    def by_name(self) -> dict[str, Profile]:
        return {profile.name: profile for profile in self.profiles}

    @cached_property
    def by_fold(self) -> dict[str, Profile | None]:
        """Every taken name in folded case; None for one of the credentials file."""
        stored = self.names_with_keys | self.other_stored_names
        found: dict[str, Profile | None] = {name.casefold(): None for name in stored}
        return found | {profile.name.casefold(): profile for profile in self.profiles}

    @cached_property
    def _by_target(self) -> dict[PlanKey, list[Profile]]:
        found: dict[PlanKey, list[Profile]] = {}
        for each in self.profiles:
            if each.target is not None:
                key = target_of(each.session_name, each.start_url, *each.target)
                found.setdefault(key, []).append(each)
        return found

    def without(self, gone: Collection[Profile]) -> ExistingProfiles:
        """Return the profiles that remain after these are deleted."""
        names = {profile.name for profile in gone}
        kept = [profile for profile in self.profiles if profile.name not in names]
        return ExistingProfiles(kept, self.names_with_keys, self.other_stored_names)

    def __contains__(self, name: object) -> bool:
        """Whether a name is taken, in any case.

        The AWS CLI tells `dev` and `Dev` apart, but people mix them up.
        """
        return isinstance(name, str) and name.casefold() in self.by_fold

    def collision(self, name: str) -> Collision | None:
        """Return what has the name of a new profile already; None if it is free."""
        if name not in self:
            return None
        if name in self.by_name:
            return Collision.PROFILE
        if name in self.names_with_keys:
            return Collision.CREDENTIALS
        return Collision.STORED if name in self.other_stored_names else Collision.CASE

    def profiles_of(self, row: PlanRow) -> Sequence[Profile]:
        """Return the profiles that have the row's permission set already."""
        return self._by_target.get(row.target, ())


@dataclass(slots=True)
class Planned:
    """The plan for one row. `profile` is the one that is updated, that exists already, or that
    collides. `problem` is set for BAD_NAME, `collision` for COLLIDES.
    """

    row: PlanRow
    name: str
    region: str
    output: str
    outcome: Outcome
    profile: Profile | None = None
    problem: NameProblem | None = None
    collision: Collision | None = None


@dataclass(frozen=True)
class NamingRules:
    """The rules for all rows. Existing profiles keep their names, unless `adds_new`: then new
    profiles are added. They also keep region and output, unless `region_for_all` or
    `output_for_all` is set.
    """

    template: Template
    regions: RegionRule = field(default_factory=RegionRule)
    output: str = ""
    adds_new: bool = False
    region_for_all: bool = False
    output_for_all: bool = False


def plan(rows: Sequence[PlanRow], rules: NamingRules, existing: ExistingProfiles) -> list[Planned]:
    """Return the plan for each row, in the order of the rows."""
    return _Planner(rows, rules, existing).plan()


def counts(planned: Iterable[Planned]) -> Counter[Outcome]:
    """Return how many rows have each outcome."""
    return Counter([each.outcome for each in planned])


def names_by_account(planned: Iterable[Planned]) -> Mapping[str, Sequence[str]]:
    """Return the names of the profiles that each account gets, by its ID."""
    names: dict[str, list[str]] = {}
    for each in planned:
        names.setdefault(each.row.assignment.account.id, []).append(each.name)
    return names


class _Planner:
    """Plans thousands of rows between two keys: what rows share is computed once."""

    def __init__(
        self, rows: Sequence[PlanRow], rules: NamingRules, existing: ExistingProfiles
    ) -> None:
        self.rows = rows
        self.rules = rules
        self.existing = existing
        self.region_of = cache(rules.regions.region_of)
        self.is_region = cache(naming.is_region)
        self.names: Counter[str] = Counter()
        self.folds: Counter[str] = Counter()  # different names that differ only in case

    def plan(self) -> list[Planned]:
        named = [self.named(row) for row in self.rows]
        self.names = Counter([name for name, _ in named])
        self.folds = Counter(map(str.casefold, self.names))
        pairs = zip(self.rows, named, strict=True)
        return [self.row_plan(row, name, same) for row, (name, same) in pairs]

    def named(self, row: PlanRow) -> tuple[str, Profile | None]:
        """Return the row's name, and the existing profile of that name, if any."""
        own = row.fixed if row.name is None else row.name
        name = self.rules.template.name(row.facts) if own is None else own
        there = self.existing.profiles_of(row)
        if not there:
            return name, None
        same = next((profile for profile in there if profile.name == name), None)
        if own is None and not self.rules.adds_new:
            same = same or there[0]
        return same.name if same else name, same

    def row_plan(self, row: PlanRow, name: str, same: Profile | None) -> Planned:
        region, output = self.region(row, same), self.output(row, same)
        if same is None and (problem := naming.check(name)):
            return Planned(row, name, region, output, Outcome.BAD_NAME, problem=problem)
        if collision := self.collision(name, same):
            other = self.like(name) if same is None else None
            return Planned(row, name, region, output, Outcome.COLLIDES, other, collision=collision)
        # Values that the profile has already are not checked: this plan does not change them.
        current_region, current_output = (same.region, same.output) if same else (None, None)
        if region and region != current_region and not self.is_region(region):
            return Planned(row, name, region, output, Outcome.BAD_REGION, same)
        if output and output != current_output and output not in OUTPUTS:
            return Planned(row, name, region, output, Outcome.BAD_OUTPUT, same)
        if same is None:
            there = self.existing.profiles_of(row)
            return Planned(row, name, region, output, Outcome.NEW, there[0] if there else None)
        is_same = (region, output) == (current_region or "", current_output or "")
        outcome = Outcome.SAME if is_same else Outcome.UPDATES
        return Planned(row, name, region, output, outcome, same)

    def collision(self, name: str, same: Profile | None) -> Collision | None:
        if self.names[name] > 1:
            return Collision.ROWS
        if same is not None:  # its name may differ from others in case only: it is not a new one
            return None
        if found := self.existing.collision(name):
            return found
        return Collision.CASE if self.folds[name.casefold()] > 1 else None

    def like(self, name: str) -> Profile | None:
        """Return the profile of that name, ignoring case."""
        return self.existing.by_name.get(name) or self.existing.by_fold.get(name.casefold())

    def region(self, row: PlanRow, same: Profile | None) -> str:
        if row.region is not None:
            return row.region
        ruled = self.region_of(row.facts.account)
        if same is None or (self.rules.region_for_all and ruled):
            return ruled
        return same.region or ""

    def output(self, row: PlanRow, same: Profile | None) -> str:
        if row.output is not None:
            return row.output
        if same is None or (self.rules.output_for_all and self.rules.output):
            return self.rules.output
        return same.output or ""


def repairs(planned: Sequence[Planned], existing: ExistingProfiles) -> dict[PlanRow, str]:
    """Return a valid and unique name for each row whose own name cannot be written.

    A bad name loses what no name can have; if nothing remains, it is that of the default template.
    A row that collides, or would then, also gets what distinguishes it: the session, the end of the
    account ID, the whole ID, the permission set, then two or three of these, then a number.
    """
    taken = {each.name.casefold() for each in planned if each.outcome not in _REPAIRED}
    taken.update(existing.by_fold)
    groups: dict[str, list[Planned]] = {}
    for each in planned:
        if each.outcome in _REPAIRED:
            groups.setdefault(_valid_name(each).casefold(), []).append(each)
    found = {}
    for group in groups.values():
        # An existing profile keeps its name; the other rows are renamed.
        free = [each for each in group if not _exists_already(each, existing)]
        for each, name in zip(free, _distinct_names(free, taken, _one_session(group)), strict=True):
            found[each.row] = name
            taken.add(name.casefold())
    return found


def fix(planned: Sequence[Planned], existing: ExistingProfiles) -> int:
    """Give rows their repaired names, and return how many rows were renamed."""
    found = repairs(planned, existing)
    for row, name in found.items():
        row.fix(name)
    return len(found)


def _valid_name(planned: Planned) -> str:
    return naming.repaired(planned.name) or _DEFAULT_NAMES.name(planned.row.facts)


def _exists_already(planned: Planned, existing: ExistingProfiles) -> bool:
    return any(planned.name == profile.name for profile in existing.profiles_of(planned.row))


def _one_session(group: Sequence[Planned]) -> bool:
    """Return whether all rows of the group use one session, so its name tells none of them
    apart."""
    sessions = {each.row.session for each in group}
    there = [each.profile for each in group if each.profile is not None]
    return len(sessions) == 1 and (
        len(group) > 1 or any(profile.is_of(each) for each in sessions for profile in there)
    )


_REPAIRED: Final = {Outcome.COLLIDES, Outcome.BAD_NAME}
_DEFAULT_NAMES: Final = Template.parse(PRESETS["rolecall"])
_PARTS: Final[Mapping[str, Callable[[NameFacts], str]]] = {
    "session": lambda facts: naming.slug(facts.session),
    "account end": lambda facts: facts.account_id[-4:],
    "account ID": lambda facts: facts.account_id,
    "short": lambda facts: facts.short,
    "permission set": lambda facts: naming.slug(facts.permission_set),
}
_SESSION, *_OTHERS = _PARTS
_BY_SESSION: Final = ((_SESSION,), *((_SESSION, part) for part in _OTHERS))
_WITHIN_SESSION: Final = (
    *((part,) for part in _OTHERS),
    ("account end", "short"),
    ("account end", "permission set"),
    ("account ID", "permission set"),
)


def _distinct_names(group: Sequence[Planned], taken: Set[str], one_session: bool) -> list[str]:
    """Return new names for rows of the same name, by the first rule that makes all of them
    different.
    """
    wanted = [_valid_name(each) for each in group]
    if len(wanted) == 1 and wanted[0].casefold() not in taken:
        return wanted
    for rule in (*(() if one_session else _BY_SESSION), *_WITHIN_SESSION):
        suffixes = [[_PARTS[part](each.row.facts) for part in rule] for each in group]
        if not all(map(all, suffixes)):  # `+=` has no letters, so nothing of it is in a name
            continue
        pairs = zip(wanted, suffixes, strict=True)
        names = [naming.with_suffix(name, "-".join(suffix)) for name, suffix in pairs]
        folds = {name.casefold() for name in names}
        if len(folds) == len(names) and folds.isdisjoint(taken) and all(map(_is_valid, names)):
            return names
    made: dict[str, str] = {}
    for valid in wanted:
        for name in naming.numbered(valid):
            if (fold := name.casefold()) not in taken and fold not in made:
                made[fold] = name
                break
    return list(made.values())


def _is_valid(name: str) -> bool:
    return naming.check(name) is None
