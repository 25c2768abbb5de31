"""Turns what the terminal sends into keys, pastes and answers.

On a slow line, an Esc and the key after it arrive together, which looks like a key with Alt. For
Textual Esc and `2` are `™`. No command here uses Alt, so they are two keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from textual import events
from textual.message import Message

from rolecall.ui.rendering.textual_private import TextualKeyParser

_ESC: Final = "\x1b"
_ESC_KEY: Final = "\x1b[27u"  # Esc in kitty's keyboard protocol
# An Esc before anything that does not begin or end a sequence (ECMA-48 5.3 and 5.6).
_ESC_AND_KEY: Final = re.compile(r"\x1b(?=[^\x1b\[\]\\NOPX^_])")
_PASTE: Final = "\x1b[200~"


class KeyParser:
    """Parses the input of a terminal, which may come in pieces."""

    def __init__(self) -> None:
        self._parser = _EscParser()
        self._last_esc = ""

    def read(self, text: str) -> Iterator[Message]:
        """Yield the messages in `text`. Pass "" when nothing has come for Textual's ESCAPE_DELAY.
        An Esc at the end waits for the next call: it may begin a sequence.
        """
        text = self._last_esc + text if text else self._last_esc and _ESC_KEY
        self._last_esc = _ESC if text.endswith(_ESC) else ""
        text = text.removesuffix(_ESC)
        if text:  # an empty text would end the parser
            yield from self._parser.feed(
                text if _PASTE in text else _ESC_AND_KEY.sub(_ESC_KEY, text)
            )
        yield from self._parser.tick()


class _EscParser(TextualKeyParser):
    """Reads a sequence that ends too early as Esc and a key; not `[` or `]`: answers begin so."""

    def keys_of(self, sequence: str, alt: bool) -> Iterable[events.Key]:
        is_esc_and_key = alt and sequence not in "[]"
        if is_esc_and_key:
            yield events.Key("escape", _ESC)
        yield from super().keys_of(sequence, alt and not is_esc_and_key)
