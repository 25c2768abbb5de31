"""The errors. An error has facts. Its sentence is in
`presentation/texts/errors/error_sentences.py`.

Those about files, roles of account access manager, pins, login sessions and actions are in separate
modules.
"""

from __future__ import annotations

from datetime import timedelta
from typing import dataclass_transform

from rolecall.domain.records import dataclass, fields


@dataclass_transform(eq_default=False)
@dataclass(eq=False)
class RolecallError(Exception):
    """The root. Fields are facts that are safe to show, never secrets. Each subclass is made a data
    class.
    """

    def __init_subclass__(cls) -> None:
        dataclass(eq=False)(cls)

    def __str__(self) -> str:
        facts = ", ".join(f"{f.name}={getattr(self, f.name)!s}" for f in fields(self))
        return f"{type(self).__name__}({facts})"


class SignInError(RolecallError):
    """The sign-in failed."""


class StartUrlInvalid(SignInError):
    """The typed text is not a start URL. `problem` is a value of `start_url.StartUrlProblem`."""

    typed: str
    problem: str


class StartUrlUnknown(SignInError):
    """No Identity Center in `region` has this start URL."""

    start_url: str
    region: str


class PortalNotFound(SignInError):
    """A company's own start URL leads to no access portal. `detail` is the target or a status."""

    start_url: str
    problem: str
    detail: str


class RegionMoved(SignInError):
    """The start URL of a session leads to a portal in `moved_to`, not in its `region`."""

    session: str
    start_url: str
    region: str
    moved_to: str


class RegionNotFound(SignInError):
    """None of the `asked` regions knows the start URL; `failed` of them gave no answer."""

    start_url: str
    asked: int
    failed: int


class RegionInvalid(SignInError):
    """The typed text does not have the form of a region."""

    typed: str


class SessionIncomplete(SignInError):
    """~/.aws/config has no start URL or no region for a session.

    `session` is its name, the start URL of a legacy one, or an SSO profile without sso-session.
    `problem` is the key that is missing: "sso_start_url" or "sso_region".
    """

    session: str
    problem: str


class SessionDiffers(SignInError):
    """A profile and its session, by their names, have different values for `key`.

    `problem` is the file that has the profile's key: "config" or "credentials".
    """

    profile: str
    session: str
    key: str
    problem: str


class SessionNameInvalid(SignInError):
    """The typed text is not a name for a session. `problem` is a value of `naming.NameProblem`."""

    typed: str
    problem: str


class DeviceCodeExpired(SignInError):
    """The device code was not approved before it expired (RFC 8628 §3.5)."""


class DeviceCodeRefused(SignInError):
    """Nobody gets a device code here. `problem` is AWS's name for the error, or "team"."""

    problem: str


class ApprovalLost(SignInError):
    """AWS refuses a code that works only once: an earlier call with it got no answer."""


class SignInDenied(SignInError):
    """The user denied the sign-in (`access_denied`: RFC 6749 §4.1.2.1, RFC 8628 §3.5)."""


class AuthorizationRejected(SignInError):
    """The browser brought an error other than a denial (RFC 6749 §4.1.2.1).

    `code` is its name, `detail` its description, which may be empty; both made safe.
    """

    code: str
    detail: str


class AuthorizationExpired(SignInError):
    """The browser did not bring an authorization code in time, or the code has expired."""


class CodeInvalid(SignInError):
    """What the user has pasted does not end the sign-in. `problem` is a value of
    `sign_in.pasted.CodeProblem`.
    """

    problem: str


class NoListener(SignInError):
    """rolecall cannot listen on a loopback port. `reason` is the system's phrase."""

    reason: str


class RegistrationRejected(SignInError):
    """The server does not accept the client registration; a new one is needed."""


class SignInNeeded(SignInError):
    """There is no valid access token.

    `session` is the name of the sso-session, or the start URL of a legacy one. `problem` is a value
    of `aws.sign_in.SignInProblem`.
    """

    session: str
    problem: str = "expired"


