"""Texts about a sign-in in the browser of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from rolecall.domain.errors import BrowserUnusable
from rolecall.domain.link import Link, LinkProblem
from rolecall.domain.sign_in_progress import Here
from rolecall.presentation.error_strings import BROWSER_PROBLEMS
from rolecall.presentation.translation import _, join_sentences
from rolecall.terminal import browser
from rolecall.terminal.browser import OpenResult

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
_OPENED: Final = _("Opened in the browser.")


def here(environ: Mapping[str, str]) -> Here:
    """Return whether a browser of this machine can be used, and the pages that it shows."""
    reason = browser.obstacle(environ)
    return Here(BrowserUnusable(reason.value) if reason else None, pages())


def open_link(environ: Mapping[str, str], link: Link, instead: str = "") -> str:
    """Open the link if there is a browser here. Return the result as a sentence; if nothing opened,
    also what to do `instead`.
    """
    if link.problem:
        return UNSAFE_LINK[link.problem]
    result = browser.open_link(environ, link)
    if result is OpenResult.OPENED:
        return _OPENED
    return join_sentences(BROWSER_PROBLEMS[result.value], instead)


def pages() -> tuple[str, str]:
    """Return the HTML pages that the browser shows: after the answer, and for any other address."""
    done, not_ours = (
        _PAGE.format(title=escape(title), sentence=escape(sentence))
        for title, sentence in (_DONE, _NOT_OURS)
    )
    return done, not_ours
