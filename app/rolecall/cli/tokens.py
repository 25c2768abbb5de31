"""`rolecall tokens`: the time left of each access token and of short-term credentials.

It reads only files, as the clients read them, and does not ask AWS. It must be fast, because a
shell's prompt waits for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, TypeVar

from rolecall.cli.support.errors import config_file, echo_error
from rolecall.cli.support.output import coloured, echo, in_words, write, write_json
from rolecall.domain.records import NamedTuple
from rolecall.domain.switching.variables import SwitchTarget, profile_of
from rolecall.domain.text import hide_userinfo, safe
from rolecall.domain.text.wide_text import cells, pad
from rolecall.domain.time_left import Level, TokenExpiry, UnwritableFile, is_signed_in
from rolecall.domain.timestamps import write_time
from rolecall.presentation.labels import LEVEL_SIGNS
from rolecall.presentation.texts import session_strings as words
from rolecall.services.switching.switching import Switching
from rolecall.terminal import capabilities

USABLE: Final = 0
NOT_USABLE: Final = 1
NO_SUCH_SESSION: Final = 2

Printed = TypeVar("Printed")
_KeyExpiries = Mapping[str, datetime | None]
_UNPROTECTED: Final[Mapping[str, str]] = {
    "exposed": words.UNPROTECTED,
    "changeable": words.UNPROTECTED,
    "foreign-file": words.UNPROTECTED_FOREIGN,
    "changeable-folder": words.UNPROTECTED_FOLDER,
    "foreign-folder": words.UNPROTECTED_FOLDER,
}


# SGR codes by the sign of a level: green, yellow, orange (of 256 colours) and faint.
_COLOURS: Final = {
    LEVEL_SIGNS[Level.FINE]: "32",
    LEVEL_SIGNS[Level.SOON]: "33",
    LEVEL_SIGNS[Level.URGENT]: "38;5;208",
    LEVEL_SIGNS[Level.GONE]: "2",
}


class _Line(NamedTuple):
    """A session and its start URL, or the profile of a login session and its identity."""

    name: str
    source: str
    token: TokenExpiry | None
    is_usable: bool
    is_chosen: bool


def print_tokens(name: str | None, *, as_json: bool, now: datetime) -> int:
    """Print the session with that name, or everything that expires. Returns the exit status."""
    try:
        switching = Switching(os.environ)
        profile = profile_of(os.environ) if name is None else ""
        target = switching.target(profile) if profile else None
        logins = list(_logins(switching, target, now)) if name is None else []
        lines = list(_lines(switching, name, target, now))
        keys = switching.key_expiries() if name is None else {}
        unprotected = switching.unprotected()
        problem = switching.credentials_problem()
    except Exception as error:
        echo_error(error)
        return NOT_USABLE
    if problem is not None:
        echo_error(problem)
    if name is not None and not lines:
        names = " ".join(map(safe, switching.start_urls()))
        text = words.NO_SUCH_SESSION if names else words.NO_SESSION
        echo(text.format(name=safe(name), names=names, path=config_file()), err=True)
        return NO_SUCH_SESSION
    if as_json:
        _print(_objects(lines, logins, keys, now), write_json)
    elif text := _text(lines, logins, keys, now):
        _print(text, write)
    if not lines and not logins:
        echo(words.NO_SESSION.format(path=config_file()), err=True)
    _print_unwritable(lines, logins, now)
    if unprotected:
        first = unprotected[0]
        echo(_UNPROTECTED[first.problem].format(path=safe(first.path)), err=True)
    is_usable = any(each.is_usable for each in (*lines, *logins) if each.is_chosen)
    return USABLE if is_usable else NOT_USABLE


def _lines(
    switching: Switching, name: str | None, target: SwitchTarget | None, now: datetime
) -> Iterable[_Line]:
    """Yield the sessions. The named one is chosen, else that of AWS_PROFILE, else each."""
    found = switching.start_urls()
    chosen = name or (target.session if target else "")
    has_login = target is not None and bool(target.login)
    for session, start_url in found.items():
        if name in {None, session}:
            token = switching.token_of(session, start_url)
            is_chosen = session == chosen or (chosen not in found and not has_login)
            yield _Line(session, start_url, token, is_signed_in(token, now), is_chosen)


def _logins(switching: Switching, target: SwitchTarget | None, now: datetime) -> Iterable[_Line]:
    """Yield the login sessions. That of AWS_PROFILE is chosen, or each if it names no session."""
    chosen = (target.login or target.session) if target else ""
    for login, profile in switching.logins().items():
        keys = switching.login_expiry(login)
        is_chosen = login == chosen or not chosen
        yield _Line(profile, login, keys, is_signed_in(keys, now), is_chosen)


def _text(lines: list[_Line], logins: list[_Line], keys: _KeyExpiries, now: datetime) -> str:
    names = [*(each.name for each in (*lines, *logins)), *keys]
    width = max((cells(safe(name)) for name in names), default=0)
    text = [
        words.token_line(line.token, now, usable=line.is_usable, name=pad(safe(line.name), width))
        for line in lines
    ]
    text += [words.login_line(each.token, now, name=pad(safe(each.name), width)) for each in logins]
    text += [
        words.keys_line(expiry, now, pad(safe(name), width)) for name, expiry in _by_expiry(keys)
    ]
    return "".join(f"{_with_colour(safe(line))}\n" for line in text)


def _with_colour(line: str) -> str:
    """Return the line with its first character, the sign of its level, in the colour of that. The
    plain mode has no sign: the words say it.
    """
    if capabilities.is_plain(os.environ):
        return in_words(line.partition(" ")[2])
    return coloured(line[0], _COLOURS.get(line[0], "")) + line[1:]


def _by_expiry(keys: _KeyExpiries) -> list[tuple[str, datetime | None]]:
    """The keys that expire first come first; those with an unknown expiry come last."""
    return sorted(keys.items(), key=lambda item: (not item[1], item[1] or 0))


def _objects(
    lines: list[_Line], logins: list[_Line], keys: _KeyExpiries, now: datetime
) -> list[dict[str, object]]:
    objects: list[dict[str, object]] = [
        {
            "kind": kind,
            name: hide_userinfo(each.name),
            source: hide_userinfo(each.source),
            "usable": each.is_usable,
            "chosen": each.is_chosen,
            **_times(each.token, now),
        }
        for kind, name, source, found in (
            ("access-token", "sso_session", "start_url", lines),
            ("login-session", "profile", "login_session", logins),
        )
        for each in found
    ]
    objects += [
        {
            "kind": "short-term-credentials",
            "profile": name,
            "usable": expiry > now if expiry else None,
            "expires_at": write_time(expiry) if expiry else None,
            "seconds_left": int((expiry - now).total_seconds()) if expiry else None,
        }
        for name, expiry in _by_expiry(keys)
    ]
    return objects


def _times(token: TokenExpiry | None, now: datetime) -> dict[str, object]:
    until = token.renewable_until if token and not token.unwritable else None
    unwritable = token.not_renewed(now) if token else None
    return {
        "revoked": token is not None and token.is_revoked(now),
        "expires_at": write_time(token.expires_at) if token else None,
        "seconds_left": int((token.expires_at - now).total_seconds()) if token else None,
        "renewable_until": write_time(until) if until else None,
        "not_renewed": unwritable._asdict() if unwritable else None,
    }


def _print_unwritable(lines: list[_Line], logins: list[_Line], now: datetime) -> None:
    """Say why sessions are not renewed, in the words of the renewal that refuses."""
    sessions = ((each.name, each.token) for each in lines)
    for session, token in (*sessions, *((None, each.token) for each in logins)):
        if token and (file := token.not_renewed(now)):
            _print_not_renewed(session, file)


def _print_not_renewed(session: str | None, file: UnwritableFile) -> None:
    """Print why a token is not renewed. `session` is None for a console sign-in."""
    from pathlib import Path  # late: few users need these

    from rolecall.domain.errors.file_errors import FileUnwritable, TokenNotRenewed

    path, reason = Path(file.path), file.reason
    echo_error(
        FileUnwritable(path, reason) if session is None else TokenNotRenewed(path, reason, session)
    )


def _print(content: Printed, write: Callable[[Printed], None]) -> None:
    """Print to standard output. If its reader has closed it, the exit status stays the same."""
    try:
        write(content)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
