"""Find out which identity the programs of this shell use, and where it comes from.

The rules are those of the AWS CLI and boto3. Keys in the environment take precedence over a profile
that the environment names (`botocore.credentials.create_credential_resolver`). A profile named on
the command line takes precedence over the keys. A web identity in the environment takes precedence
over a profile too, unless that profile assumes a role with another profile.

AWS_PROFILE and AWS_DEFAULT_PROFILE: version 2 of the AWS CLI and most SDKs prefer the first, boto3
and version 1 the second (`configprovider.BOTOCORE_DEFAUT_SESSION_VARIABLES` of each). This module
follows version 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from rolecall.aws import identity
from rolecall.domain.access_role import is_role
from rolecall.domain.arns import RESERVED_ROLE
from rolecall.domain.errors import CredentialsExpired, VerifyFailed
from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.model import Identity
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.records import dataclass
from rolecall.domain.switching.variables import (
    DEFAULT_PROFILE,
    PROFILE,
    PROFILES,
    REGIONS,
    SwitchTarget,
)
from rolecall.domain.text import original, safe
from rolecall.domain.text.closest_match import closest_match
from rolecall.domain.time_left import TokenExpiry
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.locations import Locations
from rolecall.services.credentials.expired_credentials import ExpiredKind
from rolecall.services.credentials.old_key_files import old_file
from rolecall.services.identity.verification import VerificationService
from rolecall.services.switching.switching import Switching

_KEYS: Final = "AWS_ACCESS_KEY_ID"
_WEB_IDENTITY: Final = "AWS_WEB_IDENTITY_TOKEN_FILE"
_OPTION: Final = "--profile"
_DEFAULT: Final = "default"
_EXPIRED_OF: Final = {_KEYS: ExpiredKind.ENVIRONMENT, _WEB_IDENTITY: ExpiredKind.WEB_IDENTITY}
_PERMISSION_SET: Final = re.compile(f":assumed-role/{RESERVED_ROLE}[0-9a-f]{{16}}/")


class CredentialsSource(StrEnum):
    """Where the credentials come from."""

    ENVIRONMENT = "environment"  # keys or a web identity in variables
    PROFILE = "profile"  # in the config file, of any kind
    FILE = "file"  # keys in the credentials file
    OLD_FILE = "old-file"  # keys in a file of older programs, such as ~/.boto
    MACHINE = "machine"  # the role of an instance or a container
    OTHER = "other"


# By the names that botocore gives to its providers. All others are of a profile.
_SOURCES: Final = {
    "": CredentialsSource.OTHER,
    "env": CredentialsSource.ENVIRONMENT,
    "shared-credentials-file": CredentialsSource.FILE,
    "iam-role": CredentialsSource.MACHINE,
    "container-role": CredentialsSource.MACHINE,
    "ec2-credentials-file": CredentialsSource.OLD_FILE,
    "boto-config": CredentialsSource.OLD_FILE,
}


class PrecedenceRule(StrEnum):
    """Why one source takes precedence over another."""

    KEYS_FIRST = "keys-first"
    WEB_IDENTITY_FIRST = "web-identity-first"
    PROFILE_FIRST = "profile-first"
    OPTION_FIRST = "option-first"
    SSO_OR_KEYS = "sso-or-keys"
    REGION_FIRST = "region-first"


# By what comes first.
_FIRST: Final = {
    _KEYS: PrecedenceRule.KEYS_FIRST,
    _WEB_IDENTITY: PrecedenceRule.WEB_IDENTITY_FIRST,
    PROFILE: PrecedenceRule.PROFILE_FIRST,
    _OPTION: PrecedenceRule.OPTION_FIRST,
}


@dataclass(frozen=True, slots=True)
class Overruled:
    """`what` is ignored because of `by`."""

    rule: PrecedenceRule
    what: str
    by: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the identity comes from.

    `profile` is empty if a variable is: the clients then find no profile. `named_by` is the
    variable that names the profile, `--profile`, or empty if nothing names one.
    `overruler` is the variable that takes precedence over the profile, or empty. `line` counts from
    1; it is 0 if the profile is in no file, or if ~/.aws/credentials has it or its keys. `near` is
    the closest name if the profile is missing.
    """

    profile: str
    named_by: str
    overruler: str
    path: Path
    line: int
    target: SwitchTarget | None
    overruled: tuple[Overruled, ...]
    near: str = ""


@dataclass(frozen=True, slots=True)
class Whoami:
    """Who the user is, and what is known of it. `account_name` is empty if unknown.

    `old_file` is the file that has the keys if `source` is OLD_FILE.
    """

    identity: Identity
    source: CredentialsSource
    account_name: str
    permission_set: str
    token: TokenExpiry | None
    old_file: Path | None = None


