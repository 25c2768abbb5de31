"""Start URLs: the forms that AWS issues, pasted addresses, and look-alikes."""

from contextlib import suppress

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from rolecall.domain import start_url
from rolecall.domain.errors import StartUrlInvalid
from rolecall.domain.naming import names as naming
from rolecall.domain.sign_in.likely_regions import likely_regions
from rolecall.domain.start_url import StartUrlProblem, normalise, suggest_session_name
from tests.support.for_each import for_each

KNOWN = [
    "https://d-1234567890.awsapps.com/start",
    "https://acme.awsapps.com/start",
    "https://start.us-gov-home.awsapps.com/directory/d-1234567890",
    "https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/d-1234567890",
    "https://start.home.awsapps.cn/directory/d-1234567890",
    "https://start.cn-north-1.home.awsapps.cn/directory/d-1234567890",
    "https://acme.awsapps.cn/start",
    "https://ssoins-722363e45b5dd9cf.eu-west-1.portal.amazonaws.com",
    "https://ssoins-722363e45b5dd9cf.cn-north-1.portal.amazonaws.cn",
    "https://ssoins-722363e45b5dd9cf.eusc-de-east-1.portal.amazonaws.eu",
    "https://ssoins-722363e45b5dd9cf.portal.eu-west-1.app.aws",
    "https://ssoins-722363e45b5dd9cf.portal.cn-north-1.app.amazonwebservices.com.cn",
    "https://ssoins-722363e45b5dd9cf.portal.eusc-de-east-1.api.amazonwebservices.eu",
    "https://identitycenter.amazonaws.com/ssoins-722363e45b5dd9cf",
    "https://identitycenter.amazonaws.cn/ssoins-722363e45b5dd9cf",
    "https://identitycenter.amazonaws.eu/ssoins-722363e45b5dd9cf",
    "https://identitycenter.us-gov.amazonaws.com/ssoins-722363e45b5dd9cf",
    "https://sso.acme.com/start",
    "https://aws.acme.co.uk",
    "http://127.0.0.1:8443/start",
    "http://localhost:4566/start",
    "http://[::1]:80/start",
]


@for_each("url", KNOWN)
@for_each("shape", ["{}", "{}/", "{}#/", "{}/#/", "  {} \t", "<{}>"])
def test_known_forms_are_normalised(url: str, shape: str) -> None:
    assert normalise(shape.format(url)) == url


