"""Cells of the matrix in the full screen: it says what is wrong, a key paints, it recovers."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from textual.events import Paste

from rolecall.aws import call
from rolecall.demo.faults import AnyFault
from rolecall.domain import question
from rolecall.domain.sign_in.progress import State
from rolecall.services.base import retry
from rolecall.ui.screens.base.catalogue import CatalogueScreen
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.help import HelpScreen
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from tests.faults.cells import CAUSES, Cell, Operation
from tests.support import logins
from tests.support.desk import Desk
from tests.support.screens.full_screen import NAMES, FullScreen, open_full_screen

MANY: Final = [f"team {number}" for number in range(120)]  # two pages
HOURS: Final = 3600  # longer than every pause
SECONDS: Final = 2  # longer than the interval of the polls, shorter than the life of a code
# The faults after which the full screen tries again, or lets the user do so.
_CAUSES: Final = [
    *("reset", "hang", "drip", "truncated", "garbage", "HTML", "301"),
    *("403 as HTML", "429 storm", "500", "503"),
]
_OPERATIONS: Final = [
    each for each in Operation if each not in {Operation.REDEEM, Operation.NARROW}
]
_SAYS: Final = (
    "cannot be reached",
    "cannot be read (",
    "something other than AWS",
    "does not answer like AWS",
    "limits the rate",
    "with status",
    "AWS failed",
    "the listing was cut short",
    "failed: r",
    "this code works only once",
    "a code works only once",
)


def cells() -> list[Cell]:
    """Return all cells with ROLECALL_FAULTS=all, else one for each operation."""
    if os.environ.get("ROLECALL_FAULTS") == "all":
        return [Cell(operation, cause) for operation in _OPERATIONS for cause in _causes(operation)]
    return [
        Cell(operation, _causes(operation)[place % len(_causes(operation))])
        for place, operation in enumerate(_OPERATIONS)
    ]


def _causes(operation: Operation) -> list[str]:
    left_out = {
        # The answer is lost after the refresh token was used: only a sign-in helps.
        Operation.RENEW: {"drip", "truncated"},
        Operation.RENEW_LOGIN: {"drip", "truncated"},
        Operation.SIGN_OUT: {"drip", "truncated"},  # the answer has no body
    }
    return [cause for cause in _CAUSES if cause not in left_out.get(operation, set())]


@pytest.fixture
def deadlines() -> Iterator[pytest.MonkeyPatch]:
    """Short ones while there is a fault. A busy machine may need longer for a call that works."""
    with pytest.MonkeyPatch.context() as patched:
        yield patched


def shorten(deadlines: pytest.MonkeyPatch) -> None:
    deadlines.setattr(call, "TRY_SECONDS", 1.0)
    deadlines.setattr(question, "TRY_SECONDS", 1.0)
    deadlines.setattr(question, "SECONDS", 2.0)
    deadlines.setattr(call, "_PAUSES", (0.01, 0.01))
    deadlines.setattr(retry, "PAUSES", (0.01, 0.01))


@pytest.mark.quick
@pytest.mark.parametrize("cell", cells(), ids=str)
async def test_the_full_screen_says_what_is_wrong_paints_and_recovers(
    cell: Cell, tmp_path: Path, deadlines: pytest.MonkeyPatch
) -> None:
    begin, ask, is_well = _STEPS[cell.operation]
    fault = CAUSES[cell.cause_name].what
    assert isinstance(fault, AnyFault)

    def add_fault(desk: Desk) -> None:
        shorten(deadlines)
        desk.server.faults.add(cell.operation.demo_name, fault, skip=cell.operation.skip)

    is_at_start = cell.operation in _AT_START
    names = MANY if cell.operation is Operation.MORE_ACCOUNTS else NAMES
    async with open_full_screen(
        tmp_path,
        names,
        before=add_fault if is_at_start else None,
        size=(100, 24),
        signed_in=cell.operation not in _SIGNED_OUT,
        with_roles=cell.operation.is_about_roles,
    ) as it:
        await begin(it)
        if not is_at_start:
            add_fault(it.desk)
        await ask(it)
        await it.until(lambda: any(words in said(it) for words in _SAYS))
        await it.pilot.press("question_mark")
        await it.until(lambda: isinstance(it.app.screen, HelpScreen))
        await it.pilot.press("escape")
        await it.until(lambda: not isinstance(it.app.screen, HelpScreen))
        if cell.operation in _LISTING:
            await it.until(lambda: it.session_state.retry_at is not None)
        it.desk.server.faults.clear()
        deadlines.undo()
        it.desk.clock.forward(SECONDS if cell.operation is Operation.POLL else HOURS)
        if cell.operation is Operation.POLL:
            await it.until(lambda: is_well(it) or has_failed(it))
        if not is_well(it):
            await ask(it)
        await it.until(lambda: is_well(it))


def said(it: FullScreen) -> str:
    """Return what the screen says about its work."""
    screen = it.app.screen
    texts = [screen.status.text] if isinstance(screen, CommandScreen) else []
    if isinstance(screen, SignInScreen | CredentialsScreen):
        texts.append(screen.clock.text)
    if isinstance(screen, CatalogueScreen):
        texts += [screen.placeholder(), screen.position_text()]
    return " ".join(texts)


async def nothing(_: FullScreen) -> None:
    """The full screen makes the call by itself."""


async def code_is_shown(it: FullScreen) -> None:
    await it.until(lambda: has_code(it))


async def approve(it: FullScreen) -> None:
    if not has_code(it):  # the answer with the token was lost, and the code works only once
        await it.pilot.press("n")
        await code_is_shown(it)
    for code in it.desk.server.pending_codes():
        it.desk.server.approve(code)
    it.desk.clock.forward(2)


def has_failed(it: FullScreen) -> bool:
    """Whether the code can no longer be used."""
    return isinstance(it.app.screen, SignInScreen) and not has_code(it)


def has_code(it: FullScreen) -> bool:
    screen = it.app.screen
    return isinstance(screen, SignInScreen) and screen.progress.state is State.WAITING


def is_listed(it: FullScreen) -> bool:
    state = it.session_state
    return state.complete and state.catalogue.listed == len(state.catalogue)


async def tokens_are_shown(it: FullScreen) -> None:
    await it.pilot.press("4")
    screen = await it.until_shown(TokensScreen)
    await it.until(lambda: bool(screen.table.shown))


async def login_is_shown(it: FullScreen) -> None:
    logins.log_in(it.desk)
    await tokens_are_shown(it)
    screen = it.app.screen
    assert isinstance(screen, TokensScreen)
    await it.until(lambda: any(row.profile for row in screen.table.shown))
    row = next(row for row in screen.table.shown if row.profile)
    screen.table.move_to(screen.row_key(row))


async def login_is_open(it: FullScreen) -> None:
    await login_is_shown(it)
    await it.pilot.press("enter")
    await it.until(lambda: has_code(it))


async def paste_code(it: FullScreen) -> None:
    """Paste the code of the link, or of a new one if there was an error."""
    screen = it.app.screen
    assert isinstance(screen, SignInScreen)
    if screen.clock.text:
        sign_in = screen.shown.sign_in
        await it.pilot.press("n")
        await it.until(lambda: has_code(it) and screen.shown.sign_in is not sign_in)
    screen.post_message(Paste(it.desk.server.log_in(screen.progress.link.url)))


async def renew(it: FullScreen) -> None:
    await it.pilot.press("r")


async def sign_out(it: FullScreen) -> None:
    await it.pilot.press("x")
    await it.pilot.press("enter")


async def profiles_are_shown(it: FullScreen) -> None:
    it.save_profile()
    with it.desk.config.open("a") as file:
        file.write(
            f"[profile a-role]\nrole_arn = arn:aws:iam::{it.ids[0]}:role/Ops\n"
            "source_profile = mine\nregion = eu-west-1\n"
        )
    await it.pilot.press("3")
    await it.until(lambda: len(it.app.state.profiles) == 2)
    screen = it.app.screen
    assert isinstance(screen, ProfilesScreen)
    await it.until(lambda: len(screen.table.shown) == 2)


def credentials_of(name: str) -> Callable[[FullScreen], Awaitable[None]]:
    async def ask(it: FullScreen) -> None:
        if isinstance(it.app.screen, CredentialsScreen):
            await it.pilot.press("escape")
            await it.until(lambda: isinstance(it.app.screen, ProfilesScreen))
        screen = it.app.screen
        assert isinstance(screen, ProfilesScreen)
        screen.table.move_to(name)
        await it.pilot.press("c")

    return ask


async def verify(it: FullScreen) -> None:
    screen = it.app.screen
    assert isinstance(screen, ProfilesScreen)
    screen.table.move_to("mine")
    await it.pilot.press("v")


async def role_is_saved(it: FullScreen) -> None:
    it.save_profile("ops", "role/Ops")
    await it.pilot.press("3")
    await it.until(lambda: len(it.app.state.profiles) == 1)
    screen = it.app.screen
    assert isinstance(screen, ProfilesScreen)
    await it.until(lambda: len(screen.table.shown) == 1)


def are_roles_listed(it: FullScreen) -> bool:
    return is_listed(it) and all(each.roles for each in it.session_state.catalogue)


def has_credentials(it: FullScreen) -> bool:
    return isinstance(it.app.screen, CredentialsScreen) and it.app.screen._exported is not None


_LISTING: Final = {
    *(Operation.ACCOUNTS, Operation.MORE_ACCOUNTS, Operation.PERMISSION_SETS),
    Operation.ROLES,
}
_AT_START: Final = {Operation.REGISTER, Operation.DEVICE_CODE, *_LISTING}
_SIGNED_OUT: Final = {Operation.REGISTER, Operation.DEVICE_CODE, Operation.POLL}
_Step = Callable[[FullScreen], Awaitable[None]]
# What is done before the fault, what makes the call, and whether it has worked.
_STEPS: Final[dict[Operation, tuple[_Step, _Step, Callable[[FullScreen], bool]]]] = {
    Operation.REGISTER: (nothing, nothing, has_code),
    Operation.DEVICE_CODE: (nothing, nothing, has_code),
    Operation.POLL: (code_is_shown, approve, is_listed),
    Operation.RENEW: (tokens_are_shown, renew, lambda it: "Renewed" in said(it)),
    Operation.ACCOUNTS: (nothing, nothing, is_listed),
    Operation.MORE_ACCOUNTS: (nothing, nothing, is_listed),
    Operation.PERMISSION_SETS: (nothing, nothing, is_listed),
    Operation.CREDENTIALS: (profiles_are_shown, credentials_of("mine"), has_credentials),
    Operation.SIGN_OUT: (tokens_are_shown, sign_out, lambda it: it.session_state.token is None),
    Operation.ASSUME_ROLE: (profiles_are_shown, credentials_of("a-role"), has_credentials),
    Operation.IDENTITY: (
        profiles_are_shown,
        verify,
        lambda it: it.app.state.verification_of("mine") is True,
    ),
    Operation.LOGIN: (
        login_is_open,
        paste_code,
        lambda it: "uses the console credentials" in said(it),
    ),
    Operation.RENEW_LOGIN: (login_is_shown, renew, lambda it: "Renewed the keys" in said(it)),
    Operation.ROLES: (nothing, nothing, are_roles_listed),
    Operation.ROLE_CREDENTIALS: (role_is_saved, credentials_of("ops"), has_credentials),
}
