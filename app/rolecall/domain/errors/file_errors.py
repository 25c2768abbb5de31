"""Errors about files."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError

if TYPE_CHECKING:
    from pathlib import Path


class FileError(RolecallError):
    """A file could not be read or written. Its old content is unchanged."""


class HomeUnknown(FileError):
    """HOME is not set, and the system does not know the user."""


class FileRefused(FileError):
    """`reason` is a value of `FileErrorReason`, or the system's phrase."""

    path: Path
    reason: str


class FileUnreadable(FileRefused):
    """The system refuses to read it, or it is not a file."""


class FileMalformed(FileError):
    """No client can read the file.

    `line` counts from 1. `problem` is a value of `ini_mistakes.IniProblem`; of settings.toml
    "not-toml". `text` is the header or key of the line, if that helps; never a value.
    """

    path: Path
    line: int
    problem: str
    text: str = ""


class FileUnwritable(FileRefused):
    """The system refuses to write it; its old content is unchanged."""


class FileKept(FileRefused):
    """The system refuses to write it. The new content is in `kept`, from where it is moved back."""

    kept: Path


class FileNotDeleted(FileRefused):
    """The system refuses to delete it."""


class StateRefused(FileRefused):
    """The file is not written without its backup and lock, which would be in `folder`."""

    folder: Path


class StateUnwritable(StateRefused):
    """`folder` cannot be written."""


class LocksMissing(StateRefused):
    """The file system of `folder` has no locks. The file is written only if the user agrees that
    it is not locked.
    """


class FileBusy(FileError):
    """Another rolecall kept the file's lock for too long.

    `purpose` is what it does: empty for writing the file, or a key of `error_strings.BUSY`.
    """

    path: Path
    purpose: str = ""


class FileChanged(FileError):
    """Another program has changed the file since the change was planned, in the same place."""

    path: Path


class UndoRefused(FileError):
    """The file has changed since the write. `kept` is the path of the backup from before it."""

    path: Path
    kept: Path


class BackupChanged(FileError):
    """The backup is not what the write has replaced. `kept` is its path."""

    path: Path
    kept: Path


class EditRule(Enum):
    """A rule that an edit of an INI file must follow. Each has a sentence in
    `presentation/texts/file_strings.py`.
    """

    NAME = "name"
    KEY = "key"
    VALUE_CONTROL = "value-control"
    VALUE_COMMENT = "value-comment"
    VALUE_SPACE = "value-space"
    VALUE_EMPTY = "value-empty"
    TAKEN = "taken"
    MISSING = "missing"
    HEADER = "header"  # a text that should be one section is none, several, or another one
    INHERITED = "inherited"  # the key to delete is also in [DEFAULT], which would apply then
    OTHERS_READ_IT = "others-read-it"  # one client would read it differently from the others
    UNSAFE = "unsafe"  # something that was not part of the edit would change
    LONG_LIVED_KEYS = "long-lived-keys"
    SSO_PROFILE = "sso-profile"


class EditRefused(FileError):
    """The result would be invalid, or clients would read it differently.

    `problem` is a value of EditRule. `subject` is the name, key or value that breaks it.
    """

    path: Path
    problem: str
    subject: str


# --- with tokens


class TokenNotSaved(FileRefused):
    """Only this process has a renewed token. `session` is the name of the sso-session, or the start
    URL of a legacy one.
    """

    session: str


class TokenKept(FileRefused):
    """A renewed token is in `kept`. The next process that needs it moves it back. `session` is that
    of TokenNotSaved.
    """

    session: str
    kept: Path


class TokenNotRenewed(FileRefused):
    """A refresh token works only once, so it is not used. `session` is that of TokenNotSaved."""

    session: str


class TokenNotDeleted(FileRefused):
    """A sign-out has ended the session at the portal only."""


# --- of aliases, and of a team


class NoTeam(FileError):
    """No team's file was taken over, so there is nothing to update or to remove."""


class TomlInvalid(FileError):
    """A file of aliases, or of a team, cannot be used.

    `problem` is a value of `annotations.TomlProblem`; `name` is the key, with dots. `line` counts
    from 1; 0 if it is about the whole file.
    """

    place: str
    line: int
    problem: str
    name: str = ""
    detail: str = ""
