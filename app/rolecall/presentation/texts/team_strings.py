"""Texts about the team's file."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import Counted, _

TITLE: Final = _("The team file")
LOCATION: Final = _("Location")
LOCATION_HINT: Final = _("a file, a folder of a git checkout, or https://…")
LOCATION_HELP: Final = _("the changes are shown before anything is written")
FETCHES: Final = _("Enter fetches the file and shows what changes.")
FETCHING: Final = _("Fetching the team file…")
NOUN: Final = Counted("{count:,} entry", "{count:,} entries")
WHAT: Final = _("What")
VALUE: Final = _("Value")
# Translators: a column with what the user has instead of what the team has.
OWN: Final = _("Your own")
OWN_COUNTS: Final = _("Your own value is used instead of the team's.")
# What an entry of the team's file is.
PARTS: Final = {
    "portal": _("portal"),
    "template": _("template"),
    "production": _("production"),
    "sign_in": _("sign-in"),
    # Translators: which roles are lent only with fewer rights.
    "must-narrow": _("must narrow"),
    "shorten": _("short name"),
    "region": _("region"),
    # Translators: rights under one name.
    "preset": _("preset"),
    "account": _("account"),
}
FETCHED: Final = _("fetched {when}")
NONE: Final = _("No team file yet. {team_add} asks where it is, and shows what changes.")
EMPTY: Final = _("The team file is empty. {team_update} fetches it again.")
# Translators: what Enter does: "Enter take over".
TAKE_OVER: Final = _("add")
# Translators: what Enter does before that: it shows what is added.
ADD_STEP: Final = _("add…")
REMOVE: Final = _("remove")
ADD_TITLE: Final = _("Add the team file {location}")
REMOVE_TITLE: Final = _("Remove the team file")
CONFIRM: Final = _("Add it?")
CONFIRM_REMOVE: Final = _("Remove it?")
ADDED: Final = _("{location} is added. `rolecall team update` fetches it again.")
REMOVED: Final = _("The team file is removed. Its sessions in {config} stay.")
UNCHANGED: Final = _("{location} has nothing new.")
# Translators: {names} are names of sessions.
KEPT: Final = _(
    "Your own {names} in {config} stay as they are, although the team has other values."
)
