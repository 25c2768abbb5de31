"""The tree of errors. An error has facts. Its sentence is in
`presentation/texts/error_sentences.py`.

RolecallError
├── SignInError
│   ├── StartUrlInvalid          the typed text is not a start URL
│   ├── StartUrlUnknown          no Identity Center in the region has the start URL
│   ├── PortalNotFound           a company's own address leads to no access portal
│   ├── RegionMoved              a company's own address leads to a portal in another region
│   ├── RegionNotFound           no Identity Center of any region has the start URL
│   ├── RegionInvalid            the typed text is not a region
│   ├── SessionIncomplete        ~/.aws/config has no start URL or no region for the session
│   ├── SessionDiffers           a profile and its session have different values for a key
│   ├── SessionNameInvalid       the typed text cannot be the name of a session
│   ├── DeviceCodeExpired        the device code was not approved in time
│   ├── ApprovalLost             the answer with the token was lost, and the code works only once
│   ├── SignInDenied             the user denied the sign-in
│   ├── AuthorizationRejected    AWS rejected the sign-in in the browser, and why
│   ├── AuthorizationExpired     the sign-in was not allowed in the browser in time
│   ├── BrowserUnusable          no browser of this machine can be used, and why
│   ├── NoListener               rolecall cannot listen for the browser's answer
│   ├── RegistrationRejected     the server does not know the client registration, or no longer
│   └── SignInNeeded             there is no valid access token
├── ServiceError
│   ├── Unreachable              no connection, no such host, or no answer in time
│   ├── NotIdentityCenter        the host answers, but it is not an Identity Center
│   ├── Throttled                429: too many requests
│   ├── AccessRefused            403
│   ├── NotFound                 404: the account or permission set does not exist, or no longer
│   ├── UnexpectedAnswer         the answer is unusable: HTML, truncated, or a member is missing
│   ├── ServiceFault             5xx
│   └── RequestRejected          any other 4xx
├── ClientSettingInvalid         a variable or key with an address or a file cannot be used
├── RenewalInterrupted           a renewal was killed, and its refresh token can be used only once
├── RoleError                    about roles of account access manager: see `domain.role_errors`
├── PinError                     about what a repository pins: see `domain.pin_errors`
├── LoginError                   about login sessions: see `domain.login_errors`
├── NoAssignment                 the user is not assigned the permission set in the account
├── DestinationInvalid           the typed text is not a page of the AWS console
├── NoCredentials                rolecall cannot get credentials for the profile, and why
├── CommandNotRun                a command of the user cannot be started
├── ActionRefused                an action of the settings: see `domain.action_errors`
├── TemplateInvalid              the name template is wrong, and where
├── VerifyFailed                 the profile does not work, with the reason the client gives
├── CredentialsExpired           AWS says that the keys that sign the calls have expired
├── ClockWrong                   the clock of this machine is not that of AWS
└── FileError                about files: see `domain.file_errors`
"""

from __future__ import annotations

from datetime import timedelta

from rolecall.domain.records import dataclass, fields


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
    """No Identity Center in `region` has this start URL."""

    start_url: str
    region: str


@dataclass(eq=False)
class PortalNotFound(SignInError):
    """A company's own start URL leads to no access portal. `detail` is the target or a status."""

    start_url: str
    problem: str
    detail: str


@dataclass(eq=False)
class RegionMoved(SignInError):
    """The start URL of a session leads to a portal in `moved_to`, not in its `region`."""

    session: str
    start_url: str
    region: str
    moved_to: str


@dataclass(eq=False)
class RegionNotFound(SignInError):
    """None of the `asked` regions knows the start URL; `failed` of them gave no answer."""

    start_url: str
    asked: int
    failed: int


@dataclass(eq=False)
class RegionInvalid(SignInError):
    """`typed` does not have the form of a region."""

    typed: str


@dataclass(eq=False)
class SessionIncomplete(SignInError):
    """`session` is its name, the start URL of a legacy one, or an SSO profile without sso-session.

    `problem` is the key that is missing: "sso_start_url" or "sso_region".
    """

    session: str
    problem: str


@dataclass(eq=False)
class SessionDiffers(SignInError):
    """`profile` and `session` are the names of the two sections that differ in `key`.

    `problem` is the file that has the profile's key: "config" or "credentials".
    """

    profile: str
    session: str
    key: str
    problem: str


@dataclass(eq=False)
class SessionNameInvalid(SignInError):
    """`problem` is a value of `naming.NameProblem`."""

    typed: str
    problem: str


@dataclass(eq=False)
class DeviceCodeExpired(SignInError):
    """The device code was not approved before it expired (RFC 8628 §3.5)."""


@dataclass(eq=False)
class ApprovalLost(SignInError):
    """A code that works only once is refused, after an earlier call with it got no answer."""


@dataclass(eq=False)
class SignInDenied(SignInError):
    """The user denied the sign-in (`access_denied`: RFC 6749 §4.1.2.1, RFC 8628 §3.5)."""


