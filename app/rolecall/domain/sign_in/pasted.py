"""What a user pastes at the end of a sign-in: a code, or the address at which the browser ends.

The page of a console sign-in shows Base64 of `state=…&code=…`. Other sign-ins end at an address on
loopback, `http://127.0.0.1:PORT/oauth/callback?code=…&state=…` (RFC 8252 §7.3).
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qs, unquote

from rolecall.domain.errors import AuthorizationRejected, CodeInvalid, SignInDenied
from rolecall.domain.model import Secret
from rolecall.domain.records import dataclass
from rolecall.domain.text import safe

_MOST_SHOWN: Final = 300  # characters of an error that the browser brings
_QUOTES: Final = "<>\"'"
_QUERY: Final = re.compile(r"(?:code|state|error|error_description)=")
# A code alone: AWS's have hundreds of characters. Neither a word nor the address of a page.
_CODE: Final = re.compile(r"(?![\w-]+(?:\.[\w-]+)+/)[A-Za-z0-9][A-Za-z0-9._~+/=%-]{19,}")
_LOOPBACK: Final = re.compile(r"(?:https?://)?(?:127\.0\.0\.1|localhost|\[::1\])(?:[:/]|$)")


class CodeProblem(StrEnum):
    """What is wrong with what was pasted (`CodeInvalid.problem`)."""

    EMPTY = "empty"
    NOT_A_CODE = "not-a-code"
    NOT_AN_ADDRESS = "not-an-address"
    TRUNCATED = "truncated"
    OTHER_STATE = "other-state"  # of another sign-in
    DENIED = "denied"  # by the user, on the page
    REFUSED = "refused"  # by AWS: nothing shows whether it is incomplete, used or expired
    LOST = "lost"  # it was used, but the answer to it did not arrive


@dataclass(frozen=True, slots=True)
class BrowserAnswer:
    """What the browser brings: a code, or an error with its description, both safe to show."""

    code: Secret | None
    error: str = ""
    detail: str = ""

    def granted(self) -> Secret:
        """Return the code. Raises SignInDenied, AuthorizationRejected (RFC 6749 §4.1.2.1)."""
        if self.code is not None:
            return self.code
        if self.error == "access_denied":
            raise SignInDenied
        raise AuthorizationRejected(self.error, self.detail)


def answer_in(query: str, state: str) -> BrowserAnswer | None:
    """Return the answer in the query of an address; None if it has none, or another state than was
    sent (RFC 6749 §10.12).
    """
    fields = _fields(query)
    if not _is_same(fields.get("state", ""), state):
        return None
    if "error" in fields:
        error, detail = fields["error"], fields.get("error_description", "")
        return BrowserAnswer(None, safe(error[:_MOST_SHOWN]), safe(detail[:_MOST_SHOWN]))
    return BrowserAnswer(Secret(fields["code"])) if "code" in fields else None


def without_spaces(pasted: str) -> str:
    """Return it without what a terminal or a mail adds: spaces and line breaks."""
    return "".join(pasted.split())


def read_address(pasted: str, state: str) -> Secret:
    """Return the authorization code in the address at the end of a sign-in, in its query, or alone.
    A code alone has no state: with PKCE, only the sign-in that asked for it can use it.

    Raises CodeInvalid, and AuthorizationRejected for an error other than a denial.
    """
    text = without_spaces(pasted).strip(_QUOTES)
    if not text:
        raise CodeInvalid(CodeProblem.EMPTY)
    query = _query_of(text)
    if not query and _CODE.fullmatch(text):
        return Secret(unquote(text))
    if answer := answer_in(query, state):
        try:
            return answer.granted()
        except SignInDenied:
            raise CodeInvalid(CodeProblem.DENIED) from None
    raise CodeInvalid(_problem_of(text, _fields(query), state))


def read_code(pasted: str, state: str) -> Secret:
    """Return the authorization code in the code of a console sign-in. Raises CodeInvalid.

    `state` is that of the sign-in. A text that was cut off decodes, too: to the beginning of what
    it was.
    """
    text = without_spaces(pasted)
    if not text:
        raise CodeInvalid(CodeProblem.EMPTY)
    try:
        whole, is_cut = base64.b64decode(text, validate=True).decode("ascii"), False
    except ValueError:
        whole, is_cut = _beginning(text), True
    fields = _fields(whole)
    if not whole.startswith(("state=", "code=")):
        raise CodeInvalid(CodeProblem.NOT_A_CODE)
    given = fields.get("state", "")
    if "code" not in fields and state.startswith(given):
        raise CodeInvalid(CodeProblem.TRUNCATED)
    if not _is_same(given, state):
        raise CodeInvalid(CodeProblem.OTHER_STATE)
    if is_cut:
        raise CodeInvalid(CodeProblem.TRUNCATED)
    return Secret(fields["code"])


def _query_of(text: str) -> str:
    """Return the query of a pasted text; empty if it has none."""
    text = text.partition("#")[0]
    _, mark, query = text.partition("?")
    if mark:
        return query
    if _QUERY.match(text):
        return text
    return f"code={text}" if "&state=" in text else ""


def _problem_of(text: str, fields: Mapping[str, str], state: str) -> CodeProblem:
    """Return why a text with these fields is not the address at the end of this sign-in."""
    is_answer = fields.keys() & {"code", "state", "error"} and "redirect_uri" not in fields
    if not (is_answer or _LOOPBACK.match(text)):  # the page on which it is allowed has a state too
        return CodeProblem.NOT_AN_ADDRESS
    is_beginning = state.startswith(fields.get("state", ""))
    return CodeProblem.TRUNCATED if is_beginning else CodeProblem.OTHER_STATE


def _fields(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _is_same(given: str, state: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), state.encode())


def _beginning(text: str) -> str:
    """Return what the whole groups of a Base64 text decode to; empty if it is not Base64."""
    try:
        groups = text[: len(text) // 4 * 4]
        return base64.b64decode(groups, validate=True).decode("ascii")
    except ValueError:
        return ""
