"""`make screenshots`: the pictures of the README, headless from the demo with a frozen clock.

Codes, tokens and times are the same on every run: a picture changes only when rolecall does.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

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

SIZE = (100, 30)
# In the future, so that boto3, which goes by the real clock, takes the tokens for good.
NOON = datetime(2030, 3, 14, 12, 0, tzinfo=UTC)
PORT = 42042  # the link of the sign-in screen has it
FOLDER = Path(__file__).resolve().parents[2] / "screenshots"


def frozen() -> datetime:
    return NOON


class Studio:
    """One rolecall, posing."""

    def __init__(self, app: RolecallApp, pilot: Pilot[str], folder: Path, suffix: str) -> None:
        self.app = app
        self.pilot = pilot
        self.folder = folder
        self.suffix = suffix

    async def until(self, ready: Callable[[RolecallApp], bool]) -> None:
        deadline = time.monotonic() + 30
        while not ready(self.app):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{type(self.app.screen).__name__} did not get ready")
            await self.pilot.pause(0.05)
        await self.pilot.pause()

    async def press(self, *keys: str, then: str = "") -> None:
        """Presses keys, and waits for the screen named `then`."""
        await self.pilot.press(*keys)
        if then:
            await self.until(lambda app: type(app.screen).__name__ == then)

    async def shoot(self, name: str) -> None:
        for line in self.app.screen.query(StatusLine):
            line.clear()
        await self.pilot.pause(0.3)
        svg = self.app.export_screenshot(title="rolecall")
        # The picture needs nothing from elsewhere, and has no id that changes from run to run.
        svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
        svg = re.sub(r"Fira Code", "DejaVu Sans Mono", svg)
        svg = re.sub(r"terminal-\d+", "terminal", svg)
        (self.folder / f"{name}{self.suffix}.svg").write_text(svg, encoding="utf-8")


def is_listed(app: RolecallApp) -> bool:
    session_state = app.state.session_state
    return session_state is not None and session_state.complete and not session_state.crawling


async def tour(studio: Studio) -> None:
    await studio.until(lambda app: getattr(app.screen, "_attempt", None) is not None)
    await studio.shoot("sign-in")
    await studio.press("a", then="AccountsScreen")
    await studio.until(is_listed)
    await studio.shoot("accounts")
    await studio.press("2", then="PermissionSetsScreen")
    await studio.press("slash", *"prod read")
    await studio.shoot("permission-sets")
    await studio.press("escape", "escape", "2", then="PermissionSetsScreen")
    await studio.press("a", "s", then="WorkbenchScreen")
    await studio.press(*["backspace"], *"|st")
    await studio.press("escape", *["down"] * 4, "tab")
    await studio.shoot("workbench")
    await studio.press("escape", "escape", then="PermissionSetsScreen")
    await studio.press("A", "1", then="AccountsScreen")
    await studio.press("enter", then="PermissionSetsScreen")
    await studio.press("enter", then="SaveProfileScreen")
    await studio.until(lambda app: "audit-admin" in app.screen.query_one(DiffView).text)
    await studio.shoot("save")
    await studio.press("enter", then="SavedScreen")
    await studio.press("v")
    await studio.until(lambda app: "arn:" in str(app.screen.query_one("#identity").render()))
    await studio.shoot("saved")
    await studio.press("enter", "3", then="ProfilesScreen")
    await studio.until(lambda app: app.screen.table.total > 4)  # type: ignore[attr-defined]
    await studio.shoot("profiles")
    await studio.press("4", then="TokensScreen")
    await studio.until(lambda app: app.screen.table.total > 2)  # type: ignore[attr-defined]
    await studio.shoot("tokens")
    await studio.press("question_mark", then="HelpScreen")
    await studio.shoot("help")


async def pose(folder: Path, theme: str, size: tuple[int, int], suffix: str) -> None:
    options = DemoOptions(port=PORT, clock=frozen, interval=0, seed=14)
    with DemoServer(options) as server, tempfile.TemporaryDirectory() as home:
        create_home(Path(home), server.start_url, server.region, server.organisation, now=NOON)
        os.environ.update(server.environment(Path(home)), ROLECALL_THEME=theme, TZ="CET-1")
        time.tzset()
        settings = SettingsService.from_environment(os.environ)
        app = RolecallApp(
            lambda: Services.from_environment(os.environ, frozen, settings=settings),
            frozen,
            settings,
            server,
        )
        async with app.run_test(size=size) as pilot:
            assert isinstance(app.screen, CommandScreen)
            await tour(Studio(app, pilot, folder, suffix))


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(exist_ok=True)
    theme = sys.argv[2] if len(sys.argv) > 2 else "dark"
    width, height = (int(n) for n in sys.argv[3].split("x")) if len(sys.argv) > 3 else SIZE
    asyncio.run(pose(folder, theme, (width, height), ""))


if __name__ == "__main__":
    main()
