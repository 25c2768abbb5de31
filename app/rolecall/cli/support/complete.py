"""`rolecall complete`: what a shell's completion offers. It must be fast.

Names of profiles and sessions are found without click, which is slow to import. Everything else
comes from click, as it would for `_ROLECALL_COMPLETE`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rolecall.cli.support.output import write_value
from rolecall.domain.shells import Shell
from rolecall.domain.shells.record import Completion
from rolecall.domain.text import safe
from rolecall.services.switching.switching import Switching

_PROFILE_COMMANDS: Final = frozenset(
    {"console", "credential-process", "exec", "export", "lend", "login", "serve", "whoami"}
)
_RUNNING_COMMANDS: Final = frozenset({"exec", "lend", "serve"})
_SESSION_COMMANDS: Final = frozenset({"sign-in", "sign-out"})
_REGION_OPTIONS: Final = frozenset({"-r", "--region"})  # of `switch`


def complete(arguments: Sequence[str]) -> int:
    """Print the completions, a line each. Returns the exit status.

    The arguments are what to complete (`rolecall` or `switch` for a line, `profiles` or `sessions`
    for names), the shell, and what it says about the line. Errors are not printed, because the user
    is in the middle of a command line.
    """
    match arguments:
        case [kind, shell, *typed]:
            lines = _lines(kind, shell, typed)
            write_value("".join(f"{line}\n" for line in lines))
            return 0
    return 2


def profile_names() -> dict[str, str]:
    """Return the profiles, each with its account and permission set."""
    targets = Switching(os.environ).targets()
    return {name: f"{each.account_id} {each.role}".strip() for name, each in targets.items()}


def session_names() -> dict[str, str]:
    """Return the sessions, each with its start URL."""
    switching = Switching(os.environ)
    urls = switching.start_urls()
    return {name: urls.get(name, "") for name in switching.session_names()}


def session_and_login_names() -> dict[str, str]:
    """Return what can be signed out of: the sessions, and a profile of each login session."""
    found = session_names()
    for login, name in Switching(os.environ).logins().items():
        found.setdefault(name, login)
    return found


def can_be_typed(name: str) -> bool:
    """Whether the name can be completed: one with control characters is shown differently."""
    return safe(name) == name


def _lines(kind: str, shell: str, typed: Sequence[str]) -> Iterable[str]:
    try:
        completion = Shell(shell).record.completion
        found = _candidates(kind, completion, typed)
    except Exception:
        return []
    return completion.lines({name: found[name] for name in found if can_be_typed(name)}, typed)


def _candidates(kind: str, completion: Completion, typed: Sequence[str]) -> Mapping[str, str]:
    """What can be completed: each word with what it means. The shell selects those that match."""
    if kind in {"profiles", "sessions"}:
        return profile_names() if kind == "profiles" else session_names()
    *before, current = completion.words(typed, os.environ)
    if kind == "switch":
        before.insert(0, kind)
    is_of_other_command = len(before) > 1 and before[0] in _RUNNING_COMMANDS
    if is_of_other_command and before[-1] != "--profile":
        return {}
    if not current.startswith("-") and before:
        previous = before[-1]
        first = len(before) == 1
        if previous == "--profile" or (first and previous in _PROFILE_COMMANDS):
            return profile_names()
        if previous == "--sso-session" or (first and previous in _SESSION_COMMANDS):
            return session_and_login_names() if previous == "sign-out" else session_names()
        if before[0] == "switch" and previous not in _REGION_OPTIONS:
            return profile_names()
    return _of_click(before, current)


def _of_click(before: list[str], current: str) -> Mapping[str, str]:
    from click.shell_completion import ShellComplete

    from rolecall.cli.main import rolecall

    is_option = current.startswith("-")
    prefix = current[: current.find("=") + 1] if is_option else ""  # `--format=`
    begin = prefix or ("--" if is_option else "")
    found = ShellComplete(rolecall, {}, "rolecall", "").get_completions(before, begin)
    return {f"{prefix}{each.value}": each.help or "" for each in found if each.type == "plain"}
