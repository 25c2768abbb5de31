"""Runs the command of an action in a window of tmux; see `services/runs/action_programs.py`.

It runs by its path, outside of the package, so it imports only the standard library.
"""

import json
import os
import signal
import socket
import subprocess
import sys

# What tmux sets in each window.
_OF_WINDOW = ("TERM", "TMUX", "TMUX_PANE", "TERM_PROGRAM", "TERM_PROGRAM_VERSION")


def main() -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(sys.argv[1])
        with connection.makefile("rb") as file:
            got = json.load(file)
    here = {name: os.environ[name] for name in _OF_WINDOW if name in os.environ}
    for number in (signal.SIGINT, signal.SIGQUIT):  # Ctrl+C and Ctrl+\ are for the command
        signal.signal(number, lambda *_: None)
    try:
        environ = {**got["environ"], **here}
        status = subprocess.run(got["command"], env=environ, check=False).returncode
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        status = 127
    if status:
        status = 128 - status if status < 0 else status
        print("\n" + got["pause"].replace("\0", str(status)), end="", flush=True)
        sys.stdin.readline()
    sys.exit(status)


if __name__ == "__main__":
    main()
