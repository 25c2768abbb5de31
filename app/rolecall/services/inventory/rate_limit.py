"""How fast to ask a service that says 429 when asked too fast.

One rate for all calls of a sign-in, as the service counts them together; through `shared`, for all
rolecalls on the machine. It grows while every answer comes, first fast, after the first 429 slowly;
a 429 lowers it. AWS's limits page gives 20 calls a second for the portal's list calls, but what is
really allowed differs, so it is found out.

What cannot wait goes into debt, which the calls that can wait pay back. Calls for sign-in and for
credentials are counted elsewhere by AWS, and do not come here at all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Final, TypeVar

START: Final = 20.0  # calls a second
BURST: Final = 20.0  # calls that may go at once after a rest
LEAST: Final = 1.0
MOST: Final = 500.0
LISTING_DEBT: Final = 2.0  # calls: the list of accounts comes before what is in them
PRIORITY_DEBT: Final = 10.0  # calls: what is being looked at comes before everything

_GROWTH: Final = 2.0  # calls a second, for each answer before the first 429: trebles in a second
_SLOW_GROWTH: Final = 1.0  # calls a second, each second, afterwards
_DOUBLED_AFTER: Final = 8.0  # seconds without a 429, each time: then the limit was passing
# The limit may be far below; once a while has passed without a 429, it is near.
_FAR: Final = 0.5
_NEAR: Final = 0.7
_NEAR_AFTER: Final = 2.0  # seconds
_FORGOTTEN_AFTER: Final = 600.0  # seconds: what was allowed then says little about now
_LONGEST_CLOSED: Final = 3600.0

T = TypeVar("T")
Values = Sequence[float]
# Puts what a function makes of the shared numbers (None: there are none) in their place; False
# where nothing can be shared now.
Shared = Callable[[Callable[[Values | None], Values]], bool]


@dataclass(slots=True)
class _State:
    """Moments are monotonic seconds, which are the same for every process until the next boot."""

    filled_at: float
    rate: float = START
    tokens: float = BURST
    closed_until: float = 0.0
    lowered_at: float = 0.0
    limit_met: float = 0.0  # 1.0 once a 429 came


class RequestRate:
    """Safe to use from any thread. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float], shared: Shared | None = None) -> None:
        self._monotonic = monotonic
        self._shared = shared
        self._lock = threading.Lock()
        self._state = _State(monotonic())
        self._answers = 0

    @property
    def rate(self) -> float:
        """Calls a second."""
        return _grown(self._state, self._answers, self._monotonic())

    def take(self, debt: float = 0.0) -> float:
        """0 where a call may go now, and is counted; else the seconds after which to ask again.

        `debt` is how many calls may be owed for this one to go.
        """

        def turn(state: _State, now: float) -> float:
            if now < state.closed_until:
                return state.closed_until - now
            wanted = 1 - debt
            if state.tokens < wanted:
                return (wanted - state.tokens) / state.rate
            state.tokens -= 1
            return 0.0

        return self._change(turn)

    def refund(self) -> None:
        """A call that was counted did not go."""

        def refund(state: _State, _now: float) -> None:
            state.tokens += 1

        self._change(refund)

    def record_answer(self) -> None:
        with self._lock:
            self._answers += 1

    def record_throttling(self, asked_at: float, retry_after: float | None) -> None:
        """A 429 to a call that went at `asked_at`. Those of one burst together lower it once."""

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

            def update(values: Values | None) -> Values:
                # Not sooner: another process may have changed the numbers while this one waited
                # for them, and what is from later than now is taken for from before the last boot.
                now = self._monotonic()
                state = _current(_State(*values) if values else self._state, now)
                state.rate = _grown(state, self._answers, now)
                state.tokens = min(BURST, state.tokens + (now - state.filled_at) * state.rate)
                state.filled_at = now
                results.append(act(state, now))
                self._state = state
                return astuple(state)

            if self._shared is None or not self._shared(update):
                update(None)
            self._answers = 0
            return results[-1]


def _current(state: _State, now: float) -> _State:
    """The state, or a new one where it is from before the last boot or long ago."""
    age = now - state.filled_at
    if 0 <= age < _FORGOTTEN_AFTER and state.closed_until - now < _LONGEST_CLOSED:
        return _State(*astuple(state))
    return _State(now)


def _grown(state: _State, answers: int, now: float) -> float:
    if not answers:
        return state.rate
    growth = _GROWTH
    if state.limit_met:
        doublings = min(16.0, (now - state.lowered_at) / _DOUBLED_AFTER)
        growth = _SLOW_GROWTH / state.rate * 2**doublings
    return min(MOST, state.rate + growth * answers)