@dataclass(eq=False)
class AuthorizationRejected(SignInError):
    """The browser brought an error other than a denial (RFC 6749 §4.1.2.1).

    `code` is its name, `detail` its description, which may be empty; both made safe.
    """

    code: str
    detail: str


@dataclass(eq=False)
class AuthorizationExpired(SignInError):
    """The browser did not bring an authorization code in time, or the code has expired."""


@dataclass(eq=False)
class BrowserUnusable(SignInError):
    """`problem` is a value of `terminal.browser.OpenResult`."""

    problem: str


@dataclass(eq=False)
class NoListener(SignInError):
    """rolecall cannot listen on a loopback port. `reason` is the system's phrase."""

    reason: str


@dataclass(eq=False)
class RegistrationRejected(SignInError):
    """The server does not accept the client registration; a new one is needed."""


@dataclass(eq=False)
class SignInNeeded(SignInError):
    """`session` is the name of the sso-session, or the start URL of a legacy one.

    `problem` is a value of `aws.sign_in.SignInProblem`.
    """

    session: str
    problem: str = "expired"


@dataclass(eq=False)
class ServiceError(RolecallError):
    """A call to AWS failed. `operation` is AWS's name for it, `host` the called host."""

    operation: str
    host: str


@dataclass(eq=False)
class Unreachable(ServiceError):
    """No answer arrived. `reason` is a value of `aws.translate.UnreachableReason`."""

    reason: str


@dataclass(eq=False)
class NotIdentityCenter(ServiceError):
    """The answer is not one of an Identity Center. `detail` has its status and content type."""

    detail: str


@dataclass(eq=False)
class Throttled(ServiceError):
    """`retry_after` is in seconds; None if the server did not say."""

    retry_after: float | None = None


@dataclass(eq=False)
class AccessRefused(ServiceError):
    """`detail` is the server's message, made safe; it may be empty. `code` is AWS's name for it."""

    detail: str = ""
    code: str = ""


@dataclass(eq=False)
class NotFound(ServiceError):
    """`detail` is the server's message, made safe; it may be empty."""

    detail: str = ""


def means_no_assignment(error: RolecallError) -> bool:
    """Whether the portal says, by refusing to list an account, that the user has nothing in it.

    It does not send an empty list then. A proxy or a policy on the way has other codes.
    """
    is_forbidden = isinstance(error, AccessRefused) and error.code == "ForbiddenException"
    return is_forbidden or isinstance(error, NotFound)


@dataclass(eq=False)
class UnexpectedAnswer(ServiceError):
    """`detail` is a value of `aws.translate.AnswerProblem`."""

    detail: str


@dataclass(eq=False)
class ServiceFault(ServiceError):
    """`status` is the HTTP status: 500 or above, except 501."""

    status: int


@dataclass(eq=False)
class RequestRejected(ServiceError):
    """`code` is AWS's name for the error, `detail` its message; both made safe."""

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
    """`problem` is a value of `aws.identity.VerifyProblem`, `detail` the client's sentence.

    `cause`: the error of rolecall that says all there is to say.
    """

    profile: str
    problem: str
    detail: str
    cause: RolecallError | None = None


@dataclass(eq=False)
class CredentialsExpired(RolecallError):
    """`profile` has the credentials, or is the variable that has them.

    `problem` is a value of `services.expired_credentials.ExpiredKind`, `detail` AWS's sentence.
    """

    profile: str
    problem: str
    detail: str


@dataclass(eq=False)
class ClockWrong(RolecallError):
    """`difference` is AWS's time minus that of this machine."""

    difference: timedelta


@dataclass(eq=False)
class ClientSettingInvalid(RolecallError):
    """`name` is the environment variable or the key of a profile, `typed` its value. `section` is
    the header above the key, if several sections can have it.

    `problem` is a key of `error_strings.CLIENT_SETTING_PROBLEMS`.
    """

    name: str
    typed: str
    problem: str
    section: str = ""


@dataclass(eq=False)
class DestinationInvalid(RolecallError):
    """`typed` is neither a URL of the AWS console nor the name of a service; made safe."""

    typed: str


@dataclass(eq=False)
class NoAssignment(RolecallError):
    """The user is not assigned this permission set in this account."""

    account_id: str
    permission_set: str


@dataclass(eq=False)
class NoCredentials(RolecallError):
    """`problem` is a value of `services.credentials.CredentialsProblem`; `subject`: of what."""

    profile: str
    problem: str
    subject: str = ""


@dataclass(eq=False)
class CommandNotRun(RolecallError):
    """`reason` is the system's phrase; `is_missing`: there is no such program."""

    command: str
    reason: str
    is_missing: bool = False


@dataclass(eq=False)
class RenewalInterrupted(RolecallError):
    """`session` is the name of the sso-session, or the start URL of a legacy one."""

    session: str
