"""The words about settings."""

from __future__ import annotations

from typing import Final

from rolecall.domain.settings import BadSetting, SettingProblem

TITLE: Final = "Settings, in {path}. An empty field: as usual."
USUAL: Final = "usual: {value}"
CHOICES: Final = "usual: {value}; or {others}"
FROM_CONFIG: Final = "as {path} suggests"
SUGGESTED: Final = "suggested"  # the same where the choices leave no room for it on 80 columns
UNCHANGED: Final = "What you change is shown here before it is written."
YES: Final = "yes"
NO: Final = "no"
LABELS: Final = {
    "template": "Template",
    "region": "Region",
    "output": "Output",
    "production": "Production",
    "theme": "Theme",
    "bell": "Bell",
    "mouse": "Mouse",
    "sign_in": "Sign-in",
    "refresh_hours": "Refresh after",
}
PRODUCTION_HINT: Final = "usual: prod, prd, production; a regular expression"
HOURS_HINT: Final = "usual: {value:g} hours"
SAVED: Final = "Saved to {path}."
MOUSE_LATER: Final = "Saved to {path}. The mouse follows at the next start."
PROBLEMS: Final = {
    SettingProblem.NOT_TOML: "not TOML ({detail}), so all settings are as usual",
    SettingProblem.UNKNOWN: "no such setting; there are {detail}",
    SettingProblem.NOT_TEXT: "must be text in quotes, not {detail}",
    SettingProblem.NOT_YES_OR_NO: "must be true or false, not {detail}",
    SettingProblem.NOT_HOURS: "must be a number of hours, not {detail}",
    SettingProblem.NOT_A_TABLE: "must be a table: [{name}]",
    SettingProblem.NOT_KEYS: "must be a key or a list of keys, in quotes, not {detail}",
    SettingProblem.REGION: "{detail} is no region; one looks like eu-west-1",
    SettingProblem.PATTERN: "{detail} is no regular expression",
    SettingProblem.TEMPLATE: "{detail} is no template; one looks like {{account|slug}}-{{short}}",
    SettingProblem.CHOICE: "must be one of {detail}",
    SettingProblem.UNKNOWN_COMMAND: "no such command; `?` says at its foot what each is called here",
    SettingProblem.UNKNOWN_KEY: "{detail} is no key",
    SettingProblem.KEY_TWICE: "{detail} is another command's key in the same place",
}


def bad(each: BadSetting) -> str:
    """`line 3, theme: must be one of …`."""
    sentence = PROBLEMS[each.problem].format(name=each.name, detail=each.detail)
    place = f"line {each.line}" if each.line else ""
    return f"{', '.join(filter(None, (place, each.name)))}: {sentence}"


def bad_flash(path: str, first: BadSetting, more: int) -> str:
    """What is said once, when rolecall has opened."""
    others = f" {more} more: `rolecall doctor`." if more else ""
    return f"{path}, {bad(first)}.{others}"
