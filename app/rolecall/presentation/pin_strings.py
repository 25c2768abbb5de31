"""Texts about the account that a directory belongs to."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

NO_PROFILE: Final = _("Which profile? Name it, or set AWS_PROFILE.")
NO_SUCH_PROFILE: Final = _("There is no profile {profile} in {path}.")
NO_ROLE: Final = _("{profile} names no account with a permission set or a role.")
ALREADY: Final = _("{path} says so already.")
CONFIRM: Final = _("Write it?")
WRITTEN: Final = _("{path} is written. `awsp .` uses your profile for it.")
TRUSTED: Final = _("{path} is trusted. `awsp .` uses your profile for it.")
REVOKED: Final = _("{path} is not trusted.")
