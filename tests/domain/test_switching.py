"""What a switch sets and unsets in the shell."""

from __future__ import annotations

import pytest

from rolecall.domain.switching import OWN_REGION, REGIONS, Switch


def regions(first: str | None, second: str | None, own: str | None) -> dict[str, str]:
    values = dict(zip((*REGIONS, OWN_REGION), (first, second, own), strict=True))
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize(
    ("environ", "owns"),
    [
        (regions(None, None, None), True),
        (regions("eu-west-1", "eu-west-1", "eu-west-1"), True),
        (regions("eu-west-1", "us-east-1", "eu-west-1"), False),
        (regions("us-east-1", "eu-west-1", "eu-west-1"), False),
        (regions("us-east-1", None, None), False),
        (regions("us-east-1", "us-east-1", None), False),
    ],
)
def test_a_region_is_rolecalls_only_if_both_variables_have_it(
    environ: dict[str, str], owns: bool
) -> None:
    switch = Switch.plan("dev", environ, "eu-central-1")
    assert switch.owns_region is owns
    assert (OWN_REGION in switch.unset) is (not owns and OWN_REGION in environ)


def test_without_a_profile_only_the_regions_that_a_switch_has_set_are_unset() -> None:
    environ = regions("us-east-1", "eu-west-1", "eu-west-1")
    assert Switch.plan(None, environ).unset == (REGIONS[1], OWN_REGION)
    assert Switch.plan("dev", environ).unset == ()
