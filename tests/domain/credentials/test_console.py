"""Shortcut links into the console, in every partition."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.credentials.console import assignment_in, destination_url, shortcut
from rolecall.domain.errors import DestinationInvalid, RegionInvalid
from rolecall.domain.model import SsoSession
from rolecall.domain.text import original, safe
from tests.support.for_each import for_each


def session(start_url: str) -> SsoSession:
    return SsoSession("corp", start_url, "eu-west-1")


@for_each("end", ["", "/", "#", "#/", "/#/"])
def test_the_link_has_the_form_of_the_portal(end: str) -> None:
    link = shortcut(
        session(f"https://d-1234567890.awsapps.com/start{end}"), "012345678901", "R"
    ).url
    assert link == (
        "https://d-1234567890.awsapps.com/start/#/console?account_id=012345678901&role_name=R"
    )


def test_a_destination_is_encoded_as_a_whole() -> None:
    page = destination_url("s3", "eu-west-1")
    link = shortcut(session("https://acme.awsapps.com/start"), "012345678901", "R", page).url
    assert link.endswith(
        "&destination=https%3A%2F%2Feu-west-1.console.aws.amazon.com%2Fs3%2Fhome"
        "%3Fregion%3Deu-west-1"
    )


@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_name_survives_encoding(name: str) -> None:
    link = shortcut(session("https://x.awsapps.com/start"), "012345678901", safe(name)).url
    assert link.isascii()
    assert link.isprintable()
    query = parse_qs(link.partition("?")[2], strict_parsing=True, keep_blank_values=True)
    assert query["role_name"] == [original(safe(name))]


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("eusc-de-east-1", "eusc-de-east-1.console.amazonaws-eusc.eu"),
    ],
)
def test_each_partition_has_its_own_console(region: str, host: str) -> None:
    assert (
        destination_url("cloudshell", region) == f"https://{host}/cloudshell/home?region={region}"
    )


@pytest.mark.parametrize(
    ("service", "page"),
    [
        ("EC2", "ec2/home?region=eu-west-1"),
        ("logs", "cloudwatch/home?region=eu-west-1#logsV2:log-groups"),
        ("vpc", "vpcconsole/home?region=eu-west-1"),
    ],
)
def test_services_have_pages_by_name(service: str, page: str) -> None:
    url = destination_url(service, "eu-west-1")
    assert url == f"https://eu-west-1.console.aws.amazon.com/{page}"


def test_an_unknown_service_is_refused_with_a_similar_name() -> None:
    with pytest.raises(DestinationInvalid) as refused:
        destination_url("cloudfomation", "eu-west-1")
    assert refused.value.near == "cloudformation"
    with pytest.raises(DestinationInvalid) as refused:
        destination_url("made-up", "")
    assert refused.value.near == ""


def test_destinations_without_a_region_are_global() -> None:
    assert destination_url("s3", "") == "https://console.aws.amazon.com/s3/home"
    assert destination_url("", "eu-west-1") == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://console.aws.amazon.com/s3/buckets/x?region=eu-west-1&tab=objects#top",
        "https://cn-north-1.console.amazonaws.cn/ec2/home",
    ],
)
def test_a_console_page_is_kept_unchanged(url: str) -> None:
    assert destination_url(url, "eu-west-1") == url


@for_each(
    "url",
    [
        "https://evil.example/",
        "https://console.aws.amazon.com.evil.example/",
        "https://console.aws.amazon.com@evil.example/",
        "https://evil-aws.amazon.com.example",
        "http://console.aws.amazon.com/",
        "https://kim@console.aws.amazon.com/",
        "javascript://console.aws.amazon.com/%0aalert(1)",
        "https://[console.aws.amazon.com/",
        "https://console.aws.amazon.com/\x1b]0;x\x07",
        "s3/home",
        "a b",
        "-x",
    ],
)
def test_other_pages_are_refused(url: str) -> None:
    with pytest.raises(DestinationInvalid):
        destination_url(url, "eu-west-1")


@for_each(
    "region",
    [
        "evil.example/x#",
        "evil.example\\",
        "evil.example?",
        "eu-west-1.evil.example/#",
        "\x1b[2J",
        "x",
    ],
)
def test_a_false_region_does_not_become_part_of_a_host(region: str) -> None:
    with pytest.raises(RegionInvalid):
        destination_url("s3", region)


def test_a_start_url_with_an_international_host_has_a_link() -> None:
    link = shortcut(session("https://bücher.example/start"), "012345678901", "R")
    assert link.url.startswith("https://xn--bcher-kva.example/start/#/console?")


def test_a_name_that_no_link_can_have_is_linked_without_an_error() -> None:
    link = shortcut(session("https://x.awsapps.com/start"), "012345678901", safe("a\ud800"))
    assert link.url.endswith("role_name=a%3F")


@for_each(
    ("link", "found"),
    [
        (
            "https://d-1.awsapps.com/start/#/console?account_id=012345678901&role_name=R",
            ("012345678901", "R"),
        ),
        (
            " <d-1.awsapps.com/start#/console?role_name=a%2Bb&account_id=012345678901"
            "&destination=https%3A%2F%2Fconsole.aws.amazon.com%2F> ",
            ("012345678901", "a+b"),
        ),
        ("https://d-1.awsapps.com/start/#/?tab=accounts", None),
        ("https://d-1.awsapps.com/start/#/console?account_id=012345678901", None),
        ("https://d-1.awsapps.com/start/#/console?account_id=1&role_name=R", None),
        ("https://d-1.awsapps.com/start", None),
    ],
)
def test_a_link_of_the_portal_names_an_account_and_a_permission_set(
    link: str, found: tuple[str, str] | None
) -> None:
    assert assignment_in(link) == found


def test_the_link_that_rolecall_makes_is_read_again() -> None:
    made = shortcut(
        session("https://x.awsapps.com/start"), "012345678901", "a+b =c", "https://x/?y"
    )
    assert assignment_in(made.url) == ("012345678901", "a+b =c")
