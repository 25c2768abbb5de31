"""The session of a command, and the accounts that it lists."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from functools import partial
from typing import Final

import click

from rolecall.cli.support.display import shown_bar
from rolecall.cli.support.errors import INCOMPLETE, echo_error, error_text
from rolecall.cli.support.output import echo, echo_notice
from rolecall.domain.errors import RolecallError, ServiceError
from rolecall.domain.inventory.catalogue import Catalogue, Listing
from rolecall.domain.model import Assignment, SsoSession
from rolecall.domain.question import current, future_of
from rolecall.domain.switching.variables import profile_of
from rolecall.domain.text import hide_userinfo, original, safe
from rolecall.domain.time_left import is_signed_in
from rolecall.presentation.filling import fill
from rolecall.presentation.labels import SEPARATOR
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import inventory_strings, session_strings
from rolecall.services.inventory.crawl_events import Progress
from rolecall.services.inventory.lookup import Listed, missing_listings, roles_meant
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching
from rolecall.terminal import capabilities

_SAY_EVERY: Final = 5.0  # seconds between lines about the progress
_MOST_NAMED: Final = 10  # accounts that are named for each reason why they are missing

CatalogueAndError = tuple[Catalogue, RolecallError | None]


def session_named(services: Services, name: str | None) -> SsoSession:
    """Return the session with that name or, without a name, the only one.

    Raises click.ClickException, and RolecallError if no client can use the session.
    """
    if name is not None and (named := services.sign_in.session_named(name)):
        return named
    sessions = services.sign_in.sessions()
    if not sessions:
        raise click.ClickException(session_strings.NO_SESSION.format(path=config_file()))
    names = " ".join(each.cache_key for each in sessions)
    if name is not None:
        shown = safe(hide_userinfo(name))
        raise click.ClickException(session_strings.NO_SUCH_SESSION.format(name=shown, names=names))
    if len(sessions) > 1:
        raise click.ClickException(session_strings.WHICH_SESSION.format(names=names))
    return services.sign_in.session_named(sessions[0].cache_key) or sessions[0]


def sessions_signed_in(
    services: Services, name: str | None, environ: Mapping[str, str]
) -> list[SsoSession]:
    """Return the named session, or the only one, or all that a token can be used for.

    Raises click.ClickException, also if there are several and all are signed out.
    """
    sessions = services.sign_in.sessions()
    if name is not None or len(sessions) < 2:
        return [session_named(services, name)]
    switching, now = Switching(environ), services.clock()
    found = [
        each
        for each in sessions
        if is_signed_in(switching.token_of(original(each.cache_key), original(each.start_url)), now)
    ]
    if not found:
        names = " ".join(each.cache_key for each in sessions)
        raise click.ClickException(session_strings.NONE_SIGNED_IN.format(names=names))
    return found


def session_or_current(
    services: Services, name: str | None, environ: Mapping[str, str]
) -> SsoSession:
    """Return the named session, that of AWS_PROFILE, or the only one.

    Raises what `session_named` raises.
    """
    switching, profile = Switching(environ), profile_of(environ)
    if name is None:
        if own := services.sign_in.session_of(profile):
            return own
        name = switching.session_of(profile)
    elif not services.sign_in.session_named(name):
        profile = name
    if name in {None, profile} and (target := switching.target(profile)) and target.login:
        raise click.ClickException(fill(session_strings.LOGIN_INSTEAD, {"profile": safe(profile)}))
    if name is None:
        sessions = services.sign_in.sessions()
        if len(sessions) > 1:
            names = " ".join(each.cache_key for each in sessions)
            raise click.ClickException(session_strings.NAME_A_SESSION.format(names=names))
    return session_named(services, name)


def catalogue_of(services: Services, session: SsoSession, refresh: bool) -> CatalogueAndError:
    """Return the accounts, and the error if they are incomplete or old. Raises RolecallError."""
    (found,) = catalogues_of(services, [session], refresh)
    return found()


def catalogues_of(
    services: Services, sessions: Sequence[SsoSession], refresh: bool
) -> list[Callable[[], CatalogueAndError]]:
    """Return for each session what returns or raises the same as `catalogue_of`.

    They are listed at the same time. The command asks one question, so one session after the other
    would leave no time for the last ones if the first does not answer.
    """
    due = [each for each in sessions if refresh or services.inventory.is_due(each)]
    with _progress_bars(due) as shows:
        listings = {
            each: future_of(partial(_listed, services, each, show, refresh), "list")
            for each, show in zip(due, shows, strict=True)
        }
        wait(listings.values())
    return [
        listings[each].result if each in listings else partial(_cached, services, each)
        for each in sessions
    ]


def _cached(services: Services, session: SsoSession) -> CatalogueAndError:
    return services.inventory.cached(session).catalogue, None


def _listed(
    services: Services, session: SsoSession, show: Callable[[Progress], None], refresh: bool
) -> CatalogueAndError:
    refused: list[RolecallError] = []
    cut_short: list[Catalogue] = []
    try:
        catalogue = services.inventory.list_everything(
            session,
            show,
            refresh=refresh,
            on_roles_refused=refused.append,
            on_cut_short=cut_short.append,
        )
    except ServiceError as error:
        # Without a cache, or with one that is busy, only the listing has what it found.
        known = cut_short[0] if cut_short else services.inventory.cached(session).catalogue
        return known, error
    return catalogue, next(iter(refused), None)


def roles_matching(
    services: Services,
    words: Sequence[str],
    session_name: str | None,
    environ: Mapping[str, str],
    *,
    refresh: bool,
) -> tuple[list[tuple[SsoSession, Assignment]], bool]:
    """Return the permission sets that the words mean, of the named session or of all that are
    signed in; and whether nothing is missing, which is printed.

    Raises RolecallError, click.ClickException.
    """
    annotations = services.annotations.read()
    found: list[Listed] = []
    is_complete = True
    sessions = sessions_signed_in(services, session_name, environ)
    for session, listed in zip(sessions, catalogues_of(services, sessions, refresh), strict=True):
        catalogue, error = listed()
        profiles = services.profiles.profiles_of(session)
        found.append(Listed.of(session, catalogue, profiles, annotations))
        missing = missing_listings(catalogue)
        echo_missing(missing, error, is_empty=not catalogue)
        is_complete &= not (missing or error)
    return roles_meant(found, words), is_complete


def echo_missing(
    missing: Sequence[Listing], error: RolecallError | None, *, is_empty: bool = False
) -> None:
    """Print to standard error why the list is old, empty or has no roles, and which accounts it
    lacks.
    """
    if error is not None:
        echo_error(error)
    if isinstance(error, ServiceError):
        said = inventory_strings.NOTHING_LISTED if is_empty else inventory_strings.MAY_BE_OLD
        echo(said, err=True)
    if missing:
        echo(inventory_strings.MISSING(len(missing)), err=True)
    reasons: dict[str, list[Listing]] = {}
    for each in missing:
        reason = error_text(each.error) if each.error else inventory_strings.SETS_NOT_LISTED
        reasons.setdefault(reason, []).append(each)
    for reason, group in reasons.items():
        for each in group[:_MOST_NAMED]:
            echo(f"{each.account.id}  {each.account.name}: {reason}", err=True)
        if (more := len(group) - _MOST_NAMED) > 0:
            echo(inventory_strings.MORE(more, reason=reason), err=True)


class _Incomplete(click.ClickException):
    exit_code = INCOMPLETE


def not_found(
    text: str, sentence: str, missing: Sequence[Listing], error: RolecallError | None
) -> click.ClickException:
    """Return what to raise if nothing has this text, which the sentence says. If the list is
    incomplete, print why; the exit status says so, too.
    """
    if not missing and error is None:
        return click.ClickException(sentence)
    echo_missing(missing, error)
    return _Incomplete(inventory_strings.not_found(text, sentence, is_complete=False))


def _in_lines(name: str) -> Callable[[Progress], None]:
    said_at = time.monotonic()

    def show(progress: Progress) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= _SAY_EVERY:
            said_at = time.monotonic()
            echo_notice(name + inventory_strings.progress(progress))

    return show


@contextmanager
def _progress_bars(sessions: Sequence[SsoSession]) -> Iterator[list[Callable[[Progress], None]]]:
    """Show a progress bar for each session on a terminal, or a line now and then in the plain mode.
    Yield what updates them.
    """
    if not sessions or not sys.stderr.isatty():
        yield [lambda _: None for _ in sessions]
        return
    if capabilities.is_plain(os.environ):
        yield [_in_lines(f"{each.label}{SEPARATOR}" * (len(sessions) > 1)) for each in sessions]
        return
    finding = inventory_strings.FINDING_ACCOUNTS
    with shown_bar() as bar:

        def shown(session: SsoSession) -> Callable[[Progress], None]:
            name = f"{session.label}{SEPARATOR}" if len(sessions) > 1 else ""
            task = bar.add_task(name + finding, total=None)

            def show(progress: Progress) -> None:
                total, done = progress.total or None, progress.listed + progress.failed
                text = finding
                if total or progress.waiting or progress.repeated:
                    text = inventory_strings.progress(progress)
                bar.update(task, description=name + text, completed=done, total=total)
                current().note_words()

            return show

        yield [shown(each) for each in sessions]
