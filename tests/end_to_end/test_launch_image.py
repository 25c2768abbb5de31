"""The first screen of the last start, shown before Textual is imported."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import signal
import stat
import termios
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from rolecall.files.fast import launch_image
from rolecall.files.fast.launch_image import LaunchFile
from rolecall.services.services import Services
from tests.end_to_end.conftest import AUDIT, AUDIT_ROLE, BIN, ROLECALL, TerminalDesk
from tests.end_to_end.test_quitting import assert_restored
from tests.support import later_textual
from tests.support.programs import program
from tests.support.read_only import read_only
from tests.support.ssh import ssh_server
from tests.support.terminal import Terminal

FIRST_ROW = "audit"
IMPORT = b"\x1b]7777;import textual\x07"
COUNT = "41 accounts"
MOST = 600  # bytes of the first frame over an image of the same
# Waits at the import of Textual until the file appears, and says so on the terminal.
_GATE = """
import os, sys, time
class Gate:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ.get("GATED", "textual") and not seen:
            seen.append(name)
            os.write(2, b"\\x1b]7777;import textual\\x07")
            while not os.path.exists(os.environ["GATE"]):
                time.sleep(0.01)
            if os.path.getsize(os.environ["GATE"]):
                exec(open(os.environ["GATE"]).read())
