"""Texts about lending a role to a program."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.lending.grants import granted
from rolecall.domain.lending.lent import LoanState
from rolecall.domain.log.hand_out import OPEN_NETWORK, SEALED, UNSEALED
from rolecall.domain.text import safe
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation import labels, times
from rolecall.presentation.translation import Counted, _, join_sentences

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rolecall.domain.lending.lent import Lent, LentRow, Loan
    from rolecall.domain.log.hand_out import Lend

POLICY_ALONE: Final = _("--policy says it all: use it without --allow and --deny.")
# By `GrantInvalid.problem`.
GRANT_PROBLEMS: Final = {
    "unknown-service": _("“{typed}” is no service of AWS that rolecall knows."),
    "misspelled": _("“{typed}” is no service of AWS that rolecall knows. Did you mean {near}?"),
    "unknown-level": _("“{typed}” has no access level of AWS. Use {near} after the colon."),
    "levels-unknown": _(
        "rolecall does not know the access levels of “{typed}”. Use {near}, or write a policy and use --policy."
    ),
    "nothing": _("“{typed}” has no actions. This service has {near}."),
    "empty": _("A service is missing. Write --allow s3:read,logs, without an empty place."),
}
# By `PolicyInvalid.problem`.
POLICY_PROBLEMS: Final = {
    "missing": _("There is no policy {path}."),
    "unreadable": _("The policy {path} cannot be read ({detail})."),
    "not-json": _("The policy {path} is not JSON: line {detail} is wrong."),
    "not-a-policy": _("The policy {path} has no Statement, so it is no IAM policy."),
    "twice": _(
        "The policy {path} has the key {detail} twice in one place, so it is unclear what it allows."
    ),
}
# By `PolicyTooLarge.problem`.
TOO_LARGE: Final = {
    "grants": _(
        "The policy has {size} characters, and AWS takes at most {limit}. It fits without {leave_out}."
    ),
    "file": _(
        "The policy has {size} characters without spaces, and AWS takes at most {limit}. Shorten it, for example with wildcards."
    ),
}
# By `NarrowingRefused.problem`. Translators: `detail` is AWS's sentence, or the host.
NARROWING_PROBLEMS: Final = {
    "denied": _(
        "AWS does not let this role be narrowed, so nothing was handed out. Its policies may have to allow sts:GetScopedCredentials. {detail}"
    ),
    "layers": _(
        "These credentials were narrowed three times already, and AWS narrows no further, so nothing was handed out."
    ),
    "malformed": _("AWS does not accept the policy, so nothing was handed out. {detail}"),
    "packed": _(
        "The policy is too large for AWS after it was packed, so nothing was handed out. Leave out a service. {detail}"
    ),
    "lifetime": _(
        "The role ends before the time that was asked for, so nothing was handed out. Ask for fewer minutes. {detail}"
    ),
    "subject": _(
        "AWS no longer accepts the keys of the role, so they were not narrowed and nothing was handed out. {detail}"
    ),
    "unavailable": _(
        "{detail} does not know GetScopedCredentials, so nothing was handed out. AWS has it neither in every partition nor at every endpoint."
    ),
    "global": _(
        "{detail} is the global endpoint of STS, which cannot narrow a role, so nothing was handed out. Set the endpoint of a region, or none."
    ),
    "long-lived": _(
        "These keys do not expire, and AWS narrows only temporary credentials, so nothing was handed out. Use a permission set or a role."
    ),
}
JSON_OF_LIST: Final = _("--json is for --list.")
NO_SEAL_ALONE: Final = _("--no-seal leaves all open: use it without options of the seal.")
# Translators: a question, before [y/N].
LEND_ALL: Final = _(
    "Without --allow, --deny or --policy, everything that {name} may do is lent. Lend it? [y/N]:"
)
_LENT: Final = _("Lent: {facts}")
_ALL_RIGHTS: Final = _("all rights")
_MINUTES: Final = _("{minutes} min")
_SEALS: Final = {
    SEALED: _("sealed"),
    OPEN_NETWORK: _(
        "sealed, but the network is open: local servers, and the instance's role if this machine has one"
    ),
    UNSEALED: _("not sealed: the program can read all your tokens and keys, and use them"),
}
# By `SealImpossible.problem`. Translators: `detail` is a path, a sentence of bubblewrap or a command.
SEAL_PROBLEMS: Final = {
    "system": _("A program can be sealed on Linux only. --no-seal lends without a seal."),
    "missing": _("bubblewrap seals programs, and it is not installed. Install it: {detail}"),
    "network": _(
        "This is production, and without pasta the program could get the role of this instance. Install it: {detail}. Or leave the network open: --open-network"
    ),
    "failed": _(
        "The program was not started, because it could not be sealed: {detail}. If pasta says so, --open-network goes without it."
    ),
    "opens-home": _(
        "The program could write to {detail}, and so to your whole home folder: to what your shell starts. Change to a folder for the work, or name a smaller one."
    ),
    "opens-system": _("{detail} belongs to the system, and a seal cannot open it."),
    "opens-own": _(
        "{detail} has rolecall's own program, which runs outside the seal, too. Change to a folder for the work, or name another one."
    ),
    "opens-hidden": _(
        "{detail} is hidden by the seal, so the program cannot write there. Change to a folder for the work, or name another one."
    ),
    "hides-home": _(
        "{detail} has your home folder in it, and a seal must hide it. Move what belongs to AWS into a separate folder."
    ),
    "hard-link": _(
        "{detail} has a second name (a hard link), under which the program could read it. Replace it by a copy."
    ),
    "no-path": _("There is no {detail}."),
}
# By `NotLent.problem`. Translators: `detail` is what a user says why, after a space.
NOT_LENT: Final = {
    "taken-back": _("This was taken back, so nothing more is handed out."),
    "waits": _("Nobody has approved this yet."),
    "denied": _("This was denied. {detail}"),
    "changed": _("The profile has another account or role now than when it was approved."),
}
# By `AskInvalid.problem`.
ASK_PROBLEMS: Final = {
    "unsealed": _(
        "Only a program that `rolecall lend` has sealed can ask: any other could also approve itself. A user takes a role without asking."
    ),
    "unanswered": _("The rolecall that lends does not answer ({detail})."),
    "unreadable": _("The request cannot be read."),
    "too-long": _("A part of the request is too long ({detail} characters)."),
    "minutes": _("--minutes is a number from 1 to {detail}."),
    "no-reason": _("--reason is missing: a user who approves this has to know what it is for."),
    "no-profile": _("There is no profile {detail}."),
    "too-many": _("{detail} requests wait already."),
    "options": _("Write it as --allow s3:read,logs --minutes 15."),
    "wider": _("The program did not ask for all of that. Approve less, or what it asks for."),
    "not-saved": _("The request could not be saved ({detail})."),
}
# The place Lent, and `rolecall lend --list`: headings of columns.
PROGRAM: Final = _("Program")
STATUS: Final = _("Status")
CALLS: Final = _("Calls")
FOLDER: Final = _("Working folder")
PROCESS: Final = _("Process")
# Translators: the ID of a lend, as CloudTrail and the log have it.
LEND_ID: Final = _("Lend")
LAST_USE: Final = _("Last use")
LENDS_NOUN: Final = Counted("{count:,} lend", "{count:,} lends")
NOTHING_LENT: Final = _("Nothing is lent now.")
_ASKS: Final = Counted("asks for {count} more", "asks for {count} more")
# Translators: what a row is: the role that a program was started with, or one that it got later.
_LEND: Final = _("lend")
_LEASE: Final = _("lease")
_TAKEN_BACK: Final = _("taken back")
_OVER: Final = _("time is over")
# Translators: what follows is the name of a program.
TAKE_BACK_TITLE: Final = _("Take {profile} back from {program}")
_ENDS: Final = _("The program gets no more keys, and the signal to end (SIGTERM).")
_LEASE_ENDS: Final = _("The program gets no more keys of this profile. It keeps its others.")
_KEYS_UNTIL: Final = _("Keys that it has already are valid until {until}.")
_NO_KEYS_YET: Final = _("It has no keys yet.")
TAKEN_BACK: Final = _("Taken back: {profile}. {keys}")


def status(row: LentRow, now: datetime) -> str:
    """Return how far a lend or a lease has come."""
    lent, state = row.loan.lent, row.loan.state(now)
    if row.loan.is_taken_back:
        return _TAKEN_BACK
    if state is LoanState.ENDED:
        return _OVER
    if row.waiting:
        return _ASKS(len(row.waiting))
    return _LEASE if lent.is_request else _LEND


def left(loan: Loan, now: datetime) -> str:
    """Return the time that is left; empty if it is not shortened."""
    return times.time_left(TimeLeft.until(loan.until, now)) if loan.until else ""


def rights(loan: Loan) -> str:
    """Return what is lent, as it was approved."""
    decision = loan.decision
    found = decision.rights if decision and decision.is_approved else loan.lent.rights
    return safe(found) or _ALL_RIGHTS


def last_use(loan: Loan, now: datetime) -> str:
    return times.moment(loan.used_at, now) if loan.used_at else ""


def take_back_lines(loan: Loan, now: datetime) -> str:
    """Return what happens then."""
    ends = _LEASE_ENDS if loan.lent.is_request else _ENDS
    return f"{ends} {keys_until(loan, now)}"


def keys_until(loan: Loan, now: datetime) -> str:
    """Return until when the keys that were handed out are valid."""
    try:
        end = datetime.fromisoformat(loan.use.keys_until)
    except ValueError:
        return _NO_KEYS_YET
    return _KEYS_UNTIL.format(until=times.moment(end, now))


ASKS_NOTHING: Final = _("This program asks for nothing now.")
# The box with what a program asks for, and its keys.
REQUEST_TITLE: Final = _("{program} asks for a role")
REQUEST_STEP: Final = _("Request")
LATER: Final = _("later")
OTHERS_WAIT: Final = Counted(
    "{count:,} more request of this program waits.", "{count:,} more requests of this program wait."
)
_REQUEST_FACTS: Final = (
    _("Program: {program}, process {pid}, in {folder}"),
    _("Account: {account}"),
    _("Role: {role}, as profile {profile}"),
)
_MAY: Final = _("It may: {rights}")
_FOR: Final = _("For: {minutes} min from now")
# Translators: before what was asked for, if less is approved.
_INSTEAD_OF: Final = _("{less} (it asks for {wanted})")
# Translators: the rights of one service, such as "s3: list, read".
_OF_SERVICE: Final = _("{service}: {levels}")
_EVERYTHING: Final = _("everything")
SAYS: Final = _("The program says why:")
READ_FIRST: Final = _("Read it first. It can be approved a second after the last key.")
NOT_ALL_SHOWN: Final = _(
    "Not all of it is visible, so it cannot be approved. Make the terminal larger."
)
TYPE_NAME: Final = _("This is production. To approve it, type {name}:")
OTHER_NAME: Final = _("This is another name, so nothing is approved.")
WHY_DENIED: Final = _("Why not:")
REASON_MISSING: Final = _("The program gets your reason. Type one.")
LESS: Final = _("Approve only:")
DECIDED: Final = _("That request was decided or has ended.")
MUTED: Final = _("No more requests of this program are shown here. The place Lent has them.")
DENIED: Final = _("Denied: {profile}")
_APPROVED: Final = _("Approved: {profile} · {rights} · {minutes} min")
_ASKS_FOR: Final = _("{program} asks for {profile} ({account}): {rights}")
# In the plain mode. Translators: the words that a user types stay in English.
APPROVE: Final = "approve"
DENY: Final = "deny"
MUTE: Final = "mute"
DONE: Final = _("Done.")
HOW_TO_ANSWER: Final = _(
    "Type {approve} to approve it, `deny` and your reason, `mute`, or --allow and --minutes for less. Enter alone leaves it for later."
)
# What `rolecall ask` prints.
_WAITS: Final = _("Asked. A user has to approve it.")
_OPEN_ONE: Final = _("Nobody sees it yet: open `rolecall` or `rolecall watch` in another terminal.")
_GRANTED: Final = _("Approved until {until}: {rights}. Use it with --profile {profile}")
_DENIED: Final = _("Denied: {reason}")
_ENDED: Final = _("This lease has ended.")


def name_to_type(lent: Lent) -> str:
    """Return what has to be typed before production is approved."""
    return lent.account or lent.account_id or lent.profile


def in_words(rights: str) -> str:
    """Return the rights of a request by service: `s3: list, read; logs: write`."""
    levels: dict[str, list[str]] = {}
    for grant in granted(rights):
        levels.setdefault(grant.service, []).extend(grant.levels or [_EVERYTHING])
    parts = (
        _OF_SERVICE.format(service=name, levels=", ".join(each)) for name, each in levels.items()
    )
    return "; ".join(parts)


def request_facts(request: Lent, lent: Lent) -> list[str]:
    """Return what a user has to know. `lent` is what would be approved of it."""
    account = " ".join(filter(None, (lent.account, lent.account_id)))
    account += f" {labels.PRODUCTION}" * lent.production
    facts = {**lent._asdict(), "account": account}
    rights, minutes = in_words(lent.rights), str(lent.minutes)
    if lent.rights != request.rights:
        rights = _INSTEAD_OF.format(less=rights, wanted=in_words(request.rights))
    if lent.minutes != request.minutes:
        minutes = _INSTEAD_OF.format(less=minutes, wanted=request.minutes)
    lines = [each.format(**facts) for each in _REQUEST_FACTS]
    lines += [_MAY.format(rights=rights), _FOR.format(minutes=minutes)]
    return [*map(safe, lines)]


def approved(lent: Lent) -> str:
    facts = {"profile": lent.profile, "rights": in_words(lent.rights), "minutes": lent.minutes}
    return safe(_APPROVED.format(**facts))


def asks(lent: Lent) -> str:
    """Return a sentence about a request, for a notification."""
    account = lent.account or lent.account_id
    facts = {"program": lent.program, "profile": lent.profile, "account": account}
    return safe(_ASKS_FOR.format(**facts, rights=in_words(lent.rights)))


def asked(is_watched: bool) -> str:
    return _WAITS if is_watched else join_sentences(_WAITS, _OPEN_ONE)


def answered(found: Mapping[str, Any]) -> str:
    """Return what became of a request, as the lend answers it."""
    match found["state"]:
        case LoanState.RUNS:
            until = datetime.fromisoformat(found["until"])
            facts = {**found, "until": f"{until.astimezone():%H:%M}"}
            return safe(_GRANTED.format(**{**facts, "rights": in_words(found["rights"])}))
        case LoanState.DENIED:
            return safe(_DENIED.format(reason=found["reason"]))
        case _:
            return _ENDED


# `rolecall lend --check`: whether a way out of the seal is open, and which.
CLOSED: Final = _("closed")
OPEN: Final = _("OPEN  ")
ESCAPES: Final = {
    "files": _("read files with tokens and keys"),
    "root": _("read them through /proc"),
    "umount": _("uncover them"),
    "rename": _("rename the folders that they are in"),
    "processes": _("see other processes"),
    "environments": _("read the environment of other processes"),
    "variables": _("find keys and sockets in its own environment"),
    "descriptors": _("use open files and terminals of other processes"),
    "terminal": _("type into other terminals"),
    "sockets": _("reach sockets in the file system"),
    "running": _("reach the sockets of programs that run now"),
    "abstract": _("reach sockets without a file"),
    "servers": _("reach servers of this machine"),
    "metadata": _("get the role of this instance or container"),
    "start-up": _("change what a shell starts"),
    "programs": _("change programs on the PATH, and rolecall"),
    "kernel": _("change settings of the kernel"),
    "rights": _("get more rights, as by sudo"),
    "memory": _("share memory with other processes"),
}
INSTALL_PASTA: Final = _("With pasta, the network is closed, too: {line}")


def lent(name: str, facts: Lend) -> str:
    """Return what is lent, and how it is sealed."""
    minutes = _MINUTES.format(minutes=facts.minutes) if facts.minutes else ""
    parts = safe(name), facts.rights or _ALL_RIGHTS, minutes, _SEALS[facts.seal]
    return _LENT.format(facts=labels.SEPARATOR.join(filter(None, parts)))
