"""Every screen in a hostile world, in a terminal whose received bytes are checked."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import tomli_w

from tests.end_to_end.conftest import ROLECALL
from tests.hostile.grammar import violations
from tests.hostile.texts import PIECES
from tests.hostile.world import World, hostile_world
from tests.support.terminal import Terminal


@contextmanager
def checked(
    world: World, *command: str, env: dict[str, str] | None = None, pipe_stdout: bool = False
) -> Iterator[Terminal]:
    """Run rolecall in a terminal, and check what it has written in the end."""
    environ = world.environ | (env or {})
    with Terminal(
        [ROLECALL, *command], env=environ, columns=130, lines=40, pipe_stdout=pipe_stdout
    ) as terminal:
        yield terminal
        ours = f"{world.server.start_url}/#/", f"{world.server.url}/authorize?"
        links = {link for link in _links(terminal) if link.startswith(ours)}
        found = list(violations(bytes(terminal.received), links))
        assert not found, found[:3]
        assert b"internal error" not in terminal.received


def _links(terminal: Terminal) -> set[str]:
    found = re.findall(rb"\x1b\]8;id=[0-9a-f]+;([^\x1b]*)\x1b", terminal.received)
    return {link.decode("utf-8", "replace") for link in found}


def go(terminal: Terminal, *steps: tuple[str, str]) -> None:
    """Press keys, and wait for the text that each of them leads to, or with `!` away from."""
    for key, pattern in steps:
        terminal.press(key)
        if pattern.startswith("!"):
            terminal.wait_gone(pattern[1:])
        else:
            terminal.wait_for(pattern)


def quit_and_check(terminal: Terminal, world: World, *fields: str) -> None:
    """Quit. The screens have shown the texts of these fields."""
    terminal.quit()
    seen = terminal.received.decode("utf-8", "replace")
    for field in fields:
        assert world.texts.marks[field] in seen, field


@pytest.fixture(scope="module", params=[3, 4])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with hostile_world(tmp_path_factory.mktemp("hostile") / "home", request.param) as made:
        yield made


def test_hostile_names_are_made_safe_on_the_catalogue_screens(world: World) -> None:
    with checked(world) as terminal:
        terminal.wait_for("7 accounts")
        terminal.wait_for(world.texts.marks["e-mail address"])  # in the pane
        go(
            terminal,
            *[("f", "★"), ("w", "Changes ·"), ("escape", "!Changes ·")],
            *[("j", "▌"), ("enter", "Permission sets · corp › ")],
            *[("c", "Secret access key"), ("d", "ASIA"), ("escape", "!Secret access key")],
            *[("o", "/#/console"), ("O", "CloudShell|is not an AWS"), ("escape", "!/#/console")],
            *[("j", "▌"), ("s", "› Save"), ("escape", "!› Save")],
            *[("2", "18 permission sets"), ("a", "18 marked"), ("s", "Workbench ·")],
            *[("escape", "s write"), ("escape", "!Workbench ·")],
            *[("!", "Run a command with"), ("true", "true"), ("enter", "Run · true")],
            *[("", "!running|waiting"), ("G", "▌"), ("enter", "Output ·"), ("escape", "!Output ·")],
            *[("escape", "!Run · true"), ("", "18 marked")],
            *[("S", "Sessions found"), ("n", "› New"), ("escape", "!› New")],
            *[("escape", "18 marked"), ("1", "!18 marked"), ("escape", "7 accounts")],
            *[(":", "› Search"), ("escape", "!› Search")],
            *[(",", "› Settings"), ("escape", "!› Settings")],
            *[("?", "› Help"), ("escape", "!› Help")],
        )
        quit_and_check(
            terminal, world, "account name", "e-mail address", "permission set", "profile name"
        )


def test_the_hostile_output_of_a_program_is_made_safe(world: World, tmp_path: Path) -> None:
    path = tmp_path / "output"
    text = "\n".join(["first", *PIECES.values(), *PIECES.values(), "last"])
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with checked(world) as terminal:
        terminal.wait_for("7 accounts")
        go(
            terminal,
            *[("2", "18 permission sets"), ("!", "Run a command with"), (f"cat {path}", "output ")],
            *[("enter", "exit 0"), ("enter", "first"), ("pagedown", "!first"), ("G", "last")],
            *[("/", "Enter to the output"), ("evil", "/ evil"), ("enter", "!Enter to the")],
            *[("n", "evil"), ("right", "→ right"), ("escape", "!/ evil"), ("escape", "Last line")],
        )
        terminal.press("escape", gone="Last line")
        terminal.quit()


def test_hostile_names_are_made_safe_on_profiles_and_tokens(world: World) -> None:
    with checked(world) as terminal:
        terminal.wait_for("7 accounts")
        go(terminal, ("3", "Kind"), ("n", "New role|› New"), ("escape", "!New role|› New"))
        for key in ("g", "j", "j"):
            terminal.press(key)
            go(
                terminal,
                *[("e", "› Edit"), ("escape", "!› Edit")],
                *[(":", ""), ("duplicate", "▌ duplicate"), ("enter", "› Dupl")],
                *[("escape", "!› Dupl")],
            )
        go(
            terminal,
            *[("x", "Enter delete"), ("escape", "!Enter delete")],
            *[("a", "marked"), ("v", "0 work · 6 fail"), ("escape", "!0 work"), ("A", "!marked")],
            *[("w", "Drift ·"), ("escape", "!Drift ·"), ("4", "access token")],
            *[("/", "Enter to the list"), ("access", "1 of "), ("enter", "!Enter to the")],
            *[("x", "Sign out of"), ("escape", "!Sign out of")],
        )
        quit_and_check(terminal, world, "key", "region", "role ARN", "session of a profile")


def test_sign_in_picker_and_watch(world: World, tmp_path: Path) -> None:
    own = world.profiles[0]
    cache = world.desk.sso_cache
    shutil.move(cache, tmp_path / "cache")
    with checked(world, "watch") as terminal:
        terminal.wait_for("entry|entries")
        terminal.press("q")
    with checked(world) as terminal:
        go(terminal, ("", "Sessions found"), ("enter", "Waiting for your approval"))
        go(terminal, ("Q", "(?s)Careful.*Careful"), ("y", "Link sent"))
        go(terminal, ("o", "(?s)Careful.*Careful"))
        terminal.press("ctrl+c")
    with checked(world, "switch", "--shell=bash", own, pipe_stdout=True) as terminal:
        terminal.wait_for("Waiting for your approval")
        terminal.press("escape")
        terminal.wait_exit()
    shutil.copytree(tmp_path / "cache", cache, dirs_exist_ok=True)
    with checked(world, "switch", "--shell=bash", pipe_stdout=True) as terminal:
        terminal.wait_for(world.texts.marks["profile name"])
        terminal.press("x", then="x")
        terminal.press("escape", "escape")
        terminal.wait_exit()


def test_the_saved_screen_and_the_browser_sign_in(world: World, tmp_path: Path) -> None:
    kept = world.desk.config.read_bytes()
    with checked(world) as terminal:
        terminal.wait_for("7 accounts")
        go(
            terminal,
            *[("2", "18 permission sets"), *[("j", "▌")] * 3, ("s", "› Save")],
            *[("ctrl+u", ""), ("plain", "plain"), ("enter", "plain is in ~/.aws/config")],
            *[("v", "It works"), ("escape", "!plain is in")],
        )
        quit_and_check(terminal, world, "account name", "permission set")
    world.desk.config.write_bytes(kept)
    shutil.move(world.desk.sso_cache, tmp_path / "cache")
    with checked(world, env={"BROWSER": "/bin/true"}) as terminal:
        go(terminal, ("", "Sessions found"), ("enter", "Waiting for your approval"))
        go(terminal, ("p", "Waiting for the browser"), ("o", "Opened|Careful"))
        terminal.press("ctrl+c")
    shutil.copytree(tmp_path / "cache", world.desk.sso_cache, dirs_exist_ok=True)


def test_hostile_choices_and_output_of_an_action_are_made_safe(
    world: World, tmp_path: Path
) -> None:
    pieces = [piece.encode("utf-8", "replace").decode() for piece in PIECES.values()]
    choices, output = tmp_path / "choices", tmp_path / "output"
    choices.write_text(json.dumps([{f"a{each}": each, "b": each} for each in ["first", *pieces]]))
    output.write_bytes("\n".join([*pieces, f"last{pieces[0]}"]).encode())
    settings = world.desk.home / ".config" / "rolecall" / "settings.toml"
    before = settings.read_text()
    entry = {
        "key": "F5",
        "name": f"Mine{pieces[0]}{pieces[1]}",
        "command": ["cat", str(output), f"{pieces[0]}{{choice}}"],
        "choose": ["cat", str(choices)],
        "in": "background",
    }
    settings.write_text(tomli_w.dumps({"actions": {"mine": entry}}))
    try:
        with checked(world) as terminal:
            terminal.wait_for("7 accounts")
            go(
                terminal,
                *[("2", "18 permission sets"), ("\x1b[15~", "▌ first"), ("G", "▌")],
                *[("escape", "!first"), ("?", "Mine"), ("escape", "!› Help")],
                *[(":", "› Search"), ("escape", "!› Search")],
                *[("\x1b[15~", "▌ first"), ("enter", "exit status 1")],
            )
            terminal.quit()
    finally:
        settings.write_text(before)
