"""The first frame, kept as the launch image of the next start."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import textual

from rolecall.terminal.launch_image import Picture
from rolecall.ui.rendering.full_screen_driver import FullScreenDriver
from rolecall.ui.rendering.tty_driver import tty_driver_of
from rolecall.ui.screens.accounts import AccountsScreen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import App

    from rolecall.services.launch_images import LaunchImages
    from rolecall.services.services import Services


class FirstScreen:
    """What the next start shows before it knows anything: the rows, and neither a time nor a
    message, which nothing has set yet. `sessions`: those that the start has tried.
    """

    def __init__(
        self, images: LaunchImages, picture: Picture, sessions: Sequence[tuple[str, str]]
    ) -> None:
        self._images = images
        self._picture = picture
        self._sessions = sessions
        self._body = b""

    def save(self) -> None:
        """Save it. To be called in a thread."""
        self._body = self._body or self._picture.encoded()
        packages = Path(textual.__file__).parents[1]
        self._images.save(self._body, self._sessions, str(packages))

    def save_again(self, services: Services) -> None:
        """Save it at the end, when this process may have changed the cache; not if another has.

        The cache is closed before: otherwise the next reader would change its files.
        """
        if self._body and not services.inventory.is_changed_by_others:
            services.inventory.close()
            self.save()


def first_screen(
    app: App[Any], images: LaunchImages, sessions: Sequence[tuple[str, str]]
) -> FirstScreen | None:
    """Return the frame that is shown now; None if it is not the table as it opens."""
    driver, screen = tty_driver_of(app), app.screen
    if not isinstance(driver, FullScreenDriver) or driver.shown is not screen:
        return None
    is_table = isinstance(screen, AccountsScreen) and len(app.screen_stack) == 1
    if not is_table or not driver.frame.has_size(*images.size):
        return None
    picture = Picture(driver.frame.cells(), driver.frame.erases)
    return FirstScreen(images, picture, sessions)
