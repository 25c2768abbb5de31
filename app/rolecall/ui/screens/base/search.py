"""`:`: one search for accounts, permission sets, profiles, commands, settings, help and the log."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from operator import itemgetter
from typing import Any, Final

from textual import work

from rolecall.domain.errors import RolecallError
from rolecall.domain.log.hand_out import HandOut
from rolecall.domain.model import Profile
from rolecall.domain.records import NamedTuple
from rolecall.domain.search.folding import Prose
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.commands import (
    ACTIONS,
    BY_ID,
    COMMANDS,
    GROUPS,
    WAYS,
    Command,
    Place,
    commands_of,
)
from rolecall.presentation.texts import command_strings, log_strings, settings_strings
from rolecall.ui.screens.base import leads
from rolecall.ui.screens.base.box import BoxTable
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.state.rows import AccountRow, AssignmentRow
from rolecall.ui.widgets.fields.filter_bar import FilterBar
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.table.columns import Column

_AT_ONCE: Final = 1000  # entries that are made and prepared for the search before others run
_EVERY: Final = 0.01  # seconds between them
_LOOKED_AT: Final = 100  # rows: no screen shows more
_RECENT_SETS: Final = 5
_LOG_ENTRIES: Final = 200

EntryId = tuple[str, Hashable]


class Entry(NamedTuple):
    """Something that `:` finds. `what` is a second text, `more` is searched only. `target` is a
    row, a command, or the name of a setting or place.
    """

    kind: str  # a key of KINDS
    key: Hashable  # unique in its kind
    name: str
    what: str
    keys: str
    more: str
    target: Any

    @property
    def id(self) -> EntryId:
        return self.kind, self.key


def _of_account(row: AccountRow) -> Entry:
    account = row.account
    return Entry("account", row.id, account.name, account.id, "", account.email, row)


def _of_set(row: AssignmentRow) -> Entry:
    account, name = row.account, row.permission_set.name
    return Entry("set", row.id, account.name, name, "", account.id, row)


def _of_command(command: Command) -> Entry:
    kind, sentence = "place" if command.id in WAYS.values() else "command", Prose(command.help)
    return Entry(kind, command.id, command.name, sentence, command.shown_keys, command.id, command)


def _of_setting(name: str) -> Entry:
    label, sentence = settings_strings.LABELS[name], Prose(settings_strings.HELP[name])
    return Entry("setting", name, label, sentence, "", name, name)


def _of_help(place: Place) -> Entry:
    name = command_strings.PLACES[place.value]
    return Entry("help", place.value, name, command_strings.KEYS_OF, "", "", name)


def _of_log(entry: HandOut) -> Entry:
    name, account = safe(entry.profile or entry.role), safe(entry.account or entry.account_id)
    what = labels.SEPARATOR.join(filter(None, (log_strings.shown_time(entry), account)))
    return Entry("log", entry, name, what, "", safe(entry.access_key_id), entry)


class SearchScreen(BoxTable[Entry]):
    """`recent` has the ids of the entries that were chosen before, the last one first. `chosen` is
    the entry that the user has chosen, and `act` does what was chosen, once the screen is closed.
    """

    place = Place.PALETTE
    noun = command_strings.FOUND_NOUN
    step = command_strings.SEARCH_STEP
    filter_hint = command_strings.SEARCH_HINT

    def __init__(self, below: CommandScreen[Any], recent: Sequence[EntryId]) -> None:
        self._shown = below
        self._here = {e.id: e for e in commands_of(below.place) if below.offers(e)}
        self._recent = recent
        self.chosen: Entry | None = None
        self.act: Callable[[], object] = lambda: None
        self._found: list[Entry] = []
        self._coming = self._all()
        self._has_all = False
        self._is_submitted = False  # Enter was pressed before all entries were there
        super().__init__()

    def columns(self) -> Sequence[Column[Entry]]:
        return (
            Column(
                "name", command_strings.NAME, lambda row: row.name, "strong",
                minimum=18, badge=self._badge, is_name=True,
            ),
            Column("what", labels.WHAT, lambda row: row.what, None, 14, drop_order=3),
            Column(
                "keys", command_strings.KEYS, lambda row: row.keys, "accent",
                minimum=6, drop_order=2, searched=False, wanted=self._has_keys,
            ),
            Column(
                "kind", "", self._kind, "muted",
                minimum=7, drop_order=0, searched=False,
            ),
            # Only searched. The id of a command is the same in every language.
            Column("more", "", lambda row: row.more, wanted=lambda: False),
        )  # fmt: skip

    def _has_keys(self) -> bool:
        return any(row.keys for row in self.table.shown[:_LOOKED_AT])

    def _filter(self, query: str) -> None:
        super()._filter(query)
        self.table.fit_columns()

    def row_key(self, row: Entry) -> Hashable:
        return row.id

    def rows(self) -> Sequence[Entry]:
        return self._found

    def _kind(self, row: Entry) -> str:
        kind = command_strings.KINDS[row.kind]
        if row.kind != "command" or row.key in self._here:
            return kind
        place = command_strings.PLACES_SHORT[row.target.places[0].value]
        return labels.SEPARATOR.join((kind, place))

    def _badge(self, row: Entry) -> str:
        if isinstance(row.target, AccountRow | AssignmentRow):
            return self.production_badge(row.target.account.id, row.target.account.name)
        is_profile = isinstance(row.target, Profile)
        return self.production_badge(row.target.acts_in, row.name) if is_profile else ""

    # --- the entries

    def _all(self) -> Iterator[Entry]:
        """Yield the recent entries, the commands of the screen below, and all others: those of
        which there are many come last.
        """
        state = self.host.state
        seen: set[EntryId] = set()
        for entry in self._recent_entries():
            seen.add(entry.id)
            yield entry
        for each in (
            map(_of_command, self._commands()),
            map(self._of_profile, state.profiles),
            map(_of_account, state.accounts),
            map(_of_setting, settings_strings.LABELS),
            map(_of_help, GROUPS),
            map(_of_set, state.assignments),
        ):
            yield from (entry for entry in each if entry.id not in seen)

    def _commands(self) -> Iterator[Command]:
        """Yield the commands that work here, and then those that there is a way to."""
        yield from (each for each in self._here.values() if each.id != "palette")
        others = [each for each in (*COMMANDS, *ACTIONS.values()) if each.id not in self._here]
        yield from filter(leads.can_lead_to, others)

    def _of_profile(self, profile: Profile) -> Entry:
        account, session = self.host.state.account_name(profile), profile.session_name or ""
        return Entry("profile", profile.name, profile.name, account, "", session, profile)

    def _recent_entries(self) -> Iterator[Entry]:
        """Yield what was chosen here before, and a few favourite or recently used rows."""
        found: dict[EntryId, Entry] = {}
        for kind, key in self._recent:
            if entry := self._entry(kind, key):
                found[entry.id] = entry
        boosted = [row for each in self.host.state.shown for row in each.boosted_assignments]
        for _, row in sorted(boosted, key=itemgetter(0), reverse=True)[:_RECENT_SETS]:
            found.setdefault((entry := _of_set(row)).id, entry)
        yield from found.values()

    def _entry(self, kind: str, key: Any) -> Entry | None:
        """Return the entry if there is still such a thing."""
        state = self.host.state
        if kind in {"command", "place"}:
            return _of_command(BY_ID[key]) if key in BY_ID else None
        if kind == "profile":
            named = (each for each in state.profiles if each.name == key)
            return next(map(self._of_profile, named), None)
        if kind not in {"account", "set"}:
            return None
        rows = (each.rows.get(key[0]) for each in state.shown if each.session.cache_key == key[-1])
        account = next(filter(None, rows), None)
        if account is None or kind == "account":
            return _of_account(account) if account else None
        sets = (each for each in account.assignments if each.id == key)
        return next(map(_of_set, sets), None)

    def _take_some(self) -> None:
        """Take the next entries and prepare them for the search, so that no key waits for all."""
        some = list(islice(self._coming, _AT_ONCE))
        self._has_all = len(some) < _AT_ONCE
        self._found += some
        self.table.set_rows(self._found)
        self.table.prepare(len(some))
        self._show_counts()
        if not self._has_all:
            self.set_timer(_EVERY, self._take_some)
        elif self._is_submitted:
            self.do_run_command()

    @property
    def has_all_rows(self) -> bool:
        return self._has_all

    @work
    async def _read_log(self) -> None:
        """Add the newest entries of the log."""
        if self.host.gate.is_opening:
            return
        log = self.host.services.hand_outs
        with suppress(RolecallError):
            found = await self.in_thread(lambda: log.found(())[: -_LOG_ENTRIES - 1 : -1])
            self._coming = chain(self._coming, map(_of_log, found))
            if self._has_all:
                self._take_some()

    # --- keys

    def on_mount(self) -> None:
        self._take_some()
        self._read_log()
        self.filter_bar.when_right = self.do_row_commands
        self._open_filter()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        if event.submitted:
            self.do_run_command()
        elif event.cleared:
            self.dismiss(None)

    def key_hints(self) -> list[KeyHint]:
        hints = ("run_command", "row_commands", "back")
        return [self.key_hint(BY_ID[each]) for each in hints]

    def do_run_command(self) -> None:
        if not self._has_all:
            self._is_submitted = True
        elif row := self.current:
            self._choose(row, partial(self._open, row))

    def do_row_commands(self) -> None:
        """Show the commands of the row. Run one on it."""
        if (row := self.current) is None:
            return
        commands = leads.commands_for(self.host.state, row.target)
        if not commands:
            self.flash(command_strings.NO_MORE)
            return
        screen = RowCommandsScreen(row.name, commands)

        def run(_: None) -> None:
            if screen.chosen is not None:
                self._choose(row, partial(leads.run_on, self._shown, row.target, screen.chosen))

        self.app.push_screen(screen, run)

    def do_back(self) -> None:
        self.dismiss(None)

    def _choose(self, row: Entry, act: Callable[[], object]) -> None:
        self.chosen, self.act = row, act
        self.dismiss(None)

    def _open(self, row: Entry) -> None:
        """Do what is obvious with the row."""
        navigation = self.flows.navigation
        match row.kind:
            case "account":
                navigation.show(Place.ACCOUNTS, row.key, BY_ID["open_permission_sets"])
            case "set":
                navigation.show(Place.PERMISSION_SETS, row.key, BY_ID["save"])
            case "profile":
                navigation.show(Place.PROFILES, row.key)
            case "log":
                navigation.show(Place.LOG, row.key)
            case "setting":
                self.flows.settings.change(row.target)
            case "help":
                navigation.show_help(row.name)
            case _:
                leads.run(self._shown, row.target)


class RowCommandsScreen(BoxTable[Command]):
    """The commands for a row. `chosen` is the one to run, or None after Esc."""

    place = Place.ROW_COMMANDS
    noun = command_strings.COMMANDS_NOUN

    def __init__(self, name: str, commands: Sequence[Command]) -> None:
        self.step = name
        self._commands = commands
        self.chosen: Command | None = None
        super().__init__()

    def columns(self) -> Sequence[Column[Command]]:
        return (
            Column(
                "name",
                command_strings.COMMAND,
                lambda row: row.name,
                "strong",
                15,
                is_name=True,
            ),
            Column("keys", command_strings.KEYS, lambda row: row.shown_keys, "accent", 8, 0),
            Column("text", labels.WHAT, lambda row: row.help, None, minimum=20),
            Column("id", "", lambda row: row.id, wanted=lambda: False),
        )

    def rows(self) -> Sequence[Command]:
        return self._commands

    def do_run_command(self) -> None:
        self.chosen = self.current
        self.dismiss(None)
