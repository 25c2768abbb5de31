"""Texts about the team's file."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

STEP: Final = _("Team")
TITLE: Final = _("The team's file")
LOCATION: Final = _("Location")
LOCATION_HINT: Final = _("a file, a folder of a git checkout, or https://…")
LOCATION_HELP: Final = _("the changes are shown before anything is taken over; empty: none")
FETCHES: Final = _("Enter fetches the file and shows what changes.")
REMOVES: Final = _("Enter shows what is removed.")
FETCHING: Final = _("Fetching the team's file…")
# Translators: what Enter does: "Enter take over".
TAKE_OVER: Final = _("take over")
REMOVE: Final = _("remove")
ADD_TITLE: Final = _("Take over the team's file {location}")
REMOVE_TITLE: Final = _("Remove what was taken over from the team's file")
CONFIRM: Final = _("Take it over?")
CONFIRM_REMOVE: Final = _("Remove it?")
NEEDS_YES: Final = _("There is no terminal to ask on. --yes does it without asking.")
ADDED: Final = _("{location} is taken over. `rolecall team update` fetches it again.")
REMOVED: Final = _("The team's file is removed. Its sessions in {config} stay.")
UNCHANGED: Final = _("{location} has nothing new.")
# Translators: {names} are names of sessions.
KEPT: Final = _("Your own {names} in {config} stay as they are: the team has other values.")
