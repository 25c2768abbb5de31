"""Links: which web addresses rolecall links, encodes as a QR code and opens.

Addresses come from outside: the verification link and the errors of a sign-in from a server, the
start URL from ~/.aws/config. Anyone who signs in at a false address gives the session away, and a
browser also runs `javascript:` and opens `file:`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit

from rolecall.domain import start_url
from rolecall.domain.errors import StartUrlInvalid
from rolecall.domain.records import dataclass
from rolecall.domain.text import original, safe

# A QR code holds 2953 bytes (ISO/IEC 18004, version 40-L); browsers accept at least this many.
MAX_LENGTH: Final = 2000
_LONGEST_SHOWN: Final = 300  # characters of what is not an address


class LinkProblem(StrEnum):
    """Why a link is not opened."""

    NOT_A_LINK = "not-a-link"  # not https, too long, or with characters that no link has
    OTHER_HOST = "other-host"  # neither AWS's nor that of the start URL


@dataclass(frozen=True, slots=True)
class Link:
    """A web address. Only `link_of` makes one.

    `shown` is safe to print. It is whole, unless it is not even a plain web address. `url` is what
    may be linked, encoded and opened; it is empty if there is a `problem`.
    """

    shown: str = ""
    url: str = ""
    problem: LinkProblem | None = None


NO_LINK: Final = Link()


def link_of(address: str, of_start_url: str) -> Link:
    """Return the link with this address, for the session with this start URL.

    It may be opened if it is a plain https address on a host of AWS, or on that of the start URL.
    On loopback it may be http, if the start URL is on loopback too, as in the demo.
    """
    address = original(address)
    parts = _split(address)
    if parts is None:
        cut = len(address) > _LONGEST_SHOWN
        shown = safe(address[:_LONGEST_SHOWN]) + "…" * cut
        return Link(shown, problem=LinkProblem.NOT_A_LINK)
    address = _with_lower_host(address, parts)
    host = parts.hostname or ""
    own_host = _host_of(original(of_start_url))
    is_local = start_url.is_loopback(host) and start_url.is_loopback(own_host)
    if parts.scheme != "https" and not is_local:
        return Link(address, problem=LinkProblem.NOT_A_LINK)
    if not (is_local or host == own_host or start_url.is_of_aws(host)):
        return Link(address, problem=LinkProblem.OTHER_HOST)
    return Link(address, address)


def _split(address: str) -> SplitResult | None:
    """Return the parts of a plain http or https address, else None."""
    if not re.fullmatch(rf"(?i:https?)://[!-~]{{1,{MAX_LENGTH}}}", address):
        return None
    if re.search(r"""["'<>\\^`{|}]""", address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port  # reading it checks it
    except ValueError:
        return None
    return parts if parts.hostname and "@" not in parts.netloc else None


def _with_lower_host(address: str, parts: SplitResult) -> str:
    """Return the address in one spelling: case counts only after the host (RFC 3986, 6.2.2.1)."""
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return origin + address[len(origin) :]


def _host_of(of_start_url: str) -> str:
    """Return the host of a start URL, or "" if nobody can sign in there."""
    try:
        return start_url.host_of(start_url.normalise(of_start_url))
    except StartUrlInvalid:
        return ""
