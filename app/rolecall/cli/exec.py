"""`rolecall exec`: run a command with a profile's credentials in its environment."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from shutil import which
from typing import Final, NoReturn

import click

from rolecall.cli.support import core_dumps
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.exit_status import CANCELLED
from rolecall.cli.support.options import takes_profile_and_command, yes_option
from rolecall.cli.support.output import echo
from rolecall.cli.support.production import may_use
from rolecall.cli.support.prompts import credentials_service
from rolecall.domain.credential_formats import Export
from rolecall.domain.switching import SUBSHELL, SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation import command_help, credential_strings, labels
from rolecall.services.switching import Switching

# As of env(1): rolecall itself failed, the command cannot be run, the command is not found.
NOT_RUN: Final = 125
_CANNOT_RUN: Final = 126
_NOT_FOUND: Final = 127


@click.command("exec", help=command_help.EXEC, context_settings={"allow_interspersed_args": False})
@yes_option
@takes_profile_and_command
def exec_(profile: str, command: tuple[str, ...], yes: bool) -> None:
    with exit_on_error(NOT_RUN):
        if not command and not yes and not _may_use(profile):
            sys.exit(CANCELLED)
        service = credentials_service()
        exported = service.export(profile)
    if not command:
        command = (os.environ.get("SHELL") or "/bin/sh",)
        echo(_subshell_text(profile, exported), err=True)
    replace_process(command, environment(exported.variables(), profile))


def environment(variables: dict[str, str | None], profile: str) -> dict[str, str]:
    """Return the environment of this process with the variables set or, if they are None, unset."""
    changed = {**os.environ, **variables, SUBSHELL: profile}
    return {name: value for name, value in changed.items() if value is not None}


def replace_process(command: Sequence[str], environ: dict[str, str]) -> NoReturn:
    """Execute the command in this process."""
    sys.stdout.flush()
    sys.stderr.flush()
    restore_signals()
    try:
        with core_dumps.allowed():
            _execute(command, environ)
    except OSError as error:
        sys.exit(echo_cannot_run(command[0], error))


def _execute(command: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    try:
        os.execvpe(command[0], [*command], environ)
    except OSError as error:
        script = by_shell(command, error, environ)
        os.execve(script[0], script, environ)


def by_shell(command: Sequence[str], error: OSError, environ: Mapping[str, str]) -> list[str]:
    """Return the command that runs a script without `#!`, as execvp(3) does.

    Raises the error if it has another reason.
    """
    path = which(command[0], path=environ.get("PATH"))
    if error.errno != errno.ENOEXEC or path is None:
        raise error
    return ["/bin/sh", path, *command[1:]]


def restore_signals() -> None:
    """Restore the signals that Python ignores; the executed program would ignore them too."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)


def echo_cannot_run(command: str, error: OSError) -> int:
    """Print why the command cannot be run. Returns the exit status."""
    text = credential_strings.NO_COMMAND.format(command=safe(command), reason=error.strerror)
    echo(text, err=True)
    return _NOT_FOUND if isinstance(error, FileNotFoundError) else _CANNOT_RUN


def _subshell_text(profile: str, exported: Export) -> str:
    credentials = exported.credentials
    parts = [profile]
    if credentials.account_id:
        parts.append(f"{_account_name(profile)} {credentials.account_id}".strip())
    if credentials.expires_at:
        local = credentials.expires_at.astimezone().strftime("%H:%M:%S")
        parts.append(credential_strings.SUBSHELL_END.format(end=local))
    return credential_strings.SUBSHELL.format(name=labels.SEPARATOR.join(map(safe, parts)))


def _may_use(profile: str) -> bool:
    switching = Switching(os.environ)
    return may_use(switching, switching.target(profile) or SwitchTarget(profile))


def _account_name(profile: str) -> str:
    """The name of the profile's account, or "" if it is unknown."""
    switching = Switching(os.environ)
    target = switching.target(profile)
    return switching.status(target).account_name if target else ""
