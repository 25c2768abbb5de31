"""The words about a sign-in in the browser of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from rolecall.terminal import browser
from rolecall.terminal.browser import Opening

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

_OPENING: Final = {
    Opening.OPENED: "Opened in the browser.",
    Opening.OVER_SSH: "This is an SSH session: a browser would open on the far machine.",
    Opening.NO_BROWSER: "No browser was found here.",
}


def opening(result: Opening, instead: str = "") -> str:
    """The sentence for what came of opening a link; if nothing opened, also what to do `instead`."""
    sentence = _OPENING[result]
    return sentence if result is Opening.OPENED else f"{sentence} {instead}".strip()


def obstacle(environ: Mapping[str, str]) -> str:
    """Why no browser can be opened here, as a sentence; empty if one can."""
    reason = browser.obstacle(environ)
    return opening(reason) if reason else ""


def open_link(environ: Mapping[str, str], url: str, instead: str = "") -> str:
    """Opens the link if there is a browser here, and returns the sentence that says so."""
    return opening(browser.open_link(environ, url), instead)


def pages() -> tuple[str, str]:
    """What the browser shows after the answer, and where a page is none of ours."""
    done, not_ours = (
        _PAGE.format(title=escape(title), sentence=escape(sentence))
        for title, sentence in (_DONE, _NOT_OURS)
    )
    return done, not_ours
