"""`rolecall tokens`: the time left of each access token and of short-term credentials.

It reads only files, as the clients read them, and does not ask AWS. It must be fast, because a
shell's prompt waits for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from rolecall.cli.support.output import echo, write_json
from rolecall.cli.support.stderr import config_file, print_error
from rolecall.domain.switching import profile_of
from rolecall.domain.text import safe
from rolecall.domain.time_left import TokenExpiry
from rolecall.domain.timestamps import write_time
from rolecall.domain.wide_text import cells, pad
from rolecall.presentation import session_strings as words
from rolecall.services.switching import Switching, is_signed_in

USABLE: Final = 0
NOT_USABLE: Final = 1
NO_SUCH_SESSION: Final = 2

Printed = TypeVar("Printed")
_KeyExpiries = Mapping[str, datetime | None]


class _SessionLine(NamedTuple):
    session: str
    start_url: str
    token: TokenExpiry | None
    is_usable: bool
    is_chosen: bool


def print_tokens(name: str | None, *, as_json: bool, now: datetime) -> int:
    """Print the session with that name, or everything that expires. Returns the exit status."""
    try:
        switching = Switching(os.environ)
        lines = list(_lines(switching, name, os.environ, now))
        keys = switching.key_expiries() if name is None else {}
        unprotected = switching.unprotected_files()
    except Exception as error:
        print_error(error)
        return NOT_USABLE
    if name is not None and not lines:
        names = " ".join(map(safe, switching.start_urls()))
        text = words.NO_SUCH_SESSION if names else words.NO_SESSION
        echo(text.format(name=safe(name), names=names, path=config_file()), err=True)
        return NO_SUCH_SESSION
    if as_json:
        _print(_objects(lines, keys, now), write_json)
    elif text := _text(lines, keys, now):
        _print(text, echo)
    if not lines:
        echo(words.NO_SESSION.format(path=config_file()), err=True)
    if unprotected:
        echo(words.UNPROTECTED.format(path=safe(unprotected[0])), err=True)
    return USABLE if any(line.is_usable for line in lines if line.is_chosen) else NOT_USABLE


def _lines(
    switching: Switching, name: str | None, environ: Mapping[str, str], now: datetime
) -> Iterable[_SessionLine]:
    """The sessions. Chosen is the named one, else that of AWS_PROFILE, else each."""
    found = switching.start_urls()
    chosen = name or _session_of_profile(switching, environ)
    for session, start_url in found.items():
        if name in {None, session}:
            token = switching.token_of(session, start_url)
            is_chosen = session == chosen or chosen not in found
            yield _SessionLine(session, start_url, token, is_signed_in(token, now), is_chosen)


def _session_of_profile(switching: Switching, environ: Mapping[str, str]) -> str:
    profile = profile_of(environ)
    target = switching.target(profile) if profile else None
    return target.session if target else ""


def _text(lines: list[_SessionLine], keys: _KeyExpiries, now: datetime) -> str:
    width = max(
        (cells(safe(name)) for name in [*(line.session for line in lines), *keys]), default=0
    )
    text = [
        words.token_line(
            line.token, now, usable=line.is_usable, name=pad(safe(line.session), width)
        )
        for line in lines
    ]
    text += [
        words.keys_line(expiry, now, pad(safe(name), width)) for name, expiry in _by_expiry(keys)
    ]
    return "\n".join(text)


def _by_expiry(keys: _KeyExpiries) -> list[tuple[str, datetime | None]]:
    """The keys that expire first come first; those with an unknown expiry come last."""
    return sorted(keys.items(), key=lambda item: (not item[1], item[1] or 0))


def _objects(
    lines: list[_SessionLine], keys: _KeyExpiries, now: datetime
) -> list[dict[str, object]]:
    objects: list[dict[str, object]] = [
        {
            "kind": "access-token",
            "sso_session": line.session,
            "start_url": line.start_url,
            "usable": line.is_usable,
            "chosen": line.is_chosen,
            "expires_at": write_time(line.token.expires_at) if line.token else None,
            "seconds_left": int((line.token.expires_at - now).total_seconds())
            if line.token
            else None,
            "renewable_until": write_time(line.token.renewable_until)
            if line.token and line.token.renewable_until
            else None,
        }
        for line in lines
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


def _print(content: Printed, write: Callable[[Printed], None]) -> None:
    """Print to standard output. A reader that has closed it does not change the exit status."""
    try:
        write(content)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
