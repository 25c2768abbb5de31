"""What can be completed: the values of options and arguments, as click asks for them.

Names come from files only. An error gives no names, because the user is in the middle of a line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import click
from click.shell_completion import CompletionItem

from rolecall.cli.complete import can_be_typed, profile_names, session_names
from rolecall.domain.inventory.catalogue import Listing
from rolecall.domain.text import safe

ShellComplete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completing(names: Callable[[click.Context], Mapping[str, str]]) -> ShellComplete:
    def complete(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        try:
            found = names(context)
        except Exception:
            return []
        return [
            CompletionItem(name, help=safe(what) or None)
            for name, what in found.items()
            if name.startswith(typed) and can_be_typed(name)
        ]

    return complete


def _accounts(context: click.Context) -> Mapping[str, str]:
    return {each.account.id: each.account.name for each in _listings(context)}


def _permission_sets(context: click.Context) -> Mapping[str, str]:
    account = context.params.get("account")
    return {
        each.permission_set.name: ""
        for listing in _listings(context, account)
        for each in listing.assignments
    }


def _listings(context: click.Context, account: str | None = None) -> Iterator[Listing]:
    """Yield the accounts in the cache, or those that are named as in `rolecall save`."""
    from rolecall.services.inventory.lookup import listings_named
    from rolecall.services.services import Services

    services = Services(os.environ)
    name = context.params.get("sso_session")
    annotations = services.annotations.read() if account else {}
    for session in services.sign_in.sessions():
        if name in {None, session.cache_key}:
            catalogue = services.inventory.cached(session).catalogue
            yield from listings_named(catalogue, account, annotations) if account else catalogue


def _regions(_: click.Context) -> Mapping[str, str]:
    from rolecall.services.services import Services

    return dict.fromkeys(Services(os.environ).sign_in.regions(), "")


def _commands(_: click.Context) -> Mapping[str, str]:
    from rolecall.cli.main import SUBCOMMANDS
    from rolecall.presentation.texts import command_help

    return {name: command_help.summary(name) for name in SUBCOMMANDS}


def _profile_or_nothing(context: click.Context) -> Mapping[str, str]:
    """The profile of `exec` and `serve`. What follows it belongs to another command."""
    return {} if context.params.get("profile") else profile_names()


PROFILES: Final = _completing(lambda _: profile_names())
PROFILE_FIRST: Final = _completing(_profile_or_nothing)
SESSIONS: Final = _completing(lambda _: session_names())
ACCOUNTS: Final = _completing(_accounts)
PERMISSION_SETS: Final = _completing(_permission_sets)
REGIONS: Final = _completing(_regions)
COMMANDS: Final = _completing(_commands)
