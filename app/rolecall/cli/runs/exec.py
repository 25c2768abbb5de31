"""`rolecall exec`: run a command with a profile's credentials in its environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn

import click

from rolecall.cli.credentials.prompts import credentials_service
from rolecall.cli.credentials.source import Source
from rolecall.cli.support import signals
from rolecall.cli.support.confirm import may_use
from rolecall.cli.support.errors import CANCELLED, echo_error, exit_on_error
from rolecall.cli.support.options import (
    ProfileCommand,
    narrowing_options,
    reason_option,
    refresh_option,
    sso_session_option,
    yes_option,
)
from rolecall.cli.support.output import echo
from rolecall.domain.credentials.credential_formats import Export
from rolecall.domain.errors import CommandNotRun
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.process import core_dumps
from rolecall.domain.switching.variables import FOR_PROMPTS, SUBSHELL, SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.texts import credential_strings, run_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.runs.child import started
from rolecall.services.switching.pins import Pins, pinned_export
from rolecall.services.switching.switching import Switching

if TYPE_CHECKING:
    from rolecall.services.lending.asked import Asked

# As in env(1): rolecall itself failed, the command cannot be run, the command is not found.
NOT_RUN: Final = 125
_CANNOT_RUN: Final = 126
_NOT_FOUND: Final = 127
PINNED: Final = "."  # the profile for the .rolecall.toml of the directory
_COMMAND: Final = "rolecall.command"  # what is after the words of `--all`


class _ExecCommand(ProfileCommand):
    """Takes options also after the words of `--all`, which end at the first `--`; after `--resume`
    there are no words.
    """

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        args = self.options_first(args)
        if not {"--all", "--resume"}.isdisjoint(args[: self.first_word(args)]):
            context.allow_interspersed_args = True
            end = args.index("--") if "--" in args else len(args)
            context.meta[_COMMAND] = tuple(args[end + 1 :])
            args = args[:end]
        return super().parse_args(context, args)


@click.command(
    "exec",
    cls=_ExecCommand,
    help=command_help.EXEC,
    context_settings={"allow_interspersed_args": False},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="PROFILE [COMMAND]...")
@click.option(
    "--profile", "profiles", metavar="PROFILE", multiple=True, help=option_help.EXEC_PROFILE
)
@click.option("--all", "all_roles", is_flag=True, help=option_help.EXEC_ALL)
@click.option("--resume", is_flag=True, help=option_help.EXEC_RESUME)
@click.option(
    "--jobs", type=click.IntRange(1, 1000), metavar="N", default=None, help=option_help.EXEC_JOBS
)
@click.option("--fail-fast", is_flag=True, help=option_help.EXEC_FAIL_FAST)
@click.option("--output", type=click.Choice(["text", "json"]), help=option_help.EXEC_OUTPUT)
@sso_session_option
@refresh_option
@narrowing_options
@reason_option
@yes_option
@click.pass_context
def exec_(
    context: click.Context,
    *,
    words: tuple[str, ...],
    profiles: tuple[str, ...],
    all_roles: bool,
    resume: bool,
    jobs: int | None,
    fail_fast: bool,
    output: str | None,
    sso_session: str | None,
    refresh: bool,
    asked: Asked | None,
    reason: str,
    yes: bool,
) -> None:
    if all_roles and profiles:
        raise click.UsageError(run_strings.ALL_OR_PROFILES)
    if not all_roles and (sso_session or refresh):
        raise click.UsageError(run_strings.ONLY_WITH_ALL)
    if resume and (all_roles or profiles or words):
        raise click.UsageError(run_strings.RESUME_ALONE)
    if all_roles or resume or len(profiles) > 1 or jobs or fail_fast or output:
        from rolecall.cli.runs.exec_many import Request, exec_many

        command = context.meta.get(_COMMAND, ()) if all_roles or resume else words
        if not (all_roles or resume or profiles):
            profiles, command = words[:1], _after_dashes(words[1:])
        if not (all_roles or resume or profiles) or not command:
            raise click.UsageError(run_strings.NO_COMMAND)
        if PINNED in profiles:
            raise click.UsageError(run_strings.PINNED_ALONE)
        request = Request(
            command,
            profiles,
            words if all_roles else None,
            jobs,
            fail_fast=fail_fast,
            as_json=output == "json",
            sso_session=sso_session,
            refresh=refresh,
            asked=asked,
            reason=reason,
            resume=resume,
            yes=yes,
        )
        context.exit(exec_many(request))
    if profiles:
        _exec_one(profiles[0], words, asked, reason, yes=yes)
    if not words:
        raise click.MissingParameter(ctx=context, param_hint="PROFILE", param_type="argument")
    _exec_one(words[0], _after_dashes(words[1:]), asked, reason, yes=yes)


def _after_dashes(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[1:] if words[:1] == ("--",) else words


def _exec_one(
    profile: str, command: tuple[str, ...], asked: Asked | None, reason: str, *, yes: bool
) -> NoReturn:
    with exit_on_error(NOT_RUN):
        switching = Switching(os.environ)
        pins = Pins(os.environ)
        pin = pins.trusted() if profile == PINNED else None
        if pin:
            target = pins.target(pin, switching)
            profile = target.name
        else:
            target = switching.target(profile) or SwitchTarget(profile)
        is_asked = pin or not command
        if is_asked and not may_use(switching, target, yes=yes, is_pinned=bool(pin)):
            sys.exit(CANCELLED)
        source = Source(credentials_service(), target, asked, reason)
        service = source.service
        own: Callable[[], Export] = partial(service.export, profile)
        if pin:
            own = partial(pinned_export, pin, target, service)
        exported = source.of(own)()
    if not command:
        command = (os.environ.get("SHELL") or "/bin/sh",)
        echo(_subshell_text(switching, target, exported), err=True)
    key_id = exported.credentials.access_key_id
    log = HandOuts(os.environ)
    with log.starting(
        HandOutKind.EXEC, target, key_id, command=command, reason=reason, lend=source.lend
    ):
        replace_process(command, environment(exported.variables(), profile))


def environment(variables: dict[str, str | None], profile: str) -> dict[str, str]:
    """Return the environment of this process with the variables set or, if they are None, unset."""
    named = dict.fromkeys((SUBSHELL, FOR_PROMPTS), profile or None)
    changed = {**os.environ, **variables, **named}
    return {name: value for name, value in changed.items() if value is not None}


def replace_process(command: Sequence[str], environ: dict[str, str]) -> NoReturn:
    """Execute the command in this process."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        with signals.of_caller(), core_dumps.allowed():
            started(command, environ, _execute)
    except CommandNotRun as error:
        sys.exit(echo_cannot_run(error))


def _execute(command: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    os.execvpe(command[0], [*command], environ)


def echo_cannot_run(error: CommandNotRun) -> int:
    """Print why the command cannot be run. Returns the exit status."""
    echo_error(error)
    return _NOT_FOUND if error.is_missing else _CANNOT_RUN


def _subshell_text(switching: Switching, target: SwitchTarget, exported: Export) -> str:
    credentials = exported.credentials
    parts = [target.name or target.role]
    if credentials.account_id:
        account_name = switching.status(target).account_name
        parts.append(f"{account_name} {credentials.account_id}".strip())
    if credentials.expires_at:
        local = credentials.expires_at.astimezone().strftime("%H:%M:%S")
        parts.append(credential_strings.SUBSHELL_END.format(end=local))
    return credential_strings.SUBSHELL.format(name=labels.SEPARATOR.join(map(safe, parts)))
