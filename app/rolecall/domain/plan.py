"""Many profiles at once: what each will be called, and what writing it will do.

Planning is quick enough to run at every key. `ExistingProfiles`, what the files say already, is
read once, and the rows are the same objects from plan to plan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property
from typing import Final

from rolecall.domain import naming
from rolecall.domain.model import Assignment, Profile, SsoSession
from rolecall.domain.naming import NO_SHORTENINGS, NameProblem
from rolecall.domain.regions import RegionRule
from rolecall.domain.settings import OUTPUTS
from rolecall.domain.template import NameFacts, Template

PlanKey = tuple[str | None, str | None, str, str]


class Outcome(Enum):
    NEW = "new"
    UPDATES = "updates"  # the profile that there is already
    SAME = "same"  # as it says already
    COLLIDES = "collides"
    BAD_NAME = "bad-name"
    BAD_REGION = "bad-region"
    BAD_OUTPUT = "bad-output"

    @property
    def stops(self) -> bool:
        """Whether nothing can be written while a row has it."""
        return self not in {Outcome.NEW, Outcome.UPDATES, Outcome.SAME}


class Collision(Enum):
    ROWS = "rows"  # another row would be called so
    PROFILE = "profile"  # a profile of something else is
    CREDENTIALS = "credentials"  # keys in the credentials file are: some SDKs would use those
    CASE = "case"  # another name differs in nothing but upper and lower case


class PlanRow:
    """One permission set of one account, through one session, to become a profile.

    `name`, `region` and `output` are the row's own, where the user gave it some.
    """

    __slots__ = ("assignment", "facts", "fixed", "name", "output", "region", "session", "target")

    def __init__(
        self,
        session: SsoSession,
        assignment: Assignment,
        shorten: Mapping[str, str] = NO_SHORTENINGS,
    ) -> None:
        self.session = session
        self.assignment = assignment
        self.facts = NameFacts(session, assignment, shorten)
        self.target = _target(session.name, session.start_url, *assignment.key)
        self.name: str | None = None
        self.region: str | None = None
        self.output: str | None = None
        self.fixed: str | None = None  # the name that tells it apart from others

    def take_over(self, other: PlanRow) -> None:
        """What the user gave that row."""
        self.name, self.region, self.output = other.name, other.region, other.output


def _target(
    session_name: str | None, start_url: str | None, account_id: str, permission_set: str
) -> PlanKey:
    """What a profile is for: a legacy one goes by its start URL, another by its session's name."""
    through = start_url if session_name is None else None
    return session_name, through, account_id, permission_set


@dataclass(frozen=True)
class ExistingProfiles:
    """What the files say: the profiles, and the names that have keys in the credentials file."""

    profiles: Sequence[Profile] = ()
    names_with_keys: frozenset[str] = frozenset()

    @cached_property
    def by_name(self) -> dict[str, Profile]:
        return {profile.name: profile for profile in self.profiles}

    @cached_property
    def by_fold(self) -> dict[str, Profile | None]:
        """Every name that is taken, without regard to case; None for one with keys alone."""
        found: dict[str, Profile | None] = {name.casefold(): None for name in self.names_with_keys}
        return found | {profile.name.casefold(): profile for profile in self.profiles}

    @cached_property
    def _by_target(self) -> dict[PlanKey, list[Profile]]:
        found: dict[PlanKey, list[Profile]] = {}
        for each in self.profiles:
            if each.account_id and each.permission_set:
                target = _target(
                    each.session_name, each.start_url, each.account_id, each.permission_set
                )
                found.setdefault(target, []).append(each)
        return found

    def without(self, gone: Collection[Profile]) -> ExistingProfiles:
        """As it will be when these are deleted."""
        names = {profile.name for profile in gone}
        kept = [profile for profile in self.profiles if profile.name not in names]
        return ExistingProfiles(kept, self.names_with_keys)

    def profiles_of(self, row: PlanRow) -> Sequence[Profile]:
        """Those that are the row's permission set already."""
        return self._by_target.get(row.target, ())


