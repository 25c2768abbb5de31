"""The roles in the cache of the AWS CLI that a sign-out deletes."""

from __future__ import annotations

from datetime import UTC, datetime

from rolecall.domain.model import Profile, RoleCredentials, Secret
from rolecall.domain.profile_kind import ProfileKind
from rolecall.services.tokens.cached_roles import assumed_roles, cached_roles

ARN = "arn:aws:iam::111111111111:role/path/"


def profile(name: str, source: str = "") -> Profile:
    if not source:
        return Profile(name, ProfileKind.SSO)
    settings = {"role_arn": f"{ARN}Of-{name}", "source_profile": source}
    return Profile(name, ProfileKind.ROLE, settings=settings)


def names(*profiles: Profile) -> set[tuple[str, str]]:
    """Return the profile and the role of each role that is assumed through “session”."""
    return set(assumed_roles(profiles, lambda each: each.name == "session").values())


def test_a_role_is_found_through_any_number_of_profiles() -> None:
    chain = profile("session"), profile("a", "session"), profile("b", "a"), profile("c", "b")
    assert names(*chain) == {("a", "Of-a"), ("b", "Of-b"), ("c", "Of-c")}
    assert names(*reversed(chain)) == names(*chain)


def test_a_role_of_another_source_is_not_found() -> None:
    assert names(profile("session"), profile("other"), profile("a", "other")) == set()
    assert names(profile("session"), profile("a", "gone")) == set()


def test_profiles_that_lead_back_to_each_other_have_no_source() -> None:
    loop = profile("a", "b"), profile("b", "c"), profile("c", "b"), profile("own", "own")
    assert names(profile("session"), *loop) == set()


def test_only_what_is_in_the_cache_is_deleted() -> None:
    end = datetime(2026, 11, 27, tzinfo=UTC)
    found = RoleCredentials("ASIA", Secret("s"), Secret("t"), end)
    known = {"stem": ("audit", "Admin"), "gone": ("audit", "View")}
    assert list(cached_roles(known, {"stem": found, "other": found})) == [
        ("audit", "Admin", end, "stem")
    ]
