"""What ~/.aws/credentials has of profiles to save."""

from __future__ import annotations

from rolecall.domain.access_role import RoleProcess
from rolecall.domain.config.config import Config, profile_from
from rolecall.domain.profiles.plan import target_of
from rolecall.domain.profiles.stored_profiles import StoredProfiles

ROLE = {"sso_session": "corp", "sso_account_id": "111122223333", "sso_role_name": "Admin"}
TARGET = target_of("corp", None, "111122223333", "Admin")


def stored(
    config: dict[str, dict[str, str]], credentials: dict[str, dict[str, str]]
) -> StoredProfiles:
    """Return what the sections of both files give."""
    profiles = tuple(profile_from(name, values, {}) for name, values in config.items())
    return StoredProfiles(Config(profiles).as_clients_read_it(credentials).profiles)


def test_a_profile_that_only_credentials_have_is_named() -> None:
    found = stored(
        {"plain": {}, "other": ROLE | {"sso_role_name": "Reader"}}, {"there": ROLE, "later": ROLE}
    )
    assert found.profile_for(TARGET) == "there"
    assert found.profile_for(target_of("else", None, "111122223333", "Admin")) is None


def test_a_profile_of_the_config_comes_first() -> None:
    for config in ({"here": ROLE}, {"here": ROLE | {"region": "eu-west-1"}}):
        found = stored(config, {"there": ROLE, "here": {"region": "us-east-2"}})
        assert found.profile_for(TARGET) is None
        assert found.overridden_keys("here") == ("region",)
        assert found.overridden_keys("there") == ()


def test_a_profile_of_the_config_whose_role_credentials_name_is_named() -> None:
    found = stored({"both": {"region": "eu-west-1"}}, {"both": ROLE})
    assert found.profile_for(TARGET) == "both"
    assert stored({"both": ROLE}, {"both": ROLE}).profile_for(TARGET) is None


def test_a_profile_for_a_role_of_account_access_manager_is_of_the_config() -> None:
    """Its account and role are in its credential_process."""
    arn = "arn:aws:iam::111122223333:role/Deployer"
    process = RoleProcess("rolecall", "corp", "111122223333", "role/Deployer", arn).text
    found = stored({"here": {"credential_process": process}}, {})
    assert found.profile_for(target_of("corp", None, "111122223333", "role/Deployer")) is None
