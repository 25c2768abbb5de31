"""The signals that end rolecall: a lost terminal, Ctrl+C, Ctrl+\\ and kill(1)."""

from __future__ import annotations

import signal
from typing import Final

ENDING: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
