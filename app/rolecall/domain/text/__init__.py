"""Text from outside, made safe to show.

Names from AWS and from files can contain control characters, terminal escape sequences and
bidirectional overrides, and an address a password. `safe` replaces each with a visible character;
`SafeText.original` keeps the text as it was, for writing it back and for calls to AWS.
"""

from __future__ import annotations

import re
import unicodedata

# C0, DEL, C1; the soft hyphen; line and paragraph separators; bidirectional marks, embeddings,
# overrides and isolates (UAX #9); the interlinear and byte-order marks; lone surrogates, which
# cannot be encoded. ZWJ and variation selectors are kept: emoji need them.
UNSAFE_CHARACTERS = (
    r"\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f"
)
# Patterns are strings, so that importing this module does not compile them; `re` caches them.
_UNSAFE = f"[{UNSAFE_CHARACTERS}]"
# Marks that are written over the character before them, and joiners. A text has a few of them on
# one character; hundreds cover other lines of the screen.
COMBINING_MARKS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a"
    r"\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u1ab0-\u1aff\u1dc0-\u1dff\u200c\u200d"
    r"\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
)
_FLOOD = f"([{COMBINING_MARKS}]{{8}})[{COMBINING_MARKS}]+"
# Secrets of addresses. User and password of one that is the whole text: in its host or, if the
# password has a slash, up to the last `@`; and of one without a scheme, maybe after a key.
_SCHEME = "://"
_USERINFO = r"\A(\w[\w+.-]*://)(?:[^/?#]*|\S*:\S*)@"
_BARE_USERINFO = r"(?<![^\s/@])((?:[:=]|[^\s/@:=]++=)*+)[^\s/@:=]++:[^\s/@]++@"
_SECRET_QUERY = (
    r"(?i)([?&#;](?:[\w.%-]{0,40}?(?:passw(?:or)?d|passphrase|secret|token|signature|api[_-]?key)"
    r"|pwd|pw|sig)=)[^&#;\s\"'<>]+"
)
# Where a word begins in a name without separators: `Core|Prod`, `prod|EU`, `AWS|Prod`.
CASE_CHANGE = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
_CONTROL_PICTURES = 0x2400
_DELETE_PICTURE = "\u2421"


class SafeText(str):
    """Text that was changed for display; `original` is the text before."""

    original: str

    @classmethod
    def of(cls, shown: str, original: str) -> SafeText:
        """Return the text as it can be shown, with the original kept."""
        text = cls(shown)
        text.original = original
        return text


def safe(text: str) -> str:
    """Return the text with every unsafe character replaced by a visible one of the same width, and
    user, password and secret parameters of an address by `…`.

    Of many combining marks in a row, eight are kept. It is the same object if nothing had to
    change, else a `SafeText`.
    """
    if text.isascii() and text.isprintable() and _SCHEME not in text:  # the fast way for most texts
        return text
    shown = re.sub(_FLOOD, "\\1\ufffd", re.sub(_UNSAFE, _stand_in, text))
    if _SCHEME in shown:
        shown = _hide_parameters(re.sub(_USERINFO, r"\1…@", shown))
    return text if shown == text else SafeText.of(shown, text)


def hide_userinfo(text: str) -> str:
    """Replace user, password and secret parameters of an address, or of one in a sentence, with
    `…`.

    After a scheme, user and password are all up to the last `@`: a password may have a `/` or a
    space, which makes the address malformed.
    """
    last = text.rfind("@")
    if last >= 0:
        before, scheme, _ = text[:last].partition(_SCHEME)
        hidden = re.sub(_BARE_USERINFO, r"\1…@", before if scheme else text)
        text = hidden + scheme + "…" + text[last:] if scheme else hidden
    return _hide_parameters(text) if _SCHEME in text else text


def _hide_parameters(text: str) -> str:
    return re.sub(_SECRET_QUERY, r"\1…", text) if "=" in text else text


def safe_lines(text: str) -> str:
    """Return the text as `safe` does, but keep its line breaks."""
    return "\n".join(map(safe, text.split("\n")))


def without_unsafe(text: str) -> str:
    """Return the text without unsafe characters: they take no cells in a laid out line."""
    return re.sub(_FLOOD, "\\1", re.sub(_UNSAFE, "", text))


def original(text: str) -> str:
    """Return the text as it was before `safe`."""
    return text.original if isinstance(text, SafeText) else text


def _stand_in(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return _DELETE_PICTURE
    return "\ufffd"


def plain(text: str) -> str:
    """Return the text in ASCII: characters with a plain form keep it (`é` → `e`), others are
    dropped.
    """
    decomposed = unicodedata.normalize("NFKD", text)
    return decomposed.encode("ascii", "ignore").decode("ascii")