seen = []
sys.meta_path.insert(0, Gate())
"""


class Starts:
    """A machine whose accounts are in the cache."""

    def __init__(self, desk: TerminalDesk, folder: Path) -> None:
        self.count = COUNT  # what is there once the full table is shown
        self.desk = desk
        self.gate = folder / "gate"
        self.site = folder / "site"
        self.site.mkdir()
        (self.site / "sitecustomize.py").write_text(_GATE)
        desk.leave_token()
        services = Services(desk.environment)
        (session,) = services.sign_in.sessions()
        token = services.sign_in.valid_token(session)
        assert token is not None
        services.inventory.crawl(session, token).run(lambda event: None)
        services.inventory.close()

    def open(self, *command: str | Path, gated: bool = False, **options: Any) -> Terminal:
        """Start rolecall. `gated`: it stops where it imports Textual, until `go`."""
        env = {**options.pop("env", {})}
        if gated:
            env |= {"PYTHONPATH": str(self.site), "GATE": str(self.gate)}
        return self.desk.open(*command, env=env, **options)

    def go(self, code: str = "") -> None:
        """Go on, after running this code there."""
        whole = self.gate.with_name("whole")
        whole.write_text(code)
        whole.rename(self.gate)

    def leave_image(self, *command: str | Path, **options: Any) -> Path:
        """Start and quit, so that there is a new image. Return its file."""
        before = self._written()
        terminal = self.open(*command, **options)
        terminal.wait_for(self.count)
        terminal.wait_until(lambda: bool(self._written() - before), what="an image")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        ((path, _),) = self._written() - before
        return path

    def _written(self) -> set[tuple[Path, int]]:
        return {(path, path.stat().st_mtime_ns) for path in self.files()}

    def note_use(self) -> None:
        """Change the cache as another rolecall does."""
        services = Services(self.desk.environment)
        (session,) = services.sign_in.sessions()
        services.inventory.note_use(session, AUDIT, AUDIT_ROLE)
        services.inventory.close()

    def files(self) -> list[Path]:
        return sorted((self.desk.home / ".cache" / "rolecall").glob("launch-*.image"))

    def shows_image(self, **options: Any) -> bool:
        """Return whether a start shows an image before it imports Textual."""
        terminal = self.open(gated=True, **options)
        terminal.wait_until(lambda: IMPORT in terminal.received, what="the import of Textual")
        has_image = FIRST_ROW in terminal.screen_text()
        assert has_image == terminal.on_alternate_screen
        self.go()
        terminal.wait_for(self.count)
        terminal.press("q")
        assert terminal.wait_exit() == 0
        self.gate.unlink()
        return has_image


@pytest.fixture
def starts(desk: TerminalDesk, tmp_path: Path) -> Starts:
    return Starts(desk, tmp_path)


def wait_for_import(terminal: Terminal) -> None:
    """Wait until the start stops at the import of Textual. The image is shown by then."""
    terminal.wait_until(lambda: IMPORT in terminal.received, what="the import of Textual")


def wait_until_keys_are_signals(terminal: Terminal) -> None:
    """Wait until a start counts as hanging: Ctrl+C no longer waits for Textual."""
    terminal.wait_until(lambda: bool(terminal.attributes()[3] & termios.ISIG), what="signals")


def wait_for_loop(terminal: Terminal) -> None:
    """Wait until the event loop has nothing to do: Textual has tried to take the terminal."""
    channel = Path(f"/proc/{terminal.process.pid}/wchan")
    terminal.wait_until(lambda: "poll" in channel.read_text(), what="the loop")


def cells(terminal: Terminal) -> list[list[tuple[str, str, str, bool]]]:
    """Return what is seen of each cell: of a blank, not the colour of its text."""
    screen = terminal.screen
    return [
        [
            (cell.data, cell.fg if cell.data.strip() else "", cell.bg, cell.reverse)
            for cell in (screen.buffer[y][x] for x in range(screen.columns))
        ]
        for y in range(screen.lines)
    ]


def assert_painted_right(terminal: Terminal) -> None:
    """Paint everything again, and compare the rows: only the clock and the message may differ."""
    rows = slice(1, 15)
    before = cells(terminal)[rows]
    at = len(terminal.received)
    terminal.press("ctrl+l")
    terminal.wait_until(lambda: b"\x1b[2J" in terminal.received[at:])
    terminal.wait_until(lambda: cells(terminal)[rows] == before)


def until_settled(terminal: Terminal) -> None:
    """Wait for the last text of the first screen, in English or Japanese."""
    terminal.wait_for("Using the cached access token of demo|demo のキャッシュ済みアクセストークン")


def test_the_screen_is_shown_before_textual_is_imported_and_little_is_sent_then(
    starts: Starts,
) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    assert terminal.on_alternate_screen
    assert terminal.screen.cursor.hidden
    assert not terminal.is_echoing
    assert len(re.findall(r"\b\d{12}\b", terminal.screen_text())) > 10
    assert not re.search(r"\d (h|min)\b", terminal.screen_text())  # the place of the clock is empty
    at = len(terminal.received)
    starts.go()
    terminal.wait_for(COUNT)
    sent = bytes(terminal.received[at:])
    assert len(sent) <= MOST
    assert b"\x1b[2J" not in sent
    assert b"\x1b[?1049h" not in sent
    until_settled(terminal)
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert_restored(terminal)


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"COLORTERM": ""},
        {"NO_COLOR": "1"},
        {"TERM": "xterm", "COLORTERM": ""},
        {"TERM": "linux", "COLORTERM": ""},
        {"TERM": "screen", "COLORTERM": ""},
        {"ROLECALL_THEME": "light"},
        {"LANG": "ja_JP.UTF-8"},
        {"LANG": "C", "LC_ALL": "C"},
    ],
    ids=str,
)
def test_the_image_is_the_first_frame_with_all_colours_and_languages(
    starts: Starts, env: dict[str, str]
) -> None:
    starts.count = ""
    starts.leave_image(env=env)
    terminal = starts.open(gated=True, env=env)
    wait_for_import(terminal)
    assert FIRST_ROW in terminal.screen_text()
    before = cells(terminal)
    at = len(terminal.received)
    starts.go()
    terminal.wait_until(lambda: b"\x1b[?2048$p" in terminal.received[at:], what="Textual")
    terminal.wait_until(lambda: b"\x1b[6n" in terminal.received[at:], what="the first frame")
    assert b"\x1b[2J" not in terminal.received[at:]
    until_settled(terminal)
    after = cells(terminal)
    pairs = zip(chain.from_iterable(before), chain.from_iterable(after), strict=True)
    changed = sum(one != other for one, other in pairs)
    assert changed < 140  # the clock, the counts, and the message
    assert_painted_right(terminal)


def test_rows_that_have_changed_are_corrected(starts: Starts) -> None:
    path = starts.leave_image()
    forge(path, lambda body: body.replace(b"network", b"NETWORK"))
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    assert "NETWORK" in terminal.screen_text()
    starts.go()
    terminal.wait_for(COUNT)
    assert "NETWORK" not in terminal.screen_text()
    assert "network" in terminal.screen_text()


def test_an_image_stays_right_if_the_same_rolecall_has_listed_the_same_again(
    starts: Starts,
) -> None:
    starts.leave_image()
    terminal = starts.open()
    until_settled(terminal)
    starts.desk.server.calls.clear()
    terminal.press("R")
    terminal.wait_until(lambda: starts.desk.server.calls.count("ListAccountRoles") >= 41)
    terminal.wait_for(r"1 of 41 · seen just now")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert starts.shows_image()


def test_there_is_no_image_of_rows_that_have_changed_since(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open()
    until_settled(terminal)
    terminal.press("down", "down")
    terminal.wait_for(r"3 of 41")
    name = terminal.wait_for(r"▌ +(\S+)")[1]
    terminal.press("f")
    terminal.wait_for(rf"★ +{name}")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert not starts.shows_image()
    assert starts.shows_image()


def test_there_is_no_image_after_a_change_of_the_config_while_rolecall_runs(
    starts: Starts,
) -> None:
    starts.leave_image()
    terminal = starts.open()
    until_settled(terminal)
    starts.desk.config.write_text(f"# a comment\n{starts.desk.config.read_text()}")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert not starts.shows_image()


def test_there_is_no_image_once_another_rolecall_has_changed_the_cache(starts: Starts) -> None:
    starts.leave_image()
    assert starts.shows_image()
    starts.note_use()
    assert not starts.shows_image()
    assert starts.shows_image()  # the start before has saved it again


def test_an_image_is_not_saved_again_if_another_rolecall_has_changed_the_cache(
    starts: Starts,
) -> None:
    starts.leave_image()
    terminal = starts.open()
    until_settled(terminal)
    starts.note_use()
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert not starts.shows_image()


# --- keys and signals before Textual is there


def test_keys_typed_before_textual_is_there_are_handled_in_order(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("down", "down", "up", "/", *"sandb", "backspace", "enter")
    starts.go()
    terminal.wait_for(r" / sand( |$)")
    terminal.wait_for(r"^│?▌ +sandbox|▌ .*sandbox")


def test_keys_for_a_form_wait_for_it(starts: Starts) -> None:
    """Opening it needs the services, which are not even imported when the key comes."""
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("down", "e", *"payroll")
    starts.go()
    terminal.wait_for("Alias +payroll")
    terminal.wait_for("log archive")


def test_a_profile_is_used_once_the_services_are_there(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("2", "/", "log archive readonly", "enter", "u")
    starts.go()
    terminal.wait_for("^log-archive-readonly$")
    assert terminal.wait_exit() == 0


def test_nothing_is_said_of_profiles_that_have_not_been_read(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.services.services"})
    terminal.wait_until(lambda: b"\x1b[6n" in terminal.received, what="the first frame")
    terminal.press("3")
    terminal.wait_for("0 profiles")
    assert "There is no profile" not in terminal.screen_text()
    starts.go()
    terminal.wait_for("log-archive-readonly")


def test_quitting_before_the_services_are_there_ends_in_order(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.services.services"})
    terminal.wait_until(lambda: b"\x1b[6n" in terminal.received, what="the first frame")
    terminal.press("q")
    starts.go()
    assert terminal.wait_exit() == 0
    assert_restored(terminal)
    assert terminal.screen_text().strip() == ""


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_a_key_that_quits_is_handled_in_order(starts: Starts, key: str) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.press("down", key)
    starts.go()
    assert terminal.wait_exit() == 0
    assert_restored(terminal)
    assert terminal.screen_text().strip() == ""


@pytest.mark.parametrize(
    ("key", "module", "status"),
    [
        ("ctrl+c", "textual", 128 + signal.SIGINT),
        ("ctrl+c", "rolecall.cli.full_screen", -signal.SIGINT),
        ("\x1c", "textual", -signal.SIGQUIT),
    ],
)
def test_keys_end_a_start_that_hangs(starts: Starts, key: str, module: str, status: int) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": module})
    wait_for_import(terminal)
    terminal.press("down")
    wait_until_keys_are_signals(terminal)
    terminal.press(key)
    assert terminal.wait_exit() == status
    assert_restored(terminal)


def test_keys_typed_before_a_suspension_do_not_reach_the_shell(starts: Starts) -> None:
    starts.leave_image()
    variables = {"PS1": "$ ", "PATH": f"{BIN}:/usr/bin:/bin"}
    terminal = starts.desk.open(program("bash"), "--norc", "--noprofile", "-i", env=variables)
    terminal.wait_for(r"^\$ *$")
    terminal.press(f"PYTHONPATH={starts.site} GATE={starts.gate} rolecall", "enter")
    wait_for_import(terminal)
    terminal.press(*"echo zzz", "enter")
    wait_until_keys_are_signals(terminal)
    terminal.press("ctrl+z")
    terminal.wait_for("Stopped")
    terminal.press("fg", "enter")
    starts.go()
    terminal.wait_for(COUNT)
    terminal.press("q")
    terminal.wait_until(lambda: not terminal.on_alternate_screen)
    terminal.wait_for(r"^\$ *$")  # what is typed before the shell has the terminal is dropped
    assert "zzz" not in terminal.screen_text()
    terminal.press("exit", "enter")
    assert terminal.wait_exit() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_restores_the_terminal(starts: Starts, number: signal.Signals) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.process.send_signal(number)
    assert terminal.wait_exit() == 128 + number
    assert_restored(terminal)


def test_a_signal_before_the_full_screen_is_imported_restores_the_terminal(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.cli.full_screen"})
    wait_for_import(terminal)
    assert terminal.on_alternate_screen
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait_exit() == -signal.SIGTERM
    assert_restored(terminal)


def test_a_second_signal_ends_a_start_whose_terminal_takes_no_output(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.cli.full_screen"})
    wait_for_import(terminal)
    inner = os.open(f"/proc/{terminal.process.pid}/fd/0", os.O_RDWR | os.O_NOCTTY)
    termios.tcflow(inner, termios.TCOOFF)
    os.close(inner)
    terminal.process.send_signal(signal.SIGTERM)
    terminal.wait_until(lambda: terminal.attributes() == terminal.attributes_at_start)
    assert terminal.process.poll() is None
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait_exit() == -signal.SIGTERM
    assert terminal.attributes() == terminal.attributes_at_start


def test_the_reason_for_not_opening_is_on_the_normal_screen(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True, env={"GATED": "rolecall.cli.full_screen"})
    wait_for_import(terminal)
    terminal.resize(30, 8)
    starts.go()
    assert terminal.wait_exit() == 2
    assert_restored(terminal)
    assert "40×10" in terminal.screen_text()


def test_a_terminal_that_textual_cannot_take_is_given_back(starts: Starts) -> None:
    """Another program comes to the foreground, and this one cannot be stopped."""
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    starts.go(
        "import subprocess;"
        "other = subprocess.Popen(['sleep', '60'], preexec_fn=lambda: os.setpgid(0, 0));"
        "os.tcsetpgrp(0, other.pid)"
    )
    wait_for_loop(terminal)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait_exit() == 128 + signal.SIGTERM
    assert not terminal.on_alternate_screen


def test_a_crash_restores_the_terminal(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    starts.go("raise RuntimeError('broken')")
    assert terminal.wait_exit() == 1
    assert_restored(terminal)
    assert "RuntimeError" in terminal.screen_text()


def test_a_stop_gives_the_terminal_back_and_the_screen_comes_later(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.wait_until(lambda: not terminal.on_alternate_screen)
    terminal.wait_until(lambda: terminal.attributes() == terminal.attributes_at_start)
    starts.go()
    terminal.wait_for(COUNT)
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert_restored(terminal)


def test_a_resize_before_textual_is_there_paints_the_whole_screen(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.resize(90, 20)
    starts.go()
    until_settled(terminal)
    assert_painted_right(terminal)


def test_another_version_of_textual_shows_the_image_too_and_restores_the_terminal(
    starts: Starts, tmp_path: Path
) -> None:
    """Its drivers have other private names, and the terminal's own settings come back."""
    starts.leave_image()
    env = later_textual.environment(tmp_path / "later", {"_compositor_refresh"})
    terminal = starts.open(env=env)
    terminal.wait_for(COUNT)
    assert terminal.received.count(b"\x1b[?1049h") == 2
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert_restored(terminal)


