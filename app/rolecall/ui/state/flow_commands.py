"""What screens may start, one protocol for each flow, and what a flow knows of a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import threading
    from collections import Counter
    from datetime import datetime

    from textual.screen import Screen

    from rolecall.domain.credentials.credential_formats import Export
    from rolecall.domain.errors import RolecallError
    from rolecall.domain.model import (
        Account,
        Assignment,
        Profile,
        SsoSession,
        VerifyResult,
    )
    from rolecall.domain.naming.template import Template
    from rolecall.domain.profiles.plan import ExistingProfiles, Outcome, Planned
    from rolecall.services.profiles.drift import DriftOverview
    from rolecall.services.runs.board import RunBoard
    from rolecall.ui.state.rows import AccountRow, AssignmentRow, Key, Wanted


class NavigationCommands(Protocol):
    """What screens ask of the navigation flow."""

    def leave(self, screen: Screen[Any]) -> None:
        """Go one step back; from the first screen of a place to the accounts."""


class SignInCommands(Protocol):
    """What screens ask of the sign-in flow."""

    def begin(self, session: SsoSession, reason: str = "", *, force: bool = False) -> None:
        """Sign in to the session. If a token is valid, it is used, unless `force` is set."""

    def show_all(self) -> None:
        """Show the rows of every session in the tables."""

    def back(self) -> None:
        """Go from the list of sessions to where the user was before."""

    def new_session(self) -> None:
        """Ask for a new sso-session and sign in to it."""


class ConsoleLoginCommands(Protocol):
    """What screens ask of the flow for console credentials. Profiles are named as on the screen."""

    def begin(self, profile: str) -> None:
        """Sign in for the profile, on a separate screen."""

    def renew(self, profile: str) -> None:
        """Renew the keys now."""

    def sign_out(self, profile: str) -> None:
        """Delete the session of the profile after a confirmation."""


class InventoryCommands(Protocol):
    """What screens ask of the inventory flow."""

    def prioritise(self, wanted: Iterable[Wanted]) -> None:
        """List these accounts first."""

    def refresh_all(self) -> None:
        """List everything again. What is known stays on the screen until the answers come."""

    def list_again(self, session: SsoSession, account_id: str) -> None:
        """List the permission sets of one account again."""

    def toggle_favourite(self, session: SsoSession, key: Key) -> None: ...

    def open_account(self, row: AccountRow) -> None:
        """Show the permission sets of the account."""

    def show_row(self, profile: Profile) -> None:
        """Show the profile's permission set among all, if its session lists it."""

    def report_absence(self) -> None:
        """Report it if the user waits for a row that the listing, now complete, does not have."""


class AnnotationsCommands(Protocol):
    """What screens ask of the annotations flow."""

    def edit(self, account: Account) -> None:
        """Change what the user says about the account, with a form."""


class TeamCommands(Protocol):
    """What screens ask of the team flow."""

    def refresh(self) -> None:
        """Show what was taken over, and what the user has instead, as it is now."""

    def add(self) -> None:
        """Ask for the location of a team's file, and take it over after showing the changes."""

    def update(self) -> None:
        """Fetch the file again that was taken over."""

    def remove(self) -> None:
        """Remove what was taken over, after a confirmation."""


class SlowView(Protocol):
    """A screen that shows what is waited for."""

    @property
    def is_open(self) -> bool: ...

    def show_slow(self, operation: str, host: str, is_throttled: bool) -> None: ...

    def end_slow(self) -> None: ...


class VerificationView(SlowView, Protocol):
    """A screen that shows whether a profile works."""

    @property
    def is_current(self) -> bool: ...

    def show_verifying(self, name: str) -> None: ...

    def show_verified(self, arn: str) -> None: ...

    def show_not_verified(self, error: RolecallError, again_at: datetime | None) -> None: ...


class VerificationsView(SlowView, Protocol):
    """A screen that shows who many profiles are. `left` is set once the user has left it."""

    left: threading.Event

    @property
    def names(self) -> Sequence[str]: ...

    def show_answer(self, name: str, answer: VerifyResult) -> None: ...


class ProfilesCommands(Protocol):
    """What screens ask of the profiles flow."""

    def read(self) -> None:
        """Read ~/.aws/config again."""

    def save(self, row: AssignmentRow) -> None:
        """Save a profile for the permission set, with a form."""

    def verify(self, name: str, view: VerificationView) -> None:
        """Ask AWS who the profile is, and show the answer on the screen that asked."""

    def verify_all(self, profiles: Sequence[Profile]) -> None:
        """Ask AWS who these profiles are, on a separate screen."""

    def verify_each(self, view: VerificationsView) -> None:
        """Ask AWS who the profiles of the screen are, and show each answer on it."""

    def show(self, name: str) -> None:
        """Show the profile among the others."""

    def use(self, name: str) -> None:
        """Leave rolecall with this profile. The command line prints its name."""

    def copy_command(self, name: str) -> None:
        """Copy a command that uses the profile."""


class DriftView(Protocol):
    """A screen that shows the drift."""

    @property
    def is_open(self) -> bool: ...

    def show(self, overview: DriftOverview) -> None: ...


