"""Texts of switching: `awsp`, its picker, the prompt, pins, `rolecall init` and `rolecall whoami`.

Quick to import, because a shell waits for `awsp` and for the prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.text import safe
from rolecall.domain.time_left import Level, TimeLeft
from rolecall.presentation.labels import PRODUCTION, REVOKED, SEPARATOR, SIGNED_OUT
from rolecall.presentation.times import time_left
from rolecall.presentation.translation import Counted, _

if TYPE_CHECKING:
    from rolecall.domain.switching.pin import Pin
    from rolecall.domain.time_left import TokenExpiry
    from rolecall.services.switching.shell_facts import ShellFacts

# --- the picker --------------------------------------------------------------------------------

PICK: Final = _("type to find a profile")
# Translators: Enter and Esc are keys; `count` is "3 rows".
PICK_KEYS: Final = _("{count} · Enter use · Esc cancel")
PICK_NOTHING: Final = _("{count} · Esc cancel")
PICK_IN_USE: Final = _("{count} · ► used now · Enter use · Esc cancel")
PICK_SAVES: Final = _("{count} · Enter save as a profile… · Esc cancel")
NOTHING_TO_PICK: Final = _("Nothing matches. Backspace widens the search, Esc cancels.")
LOOKING: Final = _("There is no profile yet. Looking for your permission sets…")
NOTHING_THERE: Final = _(
    "There is no profile yet, and no permission set is known. `rolecall` signs in and lists them."
)
# Translators: below the lines of the profile that Enter writes.
SAVES: Final = _("Enter writes this to {path} and uses it; any other key goes back.")
IS_PRODUCTION: Final = _("Production: y uses {name}; any other key goes back.")
SAVE_PINNED: Final = _("There is no profile for {role} in {account}. Save it as {name}?")
USE_PRODUCTION: Final = _("{name} is production. Use it? [y/N]:")
LEFT: Final = _("Signed in")
# Translators: the token renews itself; in a narrow column.
RENEWS_SHORT: Final = _("renews")
BACK: Final = _("Esc back")
LATER: Final = _("Esc later")
# Translators: below "You signed in as …, but … is for …."
CHANGES_PROFILE: Final = _("y changes the profile; any other key gets a new link.")
# Translators: after "The file system of … has no locks. Write … without one?"
WRITES_ANYWAY: Final = _("y writes it; any other key goes back.")
SAVED: Final = _("Saved as {name} in {path}.")


def left_short(token: TokenExpiry | None, now: datetime) -> str:
    """The time left of a sign-in, in a column: `7 h 12 min`, `renews`, `signed out`,
    `revoked by AWS`.
    """
    if token is None:
        return SIGNED_OUT
    end = TimeLeft.until(token.expires_at, now)
    if end.level is not Level.GONE:
        return time_left(end)
    if token.is_revoked(now):
        return REVOKED
    return RENEWS_SHORT if token.renews(now) else SIGNED_OUT


# --- what a switch says ------------------------------------------------------------------------

CLEARED: Final = _("No profile is set.")
NO_PREVIOUS: Final = _("This shell has no previous profile.")
NO_SUCH_PROFILE: Final = _("No profile matches “{query}”.")
DID_YOU_MEAN: Final = _("Did you mean {near}?")
SHOWS_ALL: Final = _("`awsp` without a name shows all profiles.")
GONE: Final = _("{name} is no longer in {path}.")
SEVERAL: Final = _("“{query}” matches several profiles equally well:")
MORE: Final = _("  … and {count} more")
NEEDS_WHOLE_NAME: Final = _(
    "{name} is a production profile: give its full name, or choose it in a terminal."
)
NOT_FOR_SHELL: Final = _("{name} has a character that {shell} cannot represent.")
SIGNED_OUT_OF: Final = _("signed out of {session}")
HOW_TO_SIGN_IN: Final = _("`rolecall sign-in {session}` signs in.")
HOW_TO_LOG_IN: Final = _("`rolecall login {profile}` signs in.")
NO_SUCH_SESSION: Final = _(
    "There is no sso-session {session} in {path}, so no client can use this profile."
)
TIME_LEFT: Final = _("{left} left")
RENEWS: Final = _("{left} left, renews itself")
RENEWS_NOW: Final = _("access token expired, renews itself at the next call")
# Translators: the keys of a console sign-in, which last 15 minutes.
LOGIN_RENEWS_NOW: Final = _("console keys expired, renewed by the next call")
# Translators: "sign-in expired 3 min ago".
SIGN_IN: Final = _("sign-in {left}")
NO_SESSION: Final = _("no sso-session, so no sign-in that expires")
REGION_SET: Final = _("{variables} are set to {region}.")
REGION_UNSET: Final = _("Unset {variables}, which a previous switch had set.")
REGION_STAYS: Final = _("{variable}={region} stays set and overrides the profile's region.")
# Translators: `set_up` is a sentence that says how to set up `awsp`.
BY_AWSP: Final = _("Use `awsp` instead, which evaluates what this command prints. {set_up}")
REGION_INVALID: Final = _("A region looks like eu-west-1.")
COMMAND_NAME_INVALID: Final = _("Use letters, digits, _ and - only, and not the name rolecall.")
UNSET: Final = Counted(
    "{names} would override the profile, so it is unset.",
    "{names} would override the profile, so they are unset.",
)


def switch_line(
    parts: Iterable[str],
    token: TokenExpiry | None,
    now: datetime,
    session: str,
    *,
    production: bool,
    is_login: bool = False,
) -> str:
    """`audit-admin · audit 038410265977 · AWSAdministratorAccess · 7 h 12 min left`.

    `session` is what the profile is signed out of without a token. `is_login`: it has a console
    sign-in.
    """
    shown = [part for part in parts if part]
    if production:
        shown.insert(1, PRODUCTION)
    left = remaining(token, now, is_login=is_login) if token else _no_token(session)
    shown.append(left)
    return SEPARATOR.join(shown)


def remaining(token: TokenExpiry, now: datetime, *, is_login: bool = False) -> str:
    """The time left of an access token, or of the keys of a console sign-in: `7 h 12 min left,
    renews itself`.
    """
    end = TimeLeft.until(token.expires_at, now)
    renews = token.renews(now)
    if end.level is Level.GONE:
        if renews:
            return LOGIN_RENEWS_NOW if is_login else RENEWS_NOW
        if token.is_revoked(now):
            return REVOKED
        return SIGN_IN.format(left=time_left(end))
    return (RENEWS if renews else TIME_LEFT).format(left=time_left(end))


def _no_token(session: str) -> str:
    return SIGNED_OUT_OF.format(session=session) if session else NO_SESSION


def listed(variables: Sequence[str]) -> str:
    """`AWS_REGION and AWS_DEFAULT_REGION`: one or two names."""
    if len(variables) == 2:
        return _("{first} and {second}").format(first=variables[0], second=variables[1])
    return ", ".join(variables)


# --- whoami ------------------------------------------------------------------------------------

NAMED_BY: Final = _("named by {variable}")
NAMED_BY_NOTHING: Final = _("the default, because nothing names another")
FROM: Final = {
    "environment": _("from the environment: {variable}"),
    "profile": _("from the profile {profile} ({place}), {named}"),
    "file": _("from the keys of {profile} ({place}), {named}"),
    "old-file": _("from the keys in {place}, because there are none for the profile {profile}"),
    "machine": _("from this machine's own role, because there is no profile and there are no keys"),
    "other": _("from a source that botocore does not name"),
}
NO_DEFAULT: Final = _("nothing names a profile, and there is no {profile} in any file")
FROM_NOWHERE: Final = _("the profile {profile}, {named}, is not in any file")
FROM_NOWHERE_NEAR: Final = _(
    "the profile {profile}, {named}, is not in any file; did you mean {near}?"
)
# Which of two sources the clients use. `by` overrides `what`.
OVERRULED: Final = {
    "keys-first": _(
        "{by} overrides {what}: the AWS CLI and boto3 use the keys. `awsp` unsets them."
    ),
    "web-identity-first": _(
        "{by} overrides {what}: the AWS CLI and boto3 assume AWS_ROLE_ARN with it. `awsp` unsets them."
    ),
    "profile-first": _(
        "{by} overrides {what} in the AWS CLI 2 and most SDKs; boto3 uses the latter. `awsp` unsets it."
    ),
    "option-first": _("{by} overrides {what}."),
    "sso-or-keys": _(
        "{by} has keys in {what} too: the AWS CLI and boto3 use SSO, the SDKs for JavaScript and Go those keys."
    ),
    "region-first": _("{by} overrides the profile's own region, {what}."),
}


NO_PROFILE: Final = _("Which profile? Name it, or set AWS_PROFILE.")
PIN_WITHOUT_PROFILE: Final = _("There is no profile {profile} in {path}.")
NO_ROLE: Final = _("{profile} names no account with a permission set or a role.")
ALREADY: Final = _("{path} already says so.")
CONFIRM: Final = _("Write it?")
WRITTEN: Final = _("{path} is written. `awsp .` uses your profile for it.")
# Translators: the account has its name and its ID, and PROD if it is production.
TRUST_ACCOUNT: Final = _("Account: {account}")
CONFIRM_TRUST: Final = _("Trust it?")
PIN_TRUSTED: Final = _("{path} is trusted. `awsp .` uses your profile for it.")
PIN_REVOKED: Final = _("{path} is no longer trusted.")


DEFAULT_FORMAT: Final = "{profile}[ {production}][ {region}][ {left}][ {directory}]"
BAD_FORMAT: Final = _("“{text}” is not valid in the template. The fields are {fields}.")
# Translators: the badge of every profile while the settings cannot be read, and short.
MAYBE_PRODUCTION: Final = _("PROD?")
# The setting is not used; `rolecall doctor` says why.
UNUSED_WORDS: Final = "production=?"
# Translators: the account of the directory, which is not that of this shell.
OTHER_ACCOUNT: Final = "≠ {account}"
MISSED: Final = _("This directory is for {account}, not for {profile}. `awsp .` switches to it.")
MISSED_NONE: Final = _("This directory is for {account}. `awsp .` switches to it.")
MISSED_KEYS: Final = _(
    "This directory is for {account}. AWS_ACCESS_KEY_ID is set, and the account of its keys is unknown."
)


def field(name: str, facts: ShellFacts, now: datetime) -> str:
    """Return the text of one of the FIELDS. Raises FileError."""
    return _FIELDS[name](facts, now)


def _region(facts: ShellFacts) -> str:
    return safe(facts.region) if facts.profile or facts.has_keys else ""


def doubt(facts: ShellFacts) -> str:
    """Return what says that the rule of production cannot be used as it is. Raises FileError."""
    if not facts.knows_production:
        return MAYBE_PRODUCTION if facts.is_production else ""
    is_used = facts.uses_all_words or not (facts.profile or facts.has_keys)
    return "" if is_used else UNUSED_WORDS


def _production(facts: ShellFacts) -> str:
    mark = PRODUCTION if facts.knows_production and facts.is_production else ""
    return f"{mark} {doubt(facts)}".strip()


def _other_account(facts: ShellFacts) -> str:
    if (pin := facts.missed_pin) is None:
        return ""
    name = facts.account_name_of(pin.account_id) or pin.account_id
    return OTHER_ACCOUNT.format(account=safe(name))


def _left(facts: ShellFacts, now: datetime) -> str:
    if facts.has_session:
        return left_short(facts.token, now)
    end = facts.keys_expire_at
    return time_left(TimeLeft.until(end, now)) if end else ""


def account_of(pin: Pin, name: str, *, production: bool = False) -> str:
    """`core-prod 018742215310 · PROD`. The name is empty if it is unknown."""
    account = safe(f"{name} {pin.account_id}".strip())
    return SEPARATOR.join([account, PRODUCTION] if production else [account])


def missed(facts: ShellFacts) -> str:
    """Return the sentence for a shell in the wrong account; empty if it is right."""
    has_other_keys = facts.has_keys and not facts.profile
    pin = facts.pin if has_other_keys else facts.missed_pin
    if pin is None:
        return ""
    account = account_of(pin, facts.account_name_of(pin.account_id))
    if has_other_keys:
        return MISSED_KEYS.format(account=account)
    if not facts.profile:
        return MISSED_NONE.format(account=account)
    return MISSED.format(account=account, profile=safe(facts.profile))


_FIELDS: Final[Mapping[str, Callable[[ShellFacts, datetime], str]]] = {
    "profile": lambda facts, _: safe(facts.profile),
    "account": lambda facts, _: safe(facts.account_name),
    "alias": lambda facts, _: facts.alias,
    "account_id": lambda facts, _: safe(facts.target.account_id),
    "role": lambda facts, _: safe(facts.target.role),
    "region": lambda facts, _: _region(facts),
    "production": lambda facts, _: _production(facts),
    "left": _left,
    "directory": lambda facts, _: _other_account(facts),
}
FIELDS: Final = tuple(_FIELDS)
