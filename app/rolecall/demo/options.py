"""What can be set on the demo before it starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from rolecall.demo.organisation import Organisation


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A token bucket: `burst` calls at once, then `per_second`."""

    per_second: float
    burst: int


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """Lifetimes, latency and interval are in seconds; `clock` gives an aware UTC datetime.

    `organisation` takes the place of the generated one of `accounts` accounts.
    `rate_limit` is for the portal's list calls together; AWS documents about 20 a second.
    `other_start_urls` are accepted beside the server's own.
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
    rate_limit: RateLimit | None = None
    other_start_urls: tuple[str, ...] = ()
    clock: Callable[[], datetime] = utc_now
    seed: int | None = None
