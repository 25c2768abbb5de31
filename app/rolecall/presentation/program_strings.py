"""What rolecall says as a program: unsupported terminals, crashes, lost output."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _, join_sentences

DEMO_AND_COMMAND: Final = _(
    "--demo opens the full screen and takes no command. To try commands on a demo, run: python -m rolecall.demo --help"
)
NEEDS_YES: Final = _("There is no terminal to ask on. --yes does it without asking.")
NEEDS_WSL: Final = _("rolecall needs WSL on Windows.")
TWO_NAMES: Final = _("Give one name: {one} and {other} are two.")
NO_SUCH_COMMAND: Final = _("There is no command {name}.")
DID_YOU_MEAN: Final = _("Did you mean {near}?")
UNSUPPORTED: Final = {
    "no-terminal": _(
        "rolecall: stdin and stderr must be a terminal. Over SSH, try: ssh -t HOST rolecall"
    ),
    "dumb": _(
        "rolecall: the terminal “{term}” cannot show a full screen. Set TERM, for example TERM=xterm-256color."
    ),
    "too-small": _(
        "rolecall: the terminal is {columns}×{rows}; at least {least} is needed. Make it larger and start again."
    ),
}
SLOW: Final = _("Waiting for {operation} at {host}…")
SLOW_THROTTLED: Final = _("Waiting for {operation}: {host} limits the rate of calls…")
SLOW_LOCKED: Final = _("Waiting for another rolecall…")
SLOW_PAUSED: Final = _("Waiting: AWS limits the rate of calls…")
OUTPUT_LOST: Final = _(
    "rolecall: standard output cannot be written ({reason}). Make room there, or redirect it to another place."
)
CRASHED_NO_REPORT: Final = _(
    "rolecall: an internal error occurred ({what}). No file was left half written."
)
CRASHED: Final = join_sentences(CRASHED_NO_REPORT, _("A report without secrets is in {path}"))


def no_such_command(name: str, near: str) -> str:
    """`There is no command lst. Did you mean list?`"""
    text = NO_SUCH_COMMAND.format(name=name)
    return f"{text} {DID_YOU_MEAN.format(near=near)}" if near else text


def still_waiting(operation: str, host: str, is_throttled: bool) -> str:
    """Return what is said of a wait for AWS: for what `Question.report_slow` reports."""
    text = SLOW if operation else SLOW_LOCKED
    if is_throttled:
        text = SLOW_THROTTLED if operation else SLOW_PAUSED
    return text.format(operation=operation, host=host)
