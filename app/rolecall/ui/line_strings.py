"""Words about the terminal and the line to it."""

from __future__ import annotations

from typing import Final

from rolecall.ui.clipboard import Keeper

CLIPBOARD: Final = {
    Keeper.TERMINAL: "Not there? The terminal may want to be told that programs may copy (OSC 52).",
    Keeper.TMUX: "Not there? tmux wants “set -g set-clipboard on”, or “allow-passthrough on”.",
    Keeper.SCREEN: "Not there? The terminal around screen may not let programs copy (OSC 52).",
    Keeper.REFUSES: "This terminal lets no program copy: select it with the mouse.",
}