class WhoamiService:
    """Asks AWS who the user is. Raises HomeUnknown if there is no home directory."""

    def __init__(self, environ: Mapping[str, str], verification: VerificationService) -> None:
        self._environ = environ
        self._verification = verification
        self._locations = Locations.from_environment(environ)
        self._switching = Switching(environ)

    def origin(self, option: str = "") -> Origin:
        """Find the origin in environment and files. `option` is the value of `--profile`."""
        environ = self._environ
        named = [(name, environ[name]) for name in PROFILES if name in environ]
        if option:
            named.insert(0, (_OPTION, option))
        named_by, profile = named[0] if named else ("", _DEFAULT)
        named = [(name, value) for name, value in named if value]
        target, line, kind = self._find(profile)
        overruler = "" if option else self._overruler(kind)
        path = self._locations.config
        if target is not None and not line:
            path = self._locations.credentials
        return Origin(
            profile=safe(profile),
            named_by=named_by,
            overruler=overruler,
            path=path,
            line=line,
            target=target,
            overruled=tuple(self._overruled(named, overruler, target)),
            near="" if target or not profile else self._near(profile),
        )

    def ask(self, origin: Origin) -> Whoami:
        """Return who AWS says this is. Takes up to a minute. Raises VerifyFailed."""
        by_option = origin.named_by == _OPTION
        if not origin.profile:
            raise VerifyFailed(origin.named_by, identity.VerifyProblem.EMPTY_NAME, "")
        asked = origin.overruler or origin.profile
        name = original(origin.profile) if by_option else ""
        environ = self._as_the_cli()
        try:
            if origin.overruler:
                found = self._verification.verify_keys(environ, origin.profile)
            else:
                found = self._verification.verify_in(environ, origin.profile, name)
        except VerifyFailed as failed:
            cause, problem = failed.cause, failed.problem
            has_expired = problem == identity.VerifyProblem.CREDENTIALS_EXPIRED
            if has_expired and origin.overruler:
                kind = _EXPIRED_OF[origin.overruler]
                cause = CredentialsExpired(origin.overruler, kind, failed.detail)
            if problem == identity.VerifyProblem.NO_REGION and origin.target is None:
                problem = identity.VerifyProblem.NO_REGION_ANYWHERE
            raise VerifyFailed(asked, problem, failed.detail, cause) from None
        source = _SOURCES.get(found.method, CredentialsSource.PROFILE)
        if origin.overruler == _WEB_IDENTITY:
            source = CredentialsSource.ENVIRONMENT
        role = _PERMISSION_SET.search(found.arn)
        account_name, permission_set, token = "", role[1] if role else "", None
        if origin.target is not None and source is CredentialsSource.PROFILE:
            status = self._switching.status(origin.target)
            account_name, token = safe(status.account_name), status.token
            if is_role(origin.target.role):
                permission_set = safe(origin.target.role)
        old = old_file(found.method, self._environ)
        return Whoami(found, source, account_name, permission_set, token, old)

    def _as_the_cli(self) -> Mapping[str, str]:
        """Let boto3 find the profile and the region of the AWS CLI 2. It ignores AWS_REGION."""
        environ = dict(self._environ)
        if environ.get(PROFILE):
            environ.pop(DEFAULT_PROFILE, None)
        if region := environ.get(REGIONS[0]):
            environ[REGIONS[1]] = region
        return environ

    def _overruler(self, kind: ProfileKind) -> str:
        if self._environ.get(_KEYS):
            return _KEYS
        is_first = kind is not ProfileKind.ROLE and "AWS_ROLE_ARN" in self._environ
        return _WEB_IDENTITY if is_first and self._environ.get(_WEB_IDENTITY) else ""

    def _find(self, name: str) -> tuple[SwitchTarget | None, int, ProfileKind]:
        """Return the profile, its line in ~/.aws/config (0: elsewhere or nowhere), and its kind."""
        try:
            target, kind = self._switching.target(name), self._switching.kind(name)
            config = ConfigFile(self._locations.config, self._locations.state).read()
        except FileError:
            return None, 0, ProfileKind.PLAIN  # asking AWS will show the error
        if kind is ProfileKind.STATIC and safe(name) in self._names_with_keys():
            return target, 0, kind  # the keys of the other file come first
        for profile in config.profiles:
            if profile.name == safe(name):
                return target, config.line_of(profile, "["), kind
        return target, 0, kind

    def _near(self, name: str) -> str:
        try:
            return safe(closest_match(name, self._switching.targets()))
        except FileError:
            return ""

    def _overruled(
        self, named: list[tuple[str, str]], overruler: str, target: SwitchTarget | None
    ) -> list[Overruled]:
        found = []
        variables = [f"{name}={safe(value)}" for name, value in named]
        if overruler:
            found += [Overruled(_FIRST[overruler], each, overruler) for each in variables[:1]]
        elif self._environ.get(_KEYS):
            found.append(Overruled(_FIRST[_OPTION], _KEYS, _OPTION))
        for (_, value), text in zip(named[1:], variables[1:], strict=True):
            if value != named[0][1]:
                found.append(Overruled(_FIRST[named[0][0]], text, variables[0]))
        is_sso = target is not None and target.session and (target.account_id or target.role)
        if target is not None and is_sso and target.name in self._names_with_keys():
            path = str(self._locations.credentials)
            found.append(Overruled(PrecedenceRule.SSO_OR_KEYS, safe(path), safe(target.name)))
        for variable in REGIONS:
            region = self._environ.get(variable)
            if target is not None and target.region and region and region != target.region:
                by = f"{variable}={safe(region)}"
                found.append(Overruled(PrecedenceRule.REGION_FIRST, safe(target.region), by))
        return found

    def _names_with_keys(self) -> set[str]:
        try:
            read = CredentialsFile(self._locations.credentials, self._locations.state).read()
        except FileError:
            return set()
        return {keys.name for keys in read if keys.has_keys}