class ProfileEditsCommands(Protocol):
    """What screens ask of the profile edits flow."""

    def edit(self, profiles: Sequence[Profile]) -> None: ...

    def edit_section(self, profile: Profile) -> None:
        """Open the section of the profile in the user's editor."""

    def duplicate(self, profiles: Sequence[Profile]) -> None: ...

    def chain(self, source: Profile) -> None:
        """Make a profile that assumes a role through this one."""

    def delete(self, profiles: Sequence[Profile]) -> None: ...

    def prune(self, profiles: Sequence[Profile]) -> None:
        """Delete profiles that AWS no longer lists."""

    def drift(self) -> None:
        """Compare the profiles with what AWS lists."""

    def compare_again(self, view: DriftView) -> None: ...


class SessionEditsCommands(Protocol):
    """What screens ask of the session edits flow."""

    def edit(self, session: SsoSession, proposed: SsoSession | None = None) -> None:
        """Change the start URL or the region of the session, with a form.

        `proposed` is what to change it to, for a sign-in that needs it.
        """

    def delete(self, session: SsoSession) -> None:
        """Delete the session after a confirmation."""


class CredentialsCommands(Protocol):
    """What screens ask of the credentials flow."""

    def of_profile(self, profile: Profile) -> None:
        """Get credentials of the profile and show how to export them."""

    def of_row(self, row: AssignmentRow) -> None:
        """Get credentials of the permission set and show how to export them."""

    def console_of_profile(self, profile: Profile, *, cloudshell: bool = False) -> None:
        """Show a link to the AWS console, or to CloudShell, for the profile."""

    def console_of_row(self, row: AssignmentRow, *, cloudshell: bool = False) -> None:
        """Show a link to the AWS console, or to CloudShell, for the permission set."""

    def say_who_had(self, key_id: str) -> None:
        """Say what the log has about this access key."""

    def write(self, exported: Export, on_written: Callable[[], None]) -> None:
        """Write the credentials to ~/.aws/credentials, after a confirmation."""


class TokensCommands(Protocol):
    """What screens ask of the tokens flow."""

    def check(self, *, force: bool = False) -> None:
        """Look for changed files, and renew tokens that are due. `force`: read all files."""

    def renew(self, session: SsoSession) -> None:
        """Renew the token now."""

    def sign_out(self, session: SsoSession) -> None:
        """Sign out of the session after a confirmation."""


class WorkbenchView(Protocol):
    """The screen of the workbench."""

    is_written: bool
    counts: Counter[Outcome]

    @property
    def is_open(self) -> bool: ...

    @property
    def planned(self) -> list[Planned]: ...

    @property
    def template(self) -> Template: ...

    def set_existing(self, existing: ExistingProfiles) -> None: ...

    def is_ready(self) -> bool:
        """Return whether the plan can be written; show why not."""

    def dismiss(self, result: None = None) -> object: ...


class WorkbenchCommands(Protocol):
    """What screens ask of the workbench flow."""

    def open(
        self,
        chosen: Sequence[tuple[SsoSession, Assignment]],
        written: Callable[[], None],
        unlisted: int = 0,
    ) -> None:
        """Show what each of these would become. `written` is called once they are written.
        `unlisted`: how many accounts are left out, because they are not listed yet.
        """

    def write(self, view: WorkbenchView) -> None:
        """Show the difference in ~/.aws/config, and write it if the user agrees."""


class RunsView(Protocol):
    """The screen of a command that runs with many roles."""

    @property
    def is_open(self) -> bool: ...

    def show_ended(self) -> None:
        """Show that everything has ended."""


class RunsCommands(Protocol):
    """What screens ask of the runs flow."""

    def with_roles(self, rows: Sequence[AssignmentRow], unlisted: int = 0) -> None:
        """Ask for a command, and run it with these permission sets. `unlisted`: how many accounts
        are left out, because they are not listed yet.
        """

    def with_profiles(self, profiles: Sequence[Profile]) -> None:
        """Ask for a command, and run it with these profiles."""

    def run(self, board: RunBoard, view: RunsView) -> None:
        """Run what waits, and tell the screen when all has ended."""

    def ask_to_stop(self, board: RunBoard) -> None:
        """Stop everything after a confirmation. What is stopping already is killed."""


class ActionsCommands(Protocol):
    """What screens ask of the actions flow. `name` is that of a command, such as "actions.eks"."""

    def with_roles(self, name: str, rows: Sequence[AssignmentRow], unlisted: int = 0) -> None:
        """Run an action of the settings with one of these permission sets. `unlisted`: how many
        accounts are not listed yet.
        """

    def with_profile(self, name: str, profile: Profile) -> None:
        """Run an action of the settings with this profile."""


class Flows(Protocol):
    """The features, as screens know them."""

    @property
    def navigation(self) -> NavigationCommands: ...

    @property
    def sign_in(self) -> SignInCommands: ...

    @property
    def console_login(self) -> ConsoleLoginCommands: ...

    @property
    def inventory(self) -> InventoryCommands: ...

    @property
    def annotations(self) -> AnnotationsCommands: ...

    @property
    def team(self) -> TeamCommands: ...

    @property
    def profiles(self) -> ProfilesCommands: ...

    @property
    def profile_edits(self) -> ProfileEditsCommands: ...

    @property
    def session_edits(self) -> SessionEditsCommands: ...

    @property
    def credentials(self) -> CredentialsCommands: ...

    @property
    def tokens(self) -> TokensCommands: ...

    @property
    def workbench(self) -> WorkbenchCommands: ...

    @property
    def runs(self) -> RunsCommands: ...

    @property
    def actions(self) -> ActionsCommands: ...

    def run_command(self, command_id: str) -> None:
        """Run a command that is the same on every screen."""
