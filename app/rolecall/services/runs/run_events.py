"""What happens while a command runs over many rows. Plain data, for any thread."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Final

from rolecall.domain.errors import RolecallError
from rolecall.domain.model import SsoSession
from rolecall.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class RunRow:
    """What the command runs with: a profile, or a permission set in an account.

    `name` is shown, and differs from row to row. `profile` is empty if there is none, the fields of
    the role if they are unknown. `region` is empty for that of the environment.
    """

    name: str
    profile: str = ""
    account_id: str = ""
    account: str = ""
    permission_set: str = ""
    session: SsoSession | None = None
    region: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """What says whether it is production, next to the account ID."""
        return self.profile, self.account

    @property
    def role(self) -> tuple[str, str]:
        return self.account_id, self.permission_set

    @property
    def session_label(self) -> str:
        return self.session.label if self.session else ""


class Stream(Enum):
    """Where a program writes."""

    OUT = "stdout"
    ERR = "stderr"


class Result(StrEnum):
    """What became of a row, for scripts and records. The first letters differ."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    NOT_STARTED = "not-started"


class Outcome(Enum):
    """How a row ended."""

    EXITED = "exited"
    NOT_RUN = "not-run"  # no credentials, or no such program
    STOPPED = "stopped"  # by the user, while it ran
    SKIPPED = "skipped"  # it never began


@dataclass(frozen=True, slots=True)
class RunStarted:
    """The program of this row runs."""

    row: int


@dataclass(frozen=True, slots=True)
class RunOutput:
    """The program has written."""

    row: int
    stream: Stream
    data: bytes


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The row has ended. Each row has one of these.

    `status` is the exit status, 128 plus the signal that killed the program, or None if no program
    ran. `duration` is in seconds. `error` is why no program ran; None if rolecall itself failed.
    """

    row: int
    outcome: Outcome
    status: int | None = None
    duration: float = 0.0
    error: RolecallError | None = None

    @property
    def is_success(self) -> bool:
        return self.outcome is Outcome.EXITED and self.status == 0

    @property
    def result(self) -> Result:
        """Return what became of the row."""
        if self.is_success:
            return Result.DONE
        return _RESULTS.get(self.outcome, Result.FAILED)


_RESULTS: Final = {Outcome.STOPPED: Result.STOPPED, Outcome.SKIPPED: Result.NOT_STARTED}

RunEvent = RunStarted | RunOutput | RunEnded
