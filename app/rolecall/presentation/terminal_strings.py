"""Words about the terminal and the line to it."""

from __future__ import annotations

from typing import Final

from rolecall.terminal.clipboard import Keeper
from rolecall.terminal.environment import Trait

CLIPBOARD: Final = {
    Keeper.TERMINAL: "Not there? The terminal may want to be told that programs may copy (OSC 52).",
    Keeper.TMUX: "Not there? tmux wants “set -g set-clipboard on”, or “allow-passthrough on”.",
    Keeper.SCREEN: "Not there? The terminal around screen may not let programs copy (OSC 52).",
    Keeper.REFUSES: "This terminal lets no program copy: select it with the mouse.",
}

NO_SHELL: Final = "No shell waits behind rolecall that could bring it back."
TERMINAL: Final = "Terminal: {term}, {columns}×{rows}, {colours}."
NO_TERMINAL: Final = "Terminal: none; standard error is no terminal."
COLOURS: Final = {0: "no colours wanted", 2**24: "all colours"}
COLOURS_COUNTED: Final = "{count} colours"
TRAITS: Final = {
    Trait.SSH: "SSH: no browser is opened here; the link, the QR code and the clipboard (y) are for the near end. A slow line is quicker with ssh -C.",
    Trait.MOSH: "mosh: it paces the screen by itself, and passes on no link (OSC 8).",
    Trait.TMUX: "tmux: what is copied arrives with “set -g set-clipboard on” or “set -g allow-passthrough on”; Ctrl+B is tmux's, and no command here needs it.",
    Trait.SCREEN: "GNU screen: what is copied is passed through it; links are not clickable; Ctrl+A is screen's, and no command here needs it.",
    Trait.WSL: "WSL: links open in the browser of Windows, by wslview or explorer.exe.",
    Trait.VS_CODE: "VS Code: links open at the near end, over SSH too; it keeps some keys for itself, and : opens the commands where Ctrl+P does not.",
    Trait.JETBRAINS: "JetBrains: its terminal takes no text to the clipboard from programs (OSC 52); the text always stands on the screen.",
    Trait.CLOUDSHELL: "AWS CloudShell: no browser is opened here; its home is kept for 120 days, its machine for minutes.",
    Trait.CODESPACES: "Codespaces: links open at the near end, where $BROWSER is set.",
    Trait.CONTAINER: "A container: what is saved in ~/.aws lasts as long as it does, unless that is mounted.",
    Trait.NO_SIZE: "The terminal does not say how large it is: 80×24 is assumed. Say it with: stty columns C rows R",
    Trait.LINUX_CONSOLE: "The Linux console: signs that its fonts do not have are in ASCII, colours are its own, and nothing can be copied.",
    Trait.ASCII: "The locale is not UTF-8: borders, bars and signs are in ASCII. With LANG=C.UTF-8 they are not.",
    Trait.NO_CLIPBOARD: "This terminal lets no program copy (OSC 52): select with the mouse.",
    Trait.NO_COLOUR: "NO_COLOR: every colour has a sign or a word beside it.",
    Trait.FEW_COLOURS: "Few colours: the terminal's own palette is used. Over SSH, TERM=xterm-256color has 256.",
}


def colours(count: int) -> str:
    return COLOURS.get(count) or COLOURS_COUNTED.format(count=count)
