"""An action of the settings: a key that runs a command with the row under the cursor.

The facts of the row are placeholders in the command. Each is filled into a separate argument, so
that no shell reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from rolecall.domain.errors.action_errors import ActionProblem, ActionRefused
from rolecall.domain.records import dataclass

PLACEHOLDERS: Final = (
    *("profile", "account_id", "account", "permission_set", "role_arn", "region", "session"),
)
CHOICE: Final = "choice"
# A name in two pairs of braces is that name in one.
_PLACEHOLDER: Final = re.compile(r"\{(\{[a-z_]+\}|[a-z_]+(?:\.\w+)?)\}")


class RunsIn(StrEnum):
    """Where the command of an action runs."""

    TERMINAL = "terminal"
    TMUX = "tmux"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Action:
    """An action. One that rolecall brings has no name: its texts are above the domain.

    `key` is as the user writes it. `needs_profile`: the command gets a profile, not keys. `waits`:
    after a command in the terminal, rolecall waits for Enter. `choose` is a command that prints the
    choices as JSON; the user's is the placeholder `choice`.
    """

    key: str
    name: str
    command: tuple[str, ...]
    runs_in: RunsIn = RunsIn.TERMINAL
    needs_profile: bool = False
    waits: bool = False
    choose: tuple[str, ...] = ()


def placeholders(argument: str) -> list[str]:
    """Return the names of the placeholders in the argument."""
    return [name for name in _PLACEHOLDER.findall(argument) if not name.startswith("{")]


def fill(action: Action, arguments: Sequence[str], values: Mapping[str, str]) -> list[str]:
    """Return the arguments with the values in place of their placeholders.

    Raises ActionRefused if a value is not there, or would be taken for an option.
    """
    return [_filled(action, argument, values) for argument in arguments]


def _filled(action: Action, argument: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("{"):
            return name
        if not values.get(name):
            raise ActionRefused(action.name, ActionProblem.NO_VALUE, name)
        return values[name]

    filled = _PLACEHOLDER.sub(value, argument)
    if filled.startswith("-") and not argument.startswith("-"):
        raise ActionRefused(action.name, ActionProblem.OPTION, filled)
    return filled
