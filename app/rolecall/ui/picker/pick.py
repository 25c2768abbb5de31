"""Choosing a profile under the prompt; imported with what the first paint needs, and no more."""

from __future__ import annotations

import os
from collections.abc import Mapping

# Textual reads it when imported. At 60 most of what a key takes is waiting for a frame.
os.environ.setdefault("TEXTUAL_FPS", "240")

from rolecall.domain.switching import SwitchTarget
from rolecall.presentation.program_strings import UNFIT
from rolecall.services.switching import Switching
from rolecall.terminal import capabilities
from rolecall.ui.picker.picker_app import Picked, Picker

_SMALLEST = (40, 6)


def unsupported() -> str:
    """Why nothing can be picked here, in words; empty where it can."""
    reason = capabilities.unsupported(os.environ, _SMALLEST)
    if reason is None:
        return ""
    columns, rows = capabilities.size()
    least = "×".join(map(str, _SMALLEST))
    term = os.environ.get("TERM", "")
    return UNFIT[reason.value].format(columns=columns, rows=rows, term=term, least=least)


def pick(switching: Switching, targets: Mapping[str, SwitchTarget], query: str) -> Picked | None:
    """Return what was chosen, or None. Raises the exception that ended the picker, if one did."""
    return Picker(switching, targets, query).run_inline()


def sign_in(switching: Switching, target: SwitchTarget) -> bool | None:
    """Whether somebody has signed in to the target's session; None after Ctrl+C. Raises what ended
    it otherwise.
    """
    from rolecall.ui.picker.sign_in_app import SignInApp

    return SignInApp(switching, target).run_inline()
