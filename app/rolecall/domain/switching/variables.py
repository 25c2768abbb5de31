"""Switching a shell to a profile: the variables that are set and unset.

`rolecall switch NAME` imports this module, so it imports nothing slow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rolecall.domain.records import NamedTuple
from rolecall.domain.shells import Shell
from rolecall.domain.shells.record import Changes
from rolecall.domain.sign_in.sign_in_key import sign_in_key

PROFILE: Final = "AWS_PROFILE"
DEFAULT_PROFILE: Final = "AWS_DEFAULT_PROFILE"
# The variables that name the profile, in the order of version 2 of the AWS CLI and most SDKs.
# boto3 and version 1 use the other order (`configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES`).
PROFILES: Final = (PROFILE, DEFAULT_PROFILE)
# The AWS CLI and the other SDKs read the first, boto3 only the second.
REGIONS: Final = ("AWS_REGION", "AWS_DEFAULT_REGION")
# Variables that override AWS_PROFILE in some client. botocore reads AWS_DEFAULT_PROFILE first, and
# the SDKs for JavaScript, Go and others use keys from the environment whatever the profile is. A
# web identity, such as a pod on EKS has, overrides the profile's session in the AWS CLI too.
OVERRIDES_PROFILE: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    DEFAULT_PROFILE,
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
)
_KEYS: Final = "AWS_ACCESS_KEY_ID"
# The account of these keys: boto3 and JavaScript make addresses of services with it.
ACCOUNT: Final = "AWS_ACCOUNT_ID"
# Where a program of `rolecall serve` gets its credentials. A client asks there without a profile
# or with one that has no credentials, and so gets other credentials than a switch announced.
SERVED: Final = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN")
LOOPBACK: Final = "127.0.0.1"
SERVED_PATH: Final = "/credentials"
# Set by `rolecall exec` for the prompt; wrong after a switch.
SUBSHELL: Final = "ROLECALL_PROFILE"
# Also set there: starship, powerlevel10k, oh-my-posh and others show it, and no client reads it.
FOR_PROMPTS: Final = "AWS_VAULT"
# The region that a switch set in REGIONS when no region was set before.
OWN_REGION: Final = "ROLECALL_REGION"


def profile_of(environ: Mapping[str, str]) -> str:
    """Return the profile that the environment names; empty if it names none."""
    return next((environ[name] for name in PROFILES if environ.get(name)), "")


def in_use(environ: Mapping[str, str]) -> str:
    """Return the profile whose credentials the clients of a shell use; empty if that is unknown.

    Keys in the environment, such as those of `rolecall exec`, override AWS_PROFILE. In a shell of
    `rolecall serve`, AWS_PROFILE overrides what is served.
    """
    profile = "" if environ.get(_KEYS) else profile_of(environ)
    if environ.get(_KEYS) or (is_served(environ) and not profile):
        return environ.get(SUBSHELL, "")
    return profile


def is_served(environ: Mapping[str, str]) -> bool:
    """Return whether the container endpoint is that of `rolecall serve`, not of a machine."""
    address = environ.get(SERVED[0], "")
    return address.startswith(f"http://{LOOPBACK}:") and address.endswith(SERVED_PATH)


# The key of the sign-in, and the ID. The start URL is part of the key because a session of the same
# name may have had another one, with other accounts.
AccountKey = tuple[str, str, str]


class SwitchTarget(NamedTuple):
    """The facts about a profile that switching needs.

    `name` is the name that the clients know, not made safe. `session` names the token's file: the
    name of the sso-session or a legacy start URL; `start_url` is the session's. `role` is the
    permission set, or the role that is assumed from there, or the identity of a login session.
    `login` is the ARN of that session, also for a role that is assumed from it.
    """

    name: str
    account_id: str = ""
    role: str = ""
    session: str = ""
    start_url: str = ""
    region: str = ""
    login: str = ""

    @property
    def can_sign_in(self) -> bool:
        """Whether a sign-in gives its credentials: to an existing session, or a login session."""
        return bool(self.start_url or self.login)

    @property
    def account_key(self) -> AccountKey:
        return *sign_in_key(self.session, self.start_url), self.account_id


class Switch(NamedTuple):
    """The change to a shell's environment. `profile` is None to unset the profile.

    `previous` is the profile that `awsp -` returns to; None keeps the current one. `unset` are the
    variables that are also unset. `owns_region`: only rolecall has set a region.
    """

    profile: str | None
    previous: str | None = None
    unset: tuple[str, ...] = ()
    region: str | None = None
    owns_region: bool = False

    @classmethod
    def plan(
        cls, profile: str | None, environ: Mapping[str, str], region: str | None = None
    ) -> Switch:
        """Return the plan of a switch.

        Without a profile, a region that a switch had set is unset too.
        """
        current = profile_of(environ)
        previous = current if current and current != profile else None
        unset = [n for n in (*OVERRIDES_PROFILE, SUBSHELL) if n in environ]
        if _KEYS in environ and ACCOUNT in environ:
            unset.append(ACCOUNT)
        if SUBSHELL in environ and environ.get(FOR_PROMPTS) == environ[SUBSHELL]:
            unset.append(FOR_PROMPTS)
        if is_served(environ):
            unset += [n for n in SERVED if n in environ]
        own = environ.get(OWN_REGION)
        owns_region = all(environ.get(n, own) == own for n in REGIONS)
        if own is not None and region is None and profile is None:
            unset += [n for n in REGIONS if environ.get(n) == own] + [OWN_REGION]
        elif own is not None and region is not None and not owns_region:
            unset.append(OWN_REGION)
        return cls(profile, previous, tuple(unset), region, owns_region)

    @property
    def overruling(self) -> tuple[str, ...]:
        """The variables of `unset` that would override the profile."""
        return tuple(name for name in self.unset if name in OVERRIDES_PROFILE)

    @property
    def regions_unset(self) -> tuple[str, ...]:
        return tuple(name for name in self.unset if name in REGIONS)

    def statements(self, shell: Shell) -> str:
        """Return what the shell evaluates. Raises CannotQuote."""
        return shell.record.history.switch(self._changes())

    def typed(self, shell: Shell) -> list[str]:
        """Return the statements that a user can type instead. Raises CannotQuote."""
        return self._changes().statements(shell.record.quoting)

    def _changes(self) -> Changes:
        unset = self.unset if self.profile is not None else (*self.unset, PROFILE)
        return Changes(self._set(), unset, self.previous)

    def _set(self) -> dict[str, str]:
        regions = (*REGIONS, OWN_REGION) if self.owns_region else REGIONS
        variables = {PROFILE: self.profile} | dict.fromkeys(regions, self.region)
        return {name: value for name, value in variables.items() if value is not None}
