"""`rolecall ask`: what a program in a seal asks its user for.

It runs inside, where nothing of rolecall can be read but its program.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import click

from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.output import echo, write_json
from rolecall.domain.errors.lending_errors import AskInvalid
from rolecall.domain.lending.lent import LoanState
from rolecall.domain.lending.narrowing import LONGEST
from rolecall.domain.lending.seal import FOLDER
from rolecall.domain.switching.variables import SERVED, SERVED_PATH, is_served
from rolecall.domain.text import safe
from rolecall.presentation.texts import lending_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.terminal.leased import add_profile, answer_of

WAITS: Final = 75  # the exit status while nobody has decided: EX_TEMPFAIL of sysexits.h
_EVERY: Final = 0.1  # seconds between two looks
_STATUS: Final = {LoanState.RUNS: 0, LoanState.WAITS: WAITS}
_PRINTED: Final = ("id", "state", "profile", "rights", "minutes", "until", "reason")


@click.command(help=command_help.ASK)
@click.argument("profile")
@click.option("--allow", metavar="GRANTS", multiple=True, required=True, help=option_help.ALLOW)
@click.option(
    "--minutes",
    metavar="N",
    type=click.IntRange(1, LONGEST),
    required=True,
    help=option_help.ASK_MINUTES,
)
@click.option("--reason", metavar="TEXT", required=True, help=option_help.ASK_REASON)
@click.option("--wait", is_flag=True, help=option_help.ASK_WAIT)
@click.option("--json", "as_json", is_flag=True, help=option_help.JSON_OBJECT)
def ask(
    *, profile: str, allow: tuple[str, ...], minutes: int, reason: str, wait: bool, as_json: bool
) -> None:
    with exit_on_error():
        lend = _Lend(os.environ)
        grants = [each.strip() for text in allow for each in text.split(",")]
        wanted = {"profile": profile, "allow": grants, "minutes": minutes, "reason": reason}
        found = lend.get(f"ask?{urlencode(wanted, doseq=True)}")
        add_profile(Path(FOLDER), found)
        if found["state"] == LoanState.WAITS and not as_json:
            echo(lending_strings.asked(found["is_watched"]), err=True)
        while wait and found["state"] == LoanState.WAITS:
            time.sleep(_EVERY)
            found = lend.get(f"ask/{found['id']}")
    if as_json:
        write_json({name: found[name] or None for name in _PRINTED})
    elif found["state"] != LoanState.WAITS:
        echo(lending_strings.answered(found))
    sys.exit(_STATUS.get(found["state"], 1))


class _Lend:
    """The rolecall that lends. Raises AskInvalid outside of a seal."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        if not (Path(FOLDER, "config").exists() and is_served(environ)):
            raise AskInvalid("unsealed")
        address, self._token = (environ.get(name, "") for name in SERVED)
        self._base = address.removesuffix(SERVED_PATH)

    def get(self, target: str) -> dict[str, Any]:
        """Return what it answers. Raises AskInvalid, click.ClickException."""
        try:
            found = answer_of(f"{self._base}/{target}", self._token)
        except (OSError, ValueError) as error:
            raise AskInvalid("unanswered", safe(str(error))) from None
        if "id" not in found:
            raise click.ClickException(safe(str(found.get("error") or found.get("message"))))
        return found
