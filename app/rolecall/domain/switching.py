"""Switching a shell to a profile: what is set, what is unset, and what the shell is told.

Quick to import, as all on the way of `rolecall switch NAME`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from rolecall.domain.shells import Shell, quote, set_variable, unset_variable

PROFILE: Final = "AWS_PROFILE"
DEFAULT_PROFILE: Final = "AWS_DEFAULT_PROFILE"
# What names the profile, the first of them first, as in version 2 of the AWS CLI and most SDKs.
# boto3 and version 1 go the other way (`configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES`).
PROFILES: Final = (PROFILE, DEFAULT_PROFILE)
# The AWS CLI and the other SDKs read the first, boto3 the second alone.
REGIONS: Final = ("AWS_REGION", "AWS_DEFAULT_REGION")
# What goes before AWS_PROFILE in some client. botocore looks at AWS_DEFAULT_PROFILE first, and the
# SDKs for JavaScript, Go and others take keys from the environment whatever the profile is. A web
# identity, as a pod on EKS has, goes before the profile's session in the AWS CLI too.
OVERRULING: Final = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    DEFAULT_PROFILE,
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
)
# What `rolecall exec` says to a prompt; not true any more after a switch.
SUBSHELL: Final = "ROLECALL_PROFILE"
# The region that REGIONS have from a switch, and had not from anybody before.
OWN_REGION: Final = "ROLECALL_REGION"

_PREVIOUS = {
    Shell.BASH: "__rolecall_previous={}",
    Shell.ZSH: "__rolecall_previous={}",
    Shell.FISH: "set -g __rolecall_previous {}",
    Shell.POWERSHELL: "$global:RolecallPrevious = {}",
    Shell.TCSH: "set __rolecall_previous = {}",
}


def profile_of(environ: Mapping[str, str]) -> str:
    """The profile that an environment names; empty where it names none."""
    return next((environ[name] for name in PROFILES if environ.get(name)), "")


class SwitchTarget(NamedTuple):
    """A profile, as far as switching to it goes.

    `name` is as the clients know it, not made safe. `session` is what the token's file is named
    after: the sso-session's name or a legacy start URL; `start_url` the session's.
    `role` is the permission set, or the role that is taken on from there.
    """

    name: str
    account_id: str = ""
    role: str = ""
    session: str = ""
    start_url: str = ""
    region: str = ""


class Switch(NamedTuple):
    """What is to become of a shell. `profile` None: no profile any more.

    `previous` is what `awsp -` goes back to, None to leave that as it is. `unset` are the variables
    that are taken away beside. `owns_region`: nobody else had set one.
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
        """`environ` is the shell's. Without a profile goes the region too that came by a switch."""
        current = profile_of(environ)
        previous = current if current and current != profile else None
        unset = [n for n in (*OVERRULING, SUBSHELL) if n in environ]
        own = environ.get(OWN_REGION)
        owns_region = all(environ.get(n, own) == own for n in REGIONS)
        if own is not None and region is None and profile is None:
            unset += [n for n in REGIONS if environ.get(n) == own] + [OWN_REGION]
        elif own is not None and region is not None and not owns_region:
            unset.append(OWN_REGION)
        return cls(profile, previous, tuple(unset), region, owns_region)

    @property
    def overruling(self) -> tuple[str, ...]:
        """Of `unset`, what would go before the profile."""
        return tuple(name for name in self.unset if name in OVERRULING)

    @property
    def regions_unset(self) -> tuple[str, ...]:
        return tuple(name for name in self.unset if name in REGIONS)

    def statements(self, shell: Shell) -> str:
        """What the shell is to evaluate. Raises CannotQuote where a name cannot be told to it."""
        if shell is Shell.NU:
            return self._json()
        lines = []
        if self.previous is not None:
            kept = _hex(self.previous) if shell is Shell.TCSH else quote(shell, self.previous)
            lines.append(_PREVIOUS[shell].format(kept))
        lines += [unset_variable(shell, name) for name in self.unset]
        if self.profile is None:
            lines.append(unset_variable(shell, PROFILE))
        lines += [set_variable(shell, name, value) for name, value in self._set().items()]
        # tcsh evaluates a line; the others would take one too, but this is easier to read.
        return "; ".join(lines) if shell is Shell.TCSH else "\n".join(lines)

    def _json(self) -> str:
        """nushell evaluates nothing: what it is given is data."""
        import json

        gone = self.unset if self.profile is not None else (*self.unset, PROFILE)
        return json.dumps({"set": self._set(), "unset": gone, "previous": self.previous})

    def _set(self) -> dict[str, str]:
        regions = (*REGIONS, OWN_REGION) if self.owns_region else REGIONS
        variables = {PROFILE: self.profile} | dict.fromkeys(regions, self.region)
        return {name: value for name, value in variables.items() if value is not None}


def previous_of(shell: Shell, kept: str) -> str:
    """The profile's name, from what the shell has kept of it; empty where that makes no sense."""
    if shell is not Shell.TCSH:
        return kept
    try:
        return bytes.fromhex(kept).decode("utf-8", "surrogateescape")
    except ValueError:
        return ""


def _hex(name: str) -> str:
    """tcsh looks for history in what it puts in a command's place, whatever its quotes."""
    return name.encode("utf-8", "surrogateescape").hex()
