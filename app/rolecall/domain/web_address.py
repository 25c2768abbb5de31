"""Addresses that the clients of AWS can call."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

_MAX_LENGTH: Final = 255
_LABEL: Final = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_HOST: Final = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}\.?")
# RFC 6761, RFC 6762 appendix G, RFC 8375.
_PRIVATE: Final = (
    *(".localhost", ".local", ".internal", ".intranet", ".private", ".corp", ".home", ".lan"),
    ".home.arpa",
)
_STRIPPED: Final = frozenset("\t\r\n")  # `urlsplit` drops them, but the address is called as it is


def is_web_address(address: str) -> bool:
    """Whether a client can call it. botocore makes none for a host name with a `_`, for example
    (`botocore.utils.is_valid_endpoint_url` and `is_valid_ipv6_endpoint_url`).
    """
    if not _STRIPPED.isdisjoint(address):
        return False
    try:
        parts = urlsplit(address)
        is_of_web = parts.scheme in {"http", "https"} and parts.port != 0
        return is_of_web and _is_host(parts.hostname or "")
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Whether it is https on its default port and without a password, on a host with a name of
    several labels. The last one begins with a letter: `127.1` and `0x7f.1` are numbers; and it is
    not one that only private networks use. The DNS is not asked.
    """
    if not _STRIPPED.isdisjoint(address):
        return False
    try:
        parts = urlsplit(address)
        is_default = (
            parts.scheme == "https" and parts.port in {None, 443} and "@" not in parts.netloc
        )
    except ValueError:
        return False
    host = (parts.hostname or "").rstrip(".")
    _, dot, last = host.rpartition(".")
    is_name = bool(dot) and last[0].isalpha() and not host.endswith(_PRIVATE)
    return is_default and is_name and _is_host(host)


def _is_host(host: str) -> bool:
    if ":" not in host:
        return len(host) <= _MAX_LENGTH and _HOST.fullmatch(host) is not None
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True