def test_it_is_shown_over_ssh(starts: Starts, tmp_path: Path) -> None:
    gate = {"PYTHONPATH": str(starts.site), "GATE": str(starts.gate)}
    variables = {**starts.desk.environment, "PATH": f"{BIN}:/usr/bin:/bin"}
    with ssh_server(tmp_path / "ssh") as ssh:

        def far(more: dict[str, str]) -> list[str]:
            return [
                *ssh,
                shlex.join(["env", *map("=".join, (variables | more).items()), "rolecall"]),
            ]

        starts.leave_image(*far({}))
        terminal = starts.desk.open(*far(gate))
        wait_for_import(terminal)
        assert FIRST_ROW in terminal.screen_text()
        terminal.press("down", "down")
        at = len(terminal.received)
        starts.go()
        terminal.wait_for(r"3 of 41")
        assert b"\x1b[2J" not in terminal.received[at:]
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert not terminal.on_alternate_screen
        assert not terminal.screen.cursor.hidden


def test_it_is_shown_in_gnu_screen(starts: Starts, tmp_path: Path) -> None:
    """It has no alternate screen: the image is wiped at the end."""
    variables = {
        "SCREENDIR": str(tmp_path / "screens"),
        "PS1": "$ ",
        "PATH": f"{BIN}:/usr/bin:/bin",
    }
    screen = [program("screen"), "-c", "/dev/null", "bash", "--norc", "--noprofile"]
    terminal = starts.desk.open(*screen, env=variables)
    terminal.wait_for(r"^\$ *$")
    terminal.press("rolecall", "enter")
    until_settled(terminal)
    terminal.press("q")
    terminal.wait_until(lambda: terminal.screen_text().split() == ["$"])
    terminal.press(f"PYTHONPATH={starts.site} GATE={starts.gate} rolecall", "enter")
    terminal.wait_for(rf"▌ +{FIRST_ROW}")
    terminal.press("down")
    starts.go()
    terminal.wait_for("2 of 41")
    terminal.press("q")
    terminal.wait_until(lambda: terminal.screen_text().split() == ["$"])
    terminal.press("exit", "enter")
    assert terminal.wait_exit() == 0


