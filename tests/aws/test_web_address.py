"""rolecall refuses the addresses that botocore refuses, and finds them without it."""

from __future__ import annotations

import pytest
from botocore import utils

from rolecall.domain.web_address import is_web_address

HOSTS = (
    *("host", "host.example", "HOST.example.", "127.0.0.1", "a-b", "1", "x" * 63, "a.b" * 90),
    *("a_b", "-a", "a-", "a..b", "a b", "", ".", "ö", "x" * 64, "a\nb", "a\tb", "foo%"),
    *("[::1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[::ffff:1.2.3.4]", "[::", "[1]", "[]"),
)


def test_the_hosts_are_those_of_botocore() -> None:
    ends = ("", ":80", "/path", ":x", ":99999")
    urls = [f"http://u:p@{host}{end}" for host in HOSTS for end in ends]
    assert [url for url in urls if is_web_address(url) != _is_botocores(url)] == []


def _is_botocores(url: str) -> bool:
    try:
        if utils.urlsplit(url).port == 0:  # reading it checks it
            return False
        return bool(utils.is_valid_endpoint_url(url) or utils.is_valid_ipv6_endpoint_url(url))
    except (ValueError, IndexError):
        return False


@pytest.mark.parametrize("url", ["foo", "ftp://host", "//host", "http:host", "http://host:0"])
def test_an_address_has_a_scheme_of_the_web_and_a_port_that_exists(url: str) -> None:
    assert not is_web_address(url)
