"""The plan for many profiles: what happens to each row, and how equal names become unique."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.errors import RegionInvalid
from rolecall.domain.model import Account, Assignment, PermissionSet, Profile, SsoSession
from rolecall.domain.naming import names as naming
from rolecall.domain.naming.region_rule import RegionRule
from rolecall.domain.naming.template import PRESETS, Template
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.profiles.plan import (
    Collision,
    ExistingProfiles,
    NamingRules,
    Outcome,
    Planned,
    PlanRow,
    counts,
    fix,
    plan,
    repairs,
)
from rolecall.domain.text import original, safe
from tests.support.for_each import for_each

CORP = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")
OTHER = SsoSession("other", "https://other.awsapps.com/start", "eu-west-1")
LEGACY = SsoSession(None, "https://old.awsapps.com/start", "eu-west-1")


def row(
    account: str = "audit",
    permission_set: str = "AWSReadOnlyAccess",
    id: str = "111111111111",
    session: SsoSession = CORP,
) -> PlanRow:
    of = Account(id, account, f"aws+{id}@example.com")
    return PlanRow(session, Assignment(of, PermissionSet(permission_set)))


def profile(name: str, of: PlanRow | None = None, region: str = "", output: str = "") -> Profile:
    if of is None:
        return Profile(name, ProfileKind.STATIC)
    return Profile(
        name,
        ProfileKind.SSO,
        of.session.name,
        of.session.start_url,
        account_id=of.assignment.account.id,
        permission_set=of.assignment.permission_set.name,
        region=region or None,
        output=output or None,
    )


def rules(
    template: str = PRESETS["rolecall"], regions: str = "eu-west-1", **more: bool
) -> NamingRules:
    return NamingRules(Template.parse(template), RegionRule.parse(regions), "json", **more)


def one(of: PlanRow, existing: ExistingProfiles, asked: NamingRules | None = None) -> Planned:
    (planned,) = plan([of], asked or rules(), existing)
    return planned


def test_a_new_profile_gets_the_name_of_the_template() -> None:
    planned = one(row(), ExistingProfiles())
    assert (planned.name, planned.region, planned.output) == ("audit-readonly", "eu-west-1", "json")
    assert planned.outcome is Outcome.NEW


@pytest.mark.parametrize("session", [CORP, LEGACY])
def test_an_existing_profile_keeps_its_name_and_values(session: SsoSession) -> None:
    of = row(session=session)
    existing = ExistingProfiles([profile("mine", of, "us-east-2", "text")])
    planned = one(of, existing)
    assert (planned.name, planned.region, planned.output) == ("mine", "us-east-2", "text")
    assert planned.outcome is Outcome.SAME
    planned = one(of, existing, rules(region_for_all=True))
    assert (planned.name, planned.region, planned.outcome) == ("mine", "eu-west-1", Outcome.UPDATES)
    planned = one(of, existing, rules(adds_new=True))
    assert (planned.name, planned.outcome) == ("audit-readonly", Outcome.NEW)
    assert planned.profile == existing.profiles[0]


def test_an_existing_profile_keeps_a_name_that_a_new_one_could_not_have() -> None:
    of = row()
    of.name = "my profile"
    assert one(of, ExistingProfiles()).outcome is Outcome.BAD_NAME
    assert one(of, ExistingProfiles([profile("my profile", of)])).name == "my profile"
    assert one(of, ExistingProfiles([profile("my profile", of)])).outcome is Outcome.SAME


def test_the_rows_of_each_outcome_are_counted() -> None:
    there, new, other = row(), row("prod", id="2" * 12), row("test", id="3" * 12)
    existing = ExistingProfiles([profile("mine", there, "eu-west-1", "json")])
    planned = plan([there, new, other], rules(), existing)
    assert counts(planned) == {Outcome.SAME: 1, Outcome.NEW: 2}


def test_a_profile_of_another_session_is_not_the_same() -> None:
    existing = ExistingProfiles([profile("audit-readonly", row(session=OTHER))])
    planned = one(row(), existing)
    assert (planned.outcome, planned.collision) == (Outcome.COLLIDES, Collision.PROFILE)
    fix([planned], existing)
    assert one(planned.row, existing).name == "audit-readonly-corp"


@for_each(
    ("existing", "collision", "fixed"),
    [
        (ExistingProfiles([profile("audit-readonly")]), Collision.PROFILE, "audit-readonly-corp"),
        (
            ExistingProfiles([profile("audit-readonly", row(id="2" * 12))]),
            Collision.PROFILE,
            "audit-readonly-1111",
        ),
        (
            ExistingProfiles((), frozenset({"audit-readonly"})),
            Collision.CREDENTIALS,
            "audit-readonly-corp",
        ),
        (
            ExistingProfiles((), frozenset(), frozenset({"audit-readonly"})),
            Collision.STORED,
            "audit-readonly-corp",
        ),
        (ExistingProfiles([profile("Audit-ReadOnly")]), Collision.CASE, "audit-readonly-corp"),
    ],
)
def test_taken_names_collide_and_can_be_fixed(
    existing: ExistingProfiles, collision: Collision, fixed: str
) -> None:
    planned = one(row(), existing)
    assert (planned.outcome, planned.collision) == (Outcome.COLLIDES, collision)
    assert fix([planned], existing) == 1
    again = one(planned.row, existing)
    assert (again.name, again.outcome) == (fixed, Outcome.NEW)


@pytest.mark.parametrize(
    ("rows", "fixed"),
    [
        ([row(), row(id="222222222222")], ["audit-readonly-1111", "audit-readonly-2222"]),
        (
            [row(id="111111110000"), row(id="222222220000")],
            ["audit-readonly-111111110000", "audit-readonly-222222220000"],
        ),
        ([row(), row(session=OTHER)], ["audit-readonly-corp", "audit-readonly-other"]),
        (
            [row(), row(permission_set="ReadOnlyAccess")],
            ["audit-readonly-awsreadonlyaccess", "audit-readonly-readonlyaccess"],
        ),
    ],
)
def test_rows_with_equal_names_collide_and_can_be_fixed(
    rows: list[PlanRow], fixed: list[str]
) -> None:
    asked = rules("{account|slug}-readonly")
    planned = plan(rows, asked, ExistingProfiles())
    assert {each.collision for each in planned} == {Collision.ROWS}
    assert fix(planned, ExistingProfiles()) == 2
    again = plan(rows, asked, ExistingProfiles())
    assert [each.name for each in again] == fixed
    assert {each.outcome for each in again} == {Outcome.NEW}


def test_equal_accounts_and_permission_sets_get_short_names() -> None:
    ids, sets = ("111111111111", "222222222222"), ("AWSReadOnlyAccess", "AWSAdministratorAccess")
    rows = [row(permission_set=name, id=each) for each in ids for name in sets]
    asked = rules("{account|slug}")
    assert fix(plan(rows, asked, ExistingProfiles()), ExistingProfiles()) == 4
    assert [each.name for each in plan(rows, asked, ExistingProfiles())] == [
        *["audit-1111-readonly", "audit-1111-admin"],
        *["audit-2222-readonly", "audit-2222-admin"],
    ]


def test_names_that_differ_only_in_case() -> None:
    rows = [row("Audit"), row("audit", id="2" * 12)]
    planned = plan(rows, rules("{account}"), ExistingProfiles())
    assert [each.collision for each in planned] == [Collision.CASE, Collision.CASE]


def test_existing_names_that_differ_only_in_case_do_not_collide() -> None:
    rows = [row(), row(id="2" * 12)]
    names = ("Audit", "audit")
    existing = ExistingProfiles(
        [profile(name, of, "eu-west-1", "json") for name, of in zip(names, rows, strict=True)]
    )
    assert {each.outcome for each in plan(rows, rules(), existing)} == {Outcome.SAME}
    new = row("AUDIT", id="3" * 12)
    planned = plan([*rows, new], rules("{account}"), existing)
    assert [each.collision for each in planned] == [None, None, Collision.CASE]


@pytest.mark.parametrize("odd", ["+=", "Set"])
def test_a_distinguishing_text_without_letters_is_not_used(odd: str) -> None:
    rows = [row(permission_set=name) for name in (odd, "Admin")]
    asked = rules("{account|slug}")
    fix(plan(rows, asked, ExistingProfiles()), ExistingProfiles())
    names = [each.name for each in plan(rows, asked, ExistingProfiles())]
    assert not any(name.endswith("-") or "--" in name for name in names)
    session = SsoSession("_", CORP.start_url, CORP.region)
    rows = [row(), row(session=session)]
    fix(plan(rows, asked, ExistingProfiles()), ExistingProfiles())
    names = [each.name for each in plan(rows, asked, ExistingProfiles())]
    assert names == ["audit", "audit-2"]


def test_a_distinguishing_text_that_no_name_can_have_is_not_used() -> None:
    """Not even if that of the other row is good. AWS has such IDs in no account that is known."""
    rows = [row(id=id) for id in ("a b", "cd")]
    asked = rules("{account|slug}")
    fix(plan(rows, asked, ExistingProfiles()), ExistingProfiles())
    names = [each.name for each in plan(rows, asked, ExistingProfiles())]
    assert names == ["audit", "audit-2"]


def test_an_existing_profile_keeps_its_name_in_a_collision() -> None:
    there, new = row("a"), row("b", id="2" * 12)
    existing = ExistingProfiles([profile("b-readonly", there, "eu-west-1", "json")])
    planned = plan([there, new], rules(), existing)
    assert {each.outcome for each in planned} == {Outcome.COLLIDES}
    fix(planned, existing)
    again = plan([there, new], rules(), existing)
    assert [each.outcome for each in again] == [Outcome.SAME, Outcome.NEW]
    assert again[0].name == "b-readonly"


def test_a_region_for_all_changes_only_the_accounts_that_a_pattern_matches() -> None:
    rows = [row("a"), row("prod", id="2" * 12)]
    existing = ExistingProfiles([profile(each.facts.account, each, "eu-west-1") for each in rows])
    asked = rules(regions="prod*=us-east-1", region_for_all=True)
    assert [each.region for each in plan(rows, asked, existing)] == ["eu-west-1", "us-east-1"]


def test_an_output_for_all_changes_every_profile_unless_it_is_empty() -> None:
    existing = ExistingProfiles([profile("a", row(), output="text")])
    template = Template.parse("x")
    for output, expected in (("json", "json"), ("", "text")):
        asked = NamingRules(template, output=output, output_for_all=True)
        assert one(row(), existing, asked).output == expected


def test_a_rows_own_values_win() -> None:
    of = row()
    of.name, of.region, of.output = "mine", "nowhere", "text"
    assert one(of, ExistingProfiles()).outcome is Outcome.BAD_REGION
    of.region = "us-east-1"
    planned = one(of, ExistingProfiles())
    assert (planned.name, planned.region, planned.output) == ("mine", "us-east-1", "text")
    of.name = "not mine"
    assert (one(of, ExistingProfiles()).outcome, one(of, ExistingProfiles()).problem) == (
        Outcome.BAD_NAME,
        naming.NameProblem.SPACES,
    )


def test_a_rows_own_name_adds_a_profile_beside_the_existing_one() -> None:
    of = row()
    existing = ExistingProfiles([profile("there", of)])
    of.name = "mine"
    planned = one(of, existing)
    assert (planned.name, planned.outcome) == ("mine", Outcome.NEW)
    assert planned.profile == existing.profiles[0]


def test_a_typed_name_is_that_of_the_profile_that_is_shown_so() -> None:
    mine = row()
    existing = ExistingProfiles([profile(safe("my\u200bown"), mine)])
    mine.name, mine.region = "my\ufffdown", "us-east-1"
    planned = one(mine, existing)
    assert planned.outcome is Outcome.UPDATES
    assert original(planned.name) == "my\u200bown"


def test_values_that_no_client_accepts() -> None:
    of = row()
    assert one(of, ExistingProfiles(), NamingRules(Template.parse("x"), output="foo")).outcome is (
        Outcome.BAD_OUTPUT
    )
    of.region = "nowhere"
    assert one(of, ExistingProfiles()).outcome is Outcome.BAD_REGION


def test_existing_odd_values_do_not_block_the_write() -> None:
    of = row()
    existing = ExistingProfiles([profile("mine", of, "aws-global-x", "foo")])
    assert one(of, existing).outcome is Outcome.SAME
    of.region = "eu-west-1"
    assert one(of, existing).outcome is Outcome.UPDATES


def test_a_rule_chooses_the_region() -> None:
    rule = RegionRule.parse("*-US=us-east-1, prod-*=eu-central-1, eu-west-1")
    names = ["data-us", "prod-us", "prod-eu", "x"]
    assert [rule.region_of(name) for name in names] == [
        "us-east-1",
        "us-east-1",
        "eu-central-1",
        "eu-west-1",
    ]
    assert RegionRule.parse(str(rule)) == rule
    assert rule.all == ["us-east-1", "eu-central-1", "eu-west-1"]
    assert RegionRule.parse("").region_of("x") == ""


@for_each(
    "pattern",
    [
        *("acme, inc*", ",", "a,b,*", "[a,b]*", "[!a,]*", "[],]*", "x[a, b", "[", "[,", "a]b,c"),
        *(" x* ", "*", "a=b*", "[[],*", "[a][,]", "eu-west-1, x*", "[!],]*", "*[!,] "),
    ],
)
def test_a_pattern_of_the_settings_is_written_so_that_it_is_read_again(pattern: str) -> None:
    """The workbench shows the rule of the settings as text, and reads it after each key."""
    patterns = {"none": "", pattern: "us-east-1", "": "us-east-2"}
    rule = RegionRule.of(patterns, "eu-west-1")
    again = RegionRule.parse(str(rule))
    assert str(again) == str(rule)
    literal = re.sub("[*!]", "z", pattern)
    for name in (
        *("acme, inc 1", "acme", "a,b,c", "a,b", ",", "x[a, b", "[", "[,", "]", " x1 ", "x1"),
        *("", "a]b,c", "a=b", "eu-west-1, x", "b", "z]", literal, pattern),
    ):
        assert again.region_of(name) == rule.region_of(name)


def test_a_comma_in_a_pattern_is_written_as_a_set() -> None:
    rule = RegionRule.parse("acme[,] inc*=us-east-1, eu-west-1")
    assert rule == RegionRule.of({"acme[,] inc*": "us-east-1"}, "eu-west-1")
    assert str(RegionRule.of({"acme, inc*": "us-east-1"}, "eu-west-1")) == str(rule)


@for_each("text", ["here", "a=b", "=eu-west-1", "eu-west-1, us-east-1", "x="])
def test_rules_with_invalid_regions_are_refused(text: str) -> None:
    with pytest.raises(RegionInvalid):
        RegionRule.parse(text)


NAMES = st.text(max_size=12) | st.sampled_from(["audit", "Audit", "データ基盤", "[prod] x", "-"])
SETS = st.sampled_from(["AWSReadOnlyAccess", "ReadOnlyAccess", "a", "A", "Admin=1"])


@given(
    accounts=st.lists(st.tuples(NAMES, SETS, st.sampled_from([CORP, OTHER])), max_size=8),
    taken=st.lists(st.sampled_from(["audit-readonly", "AUDIT-READONLY", "audit-readonly-1110"])),
    template=st.sampled_from([*PRESETS.values(), "x", "{account}", "{email|slug}"]),
)
def test_after_fix_every_name_is_valid_and_unique(
    accounts: list[tuple[str, str, SsoSession]], taken: list[str], template: str
) -> None:
    rows = [
        row(name, permission_set, f"{111111111000 + 10 * i}", session)
        for i, (name, permission_set, session) in enumerate(accounts)
    ]
    existing = ExistingProfiles([profile(name) for name in dict.fromkeys(taken)])
    asked = rules(template)
    fix(plan(rows, asked, existing), existing)
    planned = plan(rows, asked, existing)
    good = [each.name for each in planned]
    assert len(set(map(str.casefold, good))) == len(good)
    assert not {name.casefold() for name in good} & {name.casefold() for name in taken}
    assert all(naming.check(name) is None for name in good)
    assert {each.outcome for each in planned} <= {Outcome.NEW}
    assert fix(planned, existing) == 0
    assert [each.name for each in plan(rows, asked, existing)] == good


@for_each(
    ("typed", "fixed"),
    [
        ("log archive-admin", "log-archive-admin"),
        ("-x", "x"),
        ("Ærø (eu)", "AEro-eu"),
        ("本番", "audit-readonly"),
        ("基盤-readonly", "audit-readonly"),  # what is the account would be lost
        ("", "audit-readonly"),
        ("__proto__", "proto"),
        ("a" * 70, "a" * 64),
    ],
)
def test_a_bad_name_loses_what_no_name_can_have(typed: str, fixed: str) -> None:
    of = row()
    of.name = typed
    planned = one(of, ExistingProfiles())
    assert planned.outcome is Outcome.BAD_NAME
    assert repairs([planned], ExistingProfiles()) == {of: fixed}


def test_repaired_names_do_not_collide() -> None:
    rows = [row("a b"), row("a b", id="222222222222"), row("a-b", id="333333333333")]
    planned = plan(rows, rules("{account}"), ExistingProfiles())
    names = repairs(planned, ExistingProfiles())
    assert names == {rows[0]: "a-b-1111", rows[1]: "a-b-2222"}


@given(st.text(max_size=80))
def test_a_repaired_name_is_valid_and_stays(name: str) -> None:
    repaired = naming.repaired(name)
    assert repaired == "" or naming.check(repaired) is None
    assert naming.repaired(repaired) == repaired
    assert repaired == name or naming.check(name) is not None
