"""Start URLs: addresses of an Identity Center's access portal.

The known forms are those that AWS issues (`awsapps.com`, the GovCloud and China portals, the
regional and dual-stack `ssoins-…` hosts, the issuer), and a company's own domain that redirects to
one of them. A user who signs in at a false address gives the session away, so hosts that only look
like AWS's are refused.
"""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, urlsplit

from rolecall.domain.errors import StartUrlInvalid
from rolecall.domain.partitions import REGION

MAX_LENGTH: Final = 1024


class StartUrlProblem(StrEnum):
    EMPTY = "empty"
    NOT_A_URL = "not-a-url"  # too long, with white space, or with characters that no URL has
    NOT_HTTPS = "not-https"  # not https, and not http on this machine
    NO_HOST = "no-host"  # no host name with a dot
    CREDENTIALS = "credentials"  # https://user@host
    LOOK_ALIKE = "look-alike"  # it imitates an AWS address
    NOT_A_PORTAL = "not-a-portal"  # an AWS address, but not a portal


_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_PORTALS = re.compile(
    rf"""
      (?P<awsapps>{_LABEL})\.awsapps\.com
    | start\.(?:us-gov-[a-z]+-\d\.)?us-gov-home\.awsapps\.com
    | start\.(?:cn-[a-z]+-\d\.)?home\.awsapps\.cn
    | ssoins-[a-z0-9]+\.{REGION}\.portal\.amazonaws\.(?:com|com\.cn|cn|eu)
    | ssoins-[a-z0-9]+\.portal\.{REGION}\.app\.aws
    | ssoins-[a-z0-9]+\.portal\.{REGION}\.(?:app|api)\.amazonwebservices\.(?:com\.cn|eu)
    | identitycenter(?:\.us-gov)?\.amazonaws\.(?:com|com\.cn|cn|eu)
    """,
    re.VERBOSE,
)
_OF_AWS = re.compile(
    r"(?:.*\.)?(?:awsapps\.(?:com|cn)|amazonaws\.(?:com|com\.cn|cn|eu)"
    r"|amazonwebservices\.(?:com|com\.cn|eu)|app\.aws|aws\.amazon\.com)"
)
_AWS_INSIDE = re.compile(
    r"(?:^|[.-])(?:awsapps|amazonaws|amazonwebservices|aws[.-]amazon)[.-](?:com|cn|eu)[.-]"
)
_MIMICRY = str.maketrans("01345", "oleas")
_AWS_NAMES: Final = ("awsapps", "amazonaws", "amazonwebservices")
# Second-level labels that are not a company's name, as in `acme.co.uk`.
_GENERIC_LABELS: Final = frozenset(
    {"ac", "co", "com", "edu", "go", "gov", "ne", "net", "or", "org"}
)


def normalise(text: str) -> str:
    """Return the start URL in the one spelling that rolecall writes to ~/.aws/config.

    It drops surrounding spaces, a trailing `/` or `#/`, and what the portal's own links append
    after `#`; it adds a missing `https://`. Raises StartUrlInvalid.
    """
    typed = text.strip().strip("<>\"'").strip()
    url = _split(typed)
    host = url.hostname or ""
    loopback = is_loopback(host)
    if url.scheme != "https" and not (url.scheme == "http" and loopback):
        raise StartUrlInvalid(typed, StartUrlProblem.NOT_HTTPS)
    if not loopback:
        _check_host(typed, host)
    path = url.path.rstrip("/")
    portal = _PORTALS.fullmatch(host)
    if portal and portal["awsapps"] and (not path or path.startswith("/start/")):
        path = "/start"
    return f"{url.scheme}://{url.netloc.lower()}{path}"


def suggest_session_name(start_url: str) -> str:
    """Suggest a short name for the `[sso-session]`, in the alphabet that all clients read."""
    host = urlsplit(start_url).hostname or ""
    if is_loopback(host):
        return "local"
    portal = _PORTALS.fullmatch(host)
    if portal:
        alias = portal["awsapps"] or ""
        name = "sso" if re.fullmatch(r"d-[0-9a-f]{10}|", alias) else alias
    else:
        name = _main_label(host)
    return re.sub(r"[^a-z0-9-]", "", name).strip("-")[:32] or "sso"


def is_loopback(host: str) -> bool:
    """Return whether the host is always this machine (RFC 6761 §6.3, RFC 1122 §3.2.1.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(typed: str) -> SplitResult:
    if not typed:
        raise StartUrlInvalid(typed, StartUrlProblem.EMPTY)
    if not re.fullmatch(rf"[!-~]{{1,{MAX_LENGTH}}}", typed) or re.search(r'[<>"\\^`{|}]', typed):
        raise StartUrlInvalid(typed, StartUrlProblem.NOT_A_URL)
    try:
        url = urlsplit(typed if "://" in typed else f"https://{typed}")
        has_port = url.port is not None  # reading it checks it
    except ValueError:
        raise StartUrlInvalid(typed, StartUrlProblem.NO_HOST) from None
    if url.username is not None:
        raise StartUrlInvalid(typed, StartUrlProblem.CREDENTIALS)
    if not url.hostname or (url.netloc.endswith(":") and not has_port):
        raise StartUrlInvalid(typed, StartUrlProblem.NO_HOST)
    return url


def _check_host(typed: str, host: str) -> None:
    if _PORTALS.fullmatch(host):
        return
    if _OF_AWS.fullmatch(host):
        raise StartUrlInvalid(typed, StartUrlProblem.NOT_A_PORTAL)
    if _looks_like_aws(host):
        raise StartUrlInvalid(typed, StartUrlProblem.LOOK_ALIKE)
    if not re.fullmatch(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]*[a-z0-9])", host):
        raise StartUrlInvalid(typed, StartUrlProblem.NO_HOST)


def _looks_like_aws(host: str) -> bool:
    """Return whether the host contains an AWS domain, but not at its end, or one much like it."""
    if _AWS_INSIDE.search(host):
        return True
    label = _main_label(host).translate(_MIMICRY).replace("rn", "m").replace("-", "")
    return any(name in label or _one_edit_apart(name, label) for name in _AWS_NAMES)


def _main_label(host: str) -> str:
    """Return the label that names the company: `acme` in `sso.acme.com` and `aws.acme.co.uk`."""
    labels = host.split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _GENERIC_LABELS:
        return labels[-3]
    return labels[-2] if len(labels) > 1 else labels[0]


def _one_edit_apart(one: str, other: str) -> bool:
    """Return whether the texts differ by one letter added, removed or changed, or two swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:])
    )
