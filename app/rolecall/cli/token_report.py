"""`rolecall tokens`: what is left of each sign-in and of pasted keys. Quick: a prompt waits for it.

Nothing is asked of AWS: it tells what the files say, as the clients will read them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from rolecall.cli.support.stderr import config_file, say, say_error
from rolecall.domain.switching import profile_of
from rolecall.domain.text import safe
from rolecall.domain.time_left import TokenExpiry
from rolecall.domain.timestamps import write_time
from rolecall.presentation import session_strings as words
from rolecall.services.switching import Switching, is_signed_in

USABLE: Final = 0
NOT_USABLE: Final = 1
NO_SUCH_SESSION: Final = 2

_KeysEnds = Mapping[str, datetime | None]


class _Line(NamedTuple):
    session: str
    start_url: str
    token: TokenExpiry | None
    is_usable: bool
    is_chosen: bool


def tell(name: str | None, *, as_json: bool, now: datetime) -> int:
    """Of the session of that name, or of all that ends; the exit status."""
    try:
        switching = Switching(os.environ)
        lines = list(_lines(switching, name, os.environ, now))
        keys = switching.key_expiries() if name is None else {}
    except Exception as error:
        say_error(error)
        return NOT_USABLE
    if name is not None and not lines:
        names = " ".join(map(safe, switching.start_urls()))
        said = words.NO_SUCH_SESSION if names else words.NO_SESSION
        say(said.format(name=safe(name), names=names, path=config_file()))
        return NO_SUCH_SESSION
    _write((_json if as_json else _text)(lines, keys, now))
    if not lines:
        say(words.NO_SESSION.format(path=config_file()))
    return USABLE if any(line.is_usable for line in lines if line.is_chosen) else NOT_USABLE


def _lines(
    switching: Switching, name: str | None, environ: Mapping[str, str], now: datetime
) -> Iterable[_Line]:
    """Chosen is the one that is named, else that of AWS_PROFILE, else each."""
    found = switching.start_urls()
    chosen = name or _session_of_profile(switching, environ)
    for session, start_url in found.items():
        if name in {None, session}:
            token = switching.token_of(session, start_url)
            is_chosen = session == chosen or chosen not in found
            yield _Line(session, start_url, token, is_signed_in(token, now), is_chosen)


def _session_of_profile(switching: Switching, environ: Mapping[str, str]) -> str:
    profile = profile_of(environ)
    target = switching.target(profile) if profile else None
    return target.session if target else ""


def _text(lines: list[_Line], keys: _KeysEnds, now: datetime) -> str:
    width = max((len(safe(name)) for name in [*(line.session for line in lines), *keys]), default=0)
    told = [
        words.token_line(
            line.token, now, usable=line.is_usable, name=safe(line.session).ljust(width)
        )
        for line in lines
    ]
    told += [words.keys_line(end, now, safe(name).ljust(width)) for name, end in _first(keys)]
    return "".join(f"{line}\n" for line in told)


def _first(keys: _KeysEnds) -> list[tuple[str, datetime | None]]:
    """What ends first comes first; last what has an end that nobody tells."""
    return sorted(keys.items(), key=lambda item: (not item[1], item[1] or 0))


def _json(lines: list[_Line], keys: _KeysEnds, now: datetime) -> str:
    import json

    objects: list[dict[str, object]] = [
        {
            "kind": "access-token",
            "session": line.session,
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
            "usable": end > now if end else None,
            "expires_at": write_time(end) if end else None,
            "seconds_left": int((end - now).total_seconds()) if end else None,
        }
        for name, end in _first(keys)
    ]
    return json.dumps(objects, indent=1, ensure_ascii=False) + "\n"


def _write(text: str) -> None:
    """Whoever has read enough and left does not change the exit status."""
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
