"""Start URLs: addresses of an Identity Center's access portal.

The known forms are those that AWS issues (`awsapps.com`, the GovCloud and China portals, the
regional and dual-stack `ssoins-…` hosts, the issuer), and a company's own domain that redirects to
one of them. A user who signs in at a false address gives the session away, so hosts that only look
like AWS's are refused.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from rolecall.domain import account_access
from rolecall.domain.errors import StartUrlInvalid
from rolecall.domain.partitions import REGION
from rolecall.domain.text.closest_match import one_edit_apart

MAX_LENGTH: Final = 1024


class StartUrlProblem(StrEnum):
    """Why a text is not the start URL of an Identity Center."""

    EMPTY = "empty"
    NOT_A_URL = "not-a-url"  # too long, with white space, or with characters that no URL has
    NOT_HTTPS = "not-https"  # not https, and not http on this machine
    NO_HOST = "no-host"  # no host name with a dot
    CREDENTIALS = "credentials"  # https://user@host
    LOOK_ALIKE = "look-alike"  # it imitates an AWS address
    NOT_A_PORTAL = "not-a-portal"  # an AWS address, but not a portal
    ACCOUNT_ACCESS = "account-access"  # the portal of account access manager: it has no sign-in


# What is wrong with an address whose host can only be meant for one of AWS.
_OF_AN_AWS_HOST: Final = {
    StartUrlProblem.LOOK_ALIKE,
    StartUrlProblem.NOT_A_PORTAL,
    StartUrlProblem.ACCOUNT_ACCESS,
}


_SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]*://")
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_PORTALS = re.compile(
    rf"""
      (?P<awsapps>{_LABEL})\.awsapps\.(?:com|cn)
    | start\.(?:us-gov-[a-z]+-\d\.)?us-gov-home\.awsapps\.com
    | start\.(?:cn-[a-z]+-\d\.)?home\.awsapps\.cn
    | (?P<regional>{_LABEL}\.(?:
          {REGION}\.portal\.amazonaws\.(?:com|com\.cn|cn|eu)
        | portal\.{REGION}\.(?:app\.aws|(?:app|api)\.amazonwebservices\.(?:com\.cn|eu))
      ))
    | (?P<issuer>identitycenter(?:\.us-gov)?\.amazonaws\.(?:com|com\.cn|cn|eu))
    """,
    re.VERBOSE,
)
_ISSUER_PATH = re.compile(r"(/ssoins-[a-z0-9]+)(?:/.*)?")
_OF_AWS = re.compile(
    r"(?:.*\.)?(?:awsapps\.(?:com|cn)|amazonaws\.(?:com|com\.cn|cn|eu)"
    r"|amazonwebservices\.(?:com|com\.cn|eu)|app\.aws|aws\.amazon\.com)"
)
# The hosts of AWS on which a user signs in or uses the console. amazonaws.com also has hosts of
# customers, such as those of S3 and load balancers.
_PAGES_OF_AWS = re.compile(
    rf"""
      (?:.+\.)?(?:awsapps\.(?:com|cn)|app\.aws|app\.amazonwebservices\.(?:com\.cn|eu))
    | (?:.+\.)?(?:signin\.aws|aws\.amazon\.com|amazonaws-us-gov\.com|amazonaws-eusc\.eu)
    | (?:.+\.)?(?:console|signin)\.amazonaws\.cn
    | (?:device\.sso|oidc|oidc-fips)\.{REGION}\.amazonaws\.(?:com|com\.cn|cn|eu)
    | (?:oidc|oidc-fips)\.{REGION}\.(?:api\.aws|api\.amazonwebservices\.(?:com\.cn|eu))
    """,
    re.VERBOSE,
)
_AWS_INSIDE = re.compile(
    rf"""
      (?:^|[.-])(?:awsapps|amazonaws|amazonwebservices|aws[.-]amazon)[.-](?:com|cn|eu)[.-]
    | (?:^|\.)app\.aws\.
    | (?:^|\.)ssoins-
    | (?:^|\.)portal\.{REGION}\.
    """,
    re.VERBOSE,
)
# Digits that look like letters, and Cyrillic and Greek letters that look like Latin ones.
_MIMICRY = str.maketrans(
    "01345\u0430\u0435\u0437\u0456\u043c\u043e\u0440\u0441\u0455\u0475\u051d"
    "\u03b1\u03bd\u03bf\u03c1\u03c9",
    "oleasaezimopcsvwavopw",
)
_AWS_NAMES: Final = ("awsapps", "amazonaws", "amazonwebservices")
_DASHED_AWS_NAMES: Final = ("appaws",)  # of a whole label: a part of it is in other names, too
# Scripts that are written together, by the first word of their characters' names.
_JAPANESE: Final = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
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
    netloc = url.netloc.lower()
    if url.scheme == "https":
        netloc = netloc.removesuffix(":443")
    if host.endswith("."):  # the root of the DNS
        netloc = re.sub(r"\.(?=:|$)", "", netloc)
        host = host[:-1]
    loopback = is_loopback(host)
    if url.scheme != "https" and not (url.scheme == "http" and loopback):
        raise StartUrlInvalid(typed, StartUrlProblem.NOT_HTTPS)
    if not loopback:
        _check_host(typed, host)
        if netloc != host and _PORTALS.fullmatch(host):  # AWS has them on port 443 only
            raise StartUrlInvalid(typed, StartUrlProblem.NOT_A_PORTAL)
        _check_dropped(typed, host, f"{url.query} {url.fragment}")
    return f"{url.scheme}://{netloc}{_path(typed, host, url.path.rstrip('/'))}"


def respelled(start_url: str) -> str:
    """Return a start URL of a file as `normalise` spells it, to compare it; one that it refuses
    stays as it is.

    The AWS CLI writes what was pasted, such as `https://acme.awsapps.com/start/#`.
    """
    try:
        return normalise(start_url)
    except StartUrlInvalid:
        return start_url


def with_ascii_host(address: str) -> str:
    """Return the address with its host as the DNS has it: `bücher` is `xn--bcher-kva` (RFC 3492).

    Raises StartUrlInvalid for a host that mixes scripts to look like another.
    """
    found = re.match(rf"(?:{_SCHEME.pattern})?([^/?#]*)", address)
    if found is None or found[1].isascii():
        return address
    host = unicodedata.normalize("NFKC", found[1]).lower()
    if set("/?#@:\\") & set(host) - set(found[1]):  # `℀` is `a/c`
        raise StartUrlInvalid(address, StartUrlProblem.NOT_A_URL)
    labels = ".".join(_ascii_label(address, label) for label in host.split("."))
    return f"{address[: found.start(1)]}{labels}{address[found.end(1) :]}"


def host_of(start_url: str) -> str:
    """Return the host in lower case; empty without one. The start URL of a file can be any text,
    such as a placeholder: `https://[subdomain].awsapps.com/start`.
    """
    try:
        return urlsplit(start_url).hostname or ""
    except ValueError:
        return ""


def region_of(start_url: str) -> str:
    """Return the region that the address of a portal names; empty if it names none.

    The region in the address is that of the Identity Center: the AWS CLI prefers it to sso_region.
    """
    portal = _PORTALS.fullmatch(host_of(start_url))
    return _region_in(portal["regional"]) if portal and portal["regional"] else ""


def region_named(address: str) -> str:
    """Return the region that the host of any page of AWS names; empty if it names none."""
    host = host_of(address)
    return _region_in(host) if is_of_aws(host) else ""


def in_region(start_url: str, region: str) -> str:
    """Return the address of the same portal in another region, if the address names the region."""
    own = region_of(start_url)
    return start_url.replace(f".{own}.", f".{region}.", 1) if own else start_url


def is_own_domain(start_url: str) -> bool:
    """Return whether the address is a company's own, which leads to a portal of AWS."""
    host = host_of(start_url)
    return bool(host) and not is_loopback(host) and not _PORTALS.fullmatch(host)


