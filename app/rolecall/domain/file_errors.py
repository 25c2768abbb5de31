"""Errors about files.

FileError
├── HomeUnknown              neither HOME nor the system gives the home folder
├── FileUnreadable           the system refuses to read it, or it is not a file
├── FileMalformed            no client can read it, with the line and the reason
├── FileUnwritable           the system refuses to write it; its old content is unchanged
├── FileNotDeleted           the system refuses to delete it
├── StateUnwritable          the system refuses to write a backup or lock of it
├── TokenNotRenewed          a new token could not be saved, so the old one is not renewed
├── TokenNotSaved            a renewed token cannot be saved: only this process has it
├── TokenNotDeleted          the portal session has ended, but the token cannot be deleted
├── NoTeam                   no team's file was taken over
├── TomlInvalid              a file of aliases, or of a team, cannot be used, and why
├── FileBusy                 another rolecall has the lock
├── FileChanged              another program has changed it, and the changes conflict
├── UndoRefused              it has changed since the write that was to be undone
└── EditRefused              the result would be invalid, or clients would read it differently
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError
from rolecall.domain.records import dataclass

if TYPE_CHECKING:
    from pathlib import Path


class FileError(RolecallError):
    """A file could not be read or written. Its old content is unchanged."""


@dataclass(eq=False)
class HomeUnknown(FileError):
    """HOME is not set, and the system does not know the user."""


@dataclass(eq=False)
class FileUnreadable(FileError):
    """`reason` is a value of `FileErrorReason`, or the system's phrase."""

    path: Path
    reason: str


@dataclass(eq=False)
class FileMalformed(FileError):
    """`line` counts from 1. `problem` is a value of `files.ini.IniProblem`; of settings.toml
    "not-toml".

    `text` is the header or key of the line, if that helps; never a value.
    """

    path: Path
    line: int
    problem: str
    text: str = ""


@dataclass(eq=False)
class FileUnwritable(FileError):
    """`reason` is a value of `FileErrorReason`, or the system's phrase."""

    path: Path
    reason: str


@dataclass(eq=False)
class FileNotDeleted(FileError):
    """`reason` is that of FileUnwritable."""

    path: Path
    reason: str


@dataclass(eq=False)
class StateUnwritable(FileError):
    """The file is not written without its backup and lock. `folder` cannot be written.

    `reason` is that of FileUnwritable.
    """

    path: Path
    reason: str
    folder: Path


@dataclass(eq=False)
class FileBusy(FileError):
    """Another rolecall kept the file's lock for too long.

    `purpose` is what it does: empty for writing the file, or a key of `error_strings.BUSY`.
    """

    path: Path
    purpose: str = ""


@dataclass(eq=False)
class FileChanged(FileError):
    """Another program has changed the file since the change was planned, in the same place."""

    path: Path


@dataclass(eq=False)
class UndoRefused(FileError):
    """`kept` is the path of the backup with the earlier content."""

    path: Path
    kept: Path


@dataclass(eq=False)
class EditRefused(FileError):
    """`problem` is a value of `files.edit_rules.EditRule`.

    `subject` is the name, key or value that breaks it.
    """

    path: Path
    problem: str
    subject: str


# --- with tokens


@dataclass(eq=False)
class TokenNotRenewed(FileError):
    """A refresh token works only once, so it is not used. The fields are as in TokenNotSaved."""

    session: str
    path: Path
    reason: str


@dataclass(eq=False)
class TokenNotSaved(FileError):
    """`session` is the name of the sso-session, or the start URL of a legacy one.

    `reason` is that of FileUnwritable.
    """

    session: str
    path: Path
    reason: str


@dataclass(eq=False)
class TokenNotDeleted(FileError):
    """A sign-out has ended the session at the portal only. The fields are as in FileUnwritable."""

    path: Path
    reason: str


# --- of aliases, and of a team


@dataclass(eq=False)
class NoTeam(FileError):
    """There is nothing to update or to remove."""


@dataclass(eq=False)
class TomlInvalid(FileError):
    """`problem` is a value of `annotations.TomlProblem`; `name` is the key, with dots.

    `line` counts from 1; 0 if it is about the whole file.
    """

    place: str
    line: int
    problem: str
    name: str = ""
    detail: str = ""
