"""What ~/.aws/config says about profiles, sessions and clients."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rolecall.domain.config.config import (
    ClientSettings,
    Config,
    EndpointUrl,
    legacy_sessions,
    profile_from,
)
from rolecall.domain.errors import SessionDiffers, SessionIncomplete
from rolecall.domain.inventory.favourites import FAVOURITE, Favourites
from rolecall.domain.model import Profile, SsoSession
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.records import replace
from tests.support.for_each import for_each

URL = "https://d-1.awsapps.com/start"
CORP = SsoSession("corp", URL, "eu-west-1")


def profile(name: str = "dev", **values: str) -> Profile:
    return profile_from(name, values, {})


@for_each(
    ("keys", "kind"),
    [
        ("", ProfileKind.PLAIN),
        ("region", ProfileKind.PLAIN),
        ("credential_process", ProfileKind.PROCESS),
        ("sso_session", ProfileKind.PLAIN),
        ("sso_start_url sso_region", ProfileKind.PLAIN),
        ("aws_access_key_id sso_session", ProfileKind.STATIC),
        ("credential_process aws_access_key_id", ProfileKind.PROCESS),
        ("login_session credential_process", ProfileKind.LOGIN),
        ("sso_account_id login_session", ProfileKind.SSO_LEGACY),
        ("sso_role_name sso_session", ProfileKind.SSO),
        ("role_arn sso_account_id sso_role_name", ProfileKind.ROLE),
        ("role_arn web_identity_token_file", ProfileKind.WEB_IDENTITY),
    ],
)
def test_the_kind_is_the_first_in_botocores_order(keys: str, kind: ProfileKind) -> None:
    made = profile(**dict.fromkeys(keys.split(), "x"))
    assert made.kind is kind
    assert made.is_sso is (kind in {ProfileKind.SSO, ProfileKind.SSO_LEGACY})


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ("login_session credential_process", ProfileKind.STATIC),
        ("sso_account_id", ProfileKind.SSO_LEGACY),
    ],
)
def test_keys_of_the_credentials_file_come_after_sso(keys: str, kind: ProfileKind) -> None:
    stored = {"dev": {"aws_access_key_id": "AKIA"}}
    own = profile(**dict.fromkeys(keys.split(), "x"))
    config = Config((own,))
    assert config.with_credentials(own, stored["dev"]).kind is kind
    (shown,) = config.as_clients_read_it(stored).profiles
    assert (shown.kind, shown.settings) == (kind, own.settings)


def test_a_profile_with_a_role_is_not_one_of_a_permission_set() -> None:
    made = profile(role_arn="r", sso_session="corp", sso_account_id="1", sso_role_name="Ops")
    assert (made.target, made.session_name) == (None, "corp")


def test_the_values_of_the_session_come_first() -> None:
    values = {"sso_session": "corp", "sso_start_url": "own", "sso_region": "own"}
    own = profile_from("dev", values, {})
    assert (own.start_url, own.sso_region, own.region) == ("own", "own", None)
    found = profile_from("dev", values, {"sso_start_url": URL, "sso_region": "eu-west-1"})
    assert (found.start_url, found.sso_region) == (URL, "eu-west-1")
    assert profile_from("dev", {}, {}).start_url is None


def test_further_lines_of_a_secret_in_the_credentials_are_hidden() -> None:
    stored = {"vault": {"sso_session": "corp", "export aws_session_token": "\nZq9==\nAbC=="}}
    (found,) = Config().as_clients_read_it(stored).profiles
    assert Config().section(found) == [
        *("[vault]", "sso_session = corp"),
        *("export aws_session_token = ", "  …", "  …"),
    ]


class TestSessions:
    def test_a_profile_without_sso_session_has_its_own(self) -> None:
        config = Config(sso_sessions=(SsoSession(None, URL, "us-east-1", None),))
        own = profile(sso_start_url=URL, sso_region="eu-west-1")
        assert config.session_of(own) == SsoSession(None, URL, "eu-west-1", None)
        with pytest.raises(SessionIncomplete, match="sso_region"):
            config.session_of(profile(sso_start_url=URL))
        assert config.session_of(profile(region="x")) is None

    def test_a_named_session_is_found_by_its_name(self) -> None:
        config = Config(sso_sessions=(CORP,), session_values={"corp": {}, "odd": {}})
        assert config.session_named("corp") == CORP
        assert config.session_of(profile(sso_session="corp")) == CORP
        assert config.session_named("gone") is None
        with pytest.raises(SessionIncomplete, match="sso_start_url"):
            config.session_named("odd")

    @pytest.mark.parametrize("key", ["sso_region", "sso_start_url", "sso_registration_scopes", "x"])
    def test_a_profile_that_differs_from_its_session_in_any_key_is_refused(self, key: str) -> None:
        """As `botocore.credentials.SSOProvider._resolve_sso_session_reference` does."""
        config = Config(sso_sessions=(CORP,), session_values={"corp": {key: "a", "other": "b"}})
        assert config.session_of(profile(sso_session="corp", **{key: "a"})) == CORP
        with pytest.raises(SessionDiffers) as caught:
            config.session_of(profile(sso_session="corp", **{key: "b"}))
        error = caught.value
        assert (error.profile, error.session, error.key) == ("dev", "corp", key)
        assert error.problem == "config"
        stored = {key: "b", "x": "y"}
        with pytest.raises(SessionDiffers) as caught:
            config.session_of(config.with_credentials(profile(sso_session="corp"), stored))
        assert (caught.value.key, caught.value.problem) == (key, "credentials")

    def test_keys_in_credentials_override_the_config(self) -> None:
        values = {"sso_start_url": URL, "sso_region": "eu-west-1"}
        config = Config(sso_sessions=(CORP,), session_values={"corp": values})
        made = replace(profile(sso_role_name="a", region="x"), lines=range(3, 7))
        assert config.with_credentials(made, {}) is made
        merged = config.with_credentials(made, {"sso_session": "corp", "sso_role_name": "b"})
        assert (merged.permission_set, merged.region, merged.lines) == ("b", "x", range(3, 7))
        assert (merged.start_url, merged.sso_region) == (URL, "eu-west-1")
        assert config.with_credentials(made, {"sso_session": "gone"}).start_url is None

    def test_a_profile_knows_what_the_config_says_without_effect(self) -> None:
        config = Config((profile(sso_role_name="a", region="x", output="json"),))
        stored = {"sso_role_name": "b", "region": "y", "ca_bundle": "c", "aws_access_key_id": "d"}
        there = {"sso_account_id": "1", "sso_start_url": URL}
        made, only_there = config.as_clients_read_it({"dev": stored, "e": there}).profiles
        assert made.overridden == {"sso_role_name": "a", "region": "x", "ca_bundle": None}
        assert config.with_credentials(made, stored).overridden == made.overridden
        assert [made.in_config(key) for key in ("region", "output", "z")] == ["x", "json", None]
        assert not only_there.overridden

    def test_a_start_url_that_only_the_credentials_have_makes_a_session(self) -> None:
        config = Config((profile(sso_start_url="https://a", sso_region="x"),), (CORP,))
        stored = {
            "there": {"sso_start_url": URL, "sso_region": "eu-west-1", "sso_account_id": "1"},
            "dev": {"sso_start_url": "https://b"},
        }
        both = config.as_clients_read_it(stored)
        assert [each.cache_key for each in both.sso_sessions] == ["corp", "https://b", URL]
        for made in both.profiles:
            assert both.session_of(made) in both.sso_sessions
        assert config.as_clients_read_it({}) is config


class TestClients:
    def test_a_services_section_and_the_profile_name_endpoints(self) -> None:
        config = Config(endpoint_urls={"local": {"sts": "http://sts"}})
        made = profile(services="local", endpoint_url="http://all", ca_bundle="/ca")
        assert config.client_settings(made) == ClientSettings(
            "/ca",
            (
                EndpointUrl("", "http://all", "[profile dev]"),
                EndpointUrl("sts", "http://sts", "[services local]"),
            ),
        )
        assert config.client_settings(profile()) == ClientSettings("", ())
        ignoring = profile(endpoint_url="x", ignore_configured_endpoint_urls=" True ")
        assert config.client_settings(ignoring).ignores_endpoint_urls

    def test_a_ca_bundle_is_that_of_the_profile_or_of_all(self) -> None:
        one, two, none = profile("one", ca_bundle="/1"), profile("two", ca_bundle="/2"), profile()

        def bundle(name: str, *profiles: Profile) -> str:
            return Config(profiles).client_settings_of(name, {}).ca_bundle

        assert bundle("dev", one, none) == "/1"
        assert bundle("gone", one, none) == "/1"
        assert bundle("two", one, two) == "/2"
        assert bundle("dev", one, two) == ""
        assert bundle("dev", none) == ""

    def test_the_endpoints_are_those_of_the_named_profile_alone(self) -> None:
        config = Config((profile("one", endpoint_url="http://1"), profile("two")))
        assert config.client_settings_of("one", {}).endpoint_urls == (
            EndpointUrl("", "http://1", "[profile one]"),
        )
        assert config.client_settings_of("two", {}) == ClientSettings()
        assert config.client_settings_of("gone", {}) == ClientSettings()

    def test_keys_of_the_credentials_file_come_first(self) -> None:
        config = Config((profile("one", endpoint_url="http://1", use_fips_endpoint="true"),))
        stored = {"endpoint_url": "http://2", "use_dualstack_endpoint": " True "}
        expected = ClientSettings(
            "", (EndpointUrl("", "http://2", "[one]"),), use_dual_stack=True, use_fips=True
        )
        assert config.client_settings_of("one", stored) == expected
        of_gone = EndpointUrl("", "http://2", "[gone]")
        only_stored = expected._replace(endpoint_urls=(of_gone,), use_fips=False)
        assert config.client_settings_of("gone", stored) == only_stored


def test_the_lines_of_a_section() -> None:
    text = ("# c\n", "[profile dev]\n", "Region = x\n", "aws_session_token = y\n", "\n", "[a]\n")
    made = replace(profile(), lines=range(1, 6))
    config = Config((made,), text=text)
    assert config.line_of(made, "[") == 2
    assert config.line_of(made, "region") == 3
    assert config.line_of(made, "output") == 1
    assert config.section(made) == ["# c", "[profile dev]", "Region = x", "aws_session_token = …"]


def test_favourites_come_before_what_was_used_last() -> None:
    first, last = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2))
    used = {("1", "a"): last, ("1", "b"): first, ("2", "a"): first}
    boosts = Favourites(frozenset({("1", "b"), ("3", "")}), used).boosts()
    assert boosts == {
        ("1", "a"): last.timestamp(),
        ("1", "b"): FAVOURITE + first.timestamp(),
        ("1", ""): last.timestamp(),
        ("2", "a"): first.timestamp(),
        ("2", ""): first.timestamp(),
        ("3", ""): FAVOURITE,
    }


def test_the_account_of_a_login_session_is_that_of_its_arn() -> None:
    arn = "arn:aws:iam::123456789012:user/kim"
    assert profile(login_session=arn).account_id == "123456789012"
    assert profile(login_session="odd").account_id is None
    assert profile(sso_session="corp", sso_account_id="1").account_id == "1"


def test_the_rest_of_a_wrapped_secret_is_no_overridden_key() -> None:
    """The names of the keys are shown."""
    stored = {"dev": {"region": "x", "aws_session_token": "", "iqojsekrit/abc": "=", "abc": "="}}
    (made,) = Config((profile(region="y"),)).as_clients_read_it(stored).profiles
    assert list(made.overridden) == ["region"]


def test_a_start_url_of_several_profiles_is_one_session_with_the_first_region_that_one_has() -> (
    None
):
    profiles = [
        profile("no-region", sso_start_url=URL),
        profile("one", sso_start_url=URL, sso_region="eu-west-1"),
        profile("two", sso_start_url=URL, sso_region="us-east-1"),
        profile("named", sso_session="corp", sso_start_url=f"{URL}2"),
        profile("plain", region="eu-west-1"),
    ]
    assert legacy_sessions(profiles) == [SsoSession(None, URL, "eu-west-1", None)]
