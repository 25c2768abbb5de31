"""Texts about aliases, notes and groups of accounts, and about the files that have them."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

# Translators: a user's own short name of an account: a column heading, and a field.
ALIAS: Final = _("Alias")
NOTE: Final = _("Note")
GROUPS: Final = _("Groups")
# Translators: the title of the form for an alias, a note and groups.
TITLE: Final = _("Alias, note and groups · {account} {account_id}")
STEP: Final = _("Alias and note")
ALIAS_HELP: Final = _("a short name of your own, for lists, searches and {alias} in templates")
NOTE_HELP: Final = _("one line that you want to see with the account")
GROUPS_HELP: Final = _("words, such as payments; group:payments in the filter finds them")
# Translators: what the team's file says, in an empty field: "team: payments".
FROM_TEAM: Final = _("team: {value}")
UNCHANGED: Final = _("{path} has this already; there is nothing to write.")
SAVED: Final = _("Saved to {path}.")

FILE_PROBLEMS: Final = {
    "not-text": _("it is not text in UTF-8."),
    "not-toml": _("it is not TOML: {detail}."),
    "html": _("it is a web page, not TOML. A sign-in page or a proxy may be in between."),
    "too-large": _("it is larger than {detail}."),
    "twice": _("[{name}] is there twice. Remove one."),
    # Translators: {detail} is a list of keys, such as alias, note, groups.
    "unknown-key": _("there is no key {name}. The keys here are {detail}."),
    "runs": _(
        "{name} is refused: this file cannot run anything or name other servers. The keys here are {detail}."
    ),
    "no-table": _("{name} must be a table."),
    "no-string": _("{name} must be text in quotes, not {detail}."),
    "no-list": _('{name} must be a list of texts, such as ["payments"].'),
    "no-account": _("{name} is not an account: an account ID has 12 digits."),
    "too-long": _("{name} is too long; at most {detail} are possible."),
    "bad-group": _(
        "{name}: “{detail}” is not a group. A group is one word of letters, digits and . _ - + @ /."
    ),
    "bad-region": _("{name}: “{detail}” is not a region. A region looks like eu-west-1."),
    "bad-template": _(
        "{name}: “{detail}” is not a template. One looks like {{account|slug}}-{{short}}."
    ),
    "bad-pattern": _(
        "{name}: “{detail}” is not a regular expression for names, or repeats too much to be fast."
    ),
    "bad-start-url": _(
        "{name}: “{detail}” is not a start URL, such as https://d-1234567890.awsapps.com/start."
    ),
    "bad-session": _("{name} is not a name for a session. Use letters, digits and . _ - only."),
    "missing": _("{name} has no {detail}."),
    "no-file": _("it cannot be read ({detail})."),
    "not-https": _("a team's file is a path, or an https:// address without a password."),
    "status": _("the server answered {detail} instead of the file."),
    "redirects": _("it leads from one address to the next without end."),
}
# Translators: where something is wrong: "~/team.toml, line 3".
IN_LINE: Final = _("{place}, line {line}")
