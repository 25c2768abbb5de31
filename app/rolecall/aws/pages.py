"""Listings that AWS gives page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from rolecall.aws.call import call
from rolecall.aws.hosts import host_of
from rolecall.aws.translate import AnswerProblem, Meanings
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
    ask: Callable[[dict[str, Any]], tuple[list[T], str | None]],
    meanings: Meanings,
    call_policy: CallPolicy,
    *,
    of_first: Meanings | None = None,
) -> Iterator[list[T]]:
    """Yield page after page. Raises what `call` raises, and UnexpectedAnswer if they never end.

    `ask` gets the token of a page as an argument of the operation, and returns the items and the
    token of the next page. `of_first` are more meanings, for the first page.
    """
    more: dict[str, str] = {}
    seen: set[str] = set()
    empty = 0
    while True:
        means = meanings if more else {**meanings, **(of_first or {})}
        page = partial(call, client, operation, partial(ask, more), means, tries=1)
        items, next_token = call_policy(page)
        yield items
        if not next_token:
            return
        empty = 0 if items else empty + 1
        if next_token in seen or empty > _EMPTY_PAGES:
            raise UnexpectedAnswer(operation, host_of(client), AnswerProblem.ENDLESS)
        seen.add(next_token)
        more = {"nextToken": next_token}
