"""`python -m rolecall`."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    # Ctrl+C while all this is imported ends it without a word, as it does any program. Where the
    # caller has it ignored it stays so, for the command of `exec` too.
    listens = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    if listens:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    _open_what_is_closed()
    try:
        from rolecall.cli.fast_path import quick

        if (status := quick(sys.argv[1:])) is not None:
            sys.exit(status)
        from rolecall.cli.main import rolecall

        if listens:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        rolecall(prog_name="rolecall")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except Exception as error:
        from rolecall.cli.support.crash import say_what_failed

        sys.exit(say_what_failed(error, os.environ))


def _open_what_is_closed() -> None:
    """A stream that the caller has closed, as in `rolecall tokens >&-`, leads nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115


if __name__ == "__main__":
    main()
