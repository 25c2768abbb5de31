"""HTTP requests and responses, and the exception with a response."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from rolecall.domain.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """A request. `target` is the path with its raw query, to check signatures."""

    method: str
    target: str
    headers: Message
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def json(self) -> dict[str, Any] | None:
        """The body; None if it is not a JSON object."""
        try:
            body = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return body if isinstance(body, dict) else None


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. `parts` is sent instead of the body, part after part, if there is one.

    If `parts` raises ConnectionResetError, the connection is reset.
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    parts: Iterator[bytes] | None = None


class Rejected(Exception):
    """An operation was refused. `response` is the answer to send."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


def base64url(data: bytes) -> str:
    """Return the bytes in URL-safe Base64 without padding, as JWT and PKCE need it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def json_response(
    content: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Return a response with a JSON body."""
    body = json.dumps(content).encode()
    return Response(status, body, headers=headers or {})
