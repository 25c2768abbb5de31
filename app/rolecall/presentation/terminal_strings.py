"""Texts about the terminal and the connection to it."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _, ngettext
from rolecall.terminal.clipboard import ClipboardAccess
from rolecall.terminal.environment import Trait

# Translators: follow "Link sent to the clipboard."
CLIPBOARD: Final = {
    ClipboardAccess.TERMINAL: _(
        "Not there? The terminal may need a setting that lets programs copy (OSC 52)."
    ),
    ClipboardAccess.TMUX: _(
        "Not there? tmux needs “set -g set-clipboard on” or “allow-passthrough on”."
    ),
    ClipboardAccess.SCREEN: _(
        "Not there? The terminal around screen may not let programs copy (OSC 52)."
    ),
    ClipboardAccess.REFUSES: _("This terminal lets no program copy: select it with the mouse."),
}

NO_SHELL: Final = _("rolecall was not started from a shell that can resume it.")
TERMINAL: Final = _("Terminal: {term}, {columns}×{rows}, {colours}.")
# Translators: {names} are names in Textual's code.
OTHER_TEXTUAL: Final = _(
    "Textual {version} is not the version that rolecall was made for: the screen sends more data. Missing: {names}"
)
NO_TERMINAL: Final = _("Terminal: none; standard error is not a terminal.")
COLOURS: Final = {0: _("no colours (NO_COLOR)"), 2**24: _("16.7 million colours")}
TRAITS: Final = {
    Trait.SSH: _(
        "SSH: no browser is opened here. The link, the QR code and the clipboard (y) work on your own machine. ssh -C speeds up a slow line."
    ),
    Trait.MOSH: _("mosh: it limits the screen updates itself, and passes on no links (OSC 8)."),
    Trait.TMUX: _(
        "tmux: copying needs “set -g set-clipboard on” or “set -g allow-passthrough on”. tmux keeps Ctrl+B for itself; no command here needs it."
    ),
    Trait.SCREEN: _(
        "GNU screen: copied text is passed through it, and links are not clickable. screen keeps Ctrl+A for itself; no command here needs it."
    ),
    Trait.WSL: _("WSL: links open in the browser of Windows, through wslview or explorer.exe."),
    Trait.VS_CODE: _(
        "VS Code: links open on your own machine, over SSH too. It keeps some keys for itself; : opens the commands if Ctrl+P does not."
    ),
    Trait.JETBRAINS: _(
        "JetBrains: programs cannot copy to its clipboard (OSC 52); the text is always on the screen."
    ),
    Trait.CLOUDSHELL: _(
        "AWS CloudShell: no browser is opened here. It keeps the home directory for 120 days, the machine for minutes."
    ),
    Trait.CODESPACES: _("Codespaces: links open on your own machine if $BROWSER is set."),
    Trait.CONTAINER: _(
        "Container: what is saved in ~/.aws is lost with the container, unless ~/.aws is mounted."
    ),
    Trait.NO_SIZE: _(
        "The terminal does not report its size, so 80×24 is assumed. Set it with: stty columns C rows R"
    ),
    Trait.LINUX_CONSOLE: _(
        "Linux console: characters missing from its fonts are shown in ASCII, colours are its own, and nothing can be copied."
    ),
    Trait.ASCII: _(
        "The locale is not UTF-8, so borders, bars and signs are in ASCII. LANG=C.UTF-8 changes that."
    ),
    Trait.NO_CLIPBOARD: _("This terminal lets no program copy (OSC 52): select with the mouse."),
    Trait.NO_COLOUR: _("NO_COLOR: every colour also has a sign or a word."),
    Trait.FEW_COLOURS: _(
        "Few colours: the terminal's own palette is used. Over SSH, TERM=xterm-256color has 256."
    ),
}


def colours(count: int) -> str:
    """`256 colours`."""
    return COLOURS.get(count) or ngettext("{count} colour", "{count} colours", count).format(
        count=count
    )
