"""Texts of `rolecall log`."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

# Column headings.
WHEN: Final = _("When")
ACCESS_KEY_ID: Final = _("Access key ID")
COMMAND: Final = _("Command")
REASON: Final = _("Reason")
EMPTY: Final = _("Nothing was handed out yet.")
OFF: Final = _("The log is off (`log` in the settings).")
