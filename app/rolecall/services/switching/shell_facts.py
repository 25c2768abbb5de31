"""What is known of the shell that waits for its prompt. Only files are read, and few of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cached_property

from rolecall.domain.errors.pin_errors import NoPin, PinInvalid, PinUntrusted
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.switching.pin import Pin
from rolecall.domain.switching.variables import REGIONS, SwitchTarget, in_use
from rolecall.domain.time_left import TokenExpiry
from rolecall.files.times import read_time
from rolecall.services.switching.pins import Pins
from rolecall.services.switching.switching import Switching

_KEYS_EXPIRY = "AWS_CREDENTIAL_EXPIRATION"
_KEY_ID = "AWS_ACCESS_KEY_ID"
_OF_ANY_ACCOUNT = frozenset({ProfileKind.STATIC, ProfileKind.PROCESS})


class ShellFacts:
    """Each fact is read when it is asked for. Raises HomeUnknown; all of it may raise FileError."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._switching = Switching(environ, waits=False)
        self.has_keys = bool(environ.get(_KEY_ID))
        self.profile = in_use(environ)

    @cached_property
    def target(self) -> SwitchTarget:
        found = self._switching.target(self.profile) if self.profile else None
        return found or SwitchTarget(self.profile)

    @property
    def region(self) -> str:
        return next(filter(None, map(self._environ.get, REGIONS)), "") or self.target.region

    @cached_property
    def account_name(self) -> str:
        """The name of the account as AWS sent it; empty if it is unknown."""
        return self._switching.status(self.target).account_name

    @property
    def alias(self) -> str:
        """The user's or the team's alias of the account, safe to show; empty if it has none."""
        if not self.target.account_id:
            return ""
        said = self._switching.annotations().get(self.target.account_id)
        return said.alias if said else ""

    @property
    def knows_production(self) -> bool:
        """Whether all that decides about production can be read. If not, every profile is one."""
        return self._switching.knows_production

    @property
    def uses_all_words(self) -> bool:
        """Whether all words of the user and the team for production are used."""
        return self._switching.uses_all_words

    @property
    def is_production(self) -> bool:
        return self._switching.is_production(self.target)

    @property
    def has_session(self) -> bool:
        """Whether the credentials come from a sign-in."""
        return bool(self.target.session or self.target.login) and not self.has_keys

    @property
    def token(self) -> TokenExpiry | None:
        return self._switching.token(self.target)

    @property
    def keys_expire_at(self) -> datetime | None:
        """When keys in the environment or in ~/.aws/credentials expire; None if unknown."""
        if self.has_keys:
            return read_time(self._environ.get(_KEYS_EXPIRY))
        if not self.target.session:
            return self._switching.key_expiries().get(self.profile)
        return None

    @cached_property
    def pin(self) -> Pin | None:
        """The pin of the directory that the user trusts."""
        with suppress(NoPin, PinInvalid, PinUntrusted):
            return Pins(self._environ).trusted()
        return None

    @property
    def missed_pin(self) -> Pin | None:
        """The pin of the directory if the account of this shell is another one, or none."""
        if self.pin is None or self.pin.account_id == self.target.account_id:
            return None
        return None if self._is_account_unknown else self.pin

    @property
    def _is_account_unknown(self) -> bool:
        """Whether the shell has credentials, and no file says for which account."""
        if not self.profile:
            return self.has_keys
        is_of_any = self._switching.kind(self.profile) in _OF_ANY_ACCOUNT
        return is_of_any and not self.target.account_id

    def account_name_of(self, account_id: str) -> str:
        return self._switching.account_name(account_id)
