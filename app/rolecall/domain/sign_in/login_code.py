"""The code that a user pastes at the end of a sign-in with console credentials.

It is Base64 of `state=…&code=…`, which the page of the confirmation shows.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from enum import StrEnum
from urllib.parse import parse_qs

from rolecall.domain.errors.login_errors import LoginCodeInvalid
from rolecall.domain.model import Secret


class CodeProblem(StrEnum):
    """What is wrong with a pasted code (`LoginCodeInvalid.problem`)."""

    EMPTY = "empty"
    NOT_A_CODE = "not-a-code"
    TRUNCATED = "truncated"
    OTHER_STATE = "other-state"  # of another sign-in
    EXPIRED = "expired"
    LOST = "lost"  # it was used, but the answer to it did not arrive


def without_spaces(pasted: str) -> str:
    """Return the code without what a terminal or a mail adds: spaces and line breaks."""
    return "".join(pasted.split())


def read_code(pasted: str, state: str) -> Secret:
    """Return the authorization code in a pasted text. Raises LoginCodeInvalid.

    `state` is that of the sign-in. A text that was cut decodes to the beginning of the whole.
    """
    text = without_spaces(pasted)
    if not text:
        raise LoginCodeInvalid(CodeProblem.EMPTY)
    try:
        whole, is_cut = base64.b64decode(text, validate=True).decode("ascii"), False
    except (binascii.Error, UnicodeDecodeError):
        whole, is_cut = _beginning(text), True
    fields = {name: values[0] for name, values in parse_qs(whole).items()}
    if not whole.startswith(("state=", "code=")):
        raise LoginCodeInvalid(CodeProblem.NOT_A_CODE)
    given = fields.get("state", "")
    if "code" not in fields and state.startswith(given):
        raise LoginCodeInvalid(CodeProblem.TRUNCATED)
    if not hmac.compare_digest(given.encode(), state.encode()):
        raise LoginCodeInvalid(CodeProblem.OTHER_STATE)
    if is_cut:
        raise LoginCodeInvalid(CodeProblem.TRUNCATED)
    return Secret(fields["code"])


def _beginning(text: str) -> str:
    """Return what the whole groups of a Base64 text decode to; empty if it is not Base64."""
    try:
        groups = text[: len(text) // 4 * 4]
        return base64.b64decode(groups, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
