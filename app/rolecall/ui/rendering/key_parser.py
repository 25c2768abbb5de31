"""What was typed: Textual's parser, but for an Esc that the key after it was glued to.

A slow line brings the two in one packet, as a terminal sends a key with Alt; Textual takes them for
that, and `2` for `™`. No command here has Alt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

_ESC: Final = "\x1b"
_ESC_KEY: Final = "\x1b[27u"  # as kitty's keyboard protocol tells it
# What else can follow an Esc begins or ends a sequence (ECMA-48 5.3 and 5.6).
_GLUED: Final = re.compile(r"\x1b(?=[^\x1b\[\]\\NOPX^_])")
_PASTE: Final = "\x1b[200~"


class Typed:
    """Tells keys, pastes and answers apart in what a terminal sends."""

    def __init__(self) -> None:
        self._parser = _Parser()
        self._held = ""

    def read(self, text: str) -> Iterator[Message]:
        """What the text brings; call it with none where none has come for Textual's ESCAPE_DELAY.

        An Esc that is the last is held until it is known what comes next.
        """
        text = self._held + text if text else self._held and _ESC_KEY
        self._held = _ESC if text.endswith(_ESC) else ""
        text = text.removesuffix(_ESC)
        if text:  # nothing would be the end of it all
            yield from self._parser.feed(text if _PASTE in text else _GLUED.sub(_ESC_KEY, text))
        yield from self._parser.tick()


class _Parser(XTermParser):
    """What began as a sequence and went no further was Esc and a key as well; but for what answers
    begin with, lest one that comes in pieces is taken for an Esc.
    """

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        glued = alt and sequence not in "[]"
        if glued:
            yield events.Key("escape", _ESC)
        yield from super()._sequence_to_key_events(sequence, alt and not glued)
