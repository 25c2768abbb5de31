"""Texts of the problems that errors name; `error_sentences.py` has the sentences of the classes."""

from __future__ import annotations

from typing import Final

from rolecall.domain.switching.pin import KEYS
from rolecall.presentation.texts import profile_strings
from rolecall.presentation.translation import _

# By the key that is missing.
SESSION_LACKS: Final = {
    "sso_start_url": _(
        "{session} has no sso_start_url in {config}. Add the address of its access portal, such as https://d-1234567890.awsapps.com/start."
    ),
    "sso_region": _(
        "{session} has no sso_region in {config}. Add the region of its Identity Center, such as eu-west-1."
    ),
}

TENANT_PROBLEMS: Final = {
    "not-a-portal": _(
        "“{typed}” is not an account access portal. Its address looks like https://aa-example.account-access.eu-west-1.app.aws"
    ),
    "incomplete": _(
        "“{typed}” looks like part of the address of an account access portal. Type the whole address, which names the region: https://{tenant}.account-access.REGION.app.aws"
    ),
}

# By the file that has the key of the profile.
SESSION_DIFFERENCES: Final = {
    "config": _(
        "The {key} of {profile} differs from the one of its sso-session {session} in {config}, so every client refuses the profile. Remove {key} from it."
    ),
    "credentials": _(
        "The {key} of {profile} in {credentials} differs from the one of its sso-session {session} in {config}, so every client refuses the profile. Remove {key} from {credentials}."
    ),
}

START_URL_PROBLEMS: Final = {
    "empty": _(
        "Type the address of your access portal, such as https://d-1234567890.awsapps.com/start"
    ),
    "not-a-url": _(
        "That is not a web address. A start URL looks like https://d-1234567890.awsapps.com/start"
    ),
    "not-https": _("A start URL begins with https:// (http:// is for this machine only)."),
    "look-alike": _(
        "That only looks like an AWS address. Check it: signing in there would hand over your session."
    ),
    "no-host": _(
        "The address has no complete host name. A start URL looks like https://d-1234567890.awsapps.com/start"
    ),
    "credentials": _("Leave out the user name and the password: a start URL has neither."),
    "not-a-portal": _(
        "That is an AWS address, but not an access portal. A start URL looks like https://d-1234567890.awsapps.com/start"
    ),
    "account-access": _(
        "That is an account access portal, which has no sign-in. Enter the start URL of the access portal that you sign in to. Its session can then have this address as its role portal."
    ),
}

PORTAL_PROBLEMS: Final = {
    "no-redirect": _(
        "{start_url} does not lead to an access portal: it answers with status {detail}. Ask for the address that ends with awsapps.com or app.aws."
    ),
    "loop": _(
        "{start_url} leads back to itself ({detail}), not to an access portal. Ask who runs it, or enter the AWS address."
    ),
    "target-not-https": _(
        "{start_url} leads to {detail}, which is not encrypted. Ask who runs it, or enter the AWS address."
    ),
    "target-not-of-aws": _(
        "{start_url} leads to {detail}, which is not an AWS address. Do not sign in there. Ask who runs it."
    ),
    "target-not-a-portal": _(
        "{start_url} leads to {detail}, an AWS page that is not an access portal. Ask who runs it, or enter the portal's address."
    ),
}

SESSION_NAME_PROBLEMS: Final = {
    **profile_strings.NAME_PROBLEMS,
    "empty": _("Give the session a name."),
    "characters": _(
        "Use only letters, digits and . _ - + @ % / :; not every client reads “{subject}”."
    ),
    "taken": _("A session of that name already exists, with another start URL."),
}

TEMPLATE_PROBLEMS: Final = {
    "empty": _("Type a template for names, such as {{account|slug}}-{{short}}."),
    "unclosed": _("This “{{” is not closed."),
    "stray": _("This “}}” has no “{{”."),
    "no-field": _("A field belongs here: {near}."),
    "unknown-field": _("There is no field “{text}”. Try {near}."),
    "no-filter": _("A filter belongs here: {near}."),
    "unknown-filter": _("There is no filter “{text}”. Try {near}."),
    "too-few": _("Write this filter as {near}."),
    "too-many": _("Write this filter as {near}."),
    "characters": _("The name of a profile cannot contain “{text}”."),
}

# By `SignInNeeded.problem`.
SIGN_IN_PROBLEMS: Final = {
    "expired": _("Signed out of {session}. {sessions} signs in."),
    "revoked": _("AWS has revoked the sign-in of {session}. {sessions} signs in again."),
}

