"""The words about a sign-in in the browser of this machine."""

from __future__ import annotations

from html import escape
from typing import Final

INTRO: Final = "Allow the sign-in in the browser of this machine. The page is at this link:"
PREPARING: Final = "Making ready for the browser…"
WAITING: Final = "Waiting for the browser · given up in {left}"
INSTEAD: Final = "{sentence} Here is a code instead; it works on any device:"
_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>rolecall</title>'
    "<h1>{title}</h1><p>{sentence}</p></html>"
)
_DONE: Final = ("Back to your terminal", "rolecall has your answer. You can close this page.")
_NOT_OURS: Final = (
    "Nothing to do here",
    "rolecall is waiting for another page. Go back to your terminal.",
)


def pages() -> tuple[str, str]:
    """What the browser shows after the answer, and where a page is none of ours."""
    done, not_ours = (
        _PAGE.format(title=escape(title), sentence=escape(sentence))
        for title, sentence in (_DONE, _NOT_OURS)
    )
    return done, not_ours
