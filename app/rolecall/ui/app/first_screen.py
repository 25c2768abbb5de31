"""The first frame, kept as the launch image of the next start."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import textual

from rolecall.services.inventory.startup_snapshot import startup_snapshot
from rolecall.terminal.launch_image import Picture
from rolecall.ui.rendering.full_screen_driver import FullScreenDriver
from rolecall.ui.rendering.tty_driver import tty_driver_of
from rolecall.ui.screens.inventory.accounts import AccountsScreen

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.app import App

    from rolecall.services.base.launch_images import LaunchImages
    from rolecall.services.inventory.inventory import InventoryService
    from rolecall.services.inventory.startup_snapshot import StartupSnapshot


class FirstScreen:
    """What the next start shows at first: the rows of `snapshot`, without times and messages."""

    def __init__(self, images: LaunchImages, picture: Picture, snapshot: StartupSnapshot) -> None:
        self._images = images
        self._picture = picture
        self._snapshot = snapshot
        self._inventory: InventoryService | None = None
        self._lock = Lock()  # rolecall may end while a thread saves it

    def save(self, inventory: InventoryService) -> None:
        """Save it. Runs in a thread."""
        with self._lock:
            self._inventory = inventory
            self._save()

    def _save(self) -> None:
        packages = Path(textual.__file__).parents[1]
        self._images.save(self._picture.encoded(), self._snapshot.tried, str(packages))

    def save_again(self, clock: Callable[[], datetime]) -> None:
        """Save it at the end, because this process may have changed the cache. Leave it as it is if
        another process has, or if the next start shows other rows.

        This closes the cache first: otherwise the next reader would change its files.
        """
        with self._lock:
            if self._inventory is None or self._inventory.cache.is_changed_by_others:
                return
            self._inventory.cache.close()
            snapshot = startup_snapshot(os.environ, clock)
            if snapshot is not None and _shown(snapshot) == _shown(self._snapshot):
                self._save()


def _shown(snapshot: StartupSnapshot) -> object:
    """Return what the first screen shows of a snapshot, and what its order depends on."""
    boosts = snapshot.favourites.boosts()
    order = sorted(boosts, key=lambda key: (boosts[key], key))
    stars = snapshot.favourites.favourites
    return (
        snapshot.session,
        list(snapshot.catalogue),
        stars,
        order,
        snapshot.profiles,
        snapshot.tried,
    )


def first_screen(
    app: App[Any], images: LaunchImages, snapshot: StartupSnapshot
) -> FirstScreen | None:
    """Return the frame that is shown now; None if it is not the table as it opens."""
    driver, screen = tty_driver_of(app), app.screen
    if not isinstance(driver, FullScreenDriver) or driver.shown is not screen:
        return None
    is_table = isinstance(screen, AccountsScreen) and len(app.screen_stack) == 1
    if not is_table or not driver.frame.has_size(*images.size):
        return None
    picture = Picture(driver.frame.cells(), driver.frame.erases)
    return FirstScreen(images, picture, snapshot)
