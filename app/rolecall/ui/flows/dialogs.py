"""What several flows do with screens."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from rolecall.presentation.commands import with_keys
from rolecall.presentation.texts import run_strings
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.screens.modes import screens_in
from rolecall.ui.state.events import ConfigChanged, RoleUsed
from rolecall.ui.work import Left, WorkGroup, in_thread

if TYPE_CHECKING:
    from textual.screen import Screen

    from rolecall.services.profiles.profiles import ProfileDraft
    from rolecall.ui.state.host import Host
    from rolecall.ui.state.rows import AssignmentRow

P = ParamSpec("P")
T = TypeVar("T")


class Flow:
    """The base of the flows."""

    def __init__(self, host: Host) -> None:
        self._host = host


F = TypeVar("F", bound=Flow)

_Method = Callable[Concatenate[F, P], Coroutine[Any, Any, None]]


def in_background(
    group: WorkGroup | None = None, of: Callable[..., str] | None = None, *, opens: bool = False
) -> Callable[[_Method[F, P]], Callable[Concatenate[F, P], None]]:
    """Make a method of a flow work in the background: see `Host.spawn`.

    `of` gets the arguments and returns what the work is for.
    """

    def decorate(method: _Method[F, P]) -> Callable[Concatenate[F, P], None]:
        def spawn(flow: F, /, *args: P.args, **kwargs: P.kwargs) -> None:
            work = partial(method, flow, *args, **kwargs)
            flow._host.spawn(work, group, of(*args, **kwargs) if of else "", opens=opens)

        return spawn

    return decorate


async def confirmed(
    host: Host,
    act: str,
    title: str,
    diff: str,
    *,
    intro: str = "",
    warnings: str = "",
    is_production: bool = False,
    no: str = "",
) -> bool:
    """Show a difference, as `difference` returns it, and return whether the user accepts it.

    Raises Left. `act` is what the key does, such as "delete". `intro` comes before the difference.
    `warnings`: other consequences, one per line. `is_production`: the change is about production.
    `no`: what Esc does, if it is not to cancel.
    """
    from rolecall.ui.screens.base.confirm import ConfirmScreen

    screen: Screen[Any] = ConfirmScreen(
        act, title, intro, diff, warnings=warnings, is_production=is_production, no=no
    )
    return bool(await host.ask(screen))


async def written(host: Host, commit: Callable[[], T]) -> T:
    """Return the result of `commit()`, run in a thread. Without locks it asks; a user who has left
    does not agree. Raises RolecallError.
    """
    from rolecall.ui.screens.base.confirm import ConfirmScreen, committed

    async def ask(question: ConfirmScreen) -> bool | None:
        with suppress(Left):
            return await host.ask(question)
        return False

    return await committed(commit, in_thread, ask)


def unflash(host: Host, text: str) -> None:
    """Remove this message about a wait."""
    if isinstance(host.screen, CommandScreen):
        host.screen.status.withdraw(text)


async def asked(host: Host, work: Callable[[], T]) -> T:
    """Return the result of `work()`, run in a thread. The visible screen says if AWS is slow."""
    screen = host.screen
    if not isinstance(screen, CommandScreen):
        return await in_thread(work)
    try:
        return await in_thread(work, screen.show_slow)
    finally:
        screen.end_slow()


async def save_profile(host: Host, row: AssignmentRow) -> str | None:
    """Ask for a profile of the permission set with the form, and save it.

    Returns its name in the file, or None. Raises Left, RolecallError.
    """
    from rolecall.ui.screens.profiles.save_profile import SaveProfileScreen

    def prepare() -> tuple[ProfileDraft, list[str]]:
        draft = host.services.profiles.draft(row.assignment, row.session)
        return draft, host.services.sign_in.regions()

    draft, regions = await in_thread(prepare)
    name = await host.ask(SaveProfileScreen(*row, draft, regions))
    if name is not None:
        await host.announce(RoleUsed(row.session, row.key))
        await host.announce(ConfigChanged())
        return next((each.name for each in host.state.profiles if each.name == name), name)
    return None


def runs_programs(host: Host, *modes: str) -> bool:
    """Return whether a screen of these places, or of any, runs programs."""
    screens = screens_in(host, *modes)
    return any(isinstance(each, CommandScreen) and each.runs_programs for each in screens)


def any_runs_programs(host: Host) -> bool:
    """Return whether an action or a screen of any place runs programs, which end with rolecall."""
    return host.state.running_actions > 0 or runs_programs(host)


def go_to(host: Host, mode: str) -> None:
    """Go to a place. In the place itself, go back to its first screen."""
    leave(host)
    if mode == host.current_mode:
        if runs_programs(host, mode):
            host.flash(with_keys(run_strings.STILL_RUNS))
            return
        close_all(host, mode)
    else:
        host.switch_mode(mode)


async def show_row(host: Host, account_id: str, permission_set: str) -> None:
    """Show one permission set in its place, which filters for it."""
    if host.current_mode != "permission_sets":
        await host.switch_mode("permission_sets")
    if isinstance(host.screen, TableScreen):
        host.screen.filter_for(f"{account_id} {permission_set}")


def leave(host: Host) -> None:
    """Close the visible screen if it does not stay open below another place."""
    if isinstance(host.screen, CommandScreen) and host.screen.closes_when_left:
        host.screen.dismiss(None)


def close_all(host: Host, mode: str) -> None:
    """Close all screens of a place but the first. Work that waits for their results gets None."""
    for screen in reversed(screens_in(host, mode)[1:]):
        screen.dismiss(None)
