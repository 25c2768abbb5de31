"""Errors about the last run of a command with many roles, and about actions."""

from __future__ import annotations

from enum import StrEnum

from rolecall.domain.errors import RolecallError


class NoRun(RolecallError):
    """There is no record of a run."""


class RunGoesOn(RolecallError):
    """Another rolecall has not ended the last run yet."""


class RunNarrowed(RolecallError):
    """The last run had narrowed roles; `options` are those that ask for the same."""

    options: str


class RoleChanged(RolecallError):
    """The profile has a different role from the last run."""

    profile: str


class ActionProblem(StrEnum):
    """Why an action does not run."""

    NO_VALUE = "no-value"  # the row has nothing for a placeholder
    OPTION = "option"  # a program would read the value as an option
    NO_TMUX = "no-tmux"
    TMUX_FAILED = "tmux-failed"
    NO_CHOICES = "no-choices"  # the list has no entries
    LIST_FAILED = "list-failed"  # the program that lists the choices has failed
    LIST_UNREADABLE = "list-unreadable"  # its output is not what is expected


class ActionRefused(RolecallError):
    """`action` is its name; `subject` is a placeholder, a value, or what a program said."""

    action: str
    problem: ActionProblem
    subject: str = ""
