"""`rolecall lend`: run a program with a role that is narrowed, timed and logged, in a seal."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import click

from rolecall.cli.credentials.prompts import credentials_service
from rolecall.cli.credentials.source import Source
from rolecall.cli.lending.seal import checked_seal, sealed_program
from rolecall.cli.runs.exec import NOT_RUN, echo_cannot_run, environment
from rolecall.cli.runs.serve import noting, renewing, run, say_lost
from rolecall.cli.support.confirm import is_terminal, may_use, typed_yes
from rolecall.cli.support.errors import CANCELLED, error_text, exit_on_error
from rolecall.cli.support.options import (
    Function,
    ProfileCommand,
    narrowing_options,
    reason_option,
    takes_profile_and_command,
    yes_option,
)
from rolecall.cli.support.output import echo, echo_notice, in_words, write
from rolecall.domain.errors import CommandNotRun, RolecallError
from rolecall.domain.errors.lending_errors import LendUnasked, NotLent
from rolecall.domain.log.hand_out import UNSEALED, HandOutKind, Lend
from rolecall.domain.records import replace
from rolecall.domain.switching.variables import FOR_PROMPTS, SUBSHELL, SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation.texts import lending_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.base.call_reports import report_nothing
from rolecall.services.credentials.container_credentials import ContainerCredentials
from rolecall.services.credentials.container_files import container_files
from rolecall.services.lending import sealing
from rolecall.services.lending.asked import Asked
from rolecall.services.lending.desk import Desk, Handing
from rolecall.services.lending.hidden import KEEPABLE, Wanted
from rolecall.services.lending.lends import Counter, described, note_loan, timed
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.runs.child import check
from rolecall.services.runs.watcher import Watcher
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching

if TYPE_CHECKING:
    from rolecall.domain.lending.lent import Lent, Loan


def _check(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from rolecall.cli.lending.lend_check import check_seal

        with exit_on_error(NOT_RUN):
            context.exit(check_seal())


def _list(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    """List what is lent, once --list and --json are both known."""
    found: dict[str | None, bool] = context.meta.setdefault(__name__, {})
    found[parameter.name] = value
    if len(found) < len(("list", "as_json")) or context.resilient_parsing:
        return
    if found["list"]:
        from rolecall.cli.lending.lend_list import list_lends

        with exit_on_error():
            context.exit(list_lends(as_json=found["as_json"]))
    if found["as_json"]:
        raise click.UsageError(lending_strings.JSON_OF_LIST)


def _about(name: str, variable: str, text: str) -> Callable[[Function], Function]:
    return click.option(
        name, variable, is_flag=True, is_eager=True, expose_value=False, callback=_list, help=text
    )


@click.command(
    cls=ProfileCommand,
    help=command_help.LEND,
    context_settings={"allow_interspersed_args": False},
)
@narrowing_options
@reason_option
@click.option("--write", metavar="PATH", multiple=True, help=option_help.LEND_WRITE)
@click.option("--hide", metavar="PATH", multiple=True, help=option_help.LEND_HIDE)
@click.option("--keep", type=click.Choice(KEEPABLE), multiple=True, help=option_help.LEND_KEEP)
@click.option("--open-network", is_flag=True, help=option_help.LEND_OPEN_NETWORK)
@click.option("--no-seal", is_flag=True, help=option_help.LEND_NO_SEAL)
@yes_option
@click.option(
    "--check",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_check,
    help=option_help.LEND_CHECK,
)
@_about("--list", "list", option_help.LEND_LIST)
@_about("--json", "as_json", option_help.JSON_ARRAY)
@takes_profile_and_command
def lend(
    *,
    profile: str,
    command: tuple[str, ...],
    asked: Asked | None,
    reason: str,
    write: tuple[str, ...],
    hide: tuple[str, ...],
    keep: tuple[str, ...],
    open_network: bool,
    no_seal: bool,
    yes: bool,
) -> None:
    if no_seal and (write or hide or keep or open_network):
        raise click.UsageError(lending_strings.NO_SEAL_ALONE)
    command = command or (os.environ.get("SHELL") or "/bin/sh",)
    try:
        check(command, os.environ)
    except CommandNotRun as error:
        sys.exit(echo_cannot_run(error))
    with exit_on_error(NOT_RUN):
        target = HandOuts(os.environ).target(profile)
        switching = Switching(os.environ)
        is_production = partial(switching.is_production, target)
        seal = (
            UNSEALED if no_seal else checked_seal(open_network=open_network, matters=is_production)
        )
        wanted = None if no_seal else Wanted(write, hide, keep)
        if wanted is not None:  # before AWS is asked; made again later, when all is as it will be
            sealing.seal_of(os.environ, wanted, b"", own_network=False)
        narrows = asked is not None and asked.narrows_rights
        if not _may_lend(switching, target, narrows=narrows, yes=yes):
            sys.exit(CANCELLED)
        source = Source(credentials_service(), target, asked, reason)
        lent = described(os.environ, switching, target, command, reason)._replace(seal=seal)
        sys.exit(_Lent(target, source, command, reason, lent).run(wanted))


def _may_lend(switching: Switching, target: SwitchTarget, *, narrows: bool, yes: bool) -> bool:
    """Ask before all rights of the role are lent, and before production is. Raises LendUnasked."""
    if not narrows:
        name = safe(target.name or target.role)
        if not is_terminal():
            raise LendUnasked(name)
        if not yes:
            write(f"{in_words(lending_strings.LEND_ALL.format(name=name))} ", err=True)
            if not typed_yes():
                return False
    return may_use(switching, target, yes=yes)


@contextmanager
def _shown(opened: AbstractContextManager[None]) -> Iterator[None]:
    """Let others see the lend. Without that it runs, too."""
    with ExitStack() as stack:
        try:
            stack.enter_context(opened)
        except RolecallError as error:
            echo_notice(error_text(error))
        yield


class _Lent:
    """A lend, from its first keys to its end. `lent` is what others see of it."""

    def __init__(
        self,
        target: SwitchTarget,
        source: Source,
        command: Sequence[str],
        reason: str,
        lent: Lent,
    ) -> None:
        self._target = target
        self._source = source
        self._command = command
        self._reason = reason
        self._id = secrets.token_hex(4)
        self._lent = lent

    @property
    def facts(self) -> Lend:
        """What the log keeps of it."""
        found = self._source.lend
        return found._replace(lend=found.lend or self._id, seal=self._lent.seal)

    def run(self, wanted: Wanted | None) -> int:
        """Run the command, sealed as it is wanted. Return its exit status."""
        clock = self._source.service.clock
        self._source.began_at = clock()
        # The program gets the terminal.
        get = renewing(self._source, self._target.name, has_terminal=False)
        export = get()
        echo(lending_strings.lent(self._target.name, self.facts), err=True)
        said: dict[str, None] = {}  # while the program has the terminal, nothing else is written

        def on_error(error: RolecallError) -> None:
            said[error_text(error)] = None

        note = partial(self._note, HandOutKind.LEND)
        lent = timed(self._lent, self.facts, self._source.began_at)
        record = Services(os.environ).lends.record(lent)
        counter = Counter(record, lent, lent, lambda: self.facts.scoped_session, clock)
        desk = Desk(
            *(os.environ, record, lent, self._command),
            profile_of=self._source.service.profile,
            open_lease=self._opened,
            note=partial(note_loan, HandOuts(os.environ)),
            clock=clock,
        )
        server = ContainerCredentials(
            noting(get, note),
            on_error,
            known=export.credentials,
            around=counter,
            answer=lambda target: desk.answer(server, target) if wanted is not None else None,
            explain=error_text,
        )
        with _shown(record.open(lent)), server:
            report_nothing()
            variables = server.variables(export.region)
            try:
                if wanted is None:
                    return self._unsealed(variables)
                return self._sealed(variables, wanted)
            except CommandNotRun as error:
                return echo_cannot_run(error)
            finally:
                desk.close()
                self._source.service.end_programs()
                self._note(HandOutKind.LEND_END, "")
                for text in said:
                    echo_notice(text)

    def _note(self, kind: HandOutKind, key_id: str) -> None:
        command, reason = self._command, self._reason
        log = HandOuts(os.environ)
        log.note(kind, self._target, key_id, command=command, reason=reason, lend=self.facts)

    def _opened(self, loan: Loan) -> Handing:
        """Return what hands out a lease. Nothing may ask on the terminal, which the program has."""
        lent, decision = loan.lent, loan.decision
        assert decision is not None and loan.until is not None
        target = HandOuts(os.environ).target(lent.profile)
        if (safe(target.account_id), safe(target.role)) != (lent.account_id, lent.role):
            raise NotLent("changed")
        lent = lent._replace(rights=decision.rights, minutes=decision.minutes)
        service = replace(self._source.service, prompt=None, has_terminal=False)
        allow = decision.rights.removeprefix("allow ")
        asked = Asked([allow], minutes=decision.minutes, lend_id=lent.id)
        source = Source(service, target, asked, lent.reason, is_approved=True)
        source.began_at = loan.until - timedelta(minutes=decision.minutes)
        log = HandOuts(os.environ)

        def note(key_id: str) -> None:
            note_loan(log, HandOutKind.LEASE, lent, key_id, source.lend.scoped_session)

        get = noting(renewing(source, lent.profile), note)
        return Handing(get, lambda: source.lend.scoped_session)

    def _unsealed(self, variables: Mapping[str, str | None]) -> int:
        with container_files(self._source.service, os.environ, say_lost) as files:
            return run(self._command, environment({**variables, **files}, self._target.name))

    def _sealed(self, variables: Mapping[str, str | None], wanted: Wanted) -> int:
        profile = self._source.service.profile(self._target.name)
        given = {name: value for name, value in variables.items() if value is not None}
        given |= dict.fromkeys((SUBSHELL, FOR_PROMPTS), profile.name)
        config = sealing.config_of(profile)
        program = sealed_program(self._command, given, wanted, config, seal=self._lent.seal)
        with Watcher() as watcher:
            return program.run(watcher.add, watcher.remove)
