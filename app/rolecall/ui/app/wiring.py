"""Which feature does what: the flows, the commands of all screens, and who reacts to an event.

A flow is made, and its module imported, when it is first needed: the first paint needs none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rolecall.ui.state.events import (
    AllSessionsSelected,
    AppEvent,
    ConfigChanged,
    ConfigReadable,
    RoleUsed,
    SessionGone,
    SessionListed,
    SessionReady,
    SessionReplaced,
    SessionRequested,
    SessionSelected,
    SettingsChanged,
    SignedOut,
    SignInWanted,
    TokenKnown,
    TokenRejected,
    TokenReplaced,
    TokensChanged,
)

if TYPE_CHECKING:
    from rolecall.ui.flows.actions import ActionsFlow
    from rolecall.ui.flows.annotations import AnnotationsFlow
    from rolecall.ui.flows.console_login import ConsoleLoginFlow
    from rolecall.ui.flows.credentials import CredentialsFlow
    from rolecall.ui.flows.display import DisplayFlow
    from rolecall.ui.flows.inventory import InventoryFlow
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


class Wiring:
    """The flows, and which of them react to which event."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._reactions: defaultdict[type[AppEvent], list[Callable[[Any], Awaitable[None]]]] = (
            defaultdict(list)
        )
        self._connect()

    def _connect(self) -> None:
        on = self._react
        on(ConfigChanged, lambda _: self.profiles.read_config())
        on(ConfigChanged, lambda _: self.sign_in.update_sessions())
        on(ConfigChanged, lambda _: self.profile_edits.refresh_drift())
        on(ConfigChanged, lambda _: self.annotations.read())
        on(ConfigChanged, lambda _: self.team.show_again())
        on(SettingsChanged, lambda _: self.settings.read_again())
        on(ConfigReadable, lambda _: self.sign_in.retry_start())
        on(TokensChanged, lambda _: self.tokens.read())
        on(TokenKnown, lambda event: self.tokens.confirm(event.session, event.token))
        on(SessionSelected, lambda event: self.inventory.load(event.session))
        on(AllSessionsSelected, lambda _: self.inventory.load_all())
        on(SessionListed, lambda _: self.profile_edits.refresh_drift())
        on(SessionReady, lambda event: self.inventory.list_ready(event.session, event.refresh))
        on(SessionRequested, lambda event: self.sign_in.show(event.session))
        on(ConfigChanged, lambda _: self.sign_in.refresh_list())
        on(SessionReplaced, lambda event: self.inventory.stop_listing(event.old))
        on(SessionReplaced, lambda event: self.sign_in.replace_session(event.old, event.new))
        on(SessionReplaced, lambda _: self.tokens.read())
        on(SignInWanted, self._sign_in)
        on(TokenRejected, lambda event: self.sign_in.replace_token(event.session, event.is_awaited))
        on(TokenReplaced, lambda event: self.inventory.start(event.session))
        on(SessionGone, lambda event: self.inventory.stop_listing(event.session))
        on(SessionGone, lambda event: self.tokens.confirm(event.session, None))
        on(SignedOut, lambda event: self.inventory.stop_listing(event.session))
        on(SignedOut, lambda _: self.tokens.read())
        on(RoleUsed, lambda event: self.inventory.note_use(event.session, event.key))

    def _react(self, event_type: type[E], reaction: Callable[[E], Awaitable[None]]) -> None:
        self._reactions[event_type].append(reaction)

    async def announce(self, event: AppEvent) -> None:
        for reaction in self._reactions[type(event)]:
            await reaction(event)

    async def _sign_in(self, event: SignInWanted) -> None:
        self.sign_in.begin(event.session)

    def run_command(self, command_id: str) -> None:
        APP_COMMANDS[command_id](self)

    # --- the flows

    @cached_property
    def navigation(self) -> NavigationFlow:
        from rolecall.ui.flows.navigation import NavigationFlow

        return NavigationFlow(self._host)

    @cached_property
    def display(self) -> DisplayFlow:
        from rolecall.ui.flows.display import DisplayFlow

        return DisplayFlow(self._host)

    @cached_property
    def sign_in(self) -> SignInFlow:
        from rolecall.ui.flows.sign_in import SignInFlow

        return SignInFlow(self._host)

    @cached_property
    def console_login(self) -> ConsoleLoginFlow:
        from rolecall.ui.flows.console_login import ConsoleLoginFlow

        return ConsoleLoginFlow(self._host)

    @cached_property
    def inventory(self) -> InventoryFlow:
        from rolecall.ui.flows.inventory import InventoryFlow

        return InventoryFlow(self._host)

    @cached_property
    def annotations(self) -> AnnotationsFlow:
        from rolecall.ui.flows.annotations import AnnotationsFlow

        return AnnotationsFlow(self._host)

    @cached_property
    def profiles(self) -> ProfilesFlow:
        from rolecall.ui.flows.profiles import ProfilesFlow

        return ProfilesFlow(self._host)

    @cached_property
    def profile_edits(self) -> ProfileEditsFlow:
        from rolecall.ui.flows.profile_edits import ProfileEditsFlow

        return ProfileEditsFlow(self._host)

    @cached_property
    def session_edits(self) -> SessionEditsFlow:
        from rolecall.ui.flows.session_edits import SessionEditsFlow

        return SessionEditsFlow(self._host)

    @cached_property
    def credentials(self) -> CredentialsFlow:
        from rolecall.ui.flows.credentials import CredentialsFlow

        return CredentialsFlow(self._host)

    @cached_property
    def tokens(self) -> TokensFlow:
        from rolecall.ui.flows.tokens import TokensFlow

        return TokensFlow(self._host)

    @cached_property
    def team(self) -> TeamFlow:
        from rolecall.ui.flows.team import TeamFlow

        return TeamFlow(self._host)

    @cached_property
    def settings(self) -> SettingsFlow:
        from rolecall.ui.flows.settings import SettingsFlow

        return SettingsFlow(self._host)

    @cached_property
    def workbench(self) -> WorkbenchFlow:
        from rolecall.ui.flows.workbench import WorkbenchFlow

        return WorkbenchFlow(self._host)

    @cached_property
    def runs(self) -> RunsFlow:
        from rolecall.ui.flows.runs import RunsFlow

        return RunsFlow(self._host)

    @cached_property
    def actions(self) -> ActionsFlow:
        from rolecall.ui.flows.actions import ActionsFlow

        return ActionsFlow(self._host)


# The commands that no screen handles itself, by the ids of `presentation/commands.py`.
APP_COMMANDS: Final[dict[str, Callable[[Wiring], None]]] = {
    "go_accounts": lambda flows: flows.navigation.go("accounts"),
    "go_permission_sets": lambda flows: flows.navigation.go("permission_sets"),
    "go_profiles": lambda flows: flows.navigation.go("profiles"),
    "go_tokens": lambda flows: flows.navigation.go("tokens"),
    "sessions": lambda flows: flows.sign_in.choose(),
    "changes": lambda flows: flows.navigation.show_changes(),
    "help": lambda flows: flows.navigation.show_help(),
    "palette": lambda flows: flows.navigation.show_palette(),
    "settings": lambda flows: flows.settings.change(),
    "team": lambda flows: flows.team.open(),
    "undo": lambda flows: flows.profile_edits.undo(),
    "redraw": lambda flows: flows.display.redraw(),
    "suspend": lambda flows: flows.display.suspend(),
    "toggle_theme": lambda flows: flows.display.toggle_theme(),
    "quit": lambda flows: flows.navigation.quit(),
}
