"""Where the AWS files and rolecall's own are, as text, for what must not wait for `pathlib`.

The rules for the AWS files are botocore's: `configprovider.EnvironmentProvider` takes a variable
that is set even if it is empty, `configloader.raw_config_parse` expands `$NAME` and `~`, the caches
hang on HOME alone. For rolecall's own files they are those of the XDG base directories:
https://specifications.freedesktop.org/basedir-spec/latest/
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping


def home(environ: Mapping[str, str]) -> str | None:
    """Without a `/` at its end; None where neither HOME nor the system says who we are."""
    if "HOME" in environ:
        return environ["HOME"].rstrip("/")
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir.rstrip("/")
    except KeyError:
        return None


def config(environ: Mapping[str, str], home: str) -> str:
    return _given(environ, "AWS_CONFIG_FILE", f"{home}/.aws/config")


def credentials(environ: Mapping[str, str], home: str) -> str:
    return _given(environ, "AWS_SHARED_CREDENTIALS_FILE", f"{home}/.aws/credentials")


def state(environ: Mapping[str, str], home: str) -> str:
    return _xdg(environ, "XDG_STATE_HOME", f"{home}/.local/state")


def cache(environ: Mapping[str, str], home: str) -> str:
    return _xdg(environ, "XDG_CACHE_HOME", f"{home}/.cache")


def settings(environ: Mapping[str, str], home: str) -> str:
    return _xdg(environ, "XDG_CONFIG_HOME", f"{home}/.config") + "/settings.toml"


def _given(environ: Mapping[str, str], variable: str, usual: str) -> str:
    """An empty variable gives an empty path, at which botocore finds nothing."""
    if variable not in environ:
        return usual
    text = re.sub(
        r"\$(?:(\w+)|\{([^}]*)\})",
        lambda found: environ.get(found[1] or found[2] or "", found[0]),
        environ[variable],
        flags=re.ASCII,
    )
    return _with_home(text, environ)


def _with_home(text: str, environ: Mapping[str, str]) -> str:
    """`~` and `~user`, as `os.path.expanduser` does it; what is unknown stays."""
    if not text.startswith("~"):
        return text
    user, slash, rest = text[1:].partition("/")
    found = home(environ) if not user else _home_of(user)
    return text if found is None else (found.rstrip("/") + slash + rest) or "/"


def _home_of(user: str) -> str | None:
    import pwd

    try:
        return pwd.getpwnam(user).pw_dir
    except KeyError:
        return None


def _xdg(environ: Mapping[str, str], variable: str, usual: str) -> str:
    given = environ.get(variable, "")
    return f"{(given if given.startswith('/') else usual).rstrip('/')}/rolecall"
