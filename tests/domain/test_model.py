from __future__ import annotations

from rolecall.domain.access_role import Tenant
from rolecall.domain.model import Profile, SsoSession
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.records import replace
from tests.support.for_each import for_each

URL = "https://d-1234567890.awsapps.com/start"


@for_each(
    ("start_url", "label"),
    [
        ("https://d-1234567890.awsapps.com/start", "d-1234567890.awsapps.com"),
        ("https://acme.awsapps.com/start/#/", "acme.awsapps.com"),
        (
            "https://start.us-gov-home.awsapps.com/directory/d-1234567890",
            "start.us-gov-home.awsapps.com/directory/d-1234567890",
        ),
        ("typed by hand", "typed by hand"),
        ("", ""),
    ],
)
def test_a_legacy_session_is_labelled_with_its_short_start_url(start_url: str, label: str) -> None:
    assert SsoSession(None, start_url, "eu-west-1").label == label
    assert SsoSession("corp", start_url, "eu-west-1").label == "corp"


def test_a_profile_points_at_what_it_names_whole() -> None:
    whole = Profile("p", ProfileKind.SSO, "corp", account_id="1", permission_set="A")
    assert whole.target == ("1", "A")
    assert whole.points_at("1", "A")
    assert not whole.points_at("1", "B")
    assert not whole.points_at("2", "A")
    assert replace(whole, account_id=None).target is None
    assert replace(whole, permission_set=None).target is None


def test_settings_of_a_profile_are_no_part_of_what_it_is_or_of_its_text() -> None:
    """They may be secrets."""
    secret = {"aws_session_token": "hunter2"}
    more = Profile("p", ProfileKind.STATIC, settings={**secret}, overridden={**secret})
    assert more == Profile("p", ProfileKind.STATIC)
    assert hash(more) == hash(Profile("p", ProfileKind.STATIC))
    assert "hunter2" not in repr(more)


@for_each("kind", ProfileKind)
def test_what_gives_a_profile_its_credentials_depends_on_its_kind(kind: ProfileKind) -> None:
    settings = {"source_profile": "base", "login_session": "arn"}
    profile = Profile("p", kind, account_id="1", permission_set="role/A", settings=settings)
    assert profile.is_sso == (kind in {ProfileKind.SSO, ProfileKind.SSO_LEGACY})
    assert profile.is_access_role == (kind is ProfileKind.PROCESS)
    assert not replace(profile, account_id=None).is_access_role
    assert profile.source == ("base" if kind is ProfileKind.ROLE else None)
    assert profile.login_session == ("arn" if kind is ProfileKind.LOGIN else None)


def test_a_profile_belongs_to_the_session_that_it_names() -> None:
    corp, legacy = SsoSession("corp", URL, "eu-west-1"), SsoSession(None, URL, "eu-west-1")
    named = Profile("p", ProfileKind.SSO, "corp", URL)
    old = Profile("p", ProfileKind.SSO_LEGACY, None, URL)
    assert (named.is_of(corp), named.is_of(legacy)) == (True, False)
    assert (old.is_of(corp), old.is_of(legacy)) == (False, True)
    assert not old.is_of(replace(legacy, start_url=f"{URL}2"))
    assert not named.is_of(replace(corp, name="other"))


def test_the_arn_of_a_role_and_of_a_permission_set() -> None:
    session = SsoSession("corp", URL, "eu-west-1")
    with_tenant = replace(session, tenant=Tenant("aa-1", "eu-west-1"))
    sets = "arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_A_*"
    assert session.role_arn("1", "A") == with_tenant.role_arn("1", "A") == sets
    assert with_tenant.role_arn("1", "role/ops/B") == "arn:aws:iam::1:role/ops/B"
