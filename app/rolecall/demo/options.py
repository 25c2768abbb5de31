"""Options of the demo server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from rolecall.demo.organisation import Organisation
from rolecall.domain.records import dataclass

TENANT: Final = "aa-tern-tide"  # that of `rolecall --demo`


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: `burst` calls at once, then `per_second` calls a second."""

    per_second: float
    burst: int


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """Lifetimes, latency and interval are in seconds; `clock` returns an aware UTC datetime.

    `organisation` replaces the generated one with `accounts` accounts.
    `rate_limit` applies to all list calls of the portal together; AWS documents about 20 a second.
    `limits_credentials`: it also applies to the calls for role credentials.
    `other_start_urls` are accepted too.
    `regions` are where the Identity Center is, for requests to hosts that name a region; empty for
    all. Others refuse its start URL, but for `lenient_regions`: as AWS does in some, they give a
    device code, and only the page of the code says `invalid_grant`. `links_name_region`: the link
    of a code is of the region with the Identity Center, also if another one gives it.
    `tenant` is the ID of the account access manager; empty if there is none.
    `console_user` is who signs in with console credentials, in the first account;
    `console_allowed`: a policy allows it.
    `narrowing_allowed`: a role may call GetScopedCredentials; `packed_policy_limit` is in bytes.
    `seed` makes codes and tokens the same on every run.
    """

    accounts: int = 41
    organisation: Organisation | None = None
    region: str = "eu-west-1"
    port: int = 0
    latency: float = 0
    interval: int = 1
    device_code_lifetime: int = 600
    access_token_lifetime: int = 8 * 3600
    role_credentials_lifetime: int = 3600
    registration_lifetime: int = 90 * 24 * 3600
    refresh_allowed: bool = True
    approve: bool = False
    checks_signing_time: bool = False
    rate_limit: RateLimit | None = None
    limits_credentials: bool = False
    other_start_urls: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    lenient_regions: tuple[str, ...] = ()
    links_name_region: bool = False
    tenant: str = ""
    clock: Callable[[], datetime] = utc_now
    console_user: str = "user/alice"
    console_allowed: bool = True
    console_keys_lifetime: int = 900
    narrowing_allowed: bool = True
    packed_policy_limit: int = 2048
    seed: int | None = None


# What `rolecall --demo` and the pictures show. AWS's access tokens are valid for an hour.
SHOWN: Final = DemoOptions(tenant=TENANT, access_token_lifetime=3600)
