"""Which feature does what: the flows, the commands of all screens, and who reacts to an event.

A flow is made, and its module imported, when it is first needed: the first paint needs none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from rolecall.ui.state import events
from rolecall.ui.state.events import AppEvent

if TYPE_CHECKING:
    from rolecall.ui.flows.actions import ActionsFlow
    from rolecall.ui.flows.annotations import AnnotationsFlow
    from rolecall.ui.flows.console_login import ConsoleLoginFlow
    from rolecall.ui.flows.credentials import CredentialsFlow
    from rolecall.ui.flows.inventory import InventoryFlow
    from rolecall.ui.flows.lends import LendsFlow
    from rolecall.ui.flows.navigation import NavigationFlow
    from rolecall.ui.flows.profile_edits import ProfileEditsFlow
    from rolecall.ui.flows.profiles import ProfilesFlow
    from rolecall.ui.flows.runs import RunsFlow
    from rolecall.ui.flows.session_edits import SessionEditsFlow
    from rolecall.ui.flows.settings import SettingsFlow
    from rolecall.ui.flows.sign_in import SignInFlow
    from rolecall.ui.flows.team import TeamFlow
    from rolecall.ui.flows.tokens import TokensFlow
    from rolecall.ui.flows.workbench import WorkbenchFlow
    from rolecall.ui.state.host import Host

E = TypeVar("E", bound=AppEvent)
F = TypeVar("F")


class _Flow(Generic[F]):
    """Makes a flow when it is first used: `profile_edits` is `ProfileEditsFlow` of that module."""

    def __set_name__(self, owner: type[Wiring], name: str) -> None:
        self._name = name

    def __get__(self, wiring: Wiring, owner: type[Wiring]) -> F:
        module = import_module(f"rolecall.ui.flows.{self._name}")
        kind = getattr(module, f"{self._name.title().replace('_', '')}Flow")
        flow: F = kind(wiring.host)
        vars(wiring)[self._name] = flow  # the next look-up finds it there
        return flow


class Wiring:
    actions: _Flow[ActionsFlow] = _Flow()
    annotations: _Flow[AnnotationsFlow] = _Flow()
    console_login: _Flow[ConsoleLoginFlow] = _Flow()
    credentials: _Flow[CredentialsFlow] = _Flow()
    inventory: _Flow[InventoryFlow] = _Flow()
    lends: _Flow[LendsFlow] = _Flow()
    navigation: _Flow[NavigationFlow] = _Flow()
    profile_edits: _Flow[ProfileEditsFlow] = _Flow()
    profiles: _Flow[ProfilesFlow] = _Flow()
    runs: _Flow[RunsFlow] = _Flow()
    session_edits: _Flow[SessionEditsFlow] = _Flow()
    settings: _Flow[SettingsFlow] = _Flow()
    sign_in: _Flow[SignInFlow] = _Flow()
    team: _Flow[TeamFlow] = _Flow()
    tokens: _Flow[TokensFlow] = _Flow()
    workbench: _Flow[WorkbenchFlow] = _Flow()

    def __init__(self, host: Host) -> None:
        self.host = host
        self._reactions: defaultdict[type[AppEvent], list[Callable[[Any], Awaitable[None]]]] = (
            defaultdict(list)
        )
        self._connect()

    def _connect(self) -> None:
        on = self._react
        on(events.ConfigChanged, lambda _: self.profiles.read_config())
        on(events.ConfigChanged, lambda _: self.sign_in.update_sessions())
        on(events.ConfigChanged, lambda _: self.profile_edits.refresh_drift())
        on(events.ConfigChanged, lambda _: self.annotations.read())
        on(events.ConfigChanged, lambda _: self.team.show_again())
        on(events.SettingsChanged, lambda _: self.settings.read_again())
        on(events.ConfigReadable, lambda _: self.sign_in.retry_start())
        on(events.TokensChanged, lambda _: self.tokens.read())
        on(events.TokenKnown, lambda it: self.tokens.confirm(it.session, it.token))
        on(events.SessionSelected, lambda it: self.inventory.load(it.session))
        on(events.AllSessionsSelected, lambda _: self.inventory.load_all())
        on(events.SessionListed, lambda _: self.profile_edits.refresh_drift())
        on(events.SessionReady, lambda it: self.inventory.list_ready(it.session, it.refresh))
        on(events.SessionRequested, lambda it: self.sign_in.show(it.session))
        on(events.ConfigChanged, lambda _: self.sign_in.refresh_list())
        on(events.SessionReplaced, lambda it: self.inventory.stop_listing(it.session))
        on(events.SessionReplaced, lambda it: self.sign_in.replace_session(it.session, it.new))
        on(events.SessionReplaced, lambda _: self.tokens.read())
        on(events.SignInWanted, self._sign_in)
        on(events.RegionProven, self._propose)
        on(events.TokenRejected, lambda it: self.sign_in.replace_token(it.session, it.is_awaited))
        on(events.TokenReplaced, lambda it: self.inventory.start(it.session))
        on(events.SessionGone, lambda it: self.inventory.stop_listing(it.session))
        on(events.SessionGone, lambda it: self.tokens.confirm(it.session, None))
        on(events.SignedOut, lambda it: self.inventory.stop_listing(it.session))
        on(events.SignedOut, lambda _: self.tokens.read())
        on(events.RoleUsed, lambda it: self.inventory.note_use(it.session, it.key))

    def _react(self, event_type: type[E], reaction: Callable[[E], Awaitable[None]]) -> None:
        self._reactions[event_type].append(reaction)

    async def announce(self, event: AppEvent) -> None:
        for reaction in self._reactions[type(event)]:
            await reaction(event)

    async def _sign_in(self, event: events.SignInWanted) -> None:
        self.sign_in.begin(event.session, found=event.found)

    async def _propose(self, event: events.RegionProven) -> None:
        self.session_edits.write_proven(event.session, event.new)

    def run_command(self, command_id: str) -> None:
        APP_COMMANDS[command_id](self)


# The commands that no screen handles itself, by the ids of `presentation/commands.py`.
APP_COMMANDS: Final[dict[str, Callable[[Wiring], None]]] = {
    "go_accounts": lambda flows: flows.navigation.go("accounts"),
    "go_permission_sets": lambda flows: flows.navigation.go("permission_sets"),
    "go_profiles": lambda flows: flows.navigation.go("profiles"),
    "go_tokens": lambda flows: flows.navigation.go("tokens"),
    "go_log": lambda flows: flows.navigation.go("log"),
    "sessions": lambda flows: flows.sign_in.choose(),
    "changes": lambda flows: flows.navigation.show_changes(),
    "help": lambda flows: flows.navigation.show_help(),
    "menu": lambda flows: flows.navigation.show_menu(),
    "palette": lambda flows: flows.navigation.show_search(),
    "settings": lambda flows: flows.settings.change(),
    "doctor": lambda flows: flows.navigation.show_doctor(),
    "runs": lambda flows: flows.runs.show(),
    "lent": lambda flows: flows.lends.show(),
    "drift": lambda flows: flows.profile_edits.drift(),
    "team": lambda flows: flows.team.open(),
    "undo": lambda flows: flows.profile_edits.undo(),
    "redraw": lambda flows: flows.host.redraw(),
    "suspend": lambda flows: flows.navigation.suspend(),
    "toggle_theme": lambda flows: flows.navigation.toggle_theme(),
    "quit": lambda flows: flows.navigation.quit(),
}
