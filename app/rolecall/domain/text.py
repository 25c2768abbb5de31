"""Text from elsewhere, made safe to show.

Names from AWS and from files can hold control characters, terminal escape sequences and
bidirectional overrides. `safe` puts a visible stand-in for each; what stood there first is kept
apart in `SafeText.original`, for writing back and for asking AWS.
"""

from __future__ import annotations

import re
import unicodedata

# C0, DEL, C1; line and paragraph separators; bidirectional marks, embeddings, overrides and
# isolates (UAX #9); the interlinear and byte-order marks; lone surrogates, which no terminal can
# be sent. ZWJ and variation selectors stay: emoji are made of them.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_CONTROL_PICTURES = 0x2400
_DELETE_PICTURE = "\u2421"


class SafeText(str):
    """Text that was changed to be shown; `original` is what it was."""

    original: str

    @classmethod
    def of(cls, shown: str, original: str) -> SafeText:
        text = cls(shown)
        text.original = original
        return text


def safe(text: str) -> str:
    """The text with every unsafe character replaced by a visible stand-in of one cell.

    Returns the same object where nothing had to change, else a `SafeText`.
    """
    if isinstance(text, SafeText) or (text.isascii() and text.isprintable()):
        return text
    shown = _UNSAFE.sub(_stand_in, text)
    return text if shown == text else SafeText.of(shown, text)


def original(text: str) -> str:
    """What the text was before it was made safe."""
    return text.original if isinstance(text, SafeText) else text


def _stand_in(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return _DELETE_PICTURE
    return "\ufffd"


def plain(text: str) -> str:
    """The text in ASCII where its characters have a plain form (`é` → `e`), the rest dropped."""
    decomposed = unicodedata.normalize("NFKD", text)
    return decomposed.encode("ascii", "ignore").decode("ascii")
