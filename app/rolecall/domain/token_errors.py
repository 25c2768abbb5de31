"""Errors about files with tokens.

TokenFileError
├── TokenNotRenewed      a new token could not be saved, so the old one is not renewed
├── TokenNotSaved        a renewed token cannot be saved: only this process has it
└── TokenNotDeleted      the portal session has ended, but the token cannot be deleted
"""

from __future__ import annotations

from pathlib import Path

from rolecall.domain.file_errors import FileError
from rolecall.domain.records import dataclass


class TokenFileError(FileError):
    """The root of these errors."""


@dataclass(eq=False)
class TokenNotRenewed(TokenFileError):
    """A refresh token works only once, so it is not used. The fields are as in TokenNotSaved."""

    session: str
    path: Path
    reason: str


@dataclass(eq=False)
class TokenNotSaved(TokenFileError):
    """`session` is the name of the sso-session, or the start URL of a legacy one.

    `reason` is that of FileUnwritable.
    """

    session: str
    path: Path
    reason: str


@dataclass(eq=False)
class TokenNotDeleted(TokenFileError):
    """A sign-out has ended the session at the portal only. The fields are as in FileUnwritable."""

    path: Path
    reason: str
