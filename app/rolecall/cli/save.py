"""`rolecall save`: save one permission set, or many, as profiles."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

import click

from rolecall.cli.inventory.inventory_query import (
    catalogue_of,
    echo_missing,
    not_found,
    session_named,
)
from rolecall.cli.support.display import paged, print_table
from rolecall.cli.support.errors import INCOMPLETE, error_text, exit_on_error
from rolecall.cli.support.options import (
    REGIONS,
    account_option,
    dry_run_option,
    no_lock_option,
    permission_set_option,
    query_argument,
    refresh_option,
    sso_session_option,
    yes_option,
)
from rolecall.cli.support.output import echo
from rolecall.cli.support.settings import echo_bad
from rolecall.cli.support.write import Streams, Writing, write_change
from rolecall.domain.errors import RolecallError
from rolecall.domain.inventory.catalogue import Catalogue, Listing
from rolecall.domain.model import Assignment, Profile, SsoSession
from rolecall.domain.naming.template import check
from rolecall.domain.production import Production
from rolecall.domain.profiles.plan import NamingRules, Outcome, Planned, counts, names_by_account
from rolecall.domain.records import dataclass
from rolecall.domain.search.role_search import named
from rolecall.domain.settings.settings import OUTPUTS
from rolecall.domain.text import original, safe
from rolecall.presentation import labels
from rolecall.presentation.differences import difference
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import inventory_strings, profile_strings
from rolecall.presentation.texts import workbench_strings as words
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.inventory.lookup import (
    Listed,
    listings_named,
    missing_listings,
    profiles_meant,
    roles_meant,
)
from rolecall.services.profiles.profiles import DEFAULT
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching

COLLISIONS_LEFT = 4
_COLOURS = {Outcome.NEW: "green", Outcome.UPDATES: "yellow", Outcome.SAME: ""}


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """The options and arguments of the command."""

    account: str | None
    permission_set: str | None
    name: str | None
    save_all: bool
    query: tuple[str, ...]
    template: str | None
    fix_names: bool
    prune: bool
    region: str | None
    output: str | None
    sso_session: str | None
    refresh: bool
    dry_run: bool
    yes: bool

    def check(self) -> None:
        """Raise click.UsageError if options of one profile and of many are combined."""
        one = self.account, self.permission_set, self.name
        many = self.template, self.fix_names, self.prune, self.query
        if self.save_all and any(one):
            raise click.UsageError(words.ONE_OR_ALL)
        if not self.save_all and (any(many) or None in one[:2]):
            raise click.UsageError(words.ONE_OR_ALL)


@click.command(help=command_help.SAVE)
@query_argument
@sso_session_option
@account_option("ID|NAME", option_help.SAVE_ACCOUNT)
@permission_set_option(option_help.SAVE_PERMISSION_SET)
@click.option("--name", metavar="NAME", help=option_help.SAVE_NAME)
@click.option("--all", "save_all", is_flag=True, help=option_help.SAVE_ALL)
@click.option("--template", metavar="T", help=option_help.SAVE_TEMPLATE)
@click.option("--fix", "fix_names", is_flag=True, help=option_help.SAVE_FIX)
@click.option("--prune", is_flag=True, help=option_help.SAVE_PRUNE)
@click.option("--region", metavar="R", help=option_help.SAVE_REGION, shell_complete=REGIONS)
@click.option("--output", type=click.Choice(OUTPUTS), help=option_help.SAVE_OUTPUT)
@refresh_option
@dry_run_option
@yes_option
@no_lock_option
def save(**parameters: Any) -> None:
    options = SaveOptions(**parameters)
    options.check()
    if options.template is not None and (mistake := check(options.template)):
        place = f"{safe(options.template)}\n{' ' * mistake.column}^"
        raise click.UsageError(f"{words.TEMPLATE}:\n{place} {error_text(mistake)}")
    with exit_on_error():
        services = Services(os.environ)
        echo_bad(services.settings, err=True)  # the defaults are used in their place
        session = session_named(services, options.sso_session)
        with paged() if options.dry_run else nullcontext():
            status = _Save(services, session, options).run()
        sys.exit(status)


@dataclass(frozen=True, slots=True)
class _Save:
    services: Services
    session: SsoSession
    options: SaveOptions

    def run(self) -> int:
        """Return the exit status. Raises RolecallError and ClickException."""
        options = self.options
        rules = self.rules()
        catalogue, error = catalogue_of(self.services, self.session, options.refresh)
        missing = missing_listings(catalogue)
        deleted = self.not_assigned(catalogue) if options.prune else ()
        if error and not (catalogue or deleted):
            echo_missing((), error, is_empty=True)
            return INCOMPLETE
        if options.save_all and not (options.query or catalogue or deleted):
            echo(inventory_strings.NO_ACCOUNTS, err=True)
            return 0
        chosen = self.chosen(catalogue, missing, error)
        if options.query and not chosen and not deleted:
            query = " ".join(options.query)
            nothing = inventory_strings.NOTHING_MEANT.format(query=query)
            raise not_found(query, nothing, missing, error)
        planned = self.plan(chosen, rules, deleted)
        production = Switching(os.environ).production_of_many()
        _print_plan(planned, deleted, production.with_names(names_by_account(planned)))
        echo_missing(missing if options.save_all else (), error)
        if dependents := self.services.profiles.dependents(deleted):
            names = ", ".join(each.name for each in dependents)
            echo(profile_strings.LEFT_BEHIND.format(names=names), err=True)
        if any(each.name == DEFAULT and each.outcome is Outcome.NEW for each in planned):
            echo(f"{DEFAULT}: {profile_strings.NAME_DEFAULT}", err=True)
        self.echo_stored(planned, deleted)
        if any(each.outcome.stops for each in planned):
            _echo_problems(planned)
            echo(words.nothing_written(counts(planned), options.fix_names), err=True)
            return COLLISIONS_LEFT
        self.write(planned, deleted)
        return INCOMPLETE if options.save_all and (error or missing) else 0

    def write(self, planned: Sequence[Planned], deleted: Sequence[Profile]) -> None:
        """Show the difference and, if it is wanted, write it. A deletion needs an answer."""
        change = self.services.bulk.plan(planned, deleted)
        if change.is_empty:
            echo(words.NOTHING_TO_WRITE, err=True)
            return
        path = safe(str(self.services.locations.config))
        facts = {"counts": words.written(counts(planned), len(deleted)), "path": path}
        writing = Writing(
            partial(self.services.profiles.commit, change),
            difference(change),
            question=words.CONFIRM_SAVE.format(**facts | {"path": config_file()}),
            done=words.SAVED.format(**facts),
            goes_to=Streams.SAID,
            may_go_unasked=not deleted,
            refusal=words.DELETION_NEEDS_YES(len(deleted)),
        )
        write_change(writing, dry_run=self.options.dry_run, yes=self.options.yes)
        if self.options.dry_run:
            echo(words.DRY_RUN.format(**facts), err=True)

    def echo_stored(self, planned: Sequence[Planned], deleted: Sequence[Profile]) -> None:
        """Print what ~/.aws/credentials means for the plan. Raises FileError."""
        profiles = self.services.profiles
        if problem := profiles.credentials.problem():
            echo(error_text(problem), err=True)
            return
        stored = profiles.stored()
        warnings = profile_strings.save_warnings
        for each in (each for each in planned if not each.outcome.stops):
            is_new = each.outcome is Outcome.NEW
            for text in warnings(stored, each.name, each.row.target, is_new=is_new):
                echo(f"{each.name}: {text}", err=True)
        names = [each.name for each in deleted]
        if staying := self.services.profile_edits.names_in_credentials_file(names):
            echo(profile_strings.sections_stay(staying), err=True)

    def rules(self) -> NamingRules:
        """The naming rules. Raises TemplateInvalid, RegionInvalid and FileError."""
        options = self.options
        return self.services.bulk.rules(
            self.session, template=options.template, region=options.region, output=options.output
        )

    def chosen(
        self, catalogue: Catalogue, missing: Sequence[Listing], error: RolecallError | None
    ) -> list[Assignment]:
        """The permission sets to save. Raises click.ClickException and FileError."""
        annotations = self.services.annotations.read()
        if not self.options.save_all:
            account, permission_set = self.options.account or "", self.options.permission_set or ""
            accounts = listings_named(catalogue, account, annotations)
            return [_one(accounts, account, permission_set, missing, error)]
        profiles = self.services.profiles.profiles_of(self.session)
        listed = Listed.of(self.session, catalogue, profiles, annotations)
        return [assignment for _, assignment in roles_meant([listed], self.options.query)]

    def not_assigned(self, catalogue: Catalogue) -> Sequence[Profile]:
        """The profiles that the words mean and whose permission set AWS no longer lists."""
        found = self.services.drift.compare(self.session).not_assigned
        annotations = self.services.annotations.read()
        return profiles_meant(found, self.options.query, catalogue, annotations)

    def plan(
        self, chosen: Sequence[Assignment], rules: NamingRules, deleted: Sequence[Profile]
    ) -> list[Planned]:
        bulk, options = self.services.bulk, self.options
        rows = bulk.rows((self.session, each) for each in chosen)
        if not options.save_all:
            profiles = self.services.profiles
            rows[0].name = options.name or profiles.suggest_name(chosen[0], self.session)
        return bulk.plan_rows(rows, rules, deleted, fix_names=options.fix_names)


def _one(
    accounts: Sequence[Listing],
    account: str,
    permission_set: str,
    missing: Sequence[Listing],
    error: RolecallError | None,
) -> Assignment:
    """The named permission set. Raises click.ClickException if it is unknown or ambiguous."""
    if not accounts:
        # AWS listed all accounts, even if it did not list the permission sets of some.
        raise not_found(account, words.NO_ACCOUNT.format(account=account), (), error)
    if len(accounts) > 1:
        ids = ", ".join(each.account.id for each in accounts)
        raise click.ClickException(words.SEVERAL_ACCOUNTS.format(account=account, ids=ids))
    sets = {original(each.permission_set.name): each for each in accounts[0].assignments}
    found = named(permission_set, sets)
    if len(found) == 1:
        return sets[found[0]]
    if found:
        names = ", ".join(map(safe, found))
        text = words.SEVERAL_ROLES.format(permission_set=safe(permission_set), names=names)
        raise click.ClickException(text)
    names = ", ".join(each.permission_set.name for each in accounts[0].assignments)
    sentence = words.NO_PERMISSION_SET.format(
        account=accounts[0].account.name, permission_set=permission_set, names=names or "–"
    )
    its_own = [each for each in missing if each is accounts[0]]
    raise not_found(permission_set, sentence, its_own, error)


def _echo_problems(planned: Sequence[Planned]) -> None:
    """Print each problem that stops the plan once."""
    stopped = [each for each in planned if each.outcome.stops]
    problems = [f"{each.name}: {words.explained(each)}" for each in stopped]
    for line in dict.fromkeys(problems):
        echo(line, err=True)


def _print_plan(
    planned: Sequence[Planned], deleted: Sequence[Profile], production: Production
) -> None:
    """Print the plan; the profiles to delete come first."""
    rows = [(_cells_of_deleted(each, production), "magenta") for each in deleted]
    rows += [(_cells(each, production), _COLOURS.get(each.outcome, "magenta")) for each in planned]
    columns = labels.ACCOUNT, labels.PERMISSION_SET, labels.REGION, labels.OUTPUT
    print_table(("", "", words.NAME, *columns, words.WHAT_HAPPENS), rows)


def _badge(production: Production, account_id: str, *names: str) -> str:
    return labels.PRODUCTION if production.is_production(account_id, *names) else ""


def _cells(planned: Planned, production: Production) -> tuple[str, ...]:
    assignment = planned.row.assignment
    return (
        words.SIGNS[planned.outcome],
        _badge(production, assignment.account.id, assignment.account.name),
        planned.name,
        assignment.account.name,
        assignment.permission_set.name,
        planned.region,
        planned.output,
        words.what_happens(planned),
    )


def _cells_of_deleted(profile: Profile, production: Production) -> tuple[str, ...]:
    return (
        inventory_strings.GONE,
        _badge(production, profile.acts_in, profile.name),
        profile.name,
        profile.account_id or "",
        profile.permission_set or "",
        profile.region or "",
        profile.output or "",
        words.DELETED,
    )