# --- which image, and when there is none


def test_each_size_has_its_own_image(starts: Starts) -> None:
    starts.leave_image()
    assert not starts.shows_image(columns=90)
    assert starts.shows_image(columns=90)
    assert starts.shows_image()


@pytest.mark.parametrize(
    "env",
    [
        {"ROLECALL_THEME": "light"},
        {"TERM": "tmux-256color"},
        {"COLORTERM": ""},
        {"LANG": "ja_JP.UTF-8"},
        {"NO_COLOR": "1"},
        {"ROLECALL_NO_LAUNCH_IMAGE": "1"},
    ],
    ids=str,
)
def test_there_is_no_image_of_another_kind_of_screen(starts: Starts, env: dict[str, str]) -> None:
    starts.leave_image()
    starts.count = ""
    assert not starts.shows_image(env=env)
    assert starts.shows_image()


def test_there_is_no_image_of_other_versions(starts: Starts) -> None:
    path = starts.leave_image()
    image = launch_image.read(str(path))
    assert image is not None
    older = image._replace(key=["0.0.1", *image.key[1:]])
    path.write_bytes(launch_image.content(older))
    assert not starts.shows_image()
    (packages,) = (each for each in image.stamps if each.endswith("site-packages"))
    path.write_bytes(launch_image.content(image._replace(stamps={**image.stamps, packages: "1 1"})))
    assert not starts.shows_image()


