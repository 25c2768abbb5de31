"""Errors in words: what happened, to what, what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rolecall.domain import (
    action_errors,
    errors,
    file_errors,
    login_errors,
    pin_errors,
    role_errors,
    team_errors,
    token_errors,
)
from rolecall.domain.records import fields
from rolecall.domain.text import safe
from rolecall.presentation import (
    action_strings,
    annotation_strings,
    credential_strings,
    error_strings,
    file_strings,
    labels,
    paths,
    program_strings,
    session_strings,
    times,
)
from rolecall.presentation.commands import with_keys
from rolecall.presentation.translation import join_sentences

if TYPE_CHECKING:
    from rolecall.domain.findings import Finding
    from rolecall.services.tokens import PortalFailure


_UNWRITABLE: Final = (
    file_errors.FileUnwritable
    | file_errors.FileNotDeleted
    | file_errors.StateUnwritable
    | token_errors.TokenNotRenewed
    | token_errors.TokenNotSaved
    | token_errors.TokenNotDeleted
)

# Causes of VerifyFailed whose sentence does not name the profile.
_WITHOUT_PROFILE: Final = errors.ServiceError | errors.ClockWrong | errors.SignInNeeded

# By the error, the sentences of its problems.
PROBLEMS: Final[Mapping[type[errors.RolecallError], Mapping[str, str]]] = {
    errors.StartUrlInvalid: error_strings.START_URL_PROBLEMS,
    errors.PortalNotFound: error_strings.PORTAL_PROBLEMS,
    errors.SessionDiffers: error_strings.SESSION_DIFFERENCES,
    errors.SignInNeeded: error_strings.SIGN_IN_PROBLEMS,
    errors.SessionNameInvalid: error_strings.SESSION_NAME_PROBLEMS,
    errors.TemplateInvalid: error_strings.TEMPLATE_PROBLEMS,
    errors.ClientSettingInvalid: error_strings.CLIENT_SETTING_PROBLEMS,
    login_errors.LoginNeeded: error_strings.LOGIN_PROBLEMS,
    login_errors.LoginCodeInvalid: error_strings.CODE_PROBLEMS,
    role_errors.RoleRefused: error_strings.ROLE_PROBLEMS,
    action_errors.ActionRefused: action_strings.PROBLEMS,
    errors.VerifyFailed: error_strings.VERIFY_PROBLEMS,
    errors.CredentialsExpired: credential_strings.EXPIRED_PROBLEMS,
    pin_errors.PinInvalid: error_strings.PIN_PROBLEMS,
    team_errors.TomlInvalid: annotation_strings.FILE_PROBLEMS,
    errors.NoCredentials: credential_strings.NO_CREDENTIALS,
    file_errors.FileMalformed: file_strings.MALFORMED,
    file_errors.EditRefused: file_strings.REFUSED,
}


def explain(error: BaseException) -> str:
    """Return one or two sentences for the user, without traceback and secrets."""
    advice = error_strings.ADVICE.get(type(error).__name__, "")
    return join_sentences(what_happened(error), advice)


def what_happened(error: BaseException) -> str:
    """Return the same as `explain`, but no advice to repeat a call."""
    if not isinstance(error, errors.RolecallError):
        return program_strings.CRASHED_NO_REPORT.format(what=type(error).__name__)
    if isinstance(cause := getattr(error, "cause", None), errors.RolecallError):
        return _of_profile(error, cause)
    facts = {f.name: _shown(getattr(error, f.name)) for f in fields(error)}
    facts |= {"config": paths.config_file(), "credentials": paths.credentials_file()}
    if isinstance(error, file_errors.FileMalformed):
        file = paths.as_written(error.path)
        in_credentials = file == facts["credentials"] and file != facts["config"]
        facts["header"] = file_strings.header_like(error.text, in_credentials=in_credentials)
    if isinstance(error, errors.ClientSettingInvalid) and error.section:
        facts["name"] = file_strings.IN_SECTION.format(key=error.name, section=error.section)
    if problem := facts.get("problem"):
        facts["problem"] = with_keys(_problem(error, problem), **facts)
    if isinstance(error, team_errors.TomlInvalid) and error.line:
        facts["place"] = annotation_strings.IN_LINE.format(place=facts["place"], line=error.line)
    if isinstance(error, file_errors.FileBusy):
        sentence = error_strings.BUSY.get(error.purpose, error_strings.BUSY[""])
        facts["purpose"] = sentence.format(**facts)
    facts |= _in_words(error)
    return with_keys(error_strings.ERRORS[type(error).__name__], **facts).strip()


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
    if isinstance(error, file_errors.FileUnreadable | _UNWRITABLE):
        reason, way_out = error.reason, file_strings.WAYS_OUT.get(error.reason, "")
        return {"reason": file_strings.REASONS.get(reason, reason), "way_out": way_out}
    return {}


def portal_failed(failure: PortalFailure, now: datetime) -> str:
    """Return what a sign-out did not end, and who else can.

    https://docs.aws.amazon.com/singlesignon/latest/userguide/delete-user-session.html
    """
    return session_strings.PORTAL_FAILED.format(
        what=what_happened(failure.cause), end=times.moment(failure.token_expires_at, now)
    )


def _of_profile(error: errors.RolecallError, cause: errors.RolecallError) -> str:
    """Return the sentence of the cause, and which profile it is about if it does not say so."""
    what = explain(cause)
    if isinstance(error, errors.VerifyFailed) and isinstance(cause, _WITHOUT_PROFILE):
        return error_strings.OF_PROFILE.format(profile=_shown(error.profile), what=what)
    return what


def describe(finding: Finding) -> str:
    """Return what is wrong with a line of a file, and how to fix it."""
    return (
        file_strings.FINDINGS[finding.kind.value]
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
        return file_strings.OTHER_LINE.format(line=finding.other)
    path = paths.as_written(finding.other_path)
    return file_strings.OTHER_LINE_IN.format(line=finding.other, path=path)


def _problem(error: errors.RolecallError, problem: str) -> str:
    return PROBLEMS[type(error)][problem]


def _shown(fact: object) -> str:
    if fact == Path():
        return labels.EMPTY_PATH
    return "" if fact is None else safe(str(fact))
