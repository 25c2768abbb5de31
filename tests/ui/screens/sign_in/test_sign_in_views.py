"""The three views of a sign-in: none knows a kind, and all say the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from textual.widgets import Static

import rolecall
from rolecall.cli.sign_in.sign_in_printer import SignInPrinter
from rolecall.domain.errors import (
    AuthorizationExpired,
    CodeInvalid,
    DeviceCodeExpired,
    RegionMoved,
    RolecallError,
    SignInDenied,
    StartUrlUnknown,
    Unreachable,
)
from rolecall.domain.link import LinkProblem, link_of
from rolecall.domain.records import replace
from rolecall.domain.sign_in.pasted import CodeProblem
from rolecall.domain.sign_in.progress import Here, Progress, State, Step
from rolecall.presentation import sign_in_progress as texts
from rolecall.presentation.commands import key_of
from rolecall.presentation.texts.sign_in_strings import UNSAFE_LINK
from rolecall.services.services import Services
from rolecall.services.sign_in.kinds import KINDS
from rolecall.services.sign_in.run import SignIn
from rolecall.ui.picker.inline_app import InlineApp
from rolecall.ui.picker.inline_sign_in import InlineSignIn
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from tests.support.desk import Desk
from tests.support.screens.full_screen import open_full_screen
from tests.support.waiting import pause_until

PACKAGE = Path(rolecall.__file__).parent
VIEWS = [
    "ui/screens/sign_in/sign_in.py",
    "ui/picker/inline_sign_in.py",
    "ui/widgets/codes/shown_sign_in.py",
    "cli/sign_in/sign_in_printer.py",
]
RUN = "rolecall.services.sign_in.run"
MODULES_OF_KINDS = {
    *(f"rolecall.services.sign_in.{name}" for name in ("attempts", "kinds", "console_login")),
    *("rolecall.services.sign_in.sign_in", "rolecall.aws.sign_in", "rolecall.aws.callback"),
}
# What only one kind has. The words are looked for in names, texts and comments.
WORDS_OF_KINDS = re.compile(
    "device.?code|pkce|portal|console(?!_script)|BrowserSign|loopback|token|identity.center",
    re.IGNORECASE,
)
URL = "https://acme.awsapps.com/start"


@pytest.mark.quick
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_imports_no_kind(view: str) -> None:
    tree = ast.parse((PACKAGE / view).read_text(encoding="utf-8"))
    imported = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith(("rolecall.services", "rolecall.aws"))
    }
    assert RUN in imported
    assert not imported & MODULES_OF_KINDS


@pytest.mark.quick
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_mentions_no_kind(view: str) -> None:
    lines = (PACKAGE / view).read_text(encoding="utf-8").splitlines()
    names = {f'"{kind.name}"' for kind in KINDS}
    assert [
        line for line in lines if WORDS_OF_KINDS.search(line) or any(n in line for n in names)
    ] == []


@pytest.mark.quick
def test_each_kind_has_its_texts() -> None:
    assert [kind.name for kind in KINDS] == list(texts.KINDS)
    for kind in KINDS:
        assert kind.is_browser == bool(texts.KINDS[kind.name].remote)
        # What is pasted has a name, and every link its QR code.
        assert bool(texts.KINDS[kind.name].paste) == (Step.TYPE_CODE in kind.steps)
        assert Step.SHOW_QR in kind.steps


# --- the same progress in all three


class View(NamedTuple):
    """What a view says."""

    link: str
    code: str
    to_do: str
    state: str


def sign_ins(services: Services) -> Iterator[SignIn[Any]]:
    """A sign-in of each kind."""
    here = Here(("", ""))
    (session,) = services.sign_in.sessions()
    for wants_browser in (False, True):
        yield services.sign_ins.at_portal(session, here, wants_browser=wants_browser)
    for wants_browser in (False, True):
        yield services.sign_ins.with_console("dev", here, wants_browser=wants_browser)


def moments(sign_in: SignIn[Any]) -> Iterator[Progress]:
    """What may happen to a sign-in."""
    first = sign_in.progress
    yield first
    code = "ABCD-EFGH" if first.offers(Step.COPY_CODE) else ""
    left = None if first.takes_code else 61.0
    waiting = replace(
        first, state=State.WAITING, link=link_of(f"{URL}/x", URL), user_code=code, left=left
    )
    yield replace(waiting, because=AuthorizationExpired())
    error: RolecallError = Unreachable("CreateToken", "host", "timeout")
    if first.takes_code:
        error = CodeInvalid(CodeProblem.TRUNCATED)
    yield replace(waiting, error=error)
    yield replace(waiting, link=link_of("https://evil.example/x", URL))
    failures: list[RolecallError] = [SignInDenied(), DeviceCodeExpired(), StartUrlUnknown(URL, "x")]
    for failure in failures:
        yield replace(first, state=State.FAILED, error=failure)
    steps = (*first.steps, Step.FIND_REGION)
    failed = replace(first, state=State.FAILED, steps=steps)
    yield replace(failed, error=StartUrlUnknown(URL, "eu-west-1"))
    yield replace(
        failed, error=RegionMoved("corp", URL, "eu-west-1", "us-east-1"), moved_to="us-east-1"
    )


def of_screen(screen: SignInScreen | InlineSignIn, progress: Progress) -> View:
    screen.shown.sign_in._progress = replace(progress, left=None)
    screen._changed(progress)
    shown = [each for each in screen.query(".intro").results(Static) if each.display]
    keys = getattr(screen, "keys", None)
    to_do = "\n".join(str(each.render()) for each in shown if each is not keys)
    if progress.link.problem:
        to_do = "\n".join(filter(None, [to_do, str(screen.link.render()).partition("\n")[0]]))
    big = screen.shown.code
    code = big._code if big.display else ""
    return View(screen.link.link.shown, code, to_do, neutral(screen.clock.text, progress))


def of_command(
    sign_in: SignIn[Any], progress: Progress, capsys: pytest.CaptureFixture[str]
) -> View:
    printer = SignInPrinter(sign_in)
    capsys.readouterr()
    if progress.because:  # it is said when the other kind begins
        printer._print(replace(sign_in.progress, because=progress.because))
    if progress.state is State.WAITING and progress.error:
        printer._print(replace(progress, error=None, link=progress.link))
        link_and_code = capsys.readouterr().err
        printer._print(progress)
        said = capsys.readouterr().err
    else:
        printer._print(progress)
        link_and_code = said = capsys.readouterr().err
    lines = link_and_code.splitlines()
    told = texts.said(progress, texts.commands_of(progress))
    present: Callable[[str], str] = lambda text: text if text and text in lines else ""  # noqa: E731
    warning = UNSAFE_LINK.get(progress.link.problem, "")
    to_do = "\n".join(filter(None, map(present, (told.because, told.what_to_do, warning))))
    state = present_state(said, told.state)
    code = present(f"  {progress.user_code}").strip()
    return View(present(progress.link.shown), code, to_do, neutral(state, progress))


def present_state(printed: str, state: str) -> str:
    return state if any(line.startswith(state) for line in printed.splitlines()) else ""


def neutral(text: str, progress: Progress) -> str:
    """The text with the steps for the keys and the commands that do them. A command changes the
    region; a key signs in there first.
    """
    for step, command in texts.commands_of(progress).items():
        text = text.replace(command, f"<{step}>")
        text = re.sub(rf"(?<=[.?”] ){re.escape(key_of(step))} (?=[a-z])", f"<{step}> ", text)
    return text.replace("> changes it.", "> signs in there.")


class ViewApp(InlineApp[bool]):
    CSS_PATH = stylesheets("parts", "picker")


@pytest.mark.parametrize("number", range(len(KINDS)), ids=[kind.name for kind in KINDS])
async def test_the_three_views_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    # It only waits to be stopped: the test says how far it is.
    monkeypatch.setattr(SignIn, "run", lambda self, *_: self._next_input(None))

    def make(desk: Desk) -> SignIn[Any]:
        return list(sign_ins(desk.services))[number]

    async with open_full_screen(tmp_path, ["one"], size=(120, 40)) as it:
        sign_in = make(it.desk)
        assert sign_in.progress.kind == KINDS[number].name
        full = SignInScreen(sign_in, lambda *_: None)
        await it.app.push_screen(full)
        seen = [of_screen(full, progress) for progress in moments(make(it.desk))]
        below = ViewApp()
        async with below.run_test(size=(120, 40)):
            inline = InlineSignIn(make(it.desk), "Esc back")
            await below.push_screen(inline)
            await pause_until(lambda: inline.is_mounted)
            assert [of_screen(inline, progress) for progress in moments(make(it.desk))] == seen
    printed = [of_command(make(it.desk), each, capsys) for each in moments(make(it.desk))]
    # A command says nothing until there is a link: then its first call has ended.
    start, *rest = seen
    assert start.state
    assert printed[1:] == rest
    assert [view.state for view in seen[4:]]
    assert seen[1].link
    assert all("<" in view.state for view in seen[-2:])
    assert bool(seen[1].code) == KINDS[number].steps.__contains__(Step.COPY_CODE)
    assert list(moments(make(it.desk)))[3].link.problem == LinkProblem.OTHER_HOST
