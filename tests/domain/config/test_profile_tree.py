"""Profiles and their source profiles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.config.profile_tree import dependents, in_tree
from rolecall.domain.model import Profile
from rolecall.domain.profile_kind import ProfileKind


def role(name: str, source: str) -> Profile:
    return Profile(name, ProfileKind.ROLE, settings={"role_arn": "r", "source_profile": source})


def sso(name: str) -> Profile:
    return Profile(name, ProfileKind.SSO)


def drawn(*profiles: Profile) -> list[str]:
    return [" " * depth + profile.name for profile, depth in in_tree(profiles)]


def test_profiles_follow_their_source() -> None:
    rows = drawn(role("c", "b"), sso("a"), role("b", "a"), sso("d"), role("e", "a"))
    assert rows == ["a", " b", "  c", " e", "d"]


def test_missing_and_circular_sources_are_roots() -> None:
    assert drawn(role("a", "gone"), role("self", "self")) == ["a", "self"]
    assert drawn(role("a", "b"), role("b", "a"), role("c", "a")) == ["a", " c", "b"]


def test_only_a_role_has_a_source() -> None:
    odd = Profile("odd", ProfileKind.SSO, settings={"source_profile": "a"})
    assert drawn(sso("a"), odd) == ["a", "odd"]


def test_all_that_goes_through_a_profile_depends_on_it() -> None:
    profiles = [role("c", "b"), sso("a"), role("b", "a"), sso("d"), role("a2", "d")]
    assert [each.name for each in dependents(["a"], profiles)] == ["c", "b"]
    assert [each.name for each in dependents(["a", "b"], profiles)] == ["c"]
    assert dependents(["c"], profiles) == dependents([], profiles) == []


def test_profiles_in_a_circle_depend_on_each_other() -> None:
    assert [each.name for each in dependents(["a"], [role("a", "b"), role("b", "a")])] == ["b"]


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefg-")))
def test_each_profile_appears_once_below_its_source(sources: dict[str, str]) -> None:
    profiles = [sso(n) if source == "-" else role(n, source) for n, source in sources.items()]
    found = in_tree(profiles)
    assert sorted(profile.name for profile, _ in found) == sorted(sources)
    path: list[str] = []
    for profile, depth in found:
        del path[depth:]
        assert len(path) == depth
        if depth:
            assert path[-1] == profile.source
        path.append(profile.name)
