"""The desk of a lend takes what the program asks for, and hands it out once a user has approved it.

The program is hostile: it asks as often and as strangely as it wants. It cannot reach the records
that the decisions are in, and a decision is only for exactly what was shown.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from rolecall.domain.errors.file_error_reason import reason_of
from rolecall.domain.errors.lending_errors import AskInvalid, NotLent
from rolecall.domain.lending.grants import granted, is_within
from rolecall.domain.lending.lent import Lent, Loan, LoanState, waiting
from rolecall.domain.lending.narrowing import LONGEST
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.model import Credentials, Profile
from rolecall.domain.records import NamedTuple, replace
from rolecall.domain.text import safe
from rolecall.domain.timestamps import write_time
from rolecall.files.own.lends import LendRecord
from rolecall.services.lending.asked import Asked, narrowing_of
from rolecall.services.lending.lends import Counter, described
from rolecall.services.lending.sealing import config_of
from rolecall.services.switching.switching import Switching

if TYPE_CHECKING:
    from rolecall.services.credentials.container_credentials import ContainerCredentials, Get, Json

_ASK: Final = "ask"
_MOST_WAITING: Final = 250  # requests that nobody has decided about
_MOST: Final = 1000  # requests of one lend
_MOST_FIELDS: Final = 43  # forty grants
_LONGEST: Final = {"profile": 128, "allow": 100, "minutes": 5, "reason": 200}  # characters


class Handing(NamedTuple):
    """What gets the credentials of a lease, and the session of the last ones in CloudTrail."""

    get: Get
    session: Callable[[], str]


class _Request(NamedTuple):
    """`name` is that of the profile in the seal, `settings` its section in the config file there.
    `address` and `token` are for its keys.
    """

    lent: Lent
    name: str
    settings: str
    address: str
    token: str


class Desk:
    """Its requests are of the program of `lend`, which was started with `command`.

    `profile_of` returns a profile. `open_lease` returns what hands out a request that was approved.
    `note` is for the log. `clock` returns an aware UTC datetime.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        record: LendRecord,
        lend: Lent,
        command: Sequence[str],
        *,
        profile_of: Callable[[str], Profile],
        open_lease: Callable[[Loan], Handing],
        note: Callable[[HandOutKind, Lent], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._environ = environ
        self._record = record
        self._lend = lend
        self._command = command
        self._profile_of = profile_of
        self._open_lease = open_lease
        self._note = note
        self._clock = clock
        self._lock = threading.Lock()
        self._requests: dict[str, _Request] = {}
        self._handings: dict[str, Handing] = {}
        self._timers: list[threading.Timer] = []

    def close(self) -> None:
        """Note the end of what is still leased."""
        for each in self._timers:
            each.cancel()
        for lent_id in self._handings:
            self._note_end(self._requests[lent_id].lent, LoanState.RUNS)

    def answer(self, server: ContainerCredentials, target: str) -> Json | None:
        """Answer what the program asks: `ask?…` is a request, `ask/ID` asks about one.

        Raises AskInvalid, GrantInvalid, PolicyTooLarge, NoCredentials, FileError.
        """
        path, _, query = target.partition("?")
        if path == _ASK:
            return self._shown(self._asked(server, query))
        known = self._requests.get(path.removeprefix(f"{_ASK}/"))
        return known and self._shown(known)

    def _shown(self, request: _Request) -> Json:
        loan = self._record.loan(request.lent)
        state, decision = loan.state(self._clock()), loan.decision
        return {
            "id": request.lent.id,
            "state": state.value,
            "profile": request.name,
            "rights": decision.rights if decision else request.lent.rights,
            "minutes": decision.minutes if decision else request.lent.minutes,
            "until": write_time(loan.until) if loan.until else "",
            "reason": safe(decision.reason) if decision else "",
            "is_watched": self._record.is_watched,
            "settings": request.settings,
            "address": request.address,
            "token": request.token,
        }

    # --- requests

    def _asked(self, server: ContainerCredentials, query: str) -> _Request:
        """Return the request, which may be one that was made before."""
        wanted = self._wanted(query)
        with self._lock:
            loans = [self._record.loan(each.lent) for each in self._requests.values()]
            now = self._clock()
            for each in loans:
                if _is_same(each, wanted, now):
                    return self._requests[each.lent.id]
            undecided = len(waiting(loans, now))
            if undecided >= _MOST_WAITING or len(loans) >= _MOST:
                raise AskInvalid("too-many", str(undecided))
            lent = wanted._replace(id=f"{self._lend.id}.{len(loans) + 1}", since=write_time(now))
            request = self._opened(server, lent)
            try:
                self._record.add(lent)
            except OSError as error:
                raise AskInvalid("not-saved", reason_of(error)) from error
            self._requests[lent.id] = request
        self._note(HandOutKind.ASK, lent)
        return request

    def _wanted(self, query: str) -> Lent:
        """Return what is asked for, as rolecall knows it: the program says no more than a name,
        rights, minutes and a reason.
        """
        found = _fields(query)
        (name,), (minutes,), (reason,) = found["profile"], found["minutes"], found["reason"]
        switching = Switching(self._environ)
        target = switching.target(name)
        if target is None or safe(name) != name:
            raise AskInvalid("no-profile", safe(name))
        asked = Asked(allow=found["allow"], minutes=int(minutes))
        presets = switching.settings.settings.presets
        narrowing = narrowing_of(asked, reason, presets)
        assert narrowing is not None
        lent = described(self._environ, switching, target, self._command, reason)
        return lent._replace(rights=narrowing.words, minutes=narrowing.minutes)

    def _opened(self, server: ContainerCredentials, lent: Lent) -> _Request:
        """Return the request with an address for its keys, which has none until it is approved."""
        taken = {self._lend.profile, *(each.name for each in self._requests.values())}
        name, number = lent.profile, lent.id.partition(".")[2]
        while name in taken:
            name = f"{name}-{number}"
        settings = config_of(replace(self._profile_of(lent.profile), name=name)).decode()
        session = partial(self._session_of, lent.id)
        counter = Counter(self._record, lent, self._lend, session, self._clock)
        served = server.add(f"/leases/{lent.id}", partial(self._lease, lent), counter)
        return _Request(lent, name, settings, *served)

    # --- leases

    def _lease(self, lent: Lent) -> Credentials:
        """Return credentials of what was approved. Raises NotLent."""
        handing = self._handings.get(lent.id)
        if handing is None:
            loan = self._record.loan(lent)
            if loan.state(self._clock()) is not LoanState.RUNS or loan.until is None:
                raise NotLent("taken-back")
            handing = self._handings[lent.id] = self._open_lease(loan)
            seconds = (loan.until - self._clock()).total_seconds()
            timer = threading.Timer(seconds, self._note_end, (lent, LoanState.ENDED))
            timer.daemon = True
            timer.start()
            self._timers.append(timer)
        return handing.get()

    def _session_of(self, lent_id: str) -> str:
        return self._handings[lent_id].session()

    def _note_end(self, lent: Lent, state: LoanState) -> None:
        """Note it, unless the user has taken it back: then that was noted."""
        loan = self._record.loan(lent)
        if not loan.is_taken_back and loan.state(self._clock()) is state:
            self._note(HandOutKind.LEASE_END, lent)


def _is_same(loan: Loan, wanted: Lent, now: datetime) -> bool:
    """Whether this was asked for before, or is leased already."""
    lent = loan.lent
    if lent.profile != wanted.profile:
        return False
    if loan.state(now) is LoanState.RUNS and loan.decision is not None:
        return is_within(granted(wanted.rights), granted(loan.decision.rights))
    same = (lent.rights, lent.minutes, lent.reason) == (
        wanted.rights,
        wanted.minutes,
        wanted.reason,
    )
    return same and loan.state(now) is LoanState.WAITS


def _fields(query: str) -> dict[str, list[str]]:
    """Return the fields of a request. Raises AskInvalid."""
    try:
        found = parse_qs(query, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise AskInvalid("unreadable") from None
    once = all(len(values) == 1 for name, values in found.items() if name != "allow")
    if found.keys() != _LONGEST.keys() or not once:
        raise AskInvalid("unreadable")
    for name, values in found.items():
        if any(len(value) > _LONGEST[name] for value in values):
            raise AskInvalid("too-long", f"{name}, {_LONGEST[name]}")
    minutes = found["minutes"][0]
    if not re.fullmatch(r"[0-9]+", minutes) or not 0 < int(minutes) <= LONGEST:
        raise AskInvalid("minutes", str(LONGEST))
    if not found["reason"][0].strip():
        raise AskInvalid("no-reason")
    return found
