"""Coding agents, as the environment says. It is a help, no boundary: any program can unset it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# What agents set, with their names; of the first two, the value is the name.
_MARKS: Final = {
    "AI_AGENT": "",
    "AGENT": "",
    "CLAUDECODE": "claude",
    "CLAUDE_CODE": "claude",
    "CURSOR_AGENT": "cursor",
    "CODEX_SANDBOX": "codex",
    "CODEX_THREAD_ID": "codex",
    "GEMINI_CLI": "gemini",
}
_NONE: Final = {"", "0", "false"}


def mark_in(environ: Mapping[str, str]) -> str:
    """Return the variable that says that an agent calls, or ""."""
    return next((name for name in _MARKS if environ.get(name, "").lower() not in _NONE), "")


def agent_in(environ: Mapping[str, str]) -> str:
    """Return the name of the agent that calls, or ""."""
    mark = mark_in(environ)
    return _MARKS[mark] or environ[mark][:40] if mark else ""
