"""Errors about files of aliases, those of the user and those of a team.

TeamFileError
├── NoTeam         no team's file was taken over
└── TomlInvalid    a file of aliases, or of a team, cannot be used, and why
"""

from __future__ import annotations

from rolecall.domain.file_errors import FileError
from rolecall.domain.records import dataclass


class TeamFileError(FileError):
    """The root of these errors."""


@dataclass(eq=False)
class NoTeam(TeamFileError):
    """There is nothing to update or to remove."""


@dataclass(eq=False)
class TomlInvalid(TeamFileError):
    """`problem` is a value of `annotations.TomlProblem`; `name` is the key, with dots.

    `line` counts from 1; 0 if it is about the whole file.
    """

    place: str
    line: int
    problem: str
    name: str = ""
    detail: str = ""
