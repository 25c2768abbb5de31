"""Profile names: short, valid for every client, and unique."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.model import Account
from rolecall.domain.naming import names as naming
from rolecall.domain.naming.names import NameProblem, check, numbered, short_permission_set, suggest
from rolecall.domain.text import safe
from tests.support.for_each import for_each


def account(name: str, email: str = "", id: str = "123456789012") -> Account:
    return Account(id=id, name=name, email=email)


@for_each(
    ("name", "email", "permission_set", "suggested"),
    [
        ("audit", "", "AWSAdministratorAccess", "audit-admin"),
        ("Log Archive", "", "AWSReadOnlyAccess", "log-archive-readonly"),
        ("Café Zürich (prod)", "", "ViewOnlyAccess", "cafe-zurich-prod-view"),
        ("Łódź [Straße] Øst", "", "Billing", "lodz-strasse-ost-billing"),
        ("🚀 launch_pad", "", "AWSPowerUserAccess", "launch-pad-power"),
        ("本番環境", "aws+honban@example.co.jp", "AdministratorAccess", "honban-admin"),
        ("本番環境 2", "prod@example.co.jp", "AdministratorAccess", "prod-admin"),
        ("本番 eu", "prod@example.co.jp", "AdministratorAccess", "eu-admin"),
        ("本番", "aws.root+12@example.co.jp", "AdministratorAccess", "aws-root-admin"),
        ("本番", "本番@example.co.jp", "AdministratorAccess", "123456789012-admin"),
        ("本番", "", "開発者", "123456789012"),
        ("ＡＣＭＥ", "", "Billing", "acme-billing"),
        ("4711", "x@example.com", "Billing", "4711-billing"),
    ],
)
def test_names_are_suggested_from_account_and_permission_set(
    name: str, email: str, permission_set: str, suggested: str
) -> None:
    assert suggest(account(name, email), permission_set) == suggested


@for_each(
    ("name", "short"),
    [
        ("AWSAdministratorAccess", "admin"),
        ("AdministratorAccess", "admin"),
        ("AWSServiceCatalogAdminFullAccess", "catalog-admin"),
        ("AWSServiceCatalogEndUserAccess", "catalog-user"),
        ("AWSOrganizationsFullAccess", "organizations-full"),
        ("NetworkAdministrator", "network-admin"),
        ("DataScientist", "data-scientist"),
        ("S3ReadWrite", "s3-read-write"),
        ("EKSClusterAdminAccess", "eks-cluster-admin"),
        ("team_x-DeployPermissionSet", "team-x-deploy"),
        ("Access", "access"),
        ("AWS", "aws"),
        ("dev", "dev"),
    ],
)
def test_names_of_permission_sets_are_made_short(name: str, short: str) -> None:
    assert short_permission_set(name) == short


def test_a_suffix_distinguishes_equal_names() -> None:
    taken = {"prod-admin"}
    first = suggest(account("prod", id="111111111234"), "AdministratorAccess", taken)
    assert first == "prod-1234-admin"
    taken.add(first)
    second = suggest(account("prod", id="222222221234"), "AdministratorAccess", taken)
    assert second == "prod-222222221234-admin"
    taken.add(second)
    assert suggest(account("prod", id="222222221234"), "AWSAdministratorAccess", taken) == (
        "prod-admin-2"
    )


@for_each(
    ("name", "problem"),
    [
        ("audit-admin", None),
        ("a/b@c.d:e+f%g_h", None),
        ("default", None),
        ("", NameProblem.EMPTY),
        ("my dev", NameProblem.SPACES),
        ("dev\u00a0", NameProblem.SPACES),
        ("x\n[default]", NameProblem.SPACES),
        ("a]b", NameProblem.CHARACTERS),
        ("it's", NameProblem.CHARACTERS),
        ("prüf", NameProblem.CHARACTERS),
        ("-dev", NameProblem.LEADING_DASH),
        ("__proto__", NameProblem.RESERVED),
        ("a" * 65, NameProblem.TOO_LONG),
    ],
)
def test_invalid_names_have_a_problem(name: str, problem: NameProblem | None) -> None:
    assert check(name) == problem


anything = st.text(max_size=200)


@given(anything, anything, anything, st.text("0123456789", max_size=12))
def test_every_suggestion_is_valid_unique_and_short(
    name: str, email: str, permission_set: str, id: str
) -> None:
    someone = Account(id=id, name=safe(name), email=safe(email))
    taken: set[str] = set()
    for _ in range(12):
        suggested = suggest(someone, permission_set, taken)
        assert check(suggested) is None
        assert len(suggested) <= naming.MAX_LENGTH
        assert suggested not in taken
        taken.add(suggested)


@given(anything)
def test_any_name_can_be_checked(name: str) -> None:
    assert check(name) in {None, *NameProblem}


def test_a_name_that_is_taken_is_numbered_from_two() -> None:
    assert list(islice(numbered("audit"), 4)) == ["audit", "audit-2", "audit-3", "audit-4"]


def test_a_replacement_of_a_whole_name_comes_before_those_of_its_words() -> None:
    shorten = {"AuditTeam": "A T", "audit": "au", "team": ""}
    assert short_permission_set("AuditTeam", shorten) == "a-t"
    assert short_permission_set("AuditTeamWest", shorten) == "au-west"
