"""Where the AWS files and rolecall's own are, given the environment.

The rules for the AWS files are botocore's: `configprovider.EnvironmentProvider` takes a variable
that is set even if it is empty, `configloader.raw_config_parse` expands `$NAME` and `~`, the caches
hang on HOME alone. For rolecall's own files they are those of the XDG base directories:
https://specifications.freedesktop.org/basedir-spec/latest/
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rolecall.domain.errors import HomeUnknown


@dataclass(frozen=True, slots=True)
class Locations:
    """`settings` is a file; `state` and `cache` are rolecall's own folders.

    An empty variable gives an empty path, at which botocore finds nothing.
    """

    home: Path
    config: Path
    credentials: Path
    sso_cache: Path
    cli_cache: Path
    state: Path
    cache: Path
    settings: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Locations:
        """Raises HomeUnknown where neither HOME nor the system says who we are."""
        home = _home(environ)
        aws = home / ".aws"
        return cls(
            home=home,
            config=_given(environ, "AWS_CONFIG_FILE", aws / "config"),
            credentials=_given(environ, "AWS_SHARED_CREDENTIALS_FILE", aws / "credentials"),
            sso_cache=aws / "sso" / "cache",
            cli_cache=aws / "cli" / "cache",
            state=_xdg(environ, "XDG_STATE_HOME", home / ".local" / "state") / "rolecall",
            cache=_xdg(environ, "XDG_CACHE_HOME", home / ".cache") / "rolecall",
            settings=_xdg(environ, "XDG_CONFIG_HOME", home / ".config")
            / "rolecall"
            / "settings.toml",
        )

    def unusual(self) -> tuple[str, ...]:
        """Which of `config` and `credentials` are not where they are by default."""
        aws = self.home / ".aws"
        return tuple(
            name
            for name, path in (("config", self.config), ("credentials", self.credentials))
            if path != aws / name
        )


def _home(environ: Mapping[str, str]) -> Path:
    if "HOME" in environ:
        return Path(environ["HOME"].rstrip("/") or "/")
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir.rstrip("/") or "/")
    except KeyError:
        raise HomeUnknown() from None


def _given(environ: Mapping[str, str], variable: str, usual: Path) -> Path:
    if variable not in environ:
        return usual
    text = re.sub(
        r"\$(?:(\w+)|\{([^}]*)\})",
        lambda found: environ.get(found[1] or found[2] or "", found[0]),
        environ[variable],
        flags=re.ASCII,
    )
    return Path(_with_home(text, environ))


def _with_home(text: str, environ: Mapping[str, str]) -> str:
    """`~` and `~user`, as `os.path.expanduser` does it; what is unknown stays."""
    if not text.startswith("~"):
        return text
    user, slash, rest = text[1:].partition("/")
    try:
        home = str(_home(environ)) if not user else pwd.getpwnam(user).pw_dir
    except KeyError:
        return text
    return (home.rstrip("/") + slash + rest) or "/"


def _xdg(environ: Mapping[str, str], variable: str, usual: Path) -> Path:
    given = Path(environ.get(variable, ""))
    return given if given.is_absolute() else usual
