"""How many calls a second to make to a service that answers 429 when there are too many.

There is one rate for all list calls of a sign-in, because the service counts them together. It is
shared by all processes of a home (`shared`), also on other machines. It grows with every answer,
fast at first and slowly after the first 429, and each 429 lowers it. AWS's limits page gives 20
calls a second for the portal's list calls, but the real limit differs, so it is measured.

Urgent calls may go into debt, which later calls pay back. AWS counts calls for sign-in and for
credentials separately; they do not use this rate.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from rolecall.domain.records import astuple, dataclass

START: Final = 20.0  # calls a second
BURST: Final = 20.0  # calls that may be made at once after a pause
LEAST: Final = 1.0
MOST: Final = 500.0
LISTING_DEBT: Final = 2.0  # calls: the list of accounts goes before their permission sets
PRIORITY_DEBT: Final = 10.0  # calls: the account on the screen goes before everything

_GROWTH: Final = 2.0  # calls a second per answer before the first 429: triples within a second
_SLOW_GROWTH: Final = 1.0  # calls a second per second, after the first 429
_DOUBLED_AFTER: Final = 8.0  # seconds without a 429: the limit was temporary
# The limit may be far lower than the rate. If there was no 429 for a while, it is close.
_FAR: Final = 0.5
_NEAR: Final = 0.7
_NEAR_AFTER: Final = 2.0  # seconds
_FORGOTTEN_AFTER: Final = 600.0  # seconds after which an old rate is not used
_LONGEST_CLOSED: Final = 3600.0
_AHEAD: Final = 10.0  # seconds that the clock of another machine may be ahead

T = TypeVar("T")
RateNumbers = Sequence[float]
# Calls a function with the shared numbers (None: there are none) and stores its result. Returns
# False if nothing can be shared now.
Shared = Callable[[Callable[[RateNumbers | None], RateNumbers]], bool]


@dataclass(slots=True)
class _State:
    """Times are in monotonic seconds; in the shared numbers, in those since 1970."""

    filled_at: float
    rate: float = START
    tokens: float = BURST
    closed_until: float = 0.0
    lowered_at: float = 0.0
    limit_met: float = 0.0  # 1.0 once a 429 came

    def moved(self, by: float) -> _State:
        """Return the state with all times moved by so many seconds."""
        times = (self.closed_until + by, self.lowered_at + by)
        return _State(self.filled_at + by, self.rate, self.tokens, *times, self.limit_met)


def _boot_time() -> float:
    """Return when the monotonic clock began, in seconds since 1970."""
    return time.time() - time.monotonic()


class RequestRate:
    """Safe to use from any thread. `monotonic` is in seconds, and `boot` when it began."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        shared: Shared | None = None,
        boot: Callable[[], float] = _boot_time,
    ) -> None:
        self._monotonic = monotonic
        self._boot = boot
        self._shared = shared
        self._lock = threading.Lock()
        self._state = _State(monotonic())
        self._answers = 0

    @property
    def rate(self) -> float:
        """Calls a second."""
        return _grown(self._state, self._answers, self._monotonic())

    def take(self, debt: float = 0.0) -> float:
        """Count one call and return 0, or return the seconds to wait before asking again.

        `debt` is how many calls may be owed for this call to be allowed.
        """

        def take(state: _State, now: float) -> float:
            if now < state.closed_until:
                return state.closed_until - now
            wanted = 1 - debt
            if state.tokens < wanted:
                return (wanted - state.tokens) / state.rate
            state.tokens -= 1
            return 0.0

        return self._change(take)

    def refund(self) -> None:
        """Undo `take`: the call was not made."""

        def refund(state: _State, _now: float) -> None:
            state.tokens += 1

        self._change(refund)

    def record_answer(self) -> None:
        """Count an answer, which makes the rate grow."""
        with self._lock:
            self._answers += 1

    def reopen(self) -> None:
        """End the pause that AWS has asked for: it has answered a call within it."""

        def reopen(state: _State, _now: float) -> None:
            state.closed_until = 0.0

        self._change(reopen)

    def record_throttling(self, asked_at: float, retry_after: float | None) -> None:
        """Lower the rate after a 429. Several 429s of one burst lower it once.

        `asked_at` is when the call was made; `retry_after` is in seconds, None if AWS gave none.
        """

        def lower(state: _State, now: float) -> None:
            if retry_after:
                state.closed_until = max(state.closed_until, now + retry_after)
            if asked_at < state.lowered_at:
                return
            is_near = state.limit_met and now - state.lowered_at > _NEAR_AFTER
            state.rate = max(LEAST, state.rate * (_NEAR if is_near else _FAR))
            state.tokens = min(0.0, state.tokens)
            state.lowered_at = now
            state.limit_met = 1.0

        self._change(lower)

    def _change(self, act: Callable[[_State, float], T]) -> T:
        with self._lock:
            results: list[T] = []

            def update(values: RateNumbers | None) -> RateNumbers:
                # Read the clock here and not earlier: another process may have changed the numbers
                # while this one waited for them.
                now, boot = self._monotonic(), self._boot()
                state = _current(_State(*values).moved(-boot) if values else self._state, now)
                state.rate = _grown(state, self._answers, now)
                passed = max(0.0, now - state.filled_at)
                state.tokens = min(BURST, state.tokens + passed * state.rate)
                state.filled_at += passed
                results.append(act(state, now))
                self._state = state
                return astuple(state.moved(boot))

            if self._shared is None or not self._shared(update):
                update(None)
            self._answers = 0
            return results[-1]


def _current(state: _State, now: float) -> _State:
    """Return a copy of the state, or a new one if it is old.

    One from the future is from a machine whose clock is a little ahead, which adds the tokens then;
    or the clock was put back.
    """
    age = now - state.filled_at
    if age < -_AHEAD:
        state = state.moved(age)
    if age < _FORGOTTEN_AFTER and state.closed_until - now < _LONGEST_CLOSED:
        return state.moved(0.0)
    return _State(now)


def _grown(state: _State, answers: int, now: float) -> float:
    if not answers:
        return state.rate
    growth = _GROWTH
    if state.limit_met:
        doublings = min(16.0, (now - state.lowered_at) / _DOUBLED_AFTER)
        growth = _SLOW_GROWTH / state.rate * 2**doublings
    return min(MOST, state.rate + growth * answers)