@dataclass(slots=True)
class Planned:
    """What becomes of a row. `profile` is the one that it updates, stands beside or collides with;
    `problem` goes with BAD_NAME, `collision` with COLLIDES.
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
    """What is asked of all rows. Profiles that there are keep their names, unless
    `beside`: then new ones are made beside them. Region and output of such a profile stay as they
    are, unless `region_for_all` or `output_for_all` says that they shall go by the rule too.
    """

    template: Template
    regions: RegionRule = field(default_factory=RegionRule)
    output: str = ""
    beside: bool = False
    region_for_all: bool = False
    output_for_all: bool = False


def plan(rows: Sequence[PlanRow], rules: NamingRules, existing: ExistingProfiles) -> list[Planned]:
    """What becomes of each row, in their order."""
    return _Planner(rows, rules, existing).plan()


def counts(planned: Iterable[Planned]) -> Counter[Outcome]:
    return Counter([each.outcome for each in planned])


class _Planner:
    """Thousands of rows are planned between two keys: what many of them share is found once."""

    def __init__(
        self, rows: Sequence[PlanRow], rules: NamingRules, existing: ExistingProfiles
    ) -> None:
        self.rows = rows
        self.rules = rules
        self.existing = existing
        self.region_of = cache(rules.regions.region_of)
        self.is_region = cache(naming.is_region)
        self.names: Counter[str] = Counter()
        self.folds: Counter[str] = Counter()  # how many different names are alike but for case

    def plan(self) -> list[Planned]:
        named = [self.named(row) for row in self.rows]
        self.names = Counter([name for name, _ in named])
        self.folds = Counter(map(str.casefold, self.names))
        pairs = zip(self.rows, named, strict=True)
        return [self.judged(row, name, same) for row, (name, same) in pairs]

    def named(self, row: PlanRow) -> tuple[str, Profile | None]:
        """A row's name, and the profile that it is already, if there is one of that name."""
        own = row.fixed if row.name is None else row.name
        name = self.rules.template.name(row.facts) if own is None else own
        there = self.existing.profiles_of(row)
        if not there:
            return name, None
        same = next((profile for profile in there if profile.name == name), None)
        if own is None and not self.rules.beside:
            same = same or there[0]
            name = same.name
        return name, same

    def judged(self, row: PlanRow, name: str, same: Profile | None) -> Planned:
        region, output = self.region(row, same), self.output(row, same)
        if same is None and (problem := naming.check(name)):
            return Planned(row, name, region, output, Outcome.BAD_NAME, problem=problem)
        if collision := self.collision(name, same):
            other = self.like(name) if same is None else None
            return Planned(row, name, region, output, Outcome.COLLIDES, other, collision=collision)
        # What a profile says already was not asked for here, and is nobody's to refuse.
        region_there, output_there = (same.region, same.output) if same else (None, None)
        if region and region != region_there and not self.is_region(region):
            return Planned(row, name, region, output, Outcome.BAD_REGION, same)
        if output and output != output_there and output not in OUTPUTS:
            return Planned(row, name, region, output, Outcome.BAD_OUTPUT, same)
        if same is None:
            there = self.existing.profiles_of(row)
            return Planned(row, name, region, output, Outcome.NEW, there[0] if there else None)
        is_same = (region, output) == (region_there or "", output_there or "")
        outcome = Outcome.SAME if is_same else Outcome.UPDATES
        return Planned(row, name, region, output, outcome, same)

    def collision(self, name: str, same: Profile | None) -> Collision | None:
        fold = name.casefold()
        if self.names[name] > 1:
            return Collision.ROWS
        if same is None and fold in self.existing.by_fold:
            if name in self.existing.by_name:
                return Collision.PROFILE
            is_same = name in self.existing.names_with_keys
            return Collision.CREDENTIALS if is_same else Collision.CASE
        return Collision.CASE if self.folds[fold] > 1 else None

    def like(self, name: str) -> Profile | None:
        """The profile of that name, or of one that differs in case alone."""
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


def fix(planned: Sequence[Planned], existing: ExistingProfiles) -> int:
    """Gives rows that collide names with what tells them apart; how many were given one.

    Of rows that are alike each gets what differs between them: the session, the end of the
    account's id, the whole id, the permission set, then two or three of these, then a number.
    """
    taken = {each.name.casefold() for each in planned if each.outcome is not Outcome.COLLIDES}
    taken.update(existing.by_fold)
    groups: dict[str, list[Planned]] = {}
    for each in planned:
        if each.outcome is Outcome.COLLIDES:
            groups.setdefault(each.name.casefold(), []).append(each)
    fixed = 0
    for group in groups.values():
        # A profile that is there keeps its name; the others make way.
        free = [each for each in group if not _is_there(each, existing)]
        for each, name in zip(free, _apart(free, taken, _one_session(group)), strict=True):
            each.row.fixed, each.row.name = name, None
            taken.add(name.casefold())
            fixed += 1
    return fixed


def _is_there(planned: Planned, existing: ExistingProfiles) -> bool:
    return any(planned.name == profile.name for profile in existing.profiles_of(planned.row))


def _one_session(group: Sequence[Planned]) -> bool:
    """Whether all that is called so goes through one session, which tells nothing apart then."""
    sessions = {each.row.session for each in group}
    there = [each.profile for each in group if each.profile is not None]
    return len(sessions) == 1 and (
        len(group) > 1 or any(profile.is_of(each) for each in sessions for profile in there)
    )


_BY_SESSION: Final[Sequence[Callable[[NameFacts], str]]] = (
    lambda facts: naming.slug(facts.session),
    lambda facts: f"{naming.slug(facts.session)}-{facts.account_id[-4:]}",
    lambda facts: f"{naming.slug(facts.session)}-{facts.account_id}",
    lambda facts: f"{naming.slug(facts.session)}-{facts.short}",
    lambda facts: f"{naming.slug(facts.session)}-{naming.slug(facts.permission_set)}",
)
_WITHIN_SESSION: Final[Sequence[Callable[[NameFacts], str]]] = (
    lambda facts: facts.account_id[-4:],
    lambda facts: facts.account_id,
    lambda facts: facts.short,
    lambda facts: naming.slug(facts.permission_set),
    lambda facts: f"{facts.account_id[-4:]}-{facts.short}",
    lambda facts: f"{facts.account_id[-4:]}-{naming.slug(facts.permission_set)}",
    lambda facts: f"{facts.account_id}-{naming.slug(facts.permission_set)}",
)


def _apart(group: Sequence[Planned], taken: Set[str], one_session: bool) -> list[str]:
    """New names for rows that are alike: the first way in which all of them differ."""
    for tells_apart in (*(() if one_session else _BY_SESSION), *_WITHIN_SESSION):
        names = [naming.with_suffix(each.name, tells_apart(each.row.facts)) for each in group]
        folds = {name.casefold() for name in names}
        if len(folds) == len(names) and folds.isdisjoint(taken) and all(map(_is_valid, names)):
            return names
    made: dict[str, str] = {}
    for each in group:
        for name in naming.numbered(each.name):
            if (fold := name.casefold()) not in taken and fold not in made:
                made[fold] = name
                break
    return list(made.values())


def _is_valid(name: str) -> bool:
    return naming.check(name) is None