def test_there_is_no_image_after_a_change_of_the_config_or_the_settings(starts: Starts) -> None:
    starts.leave_image()
    with starts.desk.config.open("a") as file:
        file.write("\n[profile new]\nregion = eu-west-1\n")
    assert not starts.shows_image()
    assert starts.shows_image()
    settings = starts.desk.home / ".config" / "rolecall" / "settings.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('theme = "light"\n')
    assert not starts.shows_image()


def test_there_is_no_image_if_the_session_is_signed_out(starts: Starts) -> None:
    starts.leave_image()
    starts.desk.token_file.unlink()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    assert not terminal.on_alternate_screen


def test_there_is_no_image_if_another_session_comes_first(starts: Starts) -> None:
    starts.leave_image()
    token = starts.desk.token()
    other = "https://other.awsapps.com/start"
    text = starts.desk.config.read_text()
    session = f"[sso-session other]\nsso_start_url = {other}\nsso_region = eu-west-1\n"
    starts.desk.config.write_text(f"{session}\n{text}")
    starts.leave_image()
    assert starts.shows_image()
    name = f"{hashlib.sha1(b'other').hexdigest()}.json"
    (starts.desk.sso_cache / name).write_text(json.dumps({**token, "startUrl": other}))
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    assert not terminal.on_alternate_screen


