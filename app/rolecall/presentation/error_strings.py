"""The words for errors: by the name of the class, and by the problem that an error names."""

from __future__ import annotations

from typing import Final

from rolecall.presentation import save_strings, sign_in_strings

ERRORS: Final[dict[str, str]] = {
    "StartUrlInvalid": "{problem}",
    "StartUrlUnknown": "No Identity Center in {region} has the start URL {start_url}. Check both; the region is the one of the Identity Center.",
    "RegionInvalid": "“{typed}” is not an AWS region. A region looks like eu-west-1.",
    "RegionMissing": "{session} has no sso_region in {config}: the region of its Identity Center, such as eu-west-1, has to stand there.",
    "SessionNameInvalid": "{problem}",
    "DeviceCodeExpired": sign_in_strings.CODE_EXPIRED,
    "SignInDenied": sign_in_strings.DENIED,
    "AuthorizationExpired": "Nobody allowed the sign-in in the browser in time.",
    "NoListener": "The browser could not be listened for on this machine ({reason}).",
    "RegistrationRejected": "The server does not know this client any more. {new_code} registers anew.",
    "SignInNeeded": "The sign-in of {session} has ended. {sessions} signs in again.",
    "Unreachable": "{host} cannot be reached ({reason}). Check the region, the network or the proxy, and try again.",
    "NotIdentityCenter": "{host} answers, but not as an Identity Center does ({detail}). Check the start URL and the region.",
    "Throttled": "AWS asks to slow down ({operation}). Wait a moment and try again.",
    "AccessRefused": "{operation} was refused: you have no access to it. {detail}",
    "NotFound": "{operation}: AWS does not know it (any more). {detail}",
    "UnexpectedAnswer": "{host} gave an answer to {operation} that makes no sense ({detail}). A proxy may be in between. Try again.",
    "ServiceFault": "{host} failed with status {status} at {operation}. Try again in a moment.",
    "RequestRejected": "{operation} was rejected: {code}. {detail}",
    "NoAssignment": "AWS gives you no {permission_set} in account {account_id} (any more). `rolecall list --refresh` tells what it does.",
    "DestinationInvalid": "“{typed}” is no page of the AWS console. Name a service, such as s3 or cloudshell, or give a URL that begins with https:// and is AWS's.",
    "NoCredentials": "{problem}",
    "TemplateInvalid": "{problem}",
    "VerifyFailed": "{problem}",
    "HomeUnknown": "HOME is not set, so there is no ~/.aws to work with. Set HOME and start again.",
    "FileUnreadable": "{path} cannot be read ({reason}). Nothing was changed.",
    "FileMalformed": "{path}, line {line}: {problem} Nothing was changed.",
    "FileUnwritable": "{path} cannot be written ({reason}). It is as it was. {way_out}",
    "FileBusy": "{path} is being written by another program. Nothing was changed; try again.",
    "FileChanged": "{path} was changed by another program in the meantime. Nothing was written; look again.",
    "UndoRefused": "{path} has changed since, so that write cannot be taken back alone. What stood there before it is in {kept}.",
    "EditRefused": "{path}: {problem}",
}

# On a row, where there is room for two words.
SHORT: Final[dict[str, str]] = {
    "SignInNeeded": "sign in",
    "Unreachable": "unreachable",
    "NotIdentityCenter": "odd answer",
    "Throttled": "throttled",
    "AccessRefused": "refused",
    "NotFound": "not found",
    "UnexpectedAnswer": "odd answer",
    "ServiceFault": "AWS failed",
    "RequestRejected": "rejected",
    "RegionInvalid": "bad region",
}

START_URL_PROBLEMS: Final = {
    "empty": "Type the address of your access portal, such as https://d-1234567890.awsapps.com/start",
    "not-a-url": "That is not a web address. It looks like https://d-1234567890.awsapps.com/start",
    "not-https": "A start URL begins with https:// (http:// is for this machine only).",
    "look-alike": "That only looks like an AWS address. Check it: signing in there would hand over your session.",
    "no-host": "The address has no host name.",
    "credentials": "A start URL has no user name or password in it.",
    "not-a-portal": "That is an AWS address, but not one of an access portal.",
}

SESSION_NAME_PROBLEMS: Final = {
    **save_strings.NAME_PROBLEMS,
    "empty": "Give the session a name.",
    "characters": "Use letters, digits and . _ - + @ % / : only; “{subject}” would not be read by every client.",
    "taken": "There is a session of that name already, with another start URL.",
}

TEMPLATE_PROBLEMS: Final = {
    "empty": "Type what names are made of, such as {{account|slug}}-{{short}}.",
    "unclosed": "This “{{” is not closed.",
    "stray": "Nothing opens this “}}”.",
    "no-field": "A field goes in here: {near}.",
    "unknown-field": "There is no field “{text}”. Try {near}.",
    "no-filter": "A filter goes here: {near}.",
    "unknown-filter": "There is no filter “{text}”. Try {near}.",
    "too-few": "This filter is written {near}.",
    "too-many": "This filter is written {near}.",
    "characters": "No name of a profile can have “{text}” in it.",
}

VERIFY_PROBLEMS: Final = {
    "sign-in-needed": "{profile}: the sign-in has ended. {sessions} signs in again.",
    "no-such-permission-set": "{profile}: this account has no such permission set for you (any more).",
    "access-refused": "{profile}: a policy refuses the call. {detail}",
    "clock-skew": "{profile}: this machine's clock is wrong, so AWS refuses the signature. Set the clock.",
    "no-network": "{profile}: AWS cannot be reached. {detail}",
    "wrong-region": "{profile}: its region does not answer. Check region in the profile. {detail}",
    "no-region": "{profile}: no region is set, neither in the profile nor as AWS_REGION. Set one in the profile.",
    "mfa-needed": "{profile}: it asks for an MFA code, which only you can give. Try it yourself: aws sts get-caller-identity --profile {profile}",
    "not-found": "{profile} is not in the config file.",
    "no-credentials": "{profile}: nothing says where its credentials come from.",
    "unknown-keys": "{profile}: AWS does not know its access key (any more). Check that it is active, and of this partition.",
    "loop": "{profile}: the program that it gets its credentials from asks rolecall for {profile} again.",
    "malformed": "{profile}: what the config file says cannot be used. {detail}",
    "other": "{profile} does not work: {detail}",
}

# By `Unreachable.reason`.
UNREACHABLE: Final = {
    "name-unknown": "the host name is unknown",
    "refused": "connection refused",
    "timed-out": "no answer in time",
    "closed": "the connection was closed",
    "certificate": "its certificate is not trusted",
    "proxy": "the proxy failed",
    "no-route": "no route to host",
}

# By `UnexpectedAnswer.detail`.
UNEXPECTED_ANSWER: Final = {
    "incomplete": "a part of it is missing",
    "unreadable": "it cannot be read",
    "endless": "its pages never end",
}
