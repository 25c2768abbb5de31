"""Starts of rolecall with the first screen of the last start, and what is seen of them."""

from __future__ import annotations

import termios
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rolecall.files.caches import launch_image
from rolecall.services.services import Services
from tests.end_to_end.conftest import AUDIT, AUDIT_ROLE, TerminalDesk
from tests.support.terminal import Terminal

FIRST_ROW = "audit"
IMPORT = b"\x1b]7777;import textual\x07"
COUNT = "41 accounts"
HELD = b"\x1b]7777;held\x07"
# Waits at the import of Textual until the file appears, and says so on the terminal. It waits where
# the module runs, because Python finds only one module at a time, for all threads. With HELD_AT it
# waits instead where the n-th file is opened, a module or a file of the user.
_GATE = """
import os, sys, time
opened = 0
def hold(event, arguments):
    global opened
    if event == "open":
        opened += 1
        if opened == int(os.environ["HELD_AT"]):
            os.write(2, b"\\x1b]7777;held\\x07")
            while not os.path.exists(os.environ["GATE"]):
                time.sleep(0.01)
class Gate:
    def find_spec(self, name, path=None, target=None):
        if name != os.environ.get("GATED", "textual") or seen:
            return None
        seen.append(name)
        others = (each.find_spec(name, path, target) for each in sys.meta_path if each is not self)
        spec = next(filter(None, others))
        run = spec.loader.exec_module
        def wait_and_run(module):
            os.write(2, b"\\x1b]7777;import textual\\x07")
            while not os.path.exists(os.environ["GATE"]):
                time.sleep(0.01)
            if os.path.getsize(os.environ["GATE"]):
                exec(open(os.environ["GATE"]).read())
            run(module)
        spec.loader.exec_module = wait_and_run
        return spec
seen = []
if "HELD_AT" in os.environ:
    sys.addaudithook(hold)
else:
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
        services.inventory.cache.close()

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
        self._quit(terminal, before)
        ((path, _),) = self._written() - before
        return path

    def _quit(self, terminal: Terminal, before: set[tuple[Path, int]] | None) -> None:
        """Quit, once there is an image that was not there `before`, if that is given."""
        terminal.wait_for(self.count)
        if before is not None:
            terminal.wait_until(lambda: bool(self._written() - before), what="an image")
        terminal.quit()

    def _written(self) -> set[tuple[Path, int]]:
        return {(path, path.stat().st_mtime_ns) for path in self.files()}

    def note_use(self) -> None:
        """Change the cache as another rolecall does."""
        services = Services(self.desk.environment)
        (session,) = services.sign_in.sessions()
        services.inventory.note_use(session, AUDIT, AUDIT_ROLE)
        services.inventory.cache.close()

    def files(self) -> list[Path]:
        return sorted((self.desk.home / ".cache" / "rolecall").glob("launch-*.image"))

    def shows_image(self, *, leaves_image: bool = True, **options: Any) -> bool:
        """Return whether a start shows an image before it imports Textual.

        It `leaves_image` for the next start, if it can.
        """
        before = self._written() if leaves_image else None
        terminal = self.open(gated=True, **options)
        terminal.wait_until(lambda: IMPORT in terminal.received, what="the import of Textual")
        has_image = FIRST_ROW in terminal.screen_text()
        assert has_image == terminal.on_alternate_screen
        self.go()
        self._quit(terminal, before)
        self.gate.unlink()
        return has_image


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


def forge(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the picture in a file that is right otherwise."""
    image = launch_image.read(str(path))
    assert image is not None
    body = change(image.body)
    assert body != image.body
    path.write_bytes(launch_image.content(image._replace(body=body)))
