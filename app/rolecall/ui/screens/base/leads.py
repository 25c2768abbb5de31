"""Running a command from anywhere: on the screen below, on a row in its place, or by leading to the
place where it works.

`:`, the help and the commands of a row use it.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from rolecall.domain.model import Profile
from rolecall.presentation.commands import (
    BY_ID,
    MAIN,
    OPENED_BY,
    OPENED_BY_MARKED,
    WAYS,
    Command,
    Place,
    commands_of,
    with_keys,
)
from rolecall.presentation.texts import command_strings
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.state.rows import AccountRow, AssignmentRow

if TYPE_CHECKING:
    from rolecall.ui.screens.base.command import CommandScreen
    from rolecall.ui.state.app_state import AppState

Spots = dict[Place, Hashable]  # the key of a row in each place that has it


def spots_of(state: AppState, row: object) -> Spots:
    """Return the places that have the row, or what it is about, its own place first."""
    if isinstance(row, AccountRow):
        found: Spots = {Place.ACCOUNTS: row.id}
        if len(row.assignments) == 1:
            found[Place.PERMISSION_SETS] = row.assignments[0].id
        return found
    if isinstance(row, AssignmentRow):
        found = {
            Place.PERMISSION_SETS: row.id,
            Place.ACCOUNTS: (row.account.id, row.session.cache_key),
        }
        if profiles := state.profiles_of(row):
            found[Place.PROFILES] = profiles[0].name
        return found
    return _spots_of_profile(state, row) if isinstance(row, Profile) else {}


def _spots_of_profile(state: AppState, profile: Profile) -> Spots:
    found: Spots = {Place.PROFILES: profile.name}
    session = state.session_of(profile)
    if session and profile.account_id and any(session == each.session for each in state.shown):
        key = session.cache_key
        if profile.permission_set:
            found[Place.PERMISSION_SETS] = profile.account_id, profile.permission_set, key
        found[Place.ACCOUNTS] = profile.account_id, key
    return found


def works_on(screen: CommandScreen[Any], command: Command) -> bool:
    """Return whether the command is one of the screen, which may be for every screen."""
    return command in commands_of(screen.place) and screen.offers(command)


def can_lead_to(command: Command) -> bool:
    """Return whether there is a way to the command from every screen."""
    ways = {*WAYS, *OPENED_BY, *OPENED_BY_MARKED}
    return not ways.isdisjoint(command.places) or Place.EVERYWHERE in command.places


def run(below: CommandScreen[Any], command: Command) -> None:
    """Run the command on the screen, or on the row under its cursor in place of the command, or
    go to that place and say how to run it.
    """
    row = below.current if isinstance(below, TableScreen) else None
    if works_on(below, command) or command.id in WAYS.values():
        below.run_command(command)
    elif not run_on(below, row, command):
        _lead(below, row, command)


def run_on(below: CommandScreen[Any], row: object, command: Command) -> bool:
    """Run the command on the row in its place. Return False if it is not for such rows."""
    spots = spots_of(below.host.state, row)
    place = next((each for each in spots if each in command.places), None)
    if place is None:
        return False
    below.flows.navigation.show(place, spots[place], command)
    return True


def _lead(below: CommandScreen[Any], row: object, command: Command) -> None:
    place = next(iter(command.places))
    if place in WAYS:
        _lead_to(below, row, place, hint(command_strings.ROW_FIRST, command))
    elif place in OPENED_BY_MARKED:
        way = BY_ID[OPENED_BY_MARKED[place]]
        _lead_to(below, None, way.places[0], hint(command_strings.MARKS_FIRST, way))
    elif place in OPENED_BY:
        run(below, BY_ID[OPENED_BY[place]])
    else:
        there = command_strings.PLACES[place.value]
        below.flash(command_strings.ONLY_THERE.format(name=command.name, place=there))


def _lead_to(below: CommandScreen[Any], row: object, place: Place, text: str) -> None:
    if place is Place.PERMISSION_SETS and isinstance(row, AccountRow):
        below.flows.inventory.open_account(row, text)
    elif place in MAIN:
        below.flows.navigation.show(place, said=text)
    else:
        below.run_command(BY_ID[WAYS[place]])


def hint(text: str, command: Command) -> str:
    key = command.shown_keys.split(" ")[0]
    return with_keys(text, key=key, name=command.name)


def commands_for(state: AppState, row: object) -> list[Command]:
    """Return the commands for such a row, those of its place first."""
    found: dict[str, Command] = {}
    for place in spots_of(state, row):
        own = [each for each in commands_of(place) if place in each.places]
        found |= {each.id: each for each in own if each.id not in found}
    return list(found.values())