@for_each(
    ("typed", "url"),
    [
        ("acme.awsapps.com/start", "https://acme.awsapps.com/start"),
        ("https://ACME.awsapps.com", "https://acme.awsapps.com/start"),
        ("https://acme.awsapps.com/start/#/?tab=accounts", "https://acme.awsapps.com/start"),
        (
            "https://acme.awsapps.com/start/#/console?account_id=012345678901&role_name=R",
            "https://acme.awsapps.com/start",
        ),
        ("https://acme.awsapps.com/start/#/device?user_code=AB", "https://acme.awsapps.com/start"),
        ("https://acme.awsapps.com/start/device", "https://acme.awsapps.com/start"),
        ("https://acme.awsapps.com/other", "https://acme.awsapps.com/other"),
        ("https://acme.awsapps.com./start", "https://acme.awsapps.com/start"),
        ("https://acme.awsapps.com:443/start", "https://acme.awsapps.com/start"),
        ("HTTPS://ACME.AWSAPPS.COM/START", "https://acme.awsapps.com/start"),
        (
            "acme.awsapps.com/start/#/console?account_id=012345678901&role_name=R"
            "&destination=https://console.aws.amazon.com/s3/home",
            "https://acme.awsapps.com/start",
        ),
        (
            "ssoins-722363e45b5dd9cf.portal.eu-west-1.app.aws/start/#/",
            "https://ssoins-722363e45b5dd9cf.portal.eu-west-1.app.aws",
        ),
        (
            "identitycenter.amazonaws.com/ssoins-722363e45b5dd9cf/.well-known",
            "https://identitycenter.amazonaws.com/ssoins-722363e45b5dd9cf",
        ),
        ("https://sso.acme.example.:8443/x", "https://sso.acme.example:8443/x"),
        ("https://bücher.example/start", "https://xn--bcher-kva.example/start"),
        ("B\u00dcCHER.example", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example/start", "https://xn--bcher-kva.example/start"),
        ("https://データ基盤.example", "https://xn--5ckp3nt94muk6a.example"),
    ],
)
def test_pasted_addresses_become_start_urls(typed: str, url: str) -> None:
    assert normalise(typed) == url


@for_each(
    ("typed", "problem"),
    [
        ("", StartUrlProblem.EMPTY),
        ("   ", StartUrlProblem.EMPTY),
        ("https://a.example/" + "x" * 2000, StartUrlProblem.NOT_A_URL),
        ("https://acme.awsapps.com/st art", StartUrlProblem.NOT_A_URL),
        ("https://acme.awsapps.com/start\n[profile x]", StartUrlProblem.NOT_A_URL),
        ("https://acme.example/b\u00fccher", StartUrlProblem.NOT_A_URL),
        ("https://evil.example\u2100.awsapps.com/start", StartUrlProblem.NOT_A_URL),
        ("https://b\u00fccher\u202e.example/start", StartUrlProblem.NOT_A_URL),
        ("http://acme.awsapps.com/start", StartUrlProblem.NOT_HTTPS),
        ("ftp://acme.awsapps.com/start", StartUrlProblem.NOT_HTTPS),
        ("http://localhost.evil.example/start", StartUrlProblem.NOT_HTTPS),
        ("acme", StartUrlProblem.NO_HOST),
        ("https://", StartUrlProblem.NO_HOST),
        ("http://", StartUrlProblem.NO_HOST),
        ("https://a..b/start", StartUrlProblem.NO_HOST),
        ("https://acme.example:port/start", StartUrlProblem.NO_HOST),
        ("https://acme.example:/start", StartUrlProblem.NO_HOST),
        ("https://[::1/start", StartUrlProblem.NO_HOST),
        ("https://acme.awsapps.com@evil.example/start", StartUrlProblem.CREDENTIALS),
        ("https://awsapps.com.evil.example/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.awsapps.com.evil.example/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.awsapps.com-login.example/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.awsapps-com.example/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.awsapps.co/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.awsaps.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.awspapps.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.awsapsp.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.aws-apps.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.aw5apps.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme-awsapps.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://identitycenter.amazonaws.com.evil.io/ssoins-1", StartUrlProblem.LOOK_ALIKE),
        ("https://identitycenter.arnazonaws.com/ssoins-1", StartUrlProblem.LOOK_ALIKE),
        ("https://ssoins-1.portal.eu-west-1.app-aws.com", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.app-aws.com", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.appaws.com", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.app.awss", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.app.aws.com", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.app.avvs", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.avvsapps.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://ssoins-722363e45b5dd9cf.evil.example", StartUrlProblem.LOOK_ALIKE),
        ("https://evil.example#.awsapps.com/start", StartUrlProblem.LOOK_ALIKE),
        ("evil.example?d-1234567890.awsapps.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://evil.example/?x=acme%2Eawsapps%2Ecom#/start", StartUrlProblem.LOOK_ALIKE),
        ("https://evil.example#@ssoins-1.portal.eu-west-1.app.aws", StartUrlProblem.LOOK_ALIKE),
        ("https://x.portal.eu-west-1.evil.example", StartUrlProblem.LOOK_ALIKE),
        ("https://portal.eu-west-1.evil.example", StartUrlProblem.LOOK_ALIKE),
        # Cyrillic letters: one, all of the label, and the label in Punycode
        ("https://\u0430cme.awsapps.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.\u0430wsapps.com/start", StartUrlProblem.LOOK_ALIKE),
        (
            "https://acme.\u0430\u051d\u0455\u0430\u0440\u0440\u0455.com/start",
            StartUrlProblem.LOOK_ALIKE,
        ),
        ("https://acme.xn--wsapps-2nf.com/start", StartUrlProblem.LOOK_ALIKE),
        ("https://acme.awsäpps.com/start", StartUrlProblem.LOOK_ALIKE),
        (
            "https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD",
            StartUrlProblem.NOT_A_PORTAL,
        ),
        ("https://portal.sso.eu-west-1.amazonaws.com/", StartUrlProblem.NOT_A_PORTAL),
        ("https://signin.aws.amazon.com/saml", StartUrlProblem.NOT_A_PORTAL),
        ("https://identitycenter.amazonaws.com", StartUrlProblem.NOT_A_PORTAL),
        ("https://identitycenter.amazonaws.com/d-1234567890", StartUrlProblem.NOT_A_PORTAL),
        ("https://aa-g7.account-access.eu-west-1.app.aws", StartUrlProblem.ACCOUNT_ACCESS),
        ("https://a.b.awsapps.com/start", StartUrlProblem.NOT_A_PORTAL),
        ("https://awsapps.com/start", StartUrlProblem.NOT_A_PORTAL),
        ("d-1234567890.awsapps.com:8443", StartUrlProblem.NOT_A_PORTAL),
        ("https://acme.awsapps.com:80/start", StartUrlProblem.NOT_A_PORTAL),
        ("https://ssoins-1.portal.eu-west-1.app.aws:8443", StartUrlProblem.NOT_A_PORTAL),
    ],
)
def test_addresses_that_are_no_start_urls_are_refused(typed: str, problem: StartUrlProblem) -> None:
    with pytest.raises(StartUrlInvalid) as caught:
        normalise(typed)
    assert caught.value.problem == problem


@for_each(
    ("url", "name"),
    [
        ("https://acme.awsapps.com/start", "acme"),
        ("https://d-1234567890.awsapps.com/start", "sso"),
        ("https://start.us-gov-home.awsapps.com/directory/d-1234567890", "sso"),
        ("https://ssoins-722363e45b5dd9cf.portal.eu-west-1.app.aws", "sso"),
        ("https://sso.acme.com/start", "acme"),
        ("https://aws.acme.co.uk", "acme"),
        ("https://start.tv.example", "tv"),
        ("http://127.0.0.1:8443/start", "local"),
        ("http://[::1]/start", "local"),
    ],
)
def test_session_names_come_from_the_start_url(url: str, name: str) -> None:
    assert suggest_session_name(url) == name


AWS_PORTALS = [url for url in KNOWN if "awsapps" in url or "ssoins" in url]
REGIONS = st.sampled_from(["us-east-1", "eu-west-1", "ap-southeast-2", "me-central-1"])
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
ADDRESSES = st.one_of(
    st.sampled_from(AWS_PORTALS),
    st.builds("https://{}.awsapps.com/start".format, LABELS),
    st.builds("https://{}.portal.{}.app.aws".format, LABELS, REGIONS),
    st.builds("https://{}.{}.portal.amazonaws.com".format, LABELS, REGIONS),
    st.builds("https://sso.{}.example/start".format, LABELS.filter(lambda each: "aws" not in each)),
)


@given(
    url=ADDRESSES,
    scheme=st.sampled_from(["https://", "HTTPS://", ""]),
    end=st.sampled_from(
        ["", "/", "#/", "/#/", "/?x=1", "/#/console?account_id=1&destination=a://b"]
    ),
    port=st.sampled_from(["", ":443"]),
    around=st.sampled_from(["{}", " {}\n", "\t<{}>", '"{}"', "'{}'", "\u00a0{}\u3000"]),
    upper=st.booleans(),
)
def test_a_portal_is_recognised_however_its_address_is_written(
    url: str, scheme: str, end: str, port: str, around: str, *, upper: bool
) -> None:
    host, slash, path = url.removeprefix("https://").partition("/")
    typed = f"{scheme}{host.upper() if upper else host}{port}{slash}{path}{end}"
    assert normalise(around.format(typed)) == url


@given(url=st.sampled_from(AWS_PORTALS), end=st.sampled_from([".evil.example", "-login.example"]))
def test_the_host_of_a_portal_in_another_domain_is_refused(url: str, end: str) -> None:
    host, slash, path = url.removeprefix("https://").partition("/")
    with pytest.raises(StartUrlInvalid) as caught:
        normalise(f"https://{host}{end}{slash}{path}")
    assert caught.value.problem in {StartUrlProblem.LOOK_ALIKE, StartUrlProblem.NO_HOST}


@given(st.text(max_size=80) | st.builds("https://{}".format, st.text(max_size=60)))
def test_any_text_is_normalised_or_refused(typed: str) -> None:
    with suppress(StartUrlInvalid):
        normalise(typed)


HOSTS = st.one_of(
    ADDRESSES.map(lambda url: url.removeprefix("https://").partition("/")[0]),
    st.builds("{}.{}.example".format, LABELS, LABELS),
    st.sampled_from(["bücher.example", "データ基盤.example", "localhost", "127.0.0.1", "[::1]"]),
)


@given(
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from(["https://", "https://", "HTTPS://", "http://", ""]),
        HOSTS | HOSTS.map(str.upper),
        st.sampled_from(["", "", ".", ":443", ":80", ":8443"]),
        st.sampled_from(["", "/", "/start", "/START/", "//", "/a/../b", "/%2e", "/;x", "/x.y/"]),
        st.sampled_from(["", "", "#", "#/", "?", "?x=1#/", "/#/device?user_code=AB", "/console"]),
    )
)
def test_a_start_url_is_normalised_once(typed: str) -> None:
    try:
        url = normalise(typed)
    except StartUrlInvalid:
        reject()
    assert normalise(url) == url
    assert url.isascii()
    assert naming.check(suggest_session_name(url)) is None


