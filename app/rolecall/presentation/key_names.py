"""The names of keys, as they are written on a keyboard."""

from __future__ import annotations

import unicodedata
from typing import Final

_SHOWN: Final = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "comma": ",",
    "minus": "-",
    "equals_sign": "=",
    "enter": "Enter",
    "escape": "Esc",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "tab": "Tab",
    "space": "Space",
    "shift+tab": "Shift+Tab",
}


def show_key(key: str) -> str:
    """Return a key as it is written on a keyboard: `ctrl+p` → `Ctrl+P`, `slash` → `/`."""
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return f"Ctrl+{key[5:].upper()}"
    if key[0] == "f" and key[1:].isdigit():
        return key.upper()
    try:
        return unicodedata.lookup(key.replace("_", " ")) if "_" in key else key
    except KeyError:
        return key
