"""Texts of `rolecall prompt`. A shell waits for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.text import safe
from rolecall.domain.time_left import TimeLeft
from rolecall.presentation.labels import PRODUCTION
from rolecall.presentation.switch_strings import left_short
from rolecall.presentation.times import time_left
from rolecall.presentation.translation import _

if TYPE_CHECKING:
    from rolecall.services.shell_facts import ShellFacts

DEFAULT_FORMAT: Final = "{profile}[ {production}][ {region}][ {left}][ {directory}]"
BAD_FORMAT: Final = _("“{text}” is wrong in the template. The fields are {fields}.")
# Translators: the badge of every profile while the settings cannot be read, and short.
MAYBE_PRODUCTION: Final = _("PROD?")
# Translators: the account of the directory, which is not that of this shell.
OTHER_ACCOUNT: Final = "≠ {account}"
MISSED: Final = _("This directory is for {account}, not for {profile}. `awsp .` switches to it.")
MISSED_NONE: Final = _("This directory is for {account}. `awsp .` switches to it.")


def field(name: str, facts: ShellFacts, now: datetime) -> str:
    """Return the text of one of the FIELDS. Raises FileError."""
    return _FIELDS[name](facts, now)


def _region(facts: ShellFacts) -> str:
    return safe(facts.region) if facts.profile or facts.has_keys else ""


def _production(facts: ShellFacts) -> str:
    if not facts.is_production:
        return ""
    return PRODUCTION if facts.has_settings else MAYBE_PRODUCTION


def _other_account(facts: ShellFacts) -> str:
    pin = facts.missed_pin
    return OTHER_ACCOUNT.format(account=safe(facts.name_of(pin))) if pin else ""


def _left(facts: ShellFacts, now: datetime) -> str:
    if facts.has_session:
        return left_short(facts.token, now)
    end = facts.keys_expire_at
    return time_left(TimeLeft.until(end, now)) if end else ""


def missed(facts: ShellFacts) -> str:
    """Return the sentence for a shell in the wrong account; empty if it is right."""
    if (pin := facts.missed_pin) is None:
        return ""
    name = facts.name_of(pin)
    account = safe(name if name == pin.account_id else f"{name} {pin.account_id}")
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
