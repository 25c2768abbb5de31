"""Errors about what a repository pins.

PinError
├── NoPin          no directory up to the root of the repository has a .rolecall.toml
├── PinInvalid     a .rolecall.toml cannot be used, and why
├── PinUntrusted   the user does not trust a .rolecall.toml
└── PinMissed      no profile and no listed permission set is what it says
"""

from __future__ import annotations

from rolecall.domain.errors import RolecallError
from rolecall.domain.records import dataclass


class PinError(RolecallError):
    """The root of these errors."""


@dataclass(eq=False)
class NoPin(PinError):
    """`folder` is where the search began."""

    folder: str


@dataclass(eq=False)
class PinInvalid(PinError):
    """`problem` is a value of `pin.PinProblem`; `subject` is the key, or what a parser says."""

    path: str
    problem: str
    subject: str = ""


@dataclass(eq=False)
class PinUntrusted(PinError):
    """`subject` is the account and the role."""

    path: str
    subject: str


@dataclass(eq=False)
class PinMissed(PinError):
    """`subject` is the account and the role that are not there."""

    subject: str