def test_a_demo_and_a_debug_log_have_no_image(starts: Starts, tmp_path: Path) -> None:
    starts.leave_image()
    log = tmp_path / "log"
    for arguments in (["--demo"], ["--debug", str(log)]):
        terminal = starts.open(ROLECALL, *arguments, gated=True)
        wait_for_import(terminal)
        assert not terminal.on_alternate_screen
        terminal.close()


# --- the file


def test_the_file_is_private_and_has_no_secret(starts: Starts) -> None:
    path = starts.leave_image()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    data = path.read_bytes()
    assert b"audit" in data
    token = starts.desk.token()
    for name in ("accessToken", "refreshToken", "clientId", "clientSecret"):
        assert token[name].encode() not in data


def _escape(path: Path) -> None:
    forge(path, lambda body: body.replace(b"network", b"\\u001b]0;x"))


def _style(path: Path) -> None:
    forge(path, lambda body: body.replace(b'"38;2;', b'"0m\\u001b[5;38;2;'))


def _open_to_others(path: Path) -> None:
    path.chmod(0o644)


def _link(path: Path) -> None:
    moved = path.rename(path.with_name("elsewhere"))
    path.symlink_to(moved)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


HARMS: list[Callable[[Path], object]] = [
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(path.read_bytes()[:-1]),
    lambda path: path.write_bytes(path.read_bytes().replace(b"network", b"NETWORK")),
    lambda path: path.write_bytes(path.read_bytes() + bytes(1 << 21)),
    lambda path: forge(path, lambda body: b"[" * 100_000),
    lambda path: forge(path, lambda body: b"[true, [], [null]]"),
    lambda path: forge(path, lambda body: body.replace(b'[20, "?"]', b'[20, "??"]', 1)),
    lambda path: path.write_bytes(launch_image.content(LaunchFile([], {}, [], b""))),
    *(_escape, _style, _open_to_others, _link, _pipe),
]


@pytest.mark.parametrize("harm", range(len(HARMS)))
def test_a_file_that_rolecall_has_not_written_is_no_image(starts: Starts, harm: int) -> None:
    path = starts.leave_image()
    HARMS[harm](path)
    assert not starts.shows_image()


def forge(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the picture in a file that is right otherwise."""
    image = launch_image.read(str(path))
    assert image is not None
    body = change(image.body)
    assert body != image.body
    path.write_bytes(launch_image.content(image._replace(body=body)))


def test_a_folder_that_cannot_be_written_has_no_image(starts: Starts) -> None:
    with read_only(starts.desk.home):
        for _ in range(2):
            assert not starts.shows_image()
    assert not starts.files()


def test_the_newest_images_are_kept(starts: Starts) -> None:
    first = starts.leave_image(columns=80)
    folder = first.parent
    for number in range(10):
        (folder / f"launch-{number:08x}.image").write_text("old")
        os.utime(folder / f"launch-{number:08x}.image", (number, number))
    newest = starts.leave_image(columns=90)
    assert len(starts.files()) == 8
    assert {first, newest} <= set(starts.files())
