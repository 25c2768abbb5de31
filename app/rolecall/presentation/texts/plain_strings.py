"""What the plain mode asks, and how it says what has a sign elsewhere."""

from __future__ import annotations

import re
from typing import Final

from rolecall.presentation.labels import IN_USE, SEPARATOR
from rolecall.presentation.translation import Counted, _

INTRO: Final = _("Type the number of an answer, then Enter. Ctrl+C ends rolecall.")
WHAT: Final = _("What do you want to do?")
SIGN_IN: Final = _("Sign in")
CHOOSE_ROLE: Final = _("Choose an account and a permission set")
USE_PROFILE: Final = _("Use a profile")
TOKENS: Final = _("Show what expires when")
QUIT: Final = _("Quit")
WHICH_SESSION: Final = _("Which session?")
NEW_SESSION: Final = _("A new one, at the address of an access portal")
ADDRESS: Final = _("Address of the access portal, such as {example}:")
# Translators: of an account or permission set, or of a profile. Enter alone shows all.
WORDS: Final = _("Words of its name, or only Enter for all:")
WHICH_ROLE: Final = _("Which account and permission set?")
WHICH_PROFILE: Final = _("Which profile?")
OTHER_WORDS: Final = _("Search with other words")
BACK: Final = _("Back")
FIRST_SHOWN: Final = Counted(
    "Only the first of {count:,} is shown.", "These are the first of {count:,}."
)
ROLE: Final = _("{account} {account_id}, {permission_set}")
HAS_PROFILE: Final = _("profile {names}")
WITH_ROLE: Final = _("What do you want to do with {role}?")
SAVE: Final = _("Save a profile")
USE: Final = _("Use the profile {name}")
NAME: Final = _("Name of the profile [{name}]:")
NOTHING: Final = _("Nothing matches.")

# Translators: two facts in one line, where the screen has " · " between them.
_FACTS: Final = _("{first}, {second}")
_BETWEEN: Final = _FACTS.removeprefix("{first}").removesuffix("{second}")
# Translators: the end of a sentence, where the screen has "…" because something is going on.
_UNDER_WAY: Final = _("{sentence}.")
_END: Final = _UNDER_WAY.removeprefix("{sentence}")


def without_signs(text: str) -> str:
    """Return the text as it is read aloud: a sign has no name, or a long one."""
    text = text.replace(f"{IN_USE} ", "").replace(SEPARATOR, _BETWEEN)
    text = re.sub(r"(?<!\S)…\s+", "", text)  # "… and 3 more"
    text = re.sub(r"(?<=\d)×(?=\d)", "x", text)
    return re.sub(r"…(?=\s|$)", _END, text).replace("…", "...")
