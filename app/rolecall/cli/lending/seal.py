"""A sealed program, for `rolecall lend` and for its check."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from rolecall.domain.errors.lending_errors import SealImpossible
from rolecall.domain.log.hand_out import OPEN_NETWORK, SEALED
from rolecall.services.lending import sealing
from rolecall.services.lending.hidden import Wanted
from rolecall.terminal.sealed import SealedProgram


def checked_seal(*, open_network: bool, matters: Callable[[], bool]) -> str:
    """Return how a program is sealed here. If it `matters`, its network is open only if the user
    says so.

    Raises SealImpossible.
    """
    sealing.check_programs()
    if not open_network and sealing.has_network():
        return SEALED
    if not open_network and matters():
        raise SealImpossible("network", sealing.install_line("passt"))
    return OPEN_NETWORK


def sealed_program(
    command: Sequence[str],
    given: Mapping[str, str],
    wanted: Wanted,
    config: bytes,
    *,
    seal: str,
    environ: Mapping[str, str] = os.environ,
) -> SealedProgram:
    """Return the program with the variables that are `given`, which say where it gets its keys.
    `config` is its config file. Raises SealImpossible, HomeUnknown.
    """
    has_network = seal == SEALED
    made = sealing.seal_of(environ, wanted, config, own_network=has_network)
    variables = {**sealing.environment(environ, wanted), **given, **sealing.VARIABLES}
    return SealedProgram(
        command,
        variables,
        made.arguments(),
        [*made.files.values()],
        sealing.network_of(variables) if has_network else (),
        sealing.addresses() if has_network else (),
    )
