"""`rolecall lend --check`: which ways out of a seal are closed on this machine."""

from __future__ import annotations

import os
import sys

from rolecall.cli.lending.seal import checked_seal, sealed_program
from rolecall.cli.support.output import echo
from rolecall.domain.errors.lending_errors import SealImpossible
from rolecall.domain.log.hand_out import SEALED
from rolecall.presentation.texts import lending_strings
from rolecall.services.lending.check import traps
from rolecall.services.lending.hidden import Wanted
from rolecall.services.lending.sealing import install_line
from rolecall.terminal.sealed import ESCAPES


def check_seal() -> int:
    """Print each way out. Returns the exit status: 0 if all are closed. Raises SealImpossible."""
    seal = checked_seal(open_network=False, matters=lambda: False)
    with traps(os.environ) as made:
        os.chdir(made.folder)
        command = [sys.executable, "-IS", ESCAPES, str(made.folder)]
        program = sealed_program(command, {}, Wanted(), b"", seal=seal, environ=made.environ)
        status = program.run(lambda _: None, lambda _: None)
        os.chdir("/")
        if status:
            raise SealImpossible("failed", str(status))
        found = made.result()
    for name, is_open in found.items():
        word = lending_strings.OPEN if is_open else lending_strings.CLOSED
        echo(f"{word}  {lending_strings.ESCAPES[name]}")
    if seal != SEALED:
        echo(lending_strings.INSTALL_PASTA.format(line=install_line("passt")), err=True)
    return int(any(found.values()))
