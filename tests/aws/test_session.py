"""Clients work with broken AWS files, and follow the variables that users rely on."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rolecall.aws.session import Clients
from rolecall.domain.config.config import ClientSettings, EndpointUrl
from rolecall.domain.errors import ClientSettingInvalid, RegionInvalid
from rolecall.domain.model import Credentials, Secret
from tests.support.for_each import for_each
from tests.support.programs import completed

FIPS = "AWS_USE_FIPS_ENDPOINT"


def endpoint(region: str = "eu-west-1", **environ: str) -> str:
    return Clients(environ).portal(region).meta.endpoint_url


def test_endpoints_depend_on_region_and_partition() -> None:
    assert endpoint("eu-west-1") == "https://portal.sso.eu-west-1.amazonaws.com"
    assert endpoint("cn-north-1") == "https://portal.sso.cn-north-1.amazonaws.com.cn"
    assert Clients({}).oidc("us-gov-west-1").meta.endpoint_url == (
        "https://oidc.us-gov-west-1.amazonaws.com"
    )


def test_endpoints_of_the_environment_are_used() -> None:
    own = {"AWS_ENDPOINT_URL_SSO": "http://own.example", "AWS_ENDPOINT_URL": "http://all.example"}
    assert endpoint(**own) == "http://own.example"
    assert endpoint(AWS_ENDPOINT_URL="http://all.example") == "http://all.example"
    assert Clients(own).oidc("eu-west-1").meta.endpoint_url == "http://all.example"
    ignored = {**own, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}
    assert endpoint(**ignored) == "https://portal.sso.eu-west-1.amazonaws.com"


def test_endpoints_from_a_profile_come_after_the_environment() -> None:
    urls = EndpointUrl("", "http://all.example"), EndpointUrl("sso", "http://own.example")
    settings = ClientSettings("", urls)
    clients = Clients({}).with_settings(settings)
    assert clients.portal("eu-west-1").meta.endpoint_url == "http://own.example"
    assert clients.oidc("eu-west-1").meta.endpoint_url == "http://all.example"
    environ = {"AWS_ENDPOINT_URL": "http://environ.example"}
    clients = Clients(environ).with_settings(settings)
    assert clients.portal("eu-west-1").meta.endpoint_url == "http://environ.example"


def test_a_profile_can_ignore_the_endpoints_of_the_environment_too() -> None:
    """As botocore does (`ClientArgsCreator._compute_configured_endpoint_url`)."""
    own = "http://own.example"
    ignoring = ClientSettings("", (EndpointUrl("", own),), ignores_endpoint_urls=True)

    def called(**environ: str) -> str:
        client = Clients(environ).with_settings(ignoring).portal("eu-west-1")
        return client.meta.endpoint_url

    assert called(AWS_ENDPOINT_URL=own) == "https://portal.sso.eu-west-1.amazonaws.com"
    assert called(AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="false") == own


@for_each(
    "url",
    ["nonsense", "http://", "ftp://x", "http://[", "http://x:port", "http://a_b", "http://a b"],
)
def test_an_endpoint_that_is_no_web_address_is_named(url: str) -> None:
    with pytest.raises(ClientSettingInvalid) as caught:
        endpoint(AWS_ENDPOINT_URL_SSO=url)
    assert (caught.value.name, caught.value.typed) == ("AWS_ENDPOINT_URL_SSO", url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:secretpw@127.0.0.1:1_", "http://…@127.0.0.1:1_"),
        ("http://user:se cret@a_b", "http://…@a_b"),
        ("user:secretpw@host", "…@host"),
    ],
)
def test_an_endpoint_is_named_without_its_password(url: str, shown: str) -> None:
    with pytest.raises(ClientSettingInvalid) as caught:
        endpoint(AWS_ENDPOINT_URL_SSO=url)
    assert caught.value.typed == shown


@pytest.mark.parametrize("content", [None, "not a certificate"], ids=["missing", "malformed"])
def test_a_file_without_certificates_is_named(tmp_path: Path, content: str | None) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    with pytest.raises(ClientSettingInvalid) as caught:
        endpoint(AWS_CA_BUNDLE=str(bundle))
    assert (caught.value.name, caught.value.problem) == ("AWS_CA_BUNDLE", "no-certificates")
    for environ in {}, {"REQUESTS_CA_BUNDLE": "other"}:
        with pytest.raises(ClientSettingInvalid, match="ca_bundle"):
            Clients(environ, lambda: ClientSettings(str(bundle))).oidc("eu-west-1")
    with pytest.raises(ClientSettingInvalid, match="REQUESTS_CA_BUNDLE"):
        Clients({"REQUESTS_CA_BUNDLE": str(bundle)}).pages("https://portal.example")


def test_an_empty_variable_counts_as_unset() -> None:
    assert endpoint(AWS_CA_BUNDLE="", AWS_ENDPOINT_URL_SSO="") == endpoint()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_CA_BUNDLE", ""),
        ("REQUESTS_CA_BUNDLE", ""),
        ("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "x"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "x"),
        ("AWS_DEFAULTS_MODE", ""),
        ("AWS_DEFAULTS_MODE", "x"),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "x"),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "x"),
        ("AWS_RESPONSE_CHECKSUM_VALIDATION", "x"),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "x"),
        ("AWS_STS_REGIONAL_ENDPOINTS", "x"),
    ],
)
def test_a_variable_that_means_nothing_to_a_call_stops_none(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """botocore reads the environment of the process."""
    monkeypatch.setenv(variable, value)
    clients = Clients({variable: value})
    assert clients.portal("eu-west-1").meta.region_name == "eu-west-1"
    assert clients.oidc("eu-west-1").meta.region_name == "eu-west-1"
    keys = Credentials("AKIA", Secret("x"), None)
    host = clients.sts("us-east-1", keys).meta.endpoint_url
    assert host == "https://sts.us-east-1.amazonaws.com"


def test_dual_stack_endpoints_are_used_if_asked_for() -> None:
    assert endpoint(AWS_USE_DUALSTACK_ENDPOINT="true").endswith(".api.aws")


@pytest.mark.parametrize(
    ("region", "variables", "hosts"),
    [
        (
            "us-east-1",
            "FIPS",
            [
                "oidc-fips.us-east-1.amazonaws.com",
                "portal.sso-fips.us-east-1.amazonaws.com",
                "sts-fips.us-east-1.amazonaws.com",
            ],
        ),
        (
            "eu-west-1",
            "DUALSTACK",
            ["oidc.eu-west-1.api.aws", "portal.sso.eu-west-1.api.aws", "sts.eu-west-1.api.aws"],
        ),
        (
            "us-gov-west-1",
            "FIPS DUALSTACK",
            [
                "oidc-fips.us-gov-west-1.api.aws",
                "portal.sso-fips.us-gov-west-1.api.aws",
                "sts-fips.us-gov-west-1.api.aws",
            ],
        ),
    ],
)
def test_every_call_goes_to_the_endpoints_that_the_variables_ask_for(
    region: str, variables: str, hosts: list[str]
) -> None:
    clients = Clients({f"AWS_USE_{each}_ENDPOINT": "true" for each in variables.split()})
    keys = Credentials("AKIA", Secret("s"))
    made = clients.oidc(region), clients.portal(region), clients.sts(region, keys)
    assert [urlsplit(each.meta.endpoint_url).hostname for each in made] == hosts


@pytest.mark.parametrize(
    ("settings", "variables", "host"),
    [
        (ClientSettings(use_dual_stack=True), {}, "sts.us-east-1.api.aws"),
        (ClientSettings(use_fips=True), {}, "sts-fips.us-east-1.amazonaws.com"),
        (ClientSettings(use_fips=True), {FIPS: "false"}, "sts.us-east-1.amazonaws.com"),
        (ClientSettings(use_fips=True), {FIPS: ""}, "sts.us-east-1.amazonaws.com"),
    ],
)
def test_the_kind_of_endpoint_of_the_config_is_used_unless_the_variable_is_set(
    settings: ClientSettings, variables: dict[str, str], host: str
) -> None:
    """As botocore does: an empty variable is set."""
    client = Clients(variables, lambda: settings).sts("us-east-1", Credentials("AKIA", Secret("s")))
    assert urlsplit(client.meta.endpoint_url).hostname == host


def test_clients_work_despite_a_broken_config_and_a_wrong_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile broken\n")
    environ = {
        "HOME": str(tmp_path),
        "AWS_CONFIG_FILE": str(config),
        "AWS_PROFILE": "gone",
        "AWS_ENDPOINT_URL_SSO": "http://elsewhere.example",
    }
    code = (
        "from rolecall.aws.session import Clients\n"
        "print(Clients({}).portal('eu-west-1').meta.endpoint_url)"
    )
    done = completed([sys.executable, "-c", code], environ)
    assert done.stdout == "https://portal.sso.eu-west-1.amazonaws.com\n"


def test_all_threads_share_one_client_for_each_region() -> None:
    clients = Clients({})
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: id(clients.portal("eu-west-1")), range(32)))
    assert len(made) == 1


@for_each("region", ["", "not a region", "eu-west-1\n", "a/b", "x" * 300])
def test_invalid_regions_are_refused(region: str) -> None:
    with pytest.raises(RegionInvalid):
        Clients({}).portal(region)
