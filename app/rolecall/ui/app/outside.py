"""Notifications outside of the screen, for the full screen and `rolecall watch`."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.text import safe
from rolecall.domain.time_left import Level
from rolecall.presentation.texts import token_strings
from rolecall.terminal import notification
from rolecall.ui.work import in_thread

if TYPE_CHECKING:
    from rolecall.ui.state.host import Host

Write = Callable[[str], None]


async def notify(host: Host, write: Write, text: str) -> None:
    """Notify the user; `write` gets the sequence for the terminal."""
    command = host.settings.notify_command
    try:
        sequence = await in_thread(partial(notification.notify, text, os.environ, command))
    except notification.CommandFailed as error:
        host.flash_warning(token_strings.not_notified(safe(command), str(error)))
        sequence = notification.sequence(text, os.environ)
    write(sequence)


def notify_once(host: Host, write: Write, text: str, about: str) -> None:
    """Notify, unless another process of this machine has done it for the same."""

    async def claim() -> None:
        claims = host.services.expiry_warnings
        if await in_thread(partial(claims.claim, about, None, Level.URGENT)):
            await notify(host, write, text)

    host.spawn(claim)
