"""`rolecall save`: permission sets become profiles, one or all, for scripts."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import click

from rolecall.cli.support.errors import failing
from rolecall.cli.support.inventory_query import (
    catalogue_of,
    found,
    missing_of,
    say_what_is_missing,
    session_named,
)
from rolecall.cli.support.table import print_diff, print_table
from rolecall.domain.catalogue import Catalogue, Listing
from rolecall.domain.model import Assignment, Profile, SsoSession
from rolecall.domain.plan import NamingRules, Outcome, Planned, counts, fix, plan
from rolecall.domain.regions import RegionRule
from rolecall.domain.settings import OUTPUTS, Settings
from rolecall.domain.template import Template, check
from rolecall.domain.text import original, safe
from rolecall.presentation import labels, profile_strings, settings_strings, table_strings
from rolecall.presentation import workbench_strings as words
from rolecall.presentation.errors import explain
from rolecall.services.services import Services
from rolecall.services.settings import SettingsService

COLLISIONS_LEFT = 3
NOT_ALL_LISTED = 4
_COLOURS = {Outcome.NEW: "green", Outcome.UPDATES: "yellow", Outcome.SAME: ""}


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """The command line."""

    account: str | None
    permission_set: str | None
    name: str | None
    wants_all: bool
    query: tuple[str, ...]
    template: str | None
    fixes: bool
    prune: bool
    region: str | None
    output: str | None
    sso_session: str | None
    refresh: bool
    dry_run: bool

    def check(self) -> None:
        """Raises click.UsageError."""
        one = self.account, self.permission_set, self.name
        many = self.template, self.fixes, self.prune, self.query
        if self.wants_all and any(one):
            raise click.UsageError(words.ONE_OR_ALL)
        if not self.wants_all and (any(many) or None in one[:2]):
            raise click.UsageError(words.ONE_OR_ALL)


@click.command()
@click.argument("query", nargs=-1)
@click.option("--account", metavar="ID|NAME", help="The account of the one to save.")
@click.option("--permission-set", metavar="NAME", help="The permission set of the one to save.")
@click.option("--name", metavar="NAME", help="What to call it; else as rolecall suggests.")
@click.option("--all", "wants_all", is_flag=True, help="All permission sets, or all QUERY finds.")
@click.option("--template", metavar="T", help="What names are made of: {account|slug}-{short}.")
@click.option("--fix", "fixes", is_flag=True, help="Tell names apart that collide.")
@click.option(
    "--prune", is_flag=True, help="Delete the profiles that AWS is seen not to list any more."
)
@click.option("--region", metavar="R", help="One for all, or 'pattern=region, …, region'.")
@click.option("--output", type=click.Choice(OUTPUTS), help="The AWS CLI's output format.")
@click.option("--sso-session", metavar="NAME", help="Where there are several.")
@click.option("--refresh", is_flag=True, help="Ask AWS, however new the cache is.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def save(**options: Any) -> None:
    """Save permission sets as profiles.

    One, or all of them, or those that QUERY finds.

    \b
    rolecall save --account audit --permission-set AWSReadOnlyAccess
    rolecall save --all prod --template '{account|slug}-{short}' --dry-run

    A profile that is there already keeps its name and what was set by hand; --region and --output
    change theirs. Exit status 3 where names collide or are bad: then nothing is written. Exit
    status 4 where all that is known was saved, but not every account could be listed.
    """
    asked = SaveOptions(**options)
    asked.check()
    if asked.template is not None and (mistake := check(asked.template)):
        place = f"{safe(asked.template)}\n{' ' * mistake.column}^"
        raise click.UsageError(f"{words.TEMPLATE}:\n{place} {explain(mistake)}")
    with failing():
        services = Services.from_environment(os.environ)
        _say_bad_settings(services.settings)
        session = session_named(services, asked.sso_session)
        sys.exit(_Saving(services, session, asked).run())


@dataclass(frozen=True, slots=True)
class _Saving:
    services: Services
    session: SsoSession
    asked: SaveOptions

    def run(self) -> int:
        """The exit status. Raises RolecallError, click.UsageError."""
        bulk, asked = self.services.bulk, self.asked
        rules = self.rules()
        catalogue, trouble = catalogue_of(self.services, self.session, asked.refresh)
        dead = self.dead() if asked.prune else ()
        chosen = self.chosen(catalogue)
        if asked.query and not chosen and not dead:
            raise click.UsageError(words.NOTHING_FOUND.format(query=" ".join(asked.query)))
        planned = self.plan(chosen, rules, dead)
        _show(planned, dead, self.services.settings.settings)
        if left := self.left_behind(dead):
            click.echo(profile_strings.LEFT_BEHIND.format(names=", ".join(left)), err=True)
        if any(each.outcome.stops for each in planned):
            _say_what_stops(planned)
            click.echo(words.nothing_written(counts(planned), asked.fixes), err=True)
            return COLLISIONS_LEFT
        status = 0
        if asked.wants_all and (trouble or missing_of(catalogue)):
            say_what_is_missing(missing_of(catalogue), trouble)
            status = NOT_ALL_LISTED
        change = bulk.plan(planned, dead)
        print_diff(change.diff())
        if not change.is_empty and not asked.dry_run:
            self.services.profiles.commit(change)
        said = (
            words.NOTHING_TO_WRITE
            if change.is_empty
            else words.DRY_RUN
            if asked.dry_run
            else words.SAVED
        )
        path = safe(str(self.services.locations.config))
        what = words.written(counts(planned), len(dead))
        click.echo(said.format(counts=what, path=path), err=True)
        return status

    def rules(self) -> NamingRules:
        """Raises TemplateInvalid, RegionInvalid, FileError."""
        asked, rules = self.asked, self.services.bulk.default_rules(self.session)
        if asked.template is not None:
            rules = replace(rules, template=Template.parse(asked.template))
        if asked.region is not None:
            regions = RegionRule.parse(asked.region)
            rules = replace(rules, regions=regions, region_for_all=True)
        if asked.output is not None:
            rules = replace(rules, output=asked.output, output_for_all=True)
        return rules

    def chosen(self, catalogue: Catalogue) -> list[Assignment]:
        """Raises click.UsageError."""
        if not self.asked.wants_all:
            return [_one(catalogue, self.asked.account or "", self.asked.permission_set or "")]
        every = list(catalogue.assignments())
        cells = [
            (each.account.name, each.account.id, each.account.email, each.permission_set.name)
            for each in every
        ]
        return [every[i] for i in found(self.asked.query, cells, to_write=True)]

    def dead(self) -> Sequence[Profile]:
        """What a complete listing has seen to be gone; under a query, what that finds of it."""
        dead = self.services.drift.compare(self.session).dead
        cells = [(each.name, each.account_id or "", each.permission_set or "") for each in dead]
        return [dead[i] for i in found(self.asked.query, cells, to_write=True)]

    def left_behind(self, dead: Sequence[Profile]) -> list[str]:
        """Profiles that assume a role by way of one that goes."""
        gone = {each.name for each in dead}
        there = self.services.profiles.profiles() if dead else ()
        return [each.name for each in there if each.source in gone and each.name not in gone]

    def plan(
        self, chosen: Sequence[Assignment], rules: NamingRules, dead: Sequence[Profile]
    ) -> list[Planned]:
        bulk, profiles = self.services.bulk, self.services.profiles
        existing = bulk.existing_profiles().without(dead)
        rows = bulk.rows((self.session, each) for each in chosen)
        if not self.asked.wants_all:
            rows[0].name = self.asked.name or profiles.suggest_name(chosen[0], self.session)
        planned = plan(rows, rules, existing)
        if self.asked.fixes and fix(planned, existing):
            planned = plan(rows, rules, existing)
        return planned


def _one(catalogue: Catalogue, account: str, permission_set: str) -> Assignment:
    """The permission set that was named. Raises click.UsageError."""
    digits, folded = account.replace("-", ""), account.casefold()
    by_id = [each for each in catalogue if original(each.account.id) == digits]
    there = by_id or [each for each in catalogue if _name_of(each) == folded]
    if len(there) != 1:
        text = words.SEVERAL_ACCOUNTS if there else words.NO_ACCOUNT
        ids = ", ".join(each.account.id for each in there)
        raise click.UsageError(text.format(account=account, ids=ids))
    for each in there[0].assignments:
        if original(each.permission_set.name) == permission_set:
            return each
    names = ", ".join(each.permission_set.name for each in there[0].assignments)
    raise click.UsageError(
        words.NO_PERMISSION_SET.format(
            account=there[0].account.name, permission_set=permission_set, names=names or "–"
        )
    )


def _name_of(listing: Listing) -> str:
    return original(listing.account.name).casefold()


def _say_bad_settings(settings: SettingsService) -> None:
    """For names and regions go by them, or else by what is usual."""
    if settings.read_error is not None:
        click.echo(explain(settings.read_error), err=True)
    for bad in settings.last.bad:
        click.echo(f"{safe(str(settings.file.path))}: {settings_strings.bad(bad)}", err=True)


def _say_what_stops(planned: Sequence[Planned]) -> None:
    """Of alike rows once."""
    stopped = [each for each in planned if each.outcome.stops]
    said = [f"{each.name}: {words.explained(each, hint=False)}" for each in stopped]
    for line in dict.fromkeys(said):
        click.echo(line, err=True)


def _show(planned: Sequence[Planned], dead: Sequence[Profile], settings: Settings) -> None:
    """The plan: what is to be deleted first."""
    rows = [(_cells_of_dead(each, settings), "red") for each in dead]
    rows += [(_cells(each, settings), _COLOURS.get(each.outcome, "red")) for each in planned]
    columns = labels.ACCOUNT, labels.PERMISSION_SET, labels.REGION, labels.OUTPUT
    print_table(("", "", words.NAME, *columns, words.WHAT_HAPPENS), rows)


def _badge(settings: Settings, *names: str) -> str:
    return labels.PRODUCTION if settings.is_production(*names) else ""


def _cells(planned: Planned, settings: Settings) -> tuple[str, ...]:
    assignment = planned.row.assignment
    return (
        words.SIGNS[planned.outcome],
        _badge(settings, planned.name, assignment.account.name),
        planned.name,
        assignment.account.name,
        assignment.permission_set.name,
        planned.region,
        planned.output,
        words.what_happens(planned),
    )


def _cells_of_dead(profile: Profile, settings: Settings) -> tuple[str, ...]:
    return (
        table_strings.GONE,
        _badge(settings, profile.name),
        profile.name,
        profile.account_id or "",
        profile.permission_set or "",
        profile.region or "",
        profile.output or "",
        words.DELETED,
    )
