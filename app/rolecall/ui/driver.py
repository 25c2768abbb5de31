"""Textual's driver, asking the right terminal for its size."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

from rolecall.ui import terminal


class Driver(LinuxDriver):
    """The stock driver asks stdout, which is a pipe in `AWS_PROFILE=$(rolecall)`."""

    def _get_terminal_size(self) -> tuple[int, int]:
        return terminal.size()
