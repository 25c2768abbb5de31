"""Escape sequences that a multiplexer passes on to the terminal around it."""

from __future__ import annotations

from typing import Final

_SCREEN_PIECE: Final = 240  # bytes of a string: 256 in version 4.0, 768 in 4.9 (its MAXSTR)


def for_tmux(sequence: str) -> str:
    """tmux passes it on with `allow-passthrough on`."""
    doubled = sequence.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{doubled}\x1b\\"


def for_screen(sequence: str) -> str:
    """GNU screen prints what is longer than its buffer, so it gets pieces, of whole characters."""
    pieces, size = [""], 0
    for character in sequence:
        size += len(character.encode())
        if size > _SCREEN_PIECE:
            pieces.append("")
            size = len(character.encode())
        pieces[-1] += character
    return "".join(f"\x1bP{each}\x1b\\" for each in pieces)
