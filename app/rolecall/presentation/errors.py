"""Errors in words: what happened, to what, what to do next.

`error_sentences.py` has the sentence of each class.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rolecall.domain import errors
from rolecall.domain.errors import file_errors, login_errors
from rolecall.domain.records import fields
from rolecall.domain.text import safe
from rolecall.presentation import labels, paths, times
from rolecall.presentation.commands import with_keys
from rolecall.presentation.texts import (
    file_strings,
    finding_strings,
    inventory_strings,
    program_strings,
    session_strings,
    token_strings,
)
from rolecall.presentation.texts.errors import error_strings
from rolecall.presentation.texts.errors.error_sentences import SENTENCES
from rolecall.presentation.translation import join_sentences

if TYPE_CHECKING:
    from rolecall.domain.config.findings import Finding
    from rolecall.services.tokens.token_keeper import RenewalFailure
    from rolecall.services.tokens.tokens import PortalFailure

# Causes of VerifyFailed whose sentence does not name the profile.
_WITHOUT_PROFILE: Final = errors.ServiceError | errors.ClockWrong | errors.SignInNeeded


def explain(error: BaseException, *, by_command: bool = False) -> str:
    """Return one or two sentences for the user, without traceback and secrets.

    `by_command`: they name commands instead of the keys of the full screen.
    """
    return join_sentences(what_happened(error, by_command=by_command), _advice(error))


def _advice(error: BaseException) -> str:
    if isinstance(error, errors.Unreachable) and error.reason == "name-unknown":
        return error_strings.NAME_UNKNOWN
    return SENTENCES[type(error)].advice if isinstance(error, errors.RolecallError) else ""


def short(error: errors.RolecallError) -> str:
    """Return two words for an error of an account, for its row."""
    return SENTENCES[type(error)].short


def what_happened(error: BaseException, *, by_command: bool = False) -> str:
    """Return the same as `explain`, but no advice to repeat a call."""
    if not isinstance(error, errors.RolecallError):
        return program_strings.CRASHED_NO_REPORT.format(what=type(error).__name__)
    if isinstance(cause := getattr(error, "cause", None), errors.RolecallError):
        return _of_profile(error, explain(cause, by_command=by_command), cause)
    said = SENTENCES[type(error)]
    text, problems = said.text, said.problems
    if by_command:
        text, problems = said.command or text, {**problems, **said.command_problems}
    facts = {f.name: _shown(getattr(error, f.name)) for f in fields(error)}
    facts |= {"config": paths.config_file(), "credentials": paths.credentials_file()}
    facts |= _before_problem(error, facts)
    if problem := facts.get("problem"):
        facts["problem"] = with_keys(problems[problem], **facts)
    facts |= _in_words(error)
    return with_keys(text, **facts).strip()


def _before_problem(error: errors.RolecallError, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the facts in words that texts of problems need, or that need other facts."""
    if isinstance(error, file_errors.FileBusy):
        sentence = error_strings.BUSY.get(error.purpose, error_strings.BUSY[""])
        return {"purpose": sentence.format(**facts)}
    if isinstance(error, file_errors.FileMalformed):
        file = paths.as_written(error.path)
        in_credentials = file == facts["credentials"] and file != facts["config"]
        return {"header": file_strings.header_like(error.text, in_credentials=in_credentials)}
    if isinstance(error, errors.ClientSettingInvalid) and error.section:
        return {"name": file_strings.IN_SECTION.format(key=error.name, section=error.section)}
    if isinstance(error, errors.RegionNotFound):
        return {"problem": "some-failed" if error.failed else "all-answered"}
    if isinstance(error, file_errors.TomlInvalid) and error.line:
        place = facts["place"]
        return {"place": inventory_strings.IN_LINE.format(place=place, line=error.line)}
    return {}


def _in_words(error: errors.RolecallError) -> dict[str, str]:
    """Return the facts that are not shown as they are."""
    if isinstance(error, errors.Unreachable):
        return {"reason": error_strings.UNREACHABLE.get(error.reason, error.reason)}
    if isinstance(error, errors.UnexpectedAnswer):
        return {"detail": error_strings.UNEXPECTED_ANSWER.get(error.detail, error.detail)}
    if isinstance(error, login_errors.LoginTaken):
        is_stored = error.in_credentials
        return {"file": paths.credentials_file() if is_stored else paths.config_file()}
    if isinstance(error, errors.ClockWrong):
        return {"problem": times.clock_skew(error.difference)}
    if isinstance(error, file_errors.FileRefused):
        reason, way_out = error.reason, file_strings.WAYS_OUT.get(error.reason, "")
        return {"reason": file_strings.REASONS.get(reason, reason), "way_out": way_out}
    return {}


def ask_unlocked(error: file_errors.LocksMissing) -> str:
    """Return the question of whether to write the file without a lock."""
    return file_strings.UNLOCKED.format(path=_shown(error.path), folder=_shown(error.folder))


def portal_failed(failure: PortalFailure, now: datetime) -> str:
    """Return what a sign-out did not end, and who else can.

    https://docs.aws.amazon.com/singlesignon/latest/userguide/delete-user-session.html
    """
    return session_strings.PORTAL_FAILED.format(
        what=what_happened(failure.cause), end=times.moment(failure.token_expires_at, now)
    )


def renewal_failed(
    failure: RenewalFailure, expires_at: datetime | None, now: datetime, way_in: str
) -> str:
    """Return why a token was not renewed, and when the next attempt is. `expires_at` is None if it
    has expired, `way_in` the key or command that signs in.
    """
    name, state = failure.session.label, token_strings.HAS_EXPIRED
    if expires_at is not None:
        state = token_strings.VALID_UNTIL.format(end=times.moment(expires_at, now))
    if failure.again_at is None:
        return token_strings.REVOKED.format(session=name, state=state, way_in=way_in)
    what, at = explain(failure.error), token_strings.time(failure.again_at)
    return token_strings.NOT_RENEWED.format(session=name, what=what, state=state, time=at)


def _of_profile(error: errors.RolecallError, what: str, cause: errors.RolecallError) -> str:
    """Return the sentence of the cause, and which profile it is about if it does not say so."""
    if isinstance(error, errors.VerifyFailed) and isinstance(cause, _WITHOUT_PROFILE):
        return error_strings.OF_PROFILE.format(profile=_shown(error.profile), what=what)
    return what


def describe(finding: Finding) -> str:
    """Return what is wrong with a line of a file, and how to fix it."""
    return (
        finding_strings.FINDINGS[finding.kind.value]
        .format(
            subject=finding.subject,
            other=_other(finding),
            line=finding.line,
            detail=finding.detail,
            reason=file_strings.REASONS.get(finding.detail, finding.detail),
            way_out=file_strings.WAYS_OUT.get(finding.detail, ""),
        )
        .strip()
    )


def describe_with_line(finding: Finding) -> str:
    """Return the same after the line, with the file if it is not the section that is shown."""
    line, sentence = finding.line, describe(finding)
    if finding.is_elsewhere:
        return labels.FINDING_IN.format(
            path=paths.as_written(finding.path), line=line, sentence=sentence
        )
    return labels.FINDING.format(line=line, sentence=sentence)


def _other(finding: Finding) -> str:
    """Return the second line that is involved, with its file if that is another."""
    if finding.other_path is None:
        return finding_strings.OTHER_LINE.format(line=finding.other)
    path = paths.as_written(finding.other_path)
    return finding_strings.OTHER_LINE_IN.format(line=finding.other, path=path)


def _shown(fact: object) -> str:
    if fact == Path():
        return labels.EMPTY_PATH
    return "" if fact is None else safe(str(fact))
