"""Errors about login sessions, which are sign-ins with console credentials."""

from __future__ import annotations

from rolecall.domain.errors import RolecallError


class LoginError(RolecallError):
    """The root of these errors."""


class LoginNeeded(LoginError):
    """No login session gives keys. `problem` is a value of `aws.console_sign_in.LoginProblem`."""

    profile: str
    problem: str


class LoginRefused(LoginError):
    """AWS does not give keys to this identity. `detail` is what AWS says."""

    detail: str


class LoginTaken(LoginError):
    """The profile has other credentials: `key` gives it them, in one of the AWS files."""

    profile: str
    key: str
    in_credentials: bool


class CrtMissing(LoginError):
    """This Python lacks the package that signs with a session's key. `command` installs it."""

    command: str
