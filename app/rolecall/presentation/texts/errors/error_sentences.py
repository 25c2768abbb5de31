"""One sentence for each class of errors. `errors.py` fills in the facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rolecall.domain import errors
from rolecall.domain.errors import (
    file_errors,
    lending_errors,
    login_errors,
    pin_errors,
    role_errors,
    run_errors,
)
from rolecall.domain.records import NamedTuple
from rolecall.presentation.texts import (
    action_strings,
    credential_strings,
    file_strings,
    inventory_strings,
    lending_strings,
)
from rolecall.presentation.texts.errors import error_strings
from rolecall.presentation.translation import _

_NONE: Final[Mapping[str, str]] = {}
_START_AGAIN: Final = _("Start the sign-in again.")  # a view that can do it says how instead


class Sentence(NamedTuple):
    """What is said about one class of errors, with the facts of an error in braces.

    `problems` are the texts for `{problem}`, by the value of the error's `problem`. `command` and
    `command_problems` are what a command says instead, because it has no keys. `advice`: what to do
    if the call can be repeated. `short`: on a row, at most 14 cells.
    """

    text: str = "{problem}"
    problems: Mapping[str, str] = _NONE
    command: str = ""
    command_problems: Mapping[str, str] = _NONE
    advice: str = ""
    short: str = ""


# Every class of errors, once.
SENTENCES: Final[Mapping[type[errors.RolecallError], Sentence]] = {
    errors.StartUrlInvalid: Sentence(problems=error_strings.START_URL_PROBLEMS),
    errors.StartUrlUnknown: Sentence(
        _(
            "No Identity Center in {region} has the start URL {start_url}. Check both; the region is that of the Identity Center."
        )
    ),
    errors.PortalNotFound: Sentence(problems=error_strings.PORTAL_PROBLEMS),
    errors.RegionMoved: Sentence(
        _(
            "{start_url} now leads to an Identity Center in {moved_to}. The sso_region of {session} is still {region}."
        )
    ),
    errors.RegionNotFound: Sentence(problems=error_strings.REGION_NOT_FOUND),
    errors.RegionInvalid: Sentence(
        _("“{typed}” is not an AWS region. A region looks like eu-west-1."), short=_("bad region")
    ),
    errors.SessionIncomplete: Sentence(problems=error_strings.SESSION_LACKS),
    errors.SessionDiffers: Sentence(problems=error_strings.SESSION_DIFFERENCES),
    errors.SessionNameInvalid: Sentence(problems=error_strings.SESSION_NAME_PROBLEMS),
    errors.DeviceCodeExpired: Sentence(
        _("The code expired before the sign-in was approved."), advice=_START_AGAIN
    ),
    errors.DeviceCodeRefused: Sentence(problems=error_strings.DEVICE_CODE_PROBLEMS),
    errors.ApprovalLost: Sentence(
        _("The connection was lost while AWS answered, and this code works only once."),
        advice=_START_AGAIN,
    ),
    errors.SignInDenied: Sentence(_("The sign-in was denied."), advice=_START_AGAIN),
    errors.AuthorizationRejected: Sentence(
        _("AWS rejected the sign-in in the browser: {code}. {detail}"), advice=_START_AGAIN
    ),
    errors.AuthorizationExpired: Sentence(
        _("The sign-in timed out before it was allowed in the browser."), advice=_START_AGAIN
    ),
    errors.CodeInvalid: Sentence(problems=error_strings.CODE_PROBLEMS),
    errors.NoListener: Sentence(_("This machine cannot receive the browser's answer ({reason}).")),
    errors.RegistrationRejected: Sentence(
        _("The server no longer knows this client."), advice=_START_AGAIN
    ),
    errors.SignInNeeded: Sentence(
        problems=error_strings.SIGN_IN_PROBLEMS,
        command_problems=error_strings.SIGN_IN_BY_COMMAND,
        short=_("sign in"),
    ),
    errors.Unreachable: Sentence(
        _("{host} cannot be reached ({reason})."),
        advice=_("Check the region, the network or the proxy, and try again."),
        short=_("unreachable"),
    ),
    errors.NotIdentityCenter: Sentence(
        _("{host} does not answer like AWS ({detail})."),
        advice=_("Check the start URL and the region, or the network."),
        short=_("bad answer"),
    ),
    errors.Throttled: Sentence(
        _("AWS limits the rate of {operation}."),
        advice=_("Wait a moment and try again."),
        short=_("throttled"),
    ),
    errors.AccessRefused: Sentence(
        _("{operation} was refused because you have no access to it. {detail}"), short=_("refused")
    ),
    errors.NotFound: Sentence(
        _("{operation}: AWS did not find what was requested. {detail}"), short=_("not found")
    ),
    errors.UnexpectedAnswer: Sentence(
        _(
            "The answer of {host} to {operation} cannot be read ({detail}). A proxy or a Wi-Fi login page may be in between."
        ),
        advice=_("Check the network and try again."),
        short=_("bad answer"),
    ),
    errors.ServiceFault: Sentence(
        _("{operation} failed at {host} with status {status}."),
        advice=_("Try again in a moment."),
        short=_("AWS failed"),
    ),
    errors.RequestRejected: Sentence(
        _("{operation} was rejected: {code}. {detail}"), short=_("rejected")
    ),
    errors.ClientSettingInvalid: Sentence(problems=error_strings.CLIENT_SETTING_PROBLEMS),
    errors.NoAssignment: Sentence(
        _(
            "{permission_set} is not assigned to you in account {account_id}. `rolecall list --refresh` shows what is."
        )
    ),
    role_errors.TenantInvalid: Sentence(problems=error_strings.TENANT_PROBLEMS),
    role_errors.TokenLacksScopes: Sentence(
        _(
            "The sign-in of {session} does not cover the roles of account access manager. {go_tokens}, then {sign_in} signs in again with them. Permission sets still work."
        ),
        command=_(
            "The sign-in of {session} does not cover the roles of account access manager. `rolecall sign-in --sso-session {session} --force` signs in again with them. Permission sets still work."
        ),
    ),
    role_errors.TenantUnknown: Sentence(
        _(
            "The account access manager {tenant} in {region} does not belong to this Identity Center. {sessions}, then {edit_session} corrects the account access portal of {session}."
        ),
        command=_(
            "The account access manager {tenant} in {region} does not belong to this Identity Center. `rolecall sign-in ADDRESS --name {session}` corrects the account access portal of {session}."
        ),
    ),
    role_errors.NoTenant: Sentence(
        _(
            "The session {session} has no account access portal, so its roles are unknown. {sessions}, then {edit_session} adds its address, such as https://aa-example.account-access.eu-west-1.app.aws"
        ),
        command=_(
            "The session {session} has no account access portal, so its roles are unknown. `rolecall sign-in ADDRESS --name {session}` adds it. ADDRESS looks like https://aa-example.account-access.eu-west-1.app.aws"
        ),
    ),
    role_errors.RoleRefused: Sentence(problems=error_strings.ROLE_PROBLEMS),
    login_errors.LoginNeeded: Sentence(problems=error_strings.LOGIN_PROBLEMS),
    login_errors.LoginRefused: Sentence(
        _(
            "AWS does not give this identity keys for the command line. It needs the policy SignInLocalDevelopmentAccess. {detail}"
        )
    ),
    login_errors.LoginTaken: Sentence(
        _(
            "{profile} gets its credentials from {key} in {file}, which clients use instead of a console sign-in. Name another profile, or remove {key} from it."
        )
    ),
    login_errors.CrtMissing: Sentence(
        _(
            "Console credentials need the package awscrt, and this Python does not have it. Install it: {command}"
        )
    ),
    errors.DestinationInvalid: Sentence(problems=error_strings.DESTINATION_PROBLEMS),
    errors.NoCredentials: Sentence(problems=credential_strings.NO_CREDENTIALS),
    errors.CommandNotRun: Sentence("{command}: {reason}"),
    run_errors.NoRun: Sentence(_("There is no run to resume.")),
    run_errors.RunGoesOn: Sentence(
        _("The last run has not ended yet."), advice=_("Stop it, or wait for it.")
    ),
    run_errors.RunNarrowed: Sentence(
        _(
            "The last run had narrowed roles. Narrow them again: rolecall exec --resume {options} -- COMMAND"
        )
    ),
    run_errors.RoleChanged: Sentence(_("{profile} has a different role from the last run.")),
    run_errors.ActionRefused: Sentence("{action}: {problem}", problems=action_strings.PROBLEMS),
    lending_errors.GrantInvalid: Sentence(problems=lending_strings.GRANT_PROBLEMS),
    lending_errors.PolicyInvalid: Sentence(problems=lending_strings.POLICY_PROBLEMS),
    lending_errors.PolicyTooLarge: Sentence(problems=lending_strings.TOO_LARGE),
    lending_errors.NarrowingRefused: Sentence(problems=lending_strings.NARROWING_PROBLEMS),
    lending_errors.NarrowingRequired: Sentence(
        _(
            "{name} is production, and `must_narrow` in the settings or the team's file wants fewer rights for it. Use --allow, --deny or --policy."
        )
    ),
    lending_errors.AgentRefused: Sentence(
        _(
            "{name} is production, and {mark} in the environment says that an agent calls, so nothing was handed out. An agent asks for it: `rolecall lend`, then `rolecall ask`. If you call it yourself: env -u {mark} rolecall …"
        )
    ),
    lending_errors.LendEnded: Sentence(
        _("This lend is over after {minutes} min, so nothing more is handed out.")
    ),
    lending_errors.SealImpossible: Sentence(problems=lending_strings.SEAL_PROBLEMS),
    lending_errors.AskInvalid: Sentence(problems=lending_strings.ASK_PROBLEMS),
    lending_errors.NotLent: Sentence(problems=lending_strings.NOT_LENT),
    lending_errors.LendUnasked: Sentence(
        _(
            "Without --allow, --deny or --policy, all that {name} may would be lent. That is asked on a terminal, and here is none."
        )
    ),
    pin_errors.NoPin: Sentence(
        _(
            "There is no .rolecall.toml in {folder} or in a directory above it, up to the root of the repository. `rolecall pin` writes one."
        )
    ),
    pin_errors.PinInvalid: Sentence("{path}: {problem}", problems=error_strings.PIN_PROBLEMS),
    file_errors.NoTeam: Sentence(
        _("There is no team file yet. `rolecall team add LOCATION` adds one.")
    ),
    file_errors.TomlInvalid: Sentence(
        "{place}: {problem}", problems=inventory_strings.FILE_PROBLEMS
    ),
    pin_errors.PinUntrusted: Sentence(
        _(
            "{path} says {subject}, but you do not trust it yet. Check it, then run `rolecall trust`."
        )
    ),
    pin_errors.PinToProduction: Sentence(
        _(
            "{subject} is production. Without a terminal, “.” cannot be used for it: give the full name of a profile."
        )
    ),
    pin_errors.PinMissed: Sentence(
        _(
            "You have no profile and no permission set for {subject}. `rolecall list --refresh` shows what is assigned to you."
        )
    ),
    errors.TemplateInvalid: Sentence(problems=error_strings.TEMPLATE_PROBLEMS),
    errors.VerifyFailed: Sentence(
        problems=error_strings.VERIFY_PROBLEMS, command_problems=error_strings.VERIFY_BY_COMMAND
    ),
    errors.CredentialsExpired: Sentence(problems=credential_strings.EXPIRED_PROBLEMS),
    errors.ClockWrong: Sentence(),
    file_errors.HomeUnknown: Sentence(
        _("HOME is not set, so there is no ~/.aws to work with. Set HOME and start again.")
    ),
    file_errors.FileUnreadable: Sentence(
        _("{path} cannot be read ({reason}). Nothing was changed.")
    ),
    file_errors.FileMalformed: Sentence(
        _("{path}, line {line}: {problem} Nothing was changed."), problems=file_strings.MALFORMED
    ),
    file_errors.FileUnwritable: Sentence(
        _("{path} cannot be written ({reason}) and is unchanged. {way_out}")
    ),
    file_errors.FileNotDeleted: Sentence(_("{path} cannot be deleted ({reason}). {way_out}")),
    file_errors.StateUnwritable: Sentence(
        _(
            "{path} is unchanged, because {folder} cannot be written ({reason}): rolecall writes nothing without a lock and a backup. {way_out}"
        )
    ),
    file_errors.LocksMissing: Sentence(
        _(
            "{path} is unchanged, because the file system of {folder} has no locks ({reason}). XDG_STATE_HOME can name a folder on another one."
        ),
        command=_(
            "{path} is unchanged, because the file system of {folder} has no locks ({reason}). --no-lock writes without one. Nothing else may write there meanwhile."
        ),
    ),
    file_errors.TokenNotRenewed: Sentence(
        _(
            "The sign-in of {session} is not renewed, because {path} cannot be written ({reason}) and the new token would be lost. {way_out}"
        )
    ),
    file_errors.TokenNotSaved: Sentence(
        _(
            "The new token of {session} is not saved, because {path} cannot be written ({reason}). Only this rolecall has it. Sign in again after it has ended. {way_out}"
        )
    ),
    file_errors.TokenKept: Sentence(
        _(
            "The new token of {session} is kept in {kept}, because {path} cannot be written ({reason}). Other programs cannot use it until rolecall runs again and moves it back. {way_out}"
        )
    ),
    file_errors.FileKept: Sentence(
        _(
            "{path} cannot be written ({reason}). Its new content is kept in {kept}, and rolecall moves it back when it runs again. {way_out}"
        )
    ),
    errors.RenewalInterrupted: Sentence(
        _(
            "A renewal of {session} was interrupted before the new token was saved, and the old token cannot be renewed again."
        )
    ),
    file_errors.TokenNotDeleted: Sentence(
        _(
            "The session at the access portal has ended, but {path} cannot be deleted ({reason}). Its token no longer works. {way_out}"
        )
    ),
    file_errors.FileBusy: Sentence("{purpose}"),
    file_errors.FileChanged: Sentence(
        _(
            "Another program has changed {path} in the meantime. Nothing was written. Check it and try again."
        )
    ),
    file_errors.UndoRefused: Sentence(
        _(
            "{path} has changed since then, so this write cannot be undone on its own. The earlier content is in {kept}."
        )
    ),
    file_errors.BackupChanged: Sentence(
        _(
            "The backup {kept} is not what this write replaced, so it is not written back to {path}. Compare the two yourself."
        )
    ),
    file_errors.EditRefused: Sentence(_("{path}: {problem}"), problems=file_strings.REFUSED),
}
