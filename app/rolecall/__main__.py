"""The program `rolecall`, also as `python -m rolecall`."""

from __future__ import annotations

import gc
import os
import signal
import sys


def main() -> None:
    if sys.platform == "win32":
        from rolecall.presentation.texts.program_strings import NEEDS_WSL

        sys.exit(NEEDS_WSL)
    # Ctrl+C during the imports exits silently. If the caller ignores SIGINT, it stays ignored, also
    # for the command of `rolecall exec`.
    handles_interrupt = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    if handles_interrupt:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _open_closed_streams()
    _forget_own_locale()
    try:
        from rolecall.domain.process import core_dumps

        core_dumps.forbid()
        from rolecall.cli.support.output import replace_missing_characters
        from rolecall.start.fast_path import run_fast

        replace_missing_characters()

        if (status := run_fast(sys.argv[1:])) is not None:
            gc.freeze()  # or the interpreter collects twice at exit: a tenth of a prompt's time
            sys.exit(status)
        from rolecall.presentation.translation import translate_click

        translate_click()  # before click is imported
        from rolecall.cli.main import rolecall

        if handles_interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        rolecall(prog_name="rolecall")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except Exception as error:
        from rolecall.cli.support.errors import print_crash

        sys.exit(print_crash(error, os.environ))


def _open_closed_streams() -> None:
    """Connect streams that the caller has closed, as in `rolecall tokens >&-`, to /dev/null."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115


def _forget_own_locale() -> None:
    """Unset the LC_CTYPE that Python sets under LANG=C (PEP 538): it is not for the programs that
    rolecall starts.
    """
    if "LC_CTYPE" not in os.environ:
        return
    try:
        with open("/proc/self/environ", "rb") as file:  # noqa: PTH123  # pathlib is slow to import
            of_caller = file.read().split(b"\0")
    except OSError:
        return
    if not any(variable.startswith(b"LC_CTYPE=") for variable in of_caller):
        del os.environ["LC_CTYPE"]


if __name__ == "__main__":
    main()
