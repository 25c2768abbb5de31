"""Errors about login sessions, which are sign-ins with console credentials.

LoginError
├── LoginNeeded        there is no login session that gives keys, and why
├── LoginRefused       AWS does not give keys to this identity, and why
├── LoginCodeInvalid   the pasted code does not fit, and why
├── LoginTaken         the profile has other credentials already
└── CrtMissing         this Python lacks the package that signs with the key of a session
"""

from __future__ import annotations

from rolecall.domain.errors import RolecallError
from rolecall.domain.records import dataclass


class LoginError(RolecallError):
    """The root of these errors."""


@dataclass(eq=False)
class LoginNeeded(LoginError):
    """`profile` is made safe; `problem` is a value of `aws.console_sign_in.LoginProblem`."""

    profile: str
    problem: str


@dataclass(eq=False)
class LoginRefused(LoginError):
    """`detail` is what AWS says."""

    detail: str


@dataclass(eq=False)
class LoginCodeInvalid(LoginError):
    """`problem` is a value of `domain.login_code.CodeProblem`."""

    problem: str


@dataclass(eq=False)
class LoginTaken(LoginError):
    """`key` is what gives the profile its credentials, in ~/.aws/config or ~/.aws/credentials."""

    profile: str
    key: str
    in_credentials: bool


@dataclass(eq=False)
class CrtMissing(LoginError):
    """`command` installs it."""

    command: str
