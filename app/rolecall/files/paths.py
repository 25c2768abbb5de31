"""The paths of the AWS files and of rolecall's own, as text, because `pathlib` is slow to import.

The rules for the AWS files are botocore's: `configprovider.EnvironmentProvider` uses a variable
even if it is empty, `configloader.raw_config_parse` expands `$NAME` and `~`, and the other
caches depend only on HOME. The rules for rolecall's own files are those of the XDG base
directories: https://specifications.freedesktop.org/basedir-spec/latest/
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Generic, TypeVar

from rolecall.domain.records import NamedTuple

T = TypeVar("T")


class Paths(NamedTuple, Generic[T]):
    """The paths of files and folders, as text or as `Path` objects (`files/locations.py`).

    `state` and `cache` are rolecall's folders; `settings`, `accounts` and `team` are its files:
    the settings, what the user says about accounts, and rolecall's copy of a team's file. As text,
    `home` has no trailing `/`. An empty variable gives an empty path, at which botocore finds
    nothing.
    """

    home: T
    config: T
    credentials: T
    sso_cache: T
    cli_cache: T
    login_cache: T
    state: T
    cache: T
    settings: T
    accounts: T
    team: T


def paths_of(environ: Mapping[str, str]) -> Paths[str] | None:
    """Return the paths; None if HOME is not set and the system does not know the user."""
    if (home := _home(environ)) is None:
        return None
    own = _xdg(environ, "XDG_CONFIG_HOME", f"{home}/.config")
    return Paths(
        home=home,
        config=_given(environ, "AWS_CONFIG_FILE", f"{home}/.aws/config"),
        credentials=_given(environ, "AWS_SHARED_CREDENTIALS_FILE", f"{home}/.aws/credentials"),
        sso_cache=f"{home}/.aws/sso/cache",
        cli_cache=f"{home}/.aws/cli/cache",
        login_cache=_given(environ, "AWS_LOGIN_CACHE_DIRECTORY", f"{home}/.aws/login/cache"),
        state=_xdg(environ, "XDG_STATE_HOME", f"{home}/.local/state"),
        cache=_xdg(environ, "XDG_CACHE_HOME", f"{home}/.cache"),
        settings=f"{own}/settings.toml",
        accounts=f"{own}/accounts.toml",
        team=f"{own}/team.toml",
    )


def known_paths(environ: Mapping[str, str]) -> Paths[str]:
    """Return the paths. Raises HomeUnknown where `paths_of` returns None."""
    if (found := paths_of(environ)) is None:
        from rolecall.domain.errors.file_errors import HomeUnknown  # late: nearly all have a home

        raise HomeUnknown
    return found


def boto(environ: Mapping[str, str]) -> list[str]:
    """Return the paths of the files of boto 2, whose keys botocore reads too."""
    if "BOTO_CONFIG" in environ:
        return [_given(environ, "BOTO_CONFIG", "")]
    return ["/etc/boto.cfg", _with_home("~/.boto", environ)]


def ec2_keys(environ: Mapping[str, str]) -> str:
    """Return the path of the file of the first EC2 tools, whose keys botocore reads too."""
    return _with_home(environ.get("AWS_CREDENTIAL_FILE", ""), environ)


def _home(environ: Mapping[str, str]) -> str | None:
    if "HOME" in environ:
        return environ["HOME"].rstrip("/")
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir.rstrip("/")
    except KeyError:
        return None


def _given(environ: Mapping[str, str], variable: str, default: str) -> str:
    """Return the path in the variable, expanded; it may be empty, as in botocore."""
    if variable not in environ:
        return default
    text = re.sub(
        r"\$(?:(\w+)|\{([^}]*)\})",
        lambda found: environ.get(found[1] or found[2] or "", found[0]),
        environ[variable],
        flags=re.ASCII,
    )
    return _with_home(text, environ)


def _with_home(text: str, environ: Mapping[str, str]) -> str:
    """Expand `~` and `~user` as `os.path.expanduser` does; an unknown user stays as it is."""
    if not text.startswith("~"):
        return text
    user, slash, rest = text[1:].partition("/")
    found = _home_of(user) if user else _home(environ)
    return text if found is None else (found.rstrip("/") + slash + rest) or "/"


def _home_of(user: str) -> str | None:
    import pwd

    try:
        return pwd.getpwnam(user).pw_dir
    except KeyError:
        return None


def _xdg(environ: Mapping[str, str], variable: str, default: str) -> str:
    given = environ.get(variable, "")
    return f"{(given if given.startswith('/') else default).rstrip('/')}/rolecall"
