"""Errors about the last run of a command with many roles."""

from __future__ import annotations

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
