"""The start of the full screen: an image of the last first screen, then everything else."""

from __future__ import annotations

import os

from rolecall.services.base.launch_images import LaunchImages
from rolecall.terminal import launch
from rolecall.terminal.launch_image import decoded


def open_full_screen() -> int:
    """Show the launch image, if there is one for this start, and open the full screen."""
    images = LaunchImages.from_environment(os.environ)
    try:
        if images is not None and (body := images.find()) is not None:
            picture = decoded(body, *images.size)
            if picture is not None:
                launch.show(picture)
        from rolecall.ui.start.lean_imports import leave_out

        leave_out()  # before Python's library imports the same
        from rolecall.cli.full_screen import full_screen

        return full_screen(images=images)
    finally:
        launch.give_back()
