"""Addresses of account access portals: account access manager, which offers IAM roles.

It belongs to an Identity Center and has no sign-in: a user signs in at the access portal. Its
address names the tenant and the region that the calls of account access manager take.
"""

from __future__ import annotations

import re
from typing import Final

from rolecall.domain.partitions import REGION
from rolecall.domain.records import NamedTuple

# The key of an sso-session with the address of an account access portal, which says tenant and
# region. It is in ~/.aws/config and not in rolecall's settings, because it belongs to the session:
# it is copied, renamed, deleted and undone with it. Other clients read the keys of a section that
# they know by name and ignore the rest (tests/files/aws_config/test_config_file.py asks botocore,
# the AWS CLI and the SDK for JavaScript). The prefix keeps it apart from keys that AWS may add.
TENANT_KEY: Final = "rolecall_account_access"
_TENANT: Final = "(?P<tenant>aa-[a-z0-9-]{1,24})"
_HOST: Final = re.compile(rf"{_TENANT}\.account-access\.(?P<region>{REGION})\.app\.aws")
_PART: Final = re.compile(rf"{_TENANT}(?:\.account-access(?:\.{REGION}(?:\.app)?|\.app\.aws)?)?")


class AccountAccessPortal(NamedTuple):
    """`host` is the portal's host; `tenant` is an ID such as `aa-gyxmap389`."""

    host: str
    tenant: str
    region: str


class PartOfPortal(NamedTuple):
    """The host of an account access portal that is cut short, or only its tenant."""

    host: str
    tenant: str


def portal_of(address: str) -> AccountAccessPortal | None:
    """Return what the address of an account access portal names; None for any other text.

    A path, `#/…`, surrounding spaces and quotes, and a missing `https://` make no difference.
    """
    host = _host_of(address)
    found = _HOST.fullmatch(host)
    return AccountAccessPortal(host, found["tenant"], found["region"]) if found else None


def part_of_portal(address: str) -> PartOfPortal | None:
    """Return what the text names if it is a part of the address of an account access portal, such
    as the tenant alone; None for any other text, and for the whole address.
    """
    host = _host_of(address)
    found = _PART.fullmatch(host)
    return PartOfPortal(host, found["tenant"]) if found else None


def _host_of(address: str) -> str:
    """Return the host, in lower case; empty if the address is not one of https."""
    typed = address.strip().strip("<>\"'").strip()
    scheme, separator, rest = typed.rpartition("://")
    if separator and scheme.lower() != "https":
        return ""
    return re.split(r"[/?#]", rest, maxsplit=1)[0].lower().removesuffix(".").removesuffix(":443")
