"""Many profiles in one write: the AWS CLI reads them, and everything else stays unchanged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rolecall.domain.inventory.annotations import Annotation
from rolecall.domain.model import Account, Assignment, PermissionSet, SsoSession
from rolecall.domain.naming import names as naming
from rolecall.domain.naming.region_rule import RegionRule
from rolecall.domain.naming.template import PRESETS, Template
from rolecall.domain.profiles.plan import ExistingProfiles, Outcome, PlanRow, counts, fix, plan
from rolecall.domain.records import replace
from rolecall.domain.settings.settings import Settings
from rolecall.domain.text import safe
from rolecall.services.profiles.bulk import BulkService
from rolecall.services.services import Services
from tests.files.clients import cli_reads
from tests.support.programs import aws_cli, completed

CORP = SsoSession("corp", "https://corp.awsapps.com/start", "eu-west-1")
LEGACY = SsoSession(None, "https://old.awsapps.com/start", "eu-west-1")
COMMENTED = """\
# Mine.
[default]
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1

# The auditor's.
[profile old-name] # do not rename
sso_session = corp
sso_account_id = 111111111111
sso_role_name = AWSReadOnlyAccess
; near the office
region = ap-south-1
s3 =
  max_concurrent_requests = 4
services = local
"""

NAMES = st.text(max_size=80) | st.sampled_from(
    ["audit", "Audit", "[prod] データ基盤", "it's", "🚀"]
)
# https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html, Name
SETS = st.from_regex(r"[A-Za-z0-9+=,.@_-]{1,32}", fullmatch=True) | st.sampled_from(
    ["AWSReadOnlyAccess", "ReadOnlyAccess", "awsreadonlyaccess", "a", "A"]
)


def services(home: Path, config: str = "") -> Services:
    folder = home / ".aws"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config").write_text(config)
    return Services({"HOME": str(home)})


def assignment(id: str, name: str, permission_set: str, email: str = "") -> Assignment:
    return Assignment(Account(id, safe(name), safe(email)), PermissionSet(safe(permission_set)))


def chosen(*assignments: Assignment) -> list[tuple[SsoSession, Assignment]]:
    return [(CORP, each) for each in assignments]


def written(bulk: BulkService, rows: Sequence[PlanRow]) -> Sequence[str]:
    """Write the rows and return their names, after collisions were resolved."""
    existing, rules = bulk.profiles.existing(), bulk.default_rules(CORP)
    if fix(plan(rows, rules, existing), existing):
        existing = bulk.profiles.existing()
    planned = plan(rows, rules, existing)
    bulk.profiles.commit(bulk.plan(planned))
    return [each.name for each in planned]


@pytest.mark.thorough
def test_every_name_is_valid_unique_and_read_by_the_aws_cli(tmp_path: Path) -> None:
    """One process of the CLI reads the files of all examples, and the command reads the last."""
    expected: dict[Path, dict[str, tuple[str, str]]] = {}

    @given(
        accounts=st.lists(st.tuples(NAMES, NAMES, st.lists(SETS, max_size=3)), max_size=12),
        taken=st.lists(st.sampled_from(["audit-readonly", "AUDIT-A", "audit-a"]), unique=True),
    )
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    def write(accounts: list[tuple[str, str, list[str]]], taken: list[str]) -> None:
        home = tmp_path / str(len(expected))
        config = "".join(f"[profile {name}]\nregion = x\n\n" for name in taken)
        desk = services(home, f"[sso-session corp]\nsso_region = x\n\n{config}")
        rows = desk.bulk.rows(
            chosen(
                *(
                    assignment(f"{100000000000 + i * 7}", name, each, f"{mail}@example.com")
                    for i, (name, mail, sets) in enumerate(accounts)
                    for each in dict.fromkeys(sets)
                )
            )
        )
        names = written(desk.bulk, rows)
        assert all(naming.check(name) is None for name in names)
        folded = {name.casefold() for name in names}
        assert len(folded) == len(names)
        assert folded.isdisjoint(map(str.casefold, taken))
        pairs = zip(names, (row.assignment.key for row in rows), strict=True)
        expected[desk.locations.config] = dict(pairs)

    write()
    for (path, names), read in zip(expected.items(), cli_reads(list(expected)), strict=True):
        assert read is not None, path
        found = {
            name: (values["sso_account_id"], values["sso_role_name"])
            for name, values in read["profiles"].items()
            if "sso_account_id" in values
        }
        assert found == names
    path, names = max(expected.items(), key=lambda each: len(each[1]))
    listed = completed(
        [aws_cli(), "configure", "list-profiles"],
        {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "AWS_CONFIG_FILE": str(path)},
    )
    assert set(names) <= set(listed.stdout.split())


@pytest.mark.thorough
@pytest.mark.parametrize("template", PRESETS.values())
def test_names_from_other_templates_are_valid_or_reported(tmp_path: Path, template: str) -> None:
    desk = services(tmp_path)
    names = ["audit", "Tern & Tide", "[prod] x", "データ基盤", "it's", "a]b", " ", "\x1b[31m"]
    rows = desk.bulk.rows(
        chosen(*(assignment(f"{10**11 + i}", name, "Power,User=1") for i, name in enumerate(names)))
    )
    rules = replace(desk.bulk.default_rules(CORP), template=Template.parse(template))
    for each in plan(rows, rules, ExistingProfiles()):
        assert (naming.check(each.name) is None) == (each.outcome is Outcome.NEW)


def test_existing_profiles_change_only_where_requested(tmp_path: Path) -> None:
    desk = services(tmp_path, COMMENTED)
    bulk, config = desk.bulk, desk.locations.config
    rows = bulk.rows(
        chosen(
            assignment("1" * 12, "audit", "AWSReadOnlyAccess"),
            assignment("2" * 12, "sandbox", "AWSReadOnlyAccess"),
        )
    )
    usual = bulk.default_rules(CORP)
    bulk.profiles.commit(bulk.plan(plan(rows, usual, bulk.profiles.existing())))
    after = config.read_text()
    assert after.startswith(COMMENTED)
    assert after.removeprefix(COMMENTED).split("\n")[1] == "[profile sandbox-readonly]"
    again = plan(rows, usual, bulk.profiles.existing())
    assert counts(again) == {Outcome.SAME: 2}
    assert bulk.plan(again).is_empty
    assert bulk.plan(again).edits == ()
    asked = replace(usual, regions=RegionRule.parse("sand*=us-east-1, eu-west-3"))
    bulk.profiles.commit(
        bulk.plan(plan(rows, replace(asked, region_for_all=True), bulk.profiles.existing()))
    )
    assert config.read_text() == after.replace("ap-south-1", "eu-west-3").replace(
        "AWSReadOnlyAccess\nregion = eu-west-1", "AWSReadOnlyAccess\nregion = us-east-1"
    )


def test_only_what_is_asked_for_differs_from_the_default_rules(tmp_path: Path) -> None:
    bulk = services(tmp_path, COMMENTED).bulk
    default = bulk.default_rules(CORP)
    assert bulk.rules(CORP) == default
    assert bulk.rules(CORP, template="{account}") == replace(
        default, template=Template.parse("{account}")
    )
    assert bulk.rules(CORP, region="us-east-1") == replace(
        default, regions=RegionRule.parse("us-east-1"), region_for_all=True
    )
    assert bulk.rules(CORP, output="text") == replace(default, output="text", output_for_all=True)


def test_what_a_plan_leaves_out_is_not_in_the_file(tmp_path: Path) -> None:
    bulk = services(tmp_path, COMMENTED).bulk
    rows = bulk.rows(chosen(*(assignment(f"{n}" * 12, f"a{n}", "Read") for n in (1, 2))))
    with_output = bulk.rules(CORP, output="text")
    bulk.profiles.commit(bulk.plan(bulk.plan_rows(rows[:1], with_output)))
    assert {each.name: each.output for each in bulk.profiles.profiles()}["a1-read"] == "text"
    for row in rows:
        row.output = ""
    bulk.profiles.commit(bulk.plan(bulk.plan_rows(rows, bulk.rules(CORP))))
    assert {each.name for each in bulk.profiles.profiles()} >= {"a1-read", "a2-read"}
    assert "output" not in bulk.profiles.config.path.read_text()


def test_names_that_become_free_are_used_and_equal_ones_are_made_unique(tmp_path: Path) -> None:
    bulk = services(tmp_path, COMMENTED).bulk
    rules = bulk.rules(CORP, template="old-name")
    rows = bulk.rows(chosen(assignment("2" * 12, "sandbox", "Read")))
    (planned,) = bulk.plan_rows(rows, rules)
    assert planned.outcome is Outcome.COLLIDES
    old = bulk.profiles.profiles()
    (planned,) = bulk.plan_rows(rows, rules, [each for each in old if each.name == "old-name"])
    assert (planned.name, planned.outcome) == ("old-name", Outcome.NEW)
    (planned,) = bulk.plan_rows(rows, rules, fix_names=True)
    assert planned.outcome is Outcome.NEW
    assert planned.name != "old-name"


def test_many_profiles_are_one_write_and_one_undo(tmp_path: Path) -> None:
    desk = services(tmp_path, COMMENTED)
    sets = [assignment(f"{10**11 + i}", f"a{i}", "AWSReadOnlyAccess") for i in range(50)]
    written(desk.bulk, desk.bulk.rows(chosen(*sets)))
    assert len(desk.undo.writes()) == 1
    planned = desk.undo.plan(desk.locations.config)
    assert planned is not None
    desk.undo.write_undo(planned)
    assert desk.locations.config.read_text() == COMMENTED


def test_a_legacy_session_is_written_out_in_each_profile(tmp_path: Path) -> None:
    desk = services(tmp_path)
    row = assignment("1" * 12, "audit", "AWSReadOnlyAccess")
    written(desk.bulk, desk.bulk.rows([(LEGACY, row)]))
    (profile,) = desk.profiles.profiles()
    assert (profile.session_name, profile.start_url) == (None, LEGACY.start_url)
    rows = desk.bulk.rows([(LEGACY, row)])
    assert counts(plan(rows, desk.bulk.default_rules(LEGACY), desk.bulk.profiles.existing())) == {
        Outcome.SAME: 1
    }


def test_a_single_profile_is_named_by_the_template_of_the_settings(tmp_path: Path) -> None:
    desk = services(tmp_path, COMMENTED)
    desk.settings.last = replace(
        desk.settings.last, settings=Settings(template="{permission_set|lower}/{account|safe}")
    )
    row = assignment("2" * 12, "sandbox", "AWSReadOnlyAccess")
    assert desk.profiles.suggest_name(row, CORP) == "awsreadonlyaccess/sandbox"
    twin = assignment("3" * 12, "old-name", "AWSReadOnlyAccess")
    desk.settings.last = replace(desk.settings.last, settings=Settings(template="{account}"))
    assert desk.profiles.suggest_name(twin, CORP) == "old-name-readonly"
    spaces = assignment("4" * 12, "two words", "AWSReadOnlyAccess")
    assert desk.profiles.suggest_name(spaces, CORP) == "two-words-readonly"
    desk.annotations.commit(desk.annotations.plan("2" * 12, Annotation("play")))
    desk.settings.last = replace(desk.settings.last, settings=Settings(template="{alias}/x"))
    assert desk.profiles.suggest_name(row, CORP) == "play/x"
    (planned,) = desk.bulk.plan_rows(desk.bulk.rows(chosen(row)), desk.bulk.rules(CORP))
    assert planned.name == "play/x"


def test_a_plan_with_collisions_is_not_written(tmp_path: Path) -> None:
    desk = services(tmp_path)
    rows = desk.bulk.rows(
        chosen(assignment("1" * 12, "a", "Read"), assignment("2" * 12, "a", "Read"))
    )
    planned = plan(rows, desk.bulk.default_rules(CORP), desk.bulk.profiles.existing())
    with pytest.raises(ValueError, match="cannot be written"):
        desk.bulk.plan(planned)
