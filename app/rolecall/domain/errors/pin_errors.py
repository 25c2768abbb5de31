"""Errors about what a repository pins."""

from __future__ import annotations

from rolecall.domain.errors import RolecallError


class PinError(RolecallError):
    """The root of these errors."""


class NoPin(PinError):
    """No directory up to the root of the repository has a file. The search began in `folder`."""

    folder: str


class PinInvalid(PinError):
    """`problem` is a value of `pin.PinProblem`; `subject` is the key, or what the parser says."""

    path: str
    problem: str
    subject: str = ""


class PinUntrusted(PinError):
    """The user does not trust a file. `subject` is the account and the role in it."""

    path: str
    subject: str


class PinToProduction(PinError):
    """There is no terminal to ask on. `subject` is the profile, or the account and the role."""

    subject: str


class PinMissed(PinError):
    """No profile and no listed permission set is `subject`: the account and the role."""

    subject: str
