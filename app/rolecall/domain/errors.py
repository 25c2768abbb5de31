"""One tree of errors. Each has facts; `presentation/error_strings.py` has the sentences.

RolecallError
├── SignInError
│   ├── StartUrlInvalid          the typed address is not a start URL
│   ├── StartUrlUnknown          no Identity Center in that region has the start URL
│   ├── RegionInvalid            the typed text is not a region
│   ├── RegionMissing            ~/.aws/config has no region for the session
│   ├── SessionNameInvalid
│   ├── DeviceCodeExpired        the code was not approved in time
│   ├── SignInDenied             the user denied the sign-in
│   ├── AuthorizationExpired     the sign-in was not allowed in the browser in time
│   ├── NoListener               the loopback listener for the browser did not start
│   ├── RegistrationRejected     the server no longer knows the client
│   └── SignInNeeded             there is no valid token
├── ServiceError
│   ├── Unreachable              no connection, no such host, or no answer in time
│   ├── NotIdentityCenter        something else than an Identity Center answers
│   ├── Throttled                429
│   ├── AccessRefused            403
│   ├── NotFound                 404: the account or permission set does not exist, or no longer
│   ├── UnexpectedAnswer         unusable: HTML, truncated, or a member is missing
│   ├── ServiceFault             5xx
│   └── RequestRejected          any other 4xx
├── NoAssignment                 the user is not assigned the permission set in the account
├── DestinationInvalid           the typed text is not a page of the AWS console
├── NoCredentials                rolecall can get no credentials for the profile, and why
├── TemplateInvalid              the name template is wrong, and where
├── VerifyFailed                 the profile does not work, with the client's reason
└── FileError
    ├── HomeUnknown
    ├── FileUnreadable           the system refuses to read it, or it is not a file
    ├── FileMalformed            no client can read it; line and reason
    ├── FileUnwritable           the system refuses to write it; the old content is unchanged
    ├── FileBusy                 another program has the lock
    ├── FileChanged              another program has changed it, and the change conflicts
    ├── UndoRefused              it has changed since the write that was to be undone
    └── EditRefused              the result would be unreadable, or read differently by clients
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(eq=False)
class RolecallError(Exception):
    """The root. Fields are facts that are safe to show, never secrets."""

    def __str__(self) -> str:
        facts = ", ".join(f"{f.name}={getattr(self, f.name)!s}" for f in fields(self))
        return f"{type(self).__name__}({facts})"


class SignInError(RolecallError):
    """The sign-in failed."""


@dataclass(eq=False)
class StartUrlInvalid(SignInError):
    """`problem` is a value of `start_url.StartUrlProblem`."""

    typed: str
    problem: str


@dataclass(eq=False)
class StartUrlUnknown(SignInError):
    start_url: str
    region: str


@dataclass(eq=False)
class RegionInvalid(SignInError):
    typed: str


@dataclass(eq=False)
class RegionMissing(SignInError):
    """`session` is its name, or the start URL of a legacy one."""

    session: str


@dataclass(eq=False)
class SessionNameInvalid(SignInError):
    typed: str
    problem: str


@dataclass(eq=False)
class DeviceCodeExpired(SignInError):
    pass


@dataclass(eq=False)
class SignInDenied(SignInError):
    pass


@dataclass(eq=False)
class AuthorizationExpired(SignInError):
    pass


@dataclass(eq=False)
class NoListener(SignInError):
    reason: str


@dataclass(eq=False)
class RegistrationRejected(SignInError):
    pass


@dataclass(eq=False)
class SignInNeeded(SignInError):
    """`session` is the name of the sso-session, or the start URL of a legacy one."""

    session: str


@dataclass(eq=False)
class ServiceError(RolecallError):
    """A call to AWS failed. `operation` is AWS's name for it, `host` the called host."""

    operation: str
    host: str


@dataclass(eq=False)
class Unreachable(ServiceError):
    reason: str


@dataclass(eq=False)
class NotIdentityCenter(ServiceError):
    detail: str


@dataclass(eq=False)
class Throttled(ServiceError):
    """`retry_after` is in seconds; None if the server did not say."""

    retry_after: float | None = None


@dataclass(eq=False)
class AccessRefused(ServiceError):
    detail: str = ""


@dataclass(eq=False)
class NotFound(ServiceError):
    detail: str = ""


@dataclass(eq=False)
class UnexpectedAnswer(ServiceError):
    detail: str


@dataclass(eq=False)
class ServiceFault(ServiceError):
    status: int


@dataclass(eq=False)
class RequestRejected(ServiceError):
    code: str
    detail: str


@dataclass(eq=False)
class TemplateInvalid(RolecallError):
    """`column` is the position of `text` in the template, from 0.

    `problem` is a value of `template.TemplateProblem`; `near` is what was probably meant.
    """

    column: int
    problem: str
    text: str = ""
    near: str = ""


@dataclass(eq=False)
class VerifyFailed(RolecallError):
    """`problem` is a key of `error_strings.VERIFY_PROBLEMS`, `detail` the client's sentence."""

    profile: str
    problem: str
    detail: str


@dataclass(eq=False)
class DestinationInvalid(RolecallError):
    typed: str


@dataclass(eq=False)
class NoAssignment(RolecallError):
    account_id: str
    permission_set: str


@dataclass(eq=False)
class NoCredentials(RolecallError):
    """`problem` is a key of `credential_strings.NO_CREDENTIALS`, `subject` what it concerns."""

    profile: str
    problem: str
    subject: str = ""


class FileError(RolecallError):
    """A file could not be read or written. Its old content is unchanged."""


@dataclass(eq=False)
class HomeUnknown(FileError):
    pass


@dataclass(eq=False)
class FileUnreadable(FileError):
    path: Path
    reason: str


@dataclass(eq=False)
class FileMalformed(FileError):
    """`line` counts from 1. `problem` names the kind; `text` is the line itself, made safe."""

    path: Path
    line: int
    problem: str
    text: str = ""


@dataclass(eq=False)
class FileUnwritable(FileError):
    path: Path
    reason: str


@dataclass(eq=False)
class FileBusy(FileError):
    path: Path


@dataclass(eq=False)
class FileChanged(FileError):
    path: Path


@dataclass(eq=False)
class UndoRefused(FileError):
    """`kept` is the path of the backup with the earlier content."""

    path: Path
    kept: Path


@dataclass(eq=False)
class EditRefused(FileError):
    """`problem` names the rule, `subject` the name, key or value that breaks it."""

    path: Path
    problem: str
    subject: str
