"""Listings that AWS gives page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from rolecall.aws.hosts import host_of
from rolecall.aws.translate import AnswerProblem
from rolecall.domain.errors import UnexpectedAnswer

PAGE_SIZE: Final = 100  # the maximum of the access portal
_EMPTY_PAGES: Final = 50  # in a row, before a listing counts as endless

T = TypeVar("T")


class CallPolicy(Protocol):
    """Makes a call: decides when, and how often it is retried."""

    def __call__(self, call: Callable[[], T], /) -> T: ...


def once(call: Callable[[], T], /) -> T:
    """Return the answer to a call that is made once, without retries."""
    return call()


def pages_of(
    client: Any,
    operation: str,
    page: Callable[[str | None], tuple[list[T], str | None]],
    call_policy: CallPolicy,
) -> Iterator[list[T]]:
    """Yield page after page. Raises UnexpectedAnswer if the pages never end.

    `page` returns the items for a token, and the token of the next page.
    """
    next_token: str | None = None
    seen: set[str] = set()
    empty = 0
    while True:
        items, next_token = call_policy(partial(page, next_token))
        yield items
        if not next_token:
            return
        empty = 0 if items else empty + 1
        if next_token in seen or empty > _EMPTY_PAGES:
            raise UnexpectedAnswer(operation, host_of(client), AnswerProblem.ENDLESS)
        seen.add(next_token)
