"""Lists that are sent page by page. The token of a page names its list and its offset."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from rolecall.demo.wire import Rejected, Request

_DEFAULT: Final = "20"
_LARGEST: Final = 100

T = TypeVar("T")


def page_of(
    items: Sequence[T],
    subject: str,
    query: Mapping[str, str],
    names: tuple[str, str],
    invalid: Callable[[str], Rejected],
) -> tuple[Sequence[T], dict[str, str]]:
    """Return one page of the list `subject`, and the token of the next page if there is one.

    `names` are those of the parameters for the size and the token. `invalid` makes the error for a
    message, which is raised for a wrong size, and for the token of another list.
    """
    size, token = query.get(names[0], _DEFAULT), query.get(names[1])
    if not re.fullmatch("[0-9]{1,3}", size) or not 1 <= int(size) <= _LARGEST:
        raise invalid(f"{names[0]} must be from 1 to {_LARGEST}")
    start = 0
    if token is not None:
        found = re.fullmatch("(.+):([0-9]{1,9})", _decoded(token))
        if found is None or found[1] != subject:
            raise invalid(f"{names[1]} is not valid")
        start = int(found[2])
    end = start + int(size)
    return items[start:end], {"nextToken": _token(subject, end)} if end < len(items) else {}


def token_of_same_page(request: Request) -> str:
    """Return a next token for the requested page that differs from the token in the request."""
    query = request.query
    is_of_roles = request.path == "/access"
    subject = "roles" if is_of_roles else query.get("account_id", "accounts")
    token = query.get("nextToken" if is_of_roles else "next_token", "")
    return _token(subject, f"0{_decoded(token).rpartition(':')[2]}")


def _token(subject: str, offset: int | str) -> str:
    return base64.urlsafe_b64encode(f"{subject}:{offset}".encode()).decode()


def _decoded(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode()
    except ValueError:
        return ""
