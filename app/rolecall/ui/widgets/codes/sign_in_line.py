"""How far a sign-in is, as a line."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.sign_in_progress import Said, Tone
from rolecall.ui.widgets.text_line import TextLine

_STYLES: Final = {
    Tone.PLAIN: "$foreground",
    Tone.QUIET: "$muted",
    Tone.GOOD: "$success",
    Tone.WARNING: "$warning",
    Tone.ERROR: "bold $error",
}


class SignInLine(TextLine):
    """Shows the state, in the colour of its tone."""

    def say(self, words: Said) -> None:
        self.show_text(words.state, words.tone)

    def show_text(self, text: str, tone: Tone) -> None:
        self.show(text, _STYLES[tone])
