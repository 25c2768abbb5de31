"""Secrets that this process has sent, and that an answer repeats: in a message, or as a name.

They are hidden in the answer before anything reads it, also a part of one and the form that an
address has.
"""

from __future__ import annotations

import json
import re
from threading import Lock
from typing import Any, Final
from urllib.parse import quote

_HIDDEN: Final = "…"
# Members of requests with secrets. Those of answers are new secrets, which nobody prints.
_SECRETS: Final = frozenset(
    {"accessToken", "refreshToken", "idToken", "clientSecret", "deviceCode", "code", "codeVerifier"}
)
_OF_ANSWERS: Final = _SECRETS | {
    *("secretAccessKey", "sessionToken", "nextToken"),
    *("SecretAccessKey", "SessionToken"),
}
_HEADERS: Final = ("x-amz-sso_bearer_token", "x-amz-security-token", "authorization")
_BEARER: Final = "Bearer "
_MOST: Final = 64  # secrets that are known; the last ones count
_SHORTEST: Final = 8  # characters of a secret
_PART: Final = 12  # characters that are no accident
_RUN: Final = re.compile(rf"[\w+/~-]{{{_PART},}}", re.ASCII)


class _Sent:
    """The last secrets that were sent, to any server."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.values: tuple[str, ...] = ()
        self.forms: tuple[str, ...] = ()  # of all of them: as it is, and as an address has it
        self.text = ""  # all of them

    def add(self, value: str) -> None:
        with self._lock:
            if len(value) >= _SHORTEST and value not in self.values:
                self.values = (*self.values, value)[-_MOST:]
                quoted = (quote(each, safe="") for each in self.values)
                self.forms = tuple(dict.fromkeys((*self.values, *quoted)))
                self.text = "\n".join(self.values)


_SENT: Final = _Sent()


def hide_echoes(events: Any) -> None:
    """Hide from now on what is repeated to the clients with these events of botocore."""
    events.register("before-send", _note)
    events.register("after-call", _hide)


def without_echoes(text: str) -> str:
    """Return the text without what was sent."""
    for form in _SENT.forms:
        text = text.replace(form, _HIDDEN)
    return _RUN.sub(_hidden_part, text)


def _hidden_part(found: re.Match[str]) -> str:
    run, sent = found[0], _SENT.text
    for at in range(len(run) - _PART + 1):
        if run[at : at + _PART] in sent:
            return _HIDDEN
    return run


def _note(request: Any, **_: object) -> None:
    """Take the secrets of a request."""
    for name in _HEADERS:
        value = _text(request.headers.get(name) or "")
        if name != "authorization" or value.startswith(_BEARER):
            _SENT.add(value.removeprefix(_BEARER))
    body = _text(request.body or "")
    if body.startswith("{"):
        _note_members(json.loads(body))


def _note_members(sent: dict[str, Any]) -> None:
    for name, value in sent.items():
        if isinstance(value, dict):
            _note_members(value)
        elif name in _SECRETS and isinstance(value, str):
            _SENT.add(value)


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _hide(parsed: Any, **_: object) -> None:
    """Hide what an answer repeats, in place: the handler of botocore's event `after-call`."""
    if _SENT.values:
        _hide_in(parsed)


def _hide_in(value: Any) -> Any:
    if isinstance(value, str):
        return without_echoes(value)
    if isinstance(value, dict):
        for name, each in value.items():
            if not (isinstance(each, str) and name in _OF_ANSWERS):
                value[name] = _hide_in(each)
    elif isinstance(value, list):
        value[:] = map(_hide_in, value)
    return value