class ServiceError(RolecallError):
    """A call to AWS failed. `operation` is AWS's name for it, `host` the called host."""

    operation: str
    host: str


class Unreachable(ServiceError):
    """No answer arrived. `reason` is a value of `aws.translate.UnreachableReason`."""

    reason: str


class NotIdentityCenter(ServiceError):
    """The answer is not one of an Identity Center. `detail` has its status and content type."""

    detail: str


class Throttled(ServiceError):
    """429: too many requests. `retry_after` is in seconds; None if the server did not say."""

    retry_after: float | None = None


class AccessRefused(ServiceError):
    """403. `detail` is the server's message, made safe, or empty. `code` is AWS's name for it."""

    detail: str = ""
    code: str = ""


class NotFound(ServiceError):
    """404. `detail` is the server's message, made safe; it may be empty."""

    detail: str = ""


def means_no_assignment(error: RolecallError) -> bool:
    """Whether the portal says, by refusing to list an account, that the user has nothing in it.

    It does not send an empty list then. A proxy or a policy on the way has other codes.
    """
    is_forbidden = isinstance(error, AccessRefused) and error.code == "ForbiddenException"
    return is_forbidden or isinstance(error, NotFound)


class UnexpectedAnswer(ServiceError):
    """The answer cannot be used. `detail` is a value of `aws.translate.AnswerProblem`."""

    detail: str


class ServiceFault(ServiceError):
    """`status` is the HTTP status: 500 or above, except 501."""

    status: int


class RequestRejected(ServiceError):
    """Any other 4xx. `code` is AWS's name for it, `detail` its message; both made safe."""

    code: str
    detail: str


class TemplateInvalid(RolecallError):
    """`column` is the position of `text` in the template, from 0.

    `problem` is a value of `template.TemplateProblem`; `near` is what was probably meant.
    """

    column: int
    problem: str
    text: str = ""
    near: str = ""


class VerifyFailed(RolecallError):
    """The profile does not work.

    `problem` is a value of `aws.identity.VerifyProblem`, `detail` the client's sentence. `cause` is
    the error of rolecall that says all there is to say.
    """

    profile: str
    problem: str
    detail: str
    cause: RolecallError | None = None


class CredentialsExpired(RolecallError):
    """AWS says that keys have expired. `profile` is the profile or the variable with the keys.

    `problem` is a value of `expired_credentials.ExpiredKind`, `detail` AWS's sentence.
    """

    profile: str
    problem: str
    detail: str


class ClockWrong(RolecallError):
    """The clock of this machine is wrong. `difference` is AWS's time minus its time."""

    difference: timedelta


class ClientSettingInvalid(RolecallError):
    """A variable or key with an address or a file cannot be used.

    `name` is the environment variable or the key of a profile, `typed` its value. `section` is the
    header above the key, if several sections can have it. `problem` is a key of
    `error_strings.CLIENT_SETTING_PROBLEMS`.
    """

    name: str
    typed: str
    problem: str
    section: str = ""


class DestinationInvalid(RolecallError):
    """`typed` is neither a URL of the AWS console nor the name of a service; made safe.

    `problem` is `similar` if `near` is a name that it may mean, else `unknown`.
    """

    typed: str
    problem: str = "unknown"
    near: str = ""


class NoAssignment(RolecallError):
    """The user is not assigned this permission set in this account."""

    account_id: str
    permission_set: str


class NoCredentials(RolecallError):
    """rolecall cannot get credentials for the profile.

    `problem` is a value of `services.credentials.CredentialsProblem`; `subject`: of what.
    """

    profile: str
    problem: str
    subject: str = ""


class CommandNotRun(RolecallError):
    """A command of the user cannot be started. `reason` is the system's phrase; `is_missing`: there
    is no such program.
    """

    command: str
    reason: str
    is_missing: bool = False


class RenewalInterrupted(RolecallError):
    """A renewal was killed or got no answer, and its refresh token can be used only once.

    `session` is the name of the sso-session, or the start URL of a legacy one.
    """

    session: str