@for_each(
    ("url", "region"),
    [
        ("https://ssoins-722384e1c0d6a1b2.eu-west-1.portal.amazonaws.com", "eu-west-1"),
        ("https://ssoins-722384e1c0d6a1b2.portal.us-east-2.app.aws", "us-east-2"),
        ("https://ssoins-7223.cn-north-1.portal.amazonaws.com.cn/start", "cn-north-1"),
        ("https://ssoins-7223.portal.eusc-de-east-1.app.amazonwebservices.eu", "eusc-de-east-1"),
        ("https://d-1234567890.awsapps.com/start", ""),
        ("https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/x", ""),
        ("https://sso.us-east-1.example.com/start", ""),
        ("http://127.0.0.1:8000/start", ""),
    ],
)
def test_a_portal_may_name_its_region(url: str, region: str) -> None:
    assert start_url.region_of(url) == region


@for_each("url", KNOWN)
def test_a_replica_has_the_address_of_its_region(url: str) -> None:
    there = start_url.in_region(url, "ap-southeast-2")
    assert normalise(there) == there
    assert start_url.region_of(there) == ("ap-southeast-2" if start_url.region_of(url) else "")


# A placeholder that nobody has replaced, half of an address, and a letter like `a/c`.
@pytest.mark.parametrize(
    "url", ["https://[subdomain].awsapps.com/start", "https://[::1", "https://℀.com"]
)
def test_the_start_url_of_a_file_may_be_no_address(url: str) -> None:
    assert start_url.region_of(url) == ""
    assert start_url.in_region(url, "eu-west-1") == url
    assert not start_url.is_own_domain(url)
    assert likely_regions(url, (), ("eu-west-1",))


def test_an_own_domain_is_neither_of_aws_nor_of_this_machine() -> None:
    own = [url for url in KNOWN if start_url.is_own_domain(url)]
    assert own == ["https://sso.acme.com/start", "https://aws.acme.co.uk"]


@for_each(
    ("text", "expected"),
    [
        ("d-1234567890.awsapps.com", True),
        ("https://demo", True),
        ("aa-OTHER_1.account-access.eu-west-1.app.aws", True),
        ("d-1.awsapps.com.evil.example", True),
        ("corp", False),
        ("acme.com", False),
        ("amazonaws", False),
    ],
)
def test_the_name_of_a_session_is_no_address(text: str, expected: bool) -> None:
    assert start_url.is_address(text) is expected


@for_each(
    ("text", "expected"),
    [
        ("sso.acme.example", True),
        ("sso.acme.example:8443", True),
        ("corp", False),
        ("v1.2", False),
        ("localhost", False),
        ("d-1234567890.awsapps.com", False),  # certainly an address
        ("d-1.awsapps.com.evil.example", False),
    ],
)
def test_a_name_with_dots_may_be_a_domain(text: str, expected: bool) -> None:
    assert start_url.may_be_domain(text) is expected
