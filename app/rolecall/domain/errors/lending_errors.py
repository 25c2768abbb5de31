"""Errors about lending a role: what was asked for, and why AWS or rolecall refuses it."""

from __future__ import annotations

from rolecall.domain.errors import RolecallError


class LendingError(RolecallError):
    """The root of these errors. Nothing was handed out."""


class GrantInvalid(LendingError):
    """`typed` names no actions.

    `problem` is a value of `lending.grants.GrantProblem`. `near` is what was probably meant, or
    what there is instead.
    """

    typed: str
    problem: str
    near: str = ""


class PolicyInvalid(LendingError):
    """The file is not a policy. `problem` is a value of `lending.policy.PolicyProblem`."""

    path: str
    problem: str
    detail: str = ""


class PolicyTooLarge(LendingError):
    """The policy has `size` characters of at most `limit`.

    `problem` is "grants" or "file"; `leave_out` are the grants without which it fits.
    """

    size: int
    limit: int
    problem: str
    leave_out: str = ""


class NarrowingRefused(LendingError):
    """The credentials cannot be narrowed.

    `problem` is a value of `aws.narrow.NarrowingProblem`. `detail` is AWS's sentence or the host,
    made safe; it may be empty.
    """

    problem: str
    detail: str = ""


class NarrowingRequired(LendingError):
    """`name` is production, and its keys are handed out only with fewer rights."""

    name: str


class AgentRefused(LendingError):
    """`name` is production, and the variable `mark` says that an agent calls."""

    name: str
    mark: str


class LendEnded(LendingError):
    """The `minutes` are over, for which the role was lent."""

    minutes: int


class SealImpossible(LendingError):
    """The program was not started, because it cannot be sealed as it was asked for.

    `problem` is a key of `presentation.texts.lending_strings.SEAL_PROBLEMS`. `detail` is a path, a
    sentence of bubblewrap, or the line that installs what is missing, made safe.
    """

    problem: str
    detail: str = ""


class LendUnasked(LendingError):
    """All that the role `name` may would be lent, and nobody can be asked."""

    name: str


class AskInvalid(LendingError):
    """What a program asks for cannot be shown to a user.

    `problem` is a key of `presentation.texts.lending_strings.ASK_PROBLEMS`. `detail` is a name, a
    number or a reason, made safe.
    """

    problem: str
    detail: str = ""


class NotLent(LendingError):
    """Nothing is handed out for this lend or lease now.

    `problem` is a key of `presentation.texts.lending_strings.NOT_LENT`. `detail` is why a user has
    denied it, made safe; it may be empty.
    """

    problem: str
    detail: str = ""
