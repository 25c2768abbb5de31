"""Errors and links name the host that a call asks: the rules for endpoints decide which it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore import utils
from botocore.exceptions import EndpointConnectionError

from rolecall.aws import call
from rolecall.aws.account_access import AccountAccess
from rolecall.aws.portal import Portal
from rolecall.aws.regions import regions
from rolecall.aws.session import Clients, isolated_session
from rolecall.aws.sign_in import Oidc, Pkce
from rolecall.aws.translate import detail, unreachable
from rolecall.domain.access_role import Tenant
from rolecall.domain.errors import Unreachable
from rolecall.domain.model import AccessToken, ClientRegistration, Secret, SsoSession
from rolecall.domain.process.debug_log import write_to
from rolecall.domain.web_address import is_public, is_web_address
from tests.support.for_each import for_each

PROXY = "http://127.0.0.1:1"
START_URL = "https://d-1.awsapps.com/start"


@pytest.fixture(autouse=True)
def no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "_PAUSES", (0.0, 0.0))
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, PROXY)


@pytest.fixture
def token() -> AccessToken:
    return AccessToken(START_URL, "eu-west-1", Secret("t"), datetime.now(UTC))


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "account-access-runtime.eu-west-1.api.aws"),
        ("cn-north-1", "account-access-runtime.cn-north-1.api.amazonwebservices.com.cn"),
    ],
)
def test_account_access_manager(token: AccessToken, region: str, host: str) -> None:
    client = Clients({}).account_access(region)
    access = AccountAccess(client, "corp", Tenant("aa-example", region))
    with pytest.raises(Unreachable) as caught:
        next(access.roles(token))
    assert caught.value.host == host


def test_a_region_whose_usual_host_is_that_for_fips(token: AccessToken) -> None:
    client = Clients({"AWS_USE_FIPS_ENDPOINT": "true"}).portal("us-gov-west-1")
    with pytest.raises(Unreachable) as caught:
        next(Portal(client, SsoSession("corp", START_URL, "us-gov-west-1")).accounts(token))
    assert caught.value.host == "portal.sso.us-gov-west-1.amazonaws.com"


def test_an_error_and_the_log_name_no_password(token: AccessToken) -> None:
    lines: list[str] = []
    write_to(lines.append)
    try:
        client = Clients({"AWS_ENDPOINT_URL": "http://user:secretpw@127.0.0.1:1"}).portal(
            "eu-west-1"
        )
        with pytest.raises(Unreachable) as caught:
            next(Portal(client, SsoSession("corp", START_URL, "eu-west-1")).accounts(token))
    finally:
        write_to(None)
    assert caught.value.host == "127.0.0.1:1"
    assert lines
    assert "secretpw" not in "".join(lines)


def test_the_page_of_a_browser_sign_in() -> None:
    region = "us-gov-west-1"
    client = Clients({"AWS_USE_FIPS_ENDPOINT": "true"}).oidc(region)
    now = datetime.now(UTC)
    oidc = Oidc(client, SsoSession("corp", START_URL, region), lambda: now)
    registration = ClientRegistration("id", Secret("secret"), now)
    link = oidc.authorization_link(registration, Pkce("http://127.0.0.1:1", "s", Secret("v"), "c"))
    assert link.url.startswith("https://oidc.us-gov-west-1.amazonaws.com/authorize?")


def test_a_sentence_of_botocore_names_no_password() -> None:
    address = "http://user:secretpw@a_b"
    shown = detail(ValueError(f"Invalid endpoint: {address}"))
    assert shown == "Invalid endpoint: http://…@a_b"
    failed = unreachable(EndpointConnectionError(endpoint_url=address, error="refused"), "Call")
    assert failed
    assert failed.host == "a_b"


def test_the_detail_of_an_error_of_the_system_has_no_number() -> None:
    error = FileNotFoundError(2, "No such file or directory", "/opt/vault/bin/keys")
    assert detail(error) == "/opt/vault/bin/keys: No such file or directory"


def test_the_regions_are_those_of_botocore() -> None:
    session = isolated_session()
    known = [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("sso-oidc", partition)
    ]
    assert list(regions()) == sorted(known)
    assert {"eu-west-1", "us-gov-west-1", "cn-north-1"} <= set(known)


HOSTS = (
    *("host", "host.example", "HOST.example.", "127.0.0.1", "a-b", "1", "x" * 63, "a.b" * 90),
    *("a_b", "-a", "a-", "a..b", "a b", "", ".", "ö", "x" * 64, "a\nb", "a\tb", "foo%"),
    *("[::1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::ffff:1.2.3.4]", "[::", "[1]", "[]"),
)


def test_the_hosts_are_those_of_botocore() -> None:
    ends = ("", ":80", "/path", ":x", ":99999")
    urls = [f"http://u:p@{host}{end}" for host in HOSTS for end in ends]
    assert [url for url in urls if is_web_address(url) != _is_botocores(url)] == []


@for_each(
    "address",
    [
        *("http://a.example", "https://a.example:8443", "https://u@a.example", "https://localhost"),
        *("https://x.localhost.", "https://127.0.0.1", "https://[::1]", "https://[::ffff:8.8.8.8]"),
        *("https://8.8.8.8", "https://127.1", "https://0x7f.1", "https://2130706433", "https://a"),
        *("https://a.internal", "https://a.b.LOCAL.", "https://a.home.arpa", "https://a.b\t/x"),
        *("https://127\u30020\u30020\u30021", "https://a.example:x", "https://[x", "ftp://a.b"),
    ],
)  # fmt: skip
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("host", ["a.example", "A.Example:443", "a.example.", "x.xn--p1ai"])
def test_what_is_public(host: str) -> None:
    assert is_public(f"https://{host}/start")


def _is_botocores(url: str) -> bool:
    try:
        if utils.urlsplit(url).port == 0:  # reading it checks it
            return False
        return bool(utils.is_valid_endpoint_url(url) or utils.is_valid_ipv6_endpoint_url(url))
    except (ValueError, IndexError):
        return False


@for_each("url", ["foo", "ftp://host", "//host", "http:host", "http://host:0"])
def test_an_address_has_a_scheme_of_the_web_and_a_port_that_exists(url: str) -> None:
    assert not is_web_address(url)
