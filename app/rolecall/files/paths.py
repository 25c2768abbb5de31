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


def home(environ: Mapping[str, str]) -> str | None:
    """Return the home folder without a trailing `/`; None if HOME is not set and the system does
    not know the user.
    """
    if "HOME" in environ:
        return environ["HOME"].rstrip("/")
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir.rstrip("/")
    except KeyError:
        return None


def config(environ: Mapping[str, str], home: str) -> str:
    """Return the path of ~/.aws/config."""
    return _given(environ, "AWS_CONFIG_FILE", f"{home}/.aws/config")


def credentials(environ: Mapping[str, str], home: str) -> str:
    """Return the path of ~/.aws/credentials."""
    return _given(environ, "AWS_SHARED_CREDENTIALS_FILE", f"{home}/.aws/credentials")


def login_cache(environ: Mapping[str, str], home: str) -> str:
    """Return the folder of the sessions of `aws login`."""
    return _given(environ, "AWS_LOGIN_CACHE_DIRECTORY", f"{home}/.aws/login/cache")


def boto(environ: Mapping[str, str]) -> list[str]:
    """Return the paths of the file of boto 2, whose keys botocore reads too."""
    if "BOTO_CONFIG" in environ:
        return [_given(environ, "BOTO_CONFIG", "")]
    return ["/etc/boto.cfg", _with_home("~/.boto", environ)]


def ec2_keys(environ: Mapping[str, str]) -> str:
    """Return the path of the file of the first EC2 tools, whose keys botocore reads too."""
    return _with_home(environ.get("AWS_CREDENTIAL_FILE", ""), environ)


def state(environ: Mapping[str, str], home: str) -> str:
    """Return the folder of rolecall's state."""
    return _xdg(environ, "XDG_STATE_HOME", f"{home}/.local/state")


def cache(environ: Mapping[str, str], home: str) -> str:
    """Return the folder of rolecall's cache."""
    return _xdg(environ, "XDG_CACHE_HOME", f"{home}/.cache")


def settings(environ: Mapping[str, str], home: str) -> str:
    """Return the path of rolecall's settings."""
    return _xdg(environ, "XDG_CONFIG_HOME", f"{home}/.config") + "/settings.toml"


def accounts(environ: Mapping[str, str], home: str) -> str:
    """Return the path of the user's aliases, notes and groups of accounts."""
    return _xdg(environ, "XDG_CONFIG_HOME", f"{home}/.config") + "/accounts.toml"


def team(environ: Mapping[str, str], home: str) -> str:
    """Return the path of what was taken over from the team's file."""
    return _xdg(environ, "XDG_CONFIG_HOME", f"{home}/.config") + "/team.toml"


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
    found = home(environ) if not user else _home_of(user)
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
