"""Runs the picker or the sign-in under the prompt. Imports only what the first paint needs."""

from __future__ import annotations

import os
from collections.abc import Mapping

from rolecall.domain.switching.variables import SwitchTarget
from rolecall.presentation.texts.program_strings import UNSUPPORTED
from rolecall.services.switching.switching import Switching
from rolecall.terminal import capabilities
from rolecall.ui.picker.picker_app import Picked, Picker

_SMALLEST = (40, 6)


def unsupported() -> str:
    """Return why there can be no picker here, in words; "" if there can."""
    reason = capabilities.unsupported(os.environ, _SMALLEST)
    if reason is None:
        return ""
    columns, rows = capabilities.size()
    least = "×".join(map(str, _SMALLEST))
    term = os.environ.get("TERM", "")
    return UNSUPPORTED[reason.value].format(columns=columns, rows=rows, term=term, least=least)


def pick(switching: Switching, targets: Mapping[str, SwitchTarget], query: str) -> Picked | None:
    """Return what was chosen, or None. Raises the exception that ended the picker, if one did."""
    return Picker(switching, targets, query).run_inline()


def sign_in(switching: Switching, target: SwitchTarget) -> bool | None:
    """Return whether the user has signed in to the target's session; None after Ctrl+C. Raises the
    exception that ended the sign-in, if one did.
    """
    from rolecall.ui.picker.inline_sign_in import SignInApp

    return SignInApp(switching, target).run_inline()
