"""Texts about a sign-in in the browser of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from rolecall.domain.link import Link, LinkProblem
from rolecall.presentation.translation import _
from rolecall.terminal import browser
from rolecall.terminal.browser import OpenResult

INTRO: Final = _("Allow the sign-in in the browser of this machine. The page is at this link:")
PREPARING: Final = _("Preparing the browser sign-in…")
WAITING: Final = _("Waiting for the browser · times out in {left}")
# Translators: `sentence` says why there is no browser sign-in.
INSTEAD: Final = _("{sentence} Use a code instead; it works on any device:")
DENIED: Final = _("The sign-in was denied.")
START_AGAIN: Final = _("{start_again} starts it again.")
_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>rolecall</title>'
    "<h1>{title}</h1><p>{sentence}</p></html>"
)
_DONE: Final = (
    _("Back to your terminal"),
    _("rolecall has your answer. You can close this page."),
)
_NOT_OURS: Final = (
    _("Nothing to do here"),
    _("rolecall is waiting for another page. Go back to your terminal."),
)

UNSAFE_LINK: Final = {
    LinkProblem.NOT_A_LINK: _(
        "Careful: this is not a plain https link. rolecall does not open it."
    ),
    LinkProblem.OTHER_HOST: _(
        "Careful: this page is neither on AWS nor on your access portal. rolecall does not open it."
    ),
}
_OPENING: Final = {
    OpenResult.OPENED: _("Opened in the browser."),
    OpenResult.OVER_SSH: _("This is an SSH session: a browser would open on the remote machine."),
    OpenResult.NO_BROWSER: _("No browser was found here."),
}


def opening(result: OpenResult, instead: str = "") -> str:
    """The result of opening a link as a sentence; if nothing opened, also what to do `instead`."""
    sentence = _OPENING[result]
    return sentence if result is OpenResult.OPENED else f"{sentence} {instead}".strip()


def obstacle(environ: Mapping[str, str]) -> str:
    """Return why no browser can be opened here, as a sentence; empty if one can."""
    reason = browser.obstacle(environ)
    return opening(reason) if reason else ""


def open_link(environ: Mapping[str, str], link: Link, instead: str = "") -> str:
    """Open the link if there is a browser here; return the result as a sentence."""
    if link.problem:
        return UNSAFE_LINK[link.problem]
    return opening(browser.open_link(environ, link), instead)


def pages() -> tuple[str, str]:
    """Return the HTML pages that the browser shows: after the answer, and for any other address."""
    done, not_ours = (
        _PAGE.format(title=escape(title), sentence=escape(sentence))
        for title, sentence in (_DONE, _NOT_OURS)
    )
    return done, not_ours