def is_of_aws(host: str) -> bool:
    """Return whether it is a host of AWS on which a user signs in or uses the console."""
    return bool(_PORTALS.fullmatch(host) or _PAGES_OF_AWS.fullmatch(host))


def is_address(text: str) -> bool:
    """Return whether the text is the address of a portal, rather than the name of a session."""
    try:
        host = host_of(normalise(text))
    except StartUrlInvalid as error:
        return "://" in text or ("." in text and error.problem in _OF_AN_AWS_HOST)
    return "/" in text or is_of_aws(host)


def may_be_domain(text: str) -> bool:
    """Return whether the text may be a company's own domain, without https://. It may as well be
    the name of a session.
    """
    try:
        return is_own_domain(normalise(text))
    except StartUrlInvalid:
        return False


def suggest_session_name(start_url: str) -> str:
    """Suggest a short name for the `[sso-session]`, in the alphabet that all clients read."""
    host = host_of(start_url)
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


def _path(typed: str, host: str, path: str) -> str:
    """Return the path of the start URL on this host. Raises StartUrlInvalid."""
    portal = _PORTALS.fullmatch(host)
    if portal is None:
        return path
    is_start = path.lower().split("/")[1:2] in ([], ["start"])  # none, `/start` or below it
    if portal["awsapps"] and is_start:
        return "/start"
    if portal["regional"] and is_start:
        return ""
    if portal["issuer"]:
        if found := _ISSUER_PATH.fullmatch(path):
            return found[1]
        raise StartUrlInvalid(typed, StartUrlProblem.NOT_A_PORTAL)
    return path


