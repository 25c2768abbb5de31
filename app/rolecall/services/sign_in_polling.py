"""The wait for a sign-in, shared by the screens, the picker and the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from rolecall.domain.question import current

Got_co = TypeVar("Got_co", covariant=True)  # an access token or a login session


class SignInAttempt(Protocol[Got_co]):
    """A sign-in that was started and that a user may approve in a browser."""

    @property
    def interval(self) -> float:
        """Seconds to wait before each `poll`."""

    def poll(self) -> Got_co | None:
        """Return the token, or None while nobody has approved."""


def wait_for_token(
    attempt: SignInAttempt[Got_co],
    wait: Callable[[float], None],
    other_token: Callable[[], Got_co | None] = lambda: None,
) -> Got_co:
    """Poll until there is a token, and return it. Blocks.

    `wait` is called with the attempt's interval before each poll; an exception that it raises ends
    the loop. `other_token` is asked after each poll without a token: it returns one that another
    process has got in the meantime. Raises what `poll` and `other_token` raise.
    """
    while True:
        wait(attempt.interval)
        current().begin_again()  # until now it was the user who was waited for
        if token := attempt.poll() or other_token():
            return token
