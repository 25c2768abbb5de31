"""What rolecall says as a program: unsupported terminals, crashes, lost output."""

from __future__ import annotations

from typing import Final

DEMO_AND_COMMAND: Final = "--demo opens the full screen, and no command goes with it. A demo that commands can be tried on: python -m rolecall.demo --help"
UNFIT: Final = {
    "no-terminal": "rolecall: needs a terminal: stdin and stderr must be one. Try: ssh -t HOST rolecall",
    "dumb": "rolecall: the terminal says it is “{term}”, which cannot show a full screen. Set TERM, for example TERM=xterm-256color.",
    "too-small": "rolecall: the terminal is {columns}×{rows}; at least {least} is needed. Make it larger and start again.",
}
OUTPUT_LOST: Final = "rolecall: standard output could not be written ({reason}). Where it goes is full or gone; make room, or send it elsewhere."
CRASHED: Final = "rolecall: something went wrong that should not have ({what}). Nothing was half-written. A report without secrets is in {path}"
CRASHED_NO_REPORT: Final = (
    "rolecall: something went wrong that should not have ({what}). Nothing was half-written."
)