def _region_in(host: str) -> str:
    found = re.search(rf"\.({REGION})\.", host)
    return found[1] if found else ""


def _split(typed: str) -> SplitResult:
    if not typed:
        raise StartUrlInvalid(typed, StartUrlProblem.EMPTY)
    typed = with_ascii_host(typed)
    if not re.fullmatch(rf"[!-~]{{1,{MAX_LENGTH}}}", typed) or re.search(r'[<>"\\^`{|}]', typed):
        raise StartUrlInvalid(typed, StartUrlProblem.NOT_A_URL)
    try:
        url = urlsplit(typed if _SCHEME.match(typed) else f"https://{typed}")
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
    if account_access.portal_of(host) or account_access.part_of_portal(host):
        raise StartUrlInvalid(typed, StartUrlProblem.ACCOUNT_ACCESS)
    if _OF_AWS.fullmatch(host):
        raise StartUrlInvalid(typed, StartUrlProblem.NOT_A_PORTAL)
    if _looks_like_aws(host):
        raise StartUrlInvalid(typed, StartUrlProblem.LOOK_ALIKE)
    for label in host.split("."):
        _check_scripts(typed, _decoded(label))
    if not re.fullmatch(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]*[a-z0-9])", host):
        raise StartUrlInvalid(typed, StartUrlProblem.NO_HOST)


def _check_dropped(typed: str, host: str, dropped: str) -> None:
    """Refuse `evil.example#.awsapps.com/start`: what is dropped is read as the end of the host."""
    if _PORTALS.fullmatch(host):
        return
    for word in re.findall(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", unquote(dropped).lower()):
        if _OF_AWS.fullmatch(word) or _looks_like_aws(word):
            raise StartUrlInvalid(typed, StartUrlProblem.LOOK_ALIKE)


def _looks_like_aws(host: str) -> bool:
    """Return whether the host contains an AWS domain, but not at its end, or one much like it."""
    if _AWS_INSIDE.search(host):
        return True
    skeleton = _skeleton(host)
    label = _main_label(skeleton).replace("-", "")
    return (
        label in _DASHED_AWS_NAMES
        or any(name in label or one_edit_apart(name, label) for name in _AWS_NAMES)
        or one_edit_apart("app.aws", ".".join(skeleton.split(".")[-2:]))
    )


def _skeleton(host: str) -> str:
    """Return the host in the letters that a reader takes it for (as in UTS #39)."""
    letters = unicodedata.normalize("NFKD", ".".join(map(_decoded, host.split("."))))
    shown = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return shown.translate(_MIMICRY).replace("rn", "m").replace("vv", "w")


def _ascii_label(address: str, label: str) -> str:
    """Return the label, in Punycode if it is not ASCII. Raises StartUrlInvalid."""
    if label.isascii():
        return label
    if not all(each in "-" or each.isalnum() or unicodedata.combining(each) for each in label):
        raise StartUrlInvalid(address, StartUrlProblem.NOT_A_URL)
    _check_scripts(address, label)
    return f"xn--{label.encode('punycode').decode()}"


def _check_scripts(address: str, label: str) -> None:
    """Refuse a label with letters of several scripts, as browsers do."""
    scripts = {unicodedata.name(each, "").partition(" ")[0] for each in label if each.isalpha()}
    others = scripts - _JAPANESE
    if len(others) > 1 or (others and scripts & _JAPANESE and others != {"LATIN"}):
        raise StartUrlInvalid(address, StartUrlProblem.LOOK_ALIKE)


def _decoded(label: str) -> str:
    """Return a label of the DNS as a browser shows it."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode().decode("punycode")
    except UnicodeError:
        return label


def _main_label(host: str) -> str:
    """Return the label that names the company: `acme` in `sso.acme.com` and `aws.acme.co.uk`."""
    labels = host.split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _GENERIC_LABELS:
        return labels[-3]
    return labels[-2] if len(labels) > 1 else labels[0]
