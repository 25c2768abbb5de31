"""`make screenshots`: takes the README's pictures from the demo, with a frozen clock.

Codes, tokens and times are the same on every run, so a picture changes only when rolecall does.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.cells import cell_len
from textual.pilot import Pilot

from rolecall.demo.home import create_home
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.services.services import Services
from rolecall.services.settings import SettingsService
from rolecall.ui.app import RolecallApp
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.widgets.diff_view import DiffView
from rolecall.ui.widgets.status_line import StatusLine

SIZES = {(120, 36): "", (80, 24): "-80x24"}  # with the ends of the names of the pictures
# In the future: boto3 uses the real clock, and must take the tokens as valid.
NOON = datetime(2030, 3, 14, 12, 0, tzinfo=UTC)
PORT = 42042  # part of the link on the sign-in screen
FOLDER = Path(__file__).resolve().parents[2] / "screenshots"


def frozen() -> datetime:
    return NOON


class Photographer:
    """Drives a running app and saves pictures of it."""

    def __init__(self, app: RolecallApp, pilot: Pilot[str], folder: Path, suffix: str) -> None:
        self.app = app
        self.pilot = pilot
        self.folder = folder
        self.suffix = suffix

    async def wait_until(self, ready: Callable[[RolecallApp], bool]) -> None:
        deadline = time.monotonic() + 30
        while not ready(self.app):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{type(self.app.screen).__name__} is not ready")
            await self.pilot.pause(0.05)
        await self.pilot.pause()

    async def press(self, *keys: str, then: str = "") -> None:
        """Press keys, and wait for the screen class named `then`."""
        await self.pilot.press(*keys)
        if then:
            await self.wait_until(lambda app: type(app.screen).__name__ == then)

    async def take(self, name: str) -> None:
        for line in self.app.screen.query(StatusLine):
            line.clear()
        await self.pilot.pause(0.3)
        svg = self.app.export_screenshot(title="rolecall")
        # No web fonts, and no id that changes from run to run.
        svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
        svg = re.sub(r"Fira Code", "DejaVu Sans Mono", svg)
        svg = re.sub(r"terminal-\d+", "terminal", svg)
        svg = with_wide_characters(svg)
        (self.folder / f"{name}{self.suffix}.svg").write_text(svg, encoding="utf-8")


def with_wide_characters(svg: str) -> str:
    """Return the picture with the length of each text in cells. Rich counts characters, so that
    what follows a wide one would be drawn over it.
    """

    def in_cells(match: re.Match[str]) -> str:
        begin, length, middle, text = match.groups()
        shown = html.unescape(text)
        if shown.isascii():
            return match[0]
        cells = float(length) / len(shown) * cell_len(shown)
        return f'{begin}textLength="{cells:.1f}"{middle}>{text}</text>'

    return re.sub(r'(<text [^>]*?)textLength="([\d.]+)"([^>]*)>([^<]*)</text>', in_cells, svg)


def is_listed(app: RolecallApp) -> bool:
    session_state = app.state.session_state
    return session_state is not None and session_state.complete and not session_state.crawling


async def tour(photographer: Photographer) -> None:
    await photographer.wait_until(lambda app: getattr(app.screen, "_attempt", None) is not None)
    await photographer.take("sign-in")
    await photographer.press("a", then="AccountsScreen")
    await photographer.wait_until(is_listed)
    await photographer.take("accounts")
    await photographer.press("2", then="PermissionSetsScreen")
    await photographer.press("slash", *"prod read")
    await photographer.take("permission-sets")
    await photographer.press("escape", "escape", "2", then="PermissionSetsScreen")
    await photographer.press("a", "s", then="WorkbenchScreen")
    await photographer.press(*["backspace"], *"|st")
    await photographer.press("escape", *["down"] * 4, "tab")
    await photographer.take("workbench")
    await photographer.press("escape", "escape", then="PermissionSetsScreen")
    await photographer.press("A", "1", then="AccountsScreen")
    await photographer.press("enter", then="PermissionSetsScreen")
    await photographer.press("enter", then="SaveProfileScreen")
    await photographer.wait_until(lambda app: "audit-admin" in app.screen.query_one(DiffView).text)
    await photographer.take("save")
    await photographer.press("enter", then="SavedScreen")
    await photographer.press("v")
    await photographer.wait_until(lambda app: "arn:" in str(app.screen.query_one("#arn").render()))
    await photographer.take("saved")
    await photographer.press("enter", "3", then="ProfilesScreen")
    await photographer.wait_until(lambda app: app.screen.table.total > 4)  # type: ignore[attr-defined]
    await photographer.take("profiles")
    await photographer.press("4", then="TokensScreen")
    await photographer.wait_until(lambda app: app.screen.table.total > 2)  # type: ignore[attr-defined]
    await photographer.take("tokens")
    await photographer.press("question_mark", then="HelpScreen")
    await photographer.take("help")
    await photographer.press("escape", then="TokensScreen")
    await photographer.press("comma", then="SettingsScreen")
    await photographer.press("tab", "tab")
    await photographer.take("settings")


async def take_all(folder: Path, theme: str, size: tuple[int, int], suffix: str) -> None:
    options = DemoOptions(port=PORT, clock=frozen, interval=0, seed=14)
    with DemoServer(options) as server, tempfile.TemporaryDirectory() as home:
        create_home(Path(home), server.start_url, server.region, server.organisation, now=NOON)
        os.environ.update(server.environment(Path(home)), ROLECALL_THEME=theme, TZ="CET-1")
        time.tzset()
        settings = SettingsService.from_environment(os.environ)
        app = RolecallApp(
            lambda: Services(os.environ, frozen, settings=settings),
            frozen,
            settings,
            server,
        )
        async with app.run_test(size=size) as pilot:
            assert isinstance(app.screen, CommandScreen)
            await tour(Photographer(app, pilot, folder, suffix))


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(exist_ok=True)
    theme = sys.argv[2] if len(sys.argv) > 2 else "dark"
    for size, suffix in SIZES.items():
        asyncio.run(take_all(folder, theme, size, suffix))


if __name__ == "__main__":
    main()
