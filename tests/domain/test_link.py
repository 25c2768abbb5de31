"""Which addresses may be linked, encoded as QR codes and opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.link import MAX_LENGTH, LinkProblem, link_of
from tests.support.for_each import for_each

AWS = "https://acme.awsapps.com/start"
OWN = "https://sso.acme.example/start"
LOCAL = "http://127.0.0.1:8443/start"


@for_each(
    ("address", "start_url"),
    [
        ("https://device.sso.eu-west-1.amazonaws.com/?user_code=ABCD-EFGH", AWS),
        ("https://device.sso.cn-north-1.amazonaws.com.cn/?user_code=ABCD-EFGH", AWS),
        ("https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH", AWS),
        ("https://ssoins-722363e45b5dd9cf.portal.eu-west-1.app.aws/#/device", OWN),
        ("https://start.us-gov-home.awsapps.com/directory/d-1234567890#/device", OWN),
        ("https://oidc.eu-west-1.amazonaws.com/authorize?client_id=x", AWS),
        ("https://oidc-fips.us-gov-west-1.amazonaws.com/authorize?client_id=x", AWS),
        ("https://oidc.eu-west-1.api.aws/authorize?client_id=x", AWS),
        ("https://sso.acme.example/start/#/console?account_id=1", OWN),
        ("https://sso.acme.example:8443/Start/", OWN),
        ("https://xn--bcher-kva.example/start/#/x", "https://bücher.example/start"),
        ("http://127.0.0.1:8443/device?user_code=ABCD-EFGH", LOCAL),
        ("http://[::1]:9/authorize", LOCAL),
        ("https://localhost/authorize", LOCAL),
    ],
)
def test_a_link_of_aws_or_of_the_portal_may_be_opened(address: str, start_url: str) -> None:
    link = link_of(address, start_url)
    assert (link.shown, link.url, link.problem) == (address, address, None)


@pytest.mark.parametrize("start_url", [AWS, AWS.upper()])
def test_the_case_of_scheme_and_host_does_not_count(start_url: str) -> None:
    link = link_of("HTTPS://ACME.AWSAPPS.COM/start/#/Console", start_url)
    assert (link.url, link.problem) == ("https://acme.awsapps.com/start/#/Console", None)


@for_each(
    ("address", "start_url", "problem"),
    [
        ("", AWS, LinkProblem.NOT_A_LINK),
        ("--help", AWS, LinkProblem.NOT_A_LINK),
        ("-https://acme.awsapps.com/start", AWS, LinkProblem.NOT_A_LINK),
        ("acme.awsapps.com/start", AWS, LinkProblem.NOT_A_LINK),
        ("javascript:alert(1)", AWS, LinkProblem.NOT_A_LINK),
        ("javascript://acme.awsapps.com/%0aalert(1)", AWS, LinkProblem.NOT_A_LINK),
        ("file:///etc/passwd", AWS, LinkProblem.NOT_A_LINK),
        ("http://acme.awsapps.com/start", AWS, LinkProblem.NOT_A_LINK),
        ("HTTP://acme.awsapps.com/start", AWS, LinkProblem.NOT_A_LINK),
        ("FILE:///etc/passwd", AWS, LinkProblem.NOT_A_LINK),
        ("http://127.0.0.1:8443/device", AWS, LinkProblem.NOT_A_LINK),
        ("http://sso.acme.example/start", LOCAL, LinkProblem.NOT_A_LINK),
        ("https://acme.awsapps.com/start\x1b]0;x\x07", AWS, LinkProblem.NOT_A_LINK),
        ("https://acme.awsapps.com/\u202estart", AWS, LinkProblem.NOT_A_LINK),
        ("https://acme.awsapps.com/start\n", AWS, LinkProblem.NOT_A_LINK),
        ("https://acme.awsapps.com/st art", AWS, LinkProblem.NOT_A_LINK),
        ("https://acme.awsapps.com\\@evil.example/", AWS, LinkProblem.NOT_A_LINK),
        ("https://acme.awsapps.com@evil.example/", AWS, LinkProblem.NOT_A_LINK),
        ("https://@acme.awsapps.com/", AWS, LinkProblem.NOT_A_LINK),
        ("https://acme.awsapps.com:port/", AWS, LinkProblem.NOT_A_LINK),
        ("https://[acme.awsapps.com/", AWS, LinkProblem.NOT_A_LINK),
        ("https:///start", AWS, LinkProblem.NOT_A_LINK),
        ("https://\u0430cme.awsapps.com/start", AWS, LinkProblem.NOT_A_LINK),
        ("https://acme.awsapps.com/" + "x" * MAX_LENGTH, AWS, LinkProblem.NOT_A_LINK),
        ("https://evil.example/device", AWS, LinkProblem.OTHER_HOST),
        ("https://device.sso.eu-west-1.amazonaws.com.evil.example/", AWS, LinkProblem.OTHER_HOST),
        ("https://evildevice.sso.eu-west-1.amazonaws.com/", AWS, LinkProblem.OTHER_HOST),
        ("https://bucket.s3.eu-west-1.amazonaws.com/device", AWS, LinkProblem.OTHER_HOST),
        ("https://evil.eu-west-1.elb.amazonaws.com/device", AWS, LinkProblem.OTHER_HOST),
        ("https://x.execute-api.eu-west-1.api.aws/device", AWS, LinkProblem.OTHER_HOST),
        ("https://evilawsapps.com/start", AWS, LinkProblem.OTHER_HOST),
        ("https://127.0.0.1:8443/device", AWS, LinkProblem.OTHER_HOST),
        ("https://acme.example/start", OWN, LinkProblem.OTHER_HOST),
        # The host of a start URL that nobody should sign in at.
        ("https://acme.awsaps.com/start/#/console", "https://acme.awsaps.com/start",
         LinkProblem.OTHER_HOST),
        ("https://evil.example/x", "https://acme.awsapps.com@evil.example/start",
         LinkProblem.OTHER_HOST),
        ("https://evil.example/x", "http://evil.example/start", LinkProblem.OTHER_HOST),
    ],
)  # fmt: skip
def test_any_other_address_is_only_shown(
    address: str, start_url: str, problem: LinkProblem
) -> None:
    link = link_of(address, start_url)
    assert (link.url, link.problem) == ("", problem)


@pytest.mark.parametrize("start", ["http://sso.test:8080/authorize?", "https://evil.example/?"])
def test_a_web_address_that_may_not_be_opened_is_whole(start: str) -> None:
    """A user may open it by hand, such as that of a private simulator."""
    address = start + "x" * 900
    link = link_of(address, AWS)
    assert (link.shown, link.url) == (address, "")


def test_what_is_no_web_address_is_shown_safely_and_cut() -> None:
    assert link_of("java\x1b[2Jscript:\u202ex\n", AWS).shown == "java␛[2Jscript:\ufffdx␊"
    assert link_of("x" * 301, AWS).shown == "x" * 300 + "…"
    assert link_of("x" * 300, AWS).shown == "x" * 300


@given(
    st.text(max_size=60)
    | st.builds("https://{}/{}".format, st.text(max_size=30), st.text(max_size=30))
)
def test_no_text_becomes_an_unsafe_link(address: str) -> None:
    link = link_of(address, AWS)
    assert link.shown.isprintable() or "\u200d" in link.shown or not link.url
    assert not link.url or (link.url.startswith("https://") and link.url.isascii())