SIGN_IN_BY_COMMAND: Final = {
    "expired": _(
        "Signed out of {session}. Sign in with `rolecall sign-in {session}`, then try again."
    ),
    "revoked": _(
        "AWS has revoked the sign-in of {session}. Sign in with `rolecall sign-in {session}`, then try again."
    ),
}

# Translators: `what` is a sentence.
OF_PROFILE: Final = _("{profile}: {what}")
DESTINATION_PROBLEMS: Final = {
    "similar": _("“{typed}” is not a page of the AWS console. Did you mean {near}?"),
    "unknown": _(
        "“{typed}” is not a page of the AWS console. Name a service, such as s3 or cloudshell, or an AWS URL that begins with https://."
    ),
}

VERIFY_PROBLEMS: Final = {
    "sign-in-needed": _("{profile}: signed out of its session. {sessions} signs in."),
    "token-refused": _("{profile}: AWS no longer accepts the token. {sessions} signs in again."),
    "no-such-permission-set": _(
        "{profile}: its permission set is not assigned to you. `rolecall list --refresh` shows what is."
    ),
    "access-refused": _("{profile}: a policy refuses the call. {detail}"),
    "clock-skew": _(
        "{profile}: this machine's clock is wrong, so signatures and credentials are not valid. Set the clock."
    ),
    "credentials-expired": _(
        "{profile}: AWS says that its credentials have expired. Try again to get new ones. {detail}"
    ),
    "still-expired": _(
        "{profile}: its new credentials have already expired. Their source has old ones, or this machine's clock is wrong."
    ),
    "no-network": _(
        "{profile}: AWS cannot be reached. Check the network or the proxy, and try again."
    ),
    "service-failed": _("{profile}: AWS failed. Try again in a moment."),
    "throttled": _("{profile}: AWS limits the rate of calls. Try again in a moment."),
    "odd-answer": _(
        "{profile}: something other than AWS answered, such as a proxy or a Wi-Fi login page. Check the network and try again."
    ),
    "wrong-region": _(
        "{profile}: its region does not answer. Check region in the profile. {detail}"
    ),
    "no-region": _(
        "{profile}: no region is set, neither in the profile nor in AWS_DEFAULT_REGION. Set one in the profile."
    ),
    "no-region-anywhere": _(
        "{profile}: no region is set, and there is no profile. Set AWS_REGION, and AWS_DEFAULT_REGION for boto3."
    ),
    "mfa-needed": _(
        "{profile}: it needs an MFA code, which only you can give. Try it yourself: aws sts get-caller-identity --profile {profile}"
    ),
    "not-found": _("{profile} is not in the config file."),
    "empty-name": _(
        "{profile} is set, but empty. The AWS CLI and boto3 then look for a profile without a name, and find none. `unset {profile}` removes it."
    ),
    "no-credentials": _("{profile}: the profile has no source of credentials."),
    "unknown-keys": _(
        "{profile}: AWS does not know its access key. Check that it is active and belongs to this partition."
    ),
    "login-needed": _(
        "{profile}: there is no valid console sign-in. `rolecall login {profile}` signs in."
    ),
    "not-renewed": _(
        "{profile}: another rolecall is renewing its sign-in and has no answer yet. Try again in a moment."
    ),
    "crt-missing": _(
        "{profile}: boto3 needs awscrt for console credentials, and this Python does not have it. `rolecall doctor` says how to install it."
    ),
    "loop": _(
        "{profile}: the program that gives its credentials asks rolecall for {profile} again."
    ),
    "malformed": _("{profile}: the config file has a setting that cannot be used. {detail}"),
    "other": _("{profile} does not work: {detail}"),
}

VERIFY_BY_COMMAND: Final = {
    "sign-in-needed": _(
        "{profile}: signed out of its session. Sign in with `rolecall sign-in`, then try again."
    ),
    "token-refused": _(
        "{profile}: AWS no longer accepts the token. Sign in with `rolecall sign-in`, then try again."
    ),
}

# By `LoginNeeded.problem`. Translators: a console sign-in is one that `aws login` makes.
LOGIN_PROBLEMS: Final = {
    "signed-out": _("{profile} has no console sign-in yet. `rolecall login {profile}` signs in."),
    "broken": _(
        "The file of the console sign-in of {profile} is incomplete: another program was interrupted while writing it. `rolecall login {profile}` signs in again."
    ),
    "ended": _(
        "The console sign-in of {profile} has expired; it lasts at most 12 hours. `rolecall login {profile}` signs in again."
    ),
    "interrupted": _(
        "A renewal of the console sign-in of {profile} was interrupted before the new keys were saved, and the old ones cannot be renewed again. `rolecall login {profile}` signs in again."
    ),
    "changed": _(
        "The console credentials of {profile}, such as the password, have changed. `rolecall login {profile}` signs in again."
    ),
}

