"""Texts about settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from rolecall.domain.settings.settings import BadSetting, SettingProblem, Settings
from rolecall.domain.settings.shipped_actions import SHIPPED
from rolecall.presentation.paths import as_written
from rolecall.presentation.texts.file_strings import REASONS
from rolecall.presentation.translation import _, available, is_available, ngettext

TITLE: Final = _("In {path}. Empty: default. Space: next choice.")
DEFAULT: Final = _("default: {value}")
# Translators: "default: from ~/.aws/config".
FROM_CONFIG: Final = _("from {path}")
# Translators: the output format that ~/.aws/config suggests, as a choice.
SUGGESTED: Final = _("suggested")
# Translators: the language of the environment, as a choice.
ENVIRONMENT: Final = _("from the environment")
UNCHANGED: Final = _("Your changes are shown here before they are written.")
YES: Final = _("yes")
NO: Final = _("no")
LABELS: Final = {
    "template": _("Template"),
    "region": _("Region"),
    "output": _("Output"),
    "production": _("Production"),
    "log": _("Log"),
    "theme": _("Theme"),
    "language": _("Language"),
    "mouse": _("Mouse"),
    "bell": _("Bell"),
    "notify_command": _("Notify with"),
    "sign_in": _("Sign-in"),
    "role_session_name": _("Role session"),
    "role_duration": _("Role duration"),
    # Translators: a number of hours follows.
    "refresh_hours": _("Refresh after"),
    # Translators: how many programs run at the same time.
    "jobs": _("Jobs"),
    "actions": _("Actions"),
}
# The heading of the settings from this one on, at most 14 cells.
GROUPS: Final = {
    "template": _("New profiles"),
    "production": _("Safety"),
    "theme": _("Screen"),
    "bell": _("Warnings"),
    "sign_in": _("Sessions"),
    "refresh_hours": _("Work"),
}
# One line about each, while its field has the focus.
HELP: Final = {
    "template": _("how rolecall names profiles that are saved together"),
    "region": _("the region of new profiles, instead of the config file's suggestion"),
    "output": _("the output format of new profiles"),
    "production": _("words in names of production, separated by |; * is any text: prod|live-*"),
    "theme": _("the colours"),
    "bell": _("ring before a token that does not renew itself expires"),
    "notify_command": _("the command that `rolecall watch --notify` runs with its warning"),
    "mouse": _("click and scroll (takes effect at the next start)"),
    "sign_in": _("with a code on any device, or in a browser (pkce)"),
    "refresh_hours": _("after how many hours the accounts are listed again"),
    "language": _("the language (takes effect at the next start)"),
    "role_session_name": _("the session name of account access manager's roles in CloudTrail"),
    "role_duration": _("how many seconds the credentials of such a role are valid"),
    "log": _("log what is handed out: program, option names (full: all)"),
    "jobs": _("how many programs run at the same time if a command runs with many roles"),
    "actions": _("on a row: {names_and_keys}").format(
        names_and_keys=" · ".join(f"{name} {action.key}" for name, action in SHIPPED.items())
    ),
}
# Those that only the file has.
IN_FILE: Final = {
    "sign_in_port": _("the port for the answer of a browser, for `ssh -L`; 0 is any"),
    "launch_image": _("begin with the first screen of the last time, before everything is ready"),
    "must_narrow": _("which keys are handed out only with --allow, --deny or --policy"),
    "presets": _("rights under one name, for --allow and --deny: s3,logs:read"),
    "plain": _("numbered questions instead of the full screen, for screen readers"),
    "regions": _("regions by patterns of account names; the first that matches is used"),
    "shorten": _("short forms of permission sets, or of their words, in names"),
    "keys": _("keys by the names of commands; an empty list removes the keys"),
    "actions": _("commands with a key, which run with the row under the cursor"),
}
HOURS_HINT: Final = _("default: {value:g} h")
HINTS: Final = {
    "notify_command": _("default: desktop, tmux or terminal"),
    "role_session_name": _("default: your name, else rolecall"),
    # Translators: names of actions follow.
    "actions": _("none of {names}").format(names=" ".join(SHIPPED)),
    "role_duration": _("default: that of AWS, an hour"),
}
SAVED: Final = _("Saved to {path}.")
MOUSE_LATER: Final = _("Saved to {path}. The mouse setting takes effect at the next start.")
KEYS_LATER: Final = _("Saved to {path}. The keys change at the next start.")
LANGUAGE_LATER: Final = _("Saved to {path}. The language changes at the next start.")
# Translators: "line 3, theme: must be one of …".
PROBLEMS: Final = {
    SettingProblem.UNREADABLE: _(
        "cannot be read ({detail}): every profile counts as production, and nothing is logged"
    ),
    SettingProblem.NOT_TOML: _(
        "not TOML ({detail}), so it is not used: every profile counts as production, and nothing is"
        " logged"
    ),
    SettingProblem.TEAM_UNREADABLE: _(
        "cannot be read ({detail}): every profile counts as production"
    ),
    SettingProblem.TEAM_NOT_TOML: _(
        "not TOML ({detail}), so it is not used: every profile counts as production"
    ),
    SettingProblem.UNKNOWN: _("no such setting; existing: {detail}"),
    SettingProblem.NOT_UTF_8: _("has a byte that is not UTF-8"),
    SettingProblem.NOT_TEXT: _("must be text in quotes, not {detail}"),
    SettingProblem.NOT_YES_OR_NO: _("must be true or false, not {detail}"),
    SettingProblem.NOT_A_COMMAND: _("{detail} is not a command: a quote has no end"),
    SettingProblem.NOT_HOURS: _("must be a number of hours, not {detail}"),
    SettingProblem.SESSION_NAME: _(
        "{detail} is not a session name: use 2 to 64 letters, digits and _ + = , . @ -"
    ),
    SettingProblem.DURATION: _("must be 900 to 43200 seconds, not {detail}"),
    SettingProblem.PORT: _("must be a port, from 0 to 65535, not {detail}"),
    SettingProblem.JOBS: _("must be 1 to 1000, not {detail}"),
    SettingProblem.NOT_A_TABLE: _("must be a table: [{name}]"),
    SettingProblem.NOT_KEYS: _("must be a key or a list of keys, in quotes, not {detail}"),
    SettingProblem.REGION: _("{detail} is not a region; use one such as eu-west-1"),
    SettingProblem.PATTERN: _(
        "{detail} is not used: write words, with * for any text and | between them: prod|live-*"
    ),
    SettingProblem.TEMPLATE: _(
        "{detail} is not a template; use one such as {{account|slug}}-{{short}}"
    ),
    SettingProblem.CHOICE: _("must be one of {detail}"),
    SettingProblem.UNKNOWN_COMMAND: _(
        "no such command; `?` shows the name of each at the bottom of the screen"
    ),
    SettingProblem.UNKNOWN_KEY: _("{detail} is not a key"),
    SettingProblem.KEY_TWICE: _("{detail} is another command's key in the same place"),
    SettingProblem.KEY_TAKEN: _("“{detail}” already has this key"),
    SettingProblem.MISSING: _("is missing"),
    SettingProblem.NOT_AN_ACTION: _(
        "must be a table with a key, a name and a command; only these can be true: {detail}"
    ),
    SettingProblem.ACTION_NAME: _("the name of an action can have only a to z, digits, - and _"),
    SettingProblem.NOT_ARGUMENTS: _("must be a command in quotes, or a list of its arguments"),
    SettingProblem.PLACEHOLDER: _(
        "{detail} is not a placeholder here; two pairs of braces make it text"
    ),
    SettingProblem.PROGRAM: _("{detail}: the program itself cannot be a placeholder"),
}
# Translators: where a setting is in the file: "line 3, theme".
_LINE: Final = _("line {line}")


def unknown_language(settings: Settings, line_of: Callable[[str], int]) -> list[BadSetting]:
    """Return what is wrong with the language: nothing if there are texts in it."""
    if not settings.language or is_available(settings.language):
        return []
    choices = ", ".join(available())
    return [BadSetting("language", SettingProblem.CHOICE, choices, line_of("language"))]


def problem(each: BadSetting) -> str:
    """What is wrong with the value of a setting: `must be one of …`."""
    detail = REASONS.get(each.detail, each.detail) if each.hides_production else each.detail
    return PROBLEMS[each.problem].format(name=each.name, detail=detail)


def bad(each: BadSetting) -> str:
    """`line 3, theme: must be one of …`; `cannot be read (not a file), so …`."""
    place = _LINE.format(line=each.line) if each.line else ""
    return ": ".join(filter(None, (", ".join(filter(None, (place, each.name))), problem(each))))


def bad_flash(path: str, first: BadSetting, more: int) -> str:
    """Return the first bad setting and the number of others, shown once when rolecall opens. `path`
    is that of the user's file.
    """
    if first.path:
        path = as_written(Path(first.path))
    text = f"{path}{', ' if first.line or first.name else ': '}{bad(first)}."
    if not more:
        return text
    others = ngettext("{count} more: `rolecall doctor`.", "{count} more: `rolecall doctor`.", more)
    return f"{text} {others.format(count=more)}"
