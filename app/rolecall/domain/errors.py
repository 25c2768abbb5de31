"""One tree of errors. Each holds facts; `presentation/error_strings.py` has their sentences.

RolecallError
├── SignInError
│   ├── StartUrlInvalid          what was typed is no start URL
│   ├── StartUrlUnknown          no Identity Center of that region has it
│   ├── RegionInvalid            what was typed is no region
│   ├── RegionMissing            ~/.aws/config does not say in which region the session is
│   ├── SessionNameInvalid
│   ├── DeviceCodeExpired        nobody approved in time
│   ├── SignInDenied             somebody pressed Deny
│   ├── AuthorizationExpired     nobody allowed it in the browser in time
│   ├── NoListener               the browser could not be listened for
│   ├── RegistrationRejected     the server does not know the client any more
│   └── SignInNeeded             there is no token that still holds
├── ServiceError
│   ├── Unreachable              no connection, no name, no answer in time
│   ├── NotIdentityCenter        something answers there, but it is not what we look for
│   ├── Throttled                429
│   ├── AccessRefused            403
│   ├── NotFound                 404: an account or permission set that is not (any more) there
│   ├── UnexpectedAnswer         an answer that makes no sense: HTML, truncated, a member missing
│   ├── ServiceFault             5xx
│   └── RequestRejected          4xx that none of the above names
├── NoAssignment                 no credentials of this permission set in this account for the user
├── DestinationInvalid           what was typed is no page of the AWS console
├── NoCredentials                a profile that rolecall can have no credentials for, and why
├── TemplateInvalid              a template for names that cannot be followed, and where
├── VerifyFailed                 a profile that does not work, with the reason in the clients' words
└── FileError
    ├── HomeUnknown
    ├── FileUnreadable           the system refuses, or it is not a file
    ├── FileMalformed            no client can read it; line and reason
    ├── FileUnwritable           the system refuses; the old bytes are there
    ├── FileBusy                 somebody else holds the lock
    ├── FileChanged              it is not what the change was planned on, and the change conflicts
    ├── UndoRefused              it has changed since the write that was to be taken back
    └── EditRefused              the edit would make what no client, or another client, reads
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(eq=False)
class RolecallError(Exception):
    """The root. Fields are facts, safe to show; never a secret."""

    def __str__(self) -> str:
        facts = ", ".join(f"{f.name}={getattr(self, f.name)!s}" for f in fields(self))
        return f"{type(self).__name__}({facts})"


class SignInError(RolecallError):
    """Signing in did not come to its end."""


@dataclass(eq=False)
class StartUrlInvalid(SignInError):
    """`problem` is a `start_url.Problem` value."""

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
    """`session` is its name or, of a legacy one, its start URL."""

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
    """`session` is the sso-session's name or, for a legacy one, its start URL."""

    session: str


@dataclass(eq=False)
class ServiceError(RolecallError):
    """A call to AWS that failed. `operation` is AWS's own name for it, `host` where it went."""

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
    """`retry_after` is in seconds, where the server said."""

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
    """`column` counts characters from 0, and `text` stands there.

    `problem` is a `template.Problem` value, `near` what could be meant.
    """

    column: int
    problem: str
    text: str = ""
    near: str = ""


@dataclass(eq=False)
class VerifyFailed(RolecallError):
    """`problem`: a key of `error_strings.VERIFY_PROBLEMS`; `detail`: the client's sentence."""

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
    """`problem`: a key of `credential_strings.NO_CREDENTIALS`; `subject`: what it is about."""

    profile: str
    problem: str
    subject: str = ""


class FileError(RolecallError):
    """A file could not be read or written. What was there before is still there."""


@dataclass(eq=False)
class HomeUnknown(FileError):
    pass


@dataclass(eq=False)
class FileUnreadable(FileError):
    path: Path
    reason: str


@dataclass(eq=False)
class FileMalformed(FileError):
    """`line` counts from 1; `problem` names the kind, `text` the line itself, made safe."""

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
    """`kept` is the file with what stood there before."""

    path: Path
    kept: Path


@dataclass(eq=False)
class EditRefused(FileError):
    """`problem` names the rule, `subject` the name, key or value it is about."""

    path: Path
    problem: str
    subject: str