# By `OpenResult`.
BROWSER_PROBLEMS: Final = {
    "over-ssh": _("This is an SSH session: a browser would open on the remote machine."),
    "no-browser": _("No browser was found here."),
}

# By `DeviceCodeRefused.problem`.
DEVICE_CODE_PROBLEMS: Final = {
    "unauthorized_client": _("AWS gives no device codes here (unauthorized_client)."),
    "access_denied": _("AWS gives no device codes here (access_denied)."),
    "team": _("Your team's file allows no device codes."),
}

# By `CodeInvalid.problem`.
CODE_PROBLEMS: Final = {
    "empty": _("Paste what the browser shows at the end of the sign-in."),
    "not-a-code": _(
        "This is not the code of a console sign-in. Copy the whole code from the page in the browser."
    ),
    "not-an-address": _(
        "This is not the address at the end of the sign-in, which begins with http://127.0.0.1 and has “code=”. Copy the whole address from the address bar of the browser."
    ),
    "truncated": _("A part of it is missing. Copy all of it in the browser, and paste it again."),
    "other-state": _(
        "This belongs to another sign-in. Open the link that is shown here, and paste what the browser shows at its end."
    ),
    "denied": _(
        "The address says that the sign-in was denied (access_denied). To allow it, open the link again."
    ),
    "refused": _(
        "AWS does not accept the code. It may be incomplete, or used or expired already. Copy all of it again, or start the sign-in again."
    ),
    "lost": _(
        "The connection was lost while AWS answered, and a code works only once. Start the sign-in again, and open the new link."
    ),
}

# By `RoleRefused.problem`.
ROLE_PROBLEMS: Final = {
    "trust-policy": _(
        "{role} in account {account_id} is assigned to you, but its trust policy does not let account access manager assume it. An administrator of the account can change the policy."
    ),
    "denied": _(
        "AWS refuses {role} in account {account_id}: it is not assigned to you, or its trust policy does not let account access manager assume it."
    ),
    "duration": _(
        "AWS does not give {role} in account {account_id} for {detail} seconds. Use no more than the role's own maximum."
    ),
}

CLIENT_SETTING_PROBLEMS: Final = {
    "not-a-url": _("{name} is “{typed}”, which is not a web address such as https://host.example."),
    "not-https": _(
        "{name} is “{typed}”. The access token is sent over https:// only. Correct or unset it."
    ),
    "no-certificates": _(
        "{name} is “{typed}”, which is not a readable file with certificates. Correct or unset it."
    ),
}

# By `FileBusy.purpose`.
BUSY: Final = {
    "": _("Another program is writing {path}. Nothing was changed. Try again in a moment."),
    "renewal": _(
        "Another rolecall is renewing this token and has no answer yet. Try again in a moment."
    ),
}

# By whether some regions did not answer.
REGION_NOT_FOUND: Final = {
    "all-answered": _(
        "None of {asked} regions has the start URL {start_url}. Check the address, or type its region."
    ),
    "some-failed": _(
        "No region says that it has the start URL {start_url}, but {failed} of {asked} did not answer. Check the address, or type its region."
    ),
}

# Instead of the advice for other reasons.
NAME_UNKNOWN: Final = _(
    "Check the address and the region for a typing error. If both are right, check the network."
)
# By `Unreachable.reason`.
UNREACHABLE: Final = {
    "name-unknown": _("the host name is unknown"),
    "refused": _("connection refused"),
    "timed-out": _("no answer in time"),
    "closed": _("the connection was closed"),
    "certificate": _("its certificate is not trusted"),
    "proxy": _("the proxy failed"),
    "no-route": _("no route to host"),
}

# By `UnexpectedAnswer.detail`.
UNEXPECTED_ANSWER: Final = {
    "incomplete": _("part of it is missing, or it is a web page"),
    "unreadable": _("it is not what AWS sends"),
    "endless": _("its pages never end"),
}

PIN_PROBLEMS: Final = {
    "unreadable": _("it cannot be read ({subject})."),
    "too-large": _("it is too large."),
    "link": _("it is a link. Only a file is used."),
    "not-toml": _("it is not TOML: {subject}"),
    # Translators: the list is of keys, such as account_id.
    "unknown-key": _("“{subject}” is not a known key. The keys are {keys}.").replace(
        "{keys}", ", ".join(KEYS)
    ),
    "not-text": _("{subject} must be text in quotes."),
    "no-role": _("it has neither permission_set nor role_arn."),
    "two-roles": _("it has both permission_set and role_arn. Remove one."),
    "no-account": _("it has no account_id."),
    "bad-value": _("{subject} is not valid."),
    "other-account": _("role_arn and account_id name different accounts."),
}
