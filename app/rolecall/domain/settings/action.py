"""An action of the settings: a key that runs a command with the row under the cursor.

The facts of the row are placeholders in the command. Any argument can be code for the program that
gets it, so text that others choose, such as the name of an account, is filled in without the
characters that mean something there. As it is, it is in environment variables.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from rolecall.domain.errors.run_errors import ActionProblem, ActionRefused
from rolecall.domain.records import dataclass

PLACEHOLDERS: Final = (
    *("profile", "account_id", "account", "permission_set", "role_arn", "region", "session"),
)
CHOICE: Final = "choice"
_PROFILE: Final = "profile"  # the user's own text: it stays as it is
_ARN: Final = "role_arn"
_ODD: Final = re.compile(r"[^\w@.,:+=-]|^-")
_ODD_IN_ARN: Final = re.compile(r"[^\w@.,:+=/-]|^-")
_VARIABLE: Final = "ROLECALL_"
# Those of a value whose variable has another name. A profile and a region have those of AWS.
_VARIABLES: Final = {"account": "ROLECALL_ACCOUNT_NAME", _PROFILE: "", "region": ""}
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

    Each odd character of a value is `_` there. Account IDs, regions and ARNs of AWS have none.
    Raises ActionRefused if a value is not there, or a profile would be taken for an option.
    """
    return [_filled(action, argument, values) for argument in arguments]


def variables(values: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables with the values: `account_email` is ROLECALL_ACCOUNT_EMAIL.

    The values are unchanged, except for characters that no variable can have.
    """
    named = {_variable(name): _possible(value) for name, value in values.items()}
    return {name: value for name, value in named.items() if name}


def _variable(name: str) -> str:
    plain = re.sub(r"\W", "_", name.upper(), flags=re.ASCII)
    return _VARIABLES.get(name, f"{_VARIABLE}{plain}")


def _possible(value: str) -> str:
    encoding = sys.getfilesystemencoding()
    return value.replace("\0", "").encode(encoding, "replace").decode(encoding)


def _filled(action: Action, argument: str, values: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("{"):
            return name
        if not values.get(name):
            raise ActionRefused(action.name, ActionProblem.NO_VALUE, name)
        if name == _PROFILE:
            return values[name]
        return (_ODD_IN_ARN if name == _ARN else _ODD).sub("_", values[name])

    filled = _PLACEHOLDER.sub(value, argument)
    if filled.startswith("-") and not argument.startswith("-"):
        raise ActionRefused(action.name, ActionProblem.OPTION, filled)
    return filled
