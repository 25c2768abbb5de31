"""What a switch sets and unsets in the shell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rolecall.domain.shells import Shell
from rolecall.domain.switching.variables import (
    DEFAULT_PROFILE,
    OWN_REGION,
    PROFILE,
    REGIONS,
    SUBSHELL,
    Switch,
    SwitchTarget,
)
from tests.support.for_each import for_each
from tests.support.shells import RUN, environment_after


def regions(first: str | None, second: str | None, own: str | None) -> dict[str, str]:
    values = dict(zip((*REGIONS, OWN_REGION), (first, second, own), strict=True))
    return {name: value for name, value in values.items() if value is not None}


@for_each(
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


VARIABLES = {
    PROFILE: "old",
    DEFAULT_PROFILE: "other",
    "AWS_ACCESS_KEY_ID": "AKIA",
    SUBSHELL: "x",
    "HOME": "/",
}


def test_a_switch_unsets_what_would_override_the_profile() -> None:
    switch = Switch.plan("dev", VARIABLES)
    assert switch.previous == "old"
    assert set(switch.unset) == {DEFAULT_PROFILE, "AWS_ACCESS_KEY_ID", SUBSHELL}
    assert set(switch.overruling) == {DEFAULT_PROFILE, "AWS_ACCESS_KEY_ID"}
    assert switch.regions_unset == ()
    assert Switch.plan(None, regions("a", "a", "a")).regions_unset == REGIONS


@pytest.mark.parametrize("shell", RUN, ids=lambda shell: shell.value)
def test_what_a_user_types_instead_of_awsp_changes_the_same(shell: Shell, tmp_path: Path) -> None:
    name = 'it\'s "my" $HOME'
    typed = Switch.plan(name, VARIABLES).typed(shell)
    environment = {key: value for key, value in VARIABLES.items() if key != "HOME"}
    after = environment_after(shell, typed, tmp_path, prefix="AWS_", environment=environment)
    assert after == {PROFILE: name}


def test_the_account_of_keys_goes_with_them() -> None:
    """Without keys, the variable is the user's own."""
    account = {"AWS_ACCOUNT_ID": "111122223333"}
    assert Switch.plan("audit", account).unset == ()
    assert "AWS_ACCOUNT_ID" in Switch.plan("audit", {**account, "AWS_ACCESS_KEY_ID": "A"}).unset


@pytest.mark.parametrize("profile", [None, "dev"])
def test_a_switch_leaves_what_rolecall_serves_but_not_another_container(
    profile: str | None,
) -> None:
    token = {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "x"}
    served = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/credentials", **token}
    assert Switch.plan(profile, served).unset == tuple(served)
    assert Switch.plan(profile, served).overruling == ()
    on_eks = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23/v1/credentials", **token}
    assert Switch.plan(profile, on_eks).unset == ()


@for_each(
    ("environ", "profile", "previous"),
    [
        ({}, "dev", None),
        ({PROFILE: "dev"}, "dev", None),
        ({PROFILE: ""}, "dev", None),
        ({PROFILE: "old"}, None, "old"),
        ({DEFAULT_PROFILE: "old"}, "dev", "old"),
        ({PROFILE: "old", DEFAULT_PROFILE: "other"}, "dev", "old"),
    ],
)
def test_the_previous_profile_is_another_one_that_the_shell_had(
    environ: dict[str, str], profile: str | None, previous: str | None
) -> None:
    assert Switch.plan(profile, environ).previous == previous


def test_the_statements_of_each_kind_of_shell() -> None:
    switch = Switch("it's", "old", (SUBSHELL,), "eu-west-1", owns_region=True)
    assert switch.statements(Shell.BASH).splitlines() == [
        "__rolecall_previous='old'",
        "unset ROLECALL_PROFILE",
        r"export AWS_PROFILE='it'\''s'",
        "export AWS_REGION='eu-west-1'",
        "export AWS_DEFAULT_REGION='eu-west-1'",
        "export ROLECALL_REGION='eu-west-1'",
    ]
    others = Switch("dev", None, (), "eu-west-1").statements(Shell.FISH).splitlines()
    assert others == [
        "set -gx AWS_PROFILE 'dev'",
        "set -gx AWS_REGION 'eu-west-1'",
        "set -gx AWS_DEFAULT_REGION 'eu-west-1'",
    ]
    assert Switch(None, "é", (SUBSHELL,)).statements(Shell.TCSH) == (
        "set __rolecall_previous = c3a9;\nunsetenv ROLECALL_PROFILE;\nunsetenv AWS_PROFILE;"
    )


@pytest.mark.parametrize(
    ("switch", "data"),
    [
        (
            Switch("dev", "old", (SUBSHELL,)),
            {"set": {PROFILE: "dev"}, "unset": [SUBSHELL], "previous": "old"},
        ),
        (
            Switch(None, None, (SUBSHELL,)),
            {"set": {}, "unset": [SUBSHELL, PROFILE], "previous": None},
        ),
    ],
)
def test_nushell_gets_data(switch: Switch, data: dict[str, object]) -> None:
    assert json.loads(switch.statements(Shell.NU)) == data


@pytest.mark.parametrize("name", ["old", "é", "it's !", "\udcff"])
def test_the_shell_gives_back_the_previous_profile(name: str) -> None:
    previous = Shell.TCSH.record.history.previous
    kept = Switch(None, name).statements(Shell.TCSH).split(";")[0].rpartition(" ")[2]
    assert previous(kept) == name
    assert Shell.BASH.record.history.previous(name) == name
    assert previous("no hex") == ""


def test_the_account_key_tells_sessions_of_one_name_apart() -> None:
    target = SwitchTarget("dev", "1" * 12, "Admin", "corp", "https://corp.example/start")
    assert target.account_key == ("corp", "https://corp.example/start", "1" * 12)
