"""One entry of the log of what was handed out. It has no secret."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Self

from rolecall.domain.records import NamedTuple


class HandOutKind(StrEnum):
    """How something was handed out."""

    USE = "use"  # a shell was switched to a profile
    EXPORT = "export"
    EXEC = "exec"
    CONSOLE = "console"
    CREDENTIAL_PROCESS = "credential-process"
    SERVE = "serve"
    LEND = "lend"
    LEND_END = "lend-end"
    ASK = "ask"
    APPROVE = "approve"
    DENY = "deny"
    LEASE = "lease"
    LEASE_END = "lease-end"


# How a program was sealed, in `Lend.seal`.
SEALED: Final = "sealed"
OPEN_NETWORK: Final = "open-network"
UNSEALED: Final = "no-seal"


class Lend(NamedTuple):
    """How a role was narrowed: the ID of the lend, the rights as they were asked for, the minutes,
    the ID of the session in CloudTrail, and how the program was sealed. Each may be empty.
    """

    lend: str = ""
    rights: str = ""
    minutes: str = ""
    scoped_session: str = ""
    seal: str = ""


NOT_NARROWED: Final = Lend()


class HandOut(NamedTuple):
    """What was handed out. All but `time` (RFC 3339) and `kind` may be empty.

    `account` is the name of the account: the log does not have it, because a shell would wait for
    it. `lend` to `seal` are those of `Lend`. `caller` is the program that asked and
    its parent, and `agent` the coding agent that the environment names.
    """

    time: str
    kind: str
    profile: str = ""
    account_id: str = ""
    account: str = ""
    role: str = ""
    sso_session: str = ""
    access_key_id: str = ""
    command: str = ""
    reason: str = ""
    lend: str = ""
    rights: str = ""
    minutes: str = ""
    scoped_session: str = ""
    seal: str = ""
    caller: str = ""
    agent: str = ""

    def line(self) -> bytes:
        """Return the entry as JSON on one line, in ASCII."""
        import json  # late: the picker is painted before

        text = json.dumps({name: value for name, value in self._asdict().items() if value})
        return f"{text}\n".encode()

    @classmethod
    def read(cls, line: bytes) -> Self | None:
        """Return the entry of a line; None if it has none.

        A full disk may have cut off the line before, with its line end.
        """
        import json

        try:
            found = json.loads(line[max(0, line.rfind(b'{"time":')) :])
        except (ValueError, RecursionError):
            return None
        if not isinstance(found, dict) or not {"time", "kind"} <= found.keys():
            return None
        known = {name: value for name, value in found.items() if name in cls._fields}
        return cls(**known) if all(isinstance(each, str) for each in known.values()) else None


class LogProblem(NamedTuple):
    """Why a file of the log cannot be read or, if it `is_readable`, not be written.

    `reason` is a value of FileErrorReason, or the system's phrase.
    """

    path: str
    reason: str
    is_readable: bool
