"""Errors about login sessions, which are sign-ins with console credentials."""

from __future__ import annotations

from rolecall.domain.errors import RolecallError
from rolecall.domain.records import dataclass


class LoginError(RolecallError):
    """The root of these errors."""


@dataclass(eq=False)
class LoginNeeded(LoginError):
    """No login session gives keys. `problem` is a value of `aws.console_sign_in.LoginProblem`."""

    profile: str
    problem: str


@dataclass(eq=False)
class LoginRefused(LoginError):
    """AWS does not give keys to this identity. `detail` is what AWS says."""

    detail: str


@dataclass(eq=False)
class LoginCodeInvalid(LoginError):
    """The pasted code does not fit. `problem` is a value of `login_code.CodeProblem`."""

    problem: str


@dataclass(eq=False)
class LoginTaken(LoginError):
    """The profile has other credentials: `key` gives it them, in one of the AWS files."""

    profile: str
    key: str
    in_credentials: bool


@dataclass(eq=False)
class CrtMissing(LoginError):
    """This Python lacks the package that signs with a session's key. `command` installs it."""

    command: str
