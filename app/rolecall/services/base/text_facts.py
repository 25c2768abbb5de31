"""What texts need to know of this machine: the user's language, the plain mode, and paths. Quick to
import, because every command and the prompt wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rolecall.files.paths import Paths, known_paths, paths_of
from rolecall.files.read import read_or_nothing

if TYPE_CHECKING:
    from rolecall.domain.settings.settings import Settings

_HOME = "~"  # shown if the home folder is unknown


def language_setting(environ: Mapping[str, str]) -> str:
    """Return the language of the settings; empty if they leave it to the environment.

    Raises nothing.
    """
    settings = _settings_with(b"language", environ)
    return settings.language if settings else ""


def plain_setting(environ: Mapping[str, str]) -> bool:
    """Return whether the settings ask for the plain mode. Raises nothing."""
    settings = _settings_with(b"plain", environ)
    return bool(settings and settings.plain)


def _settings_with(word: bytes, environ: Mapping[str, str]) -> Settings | None:
    path = paths.settings if (paths := paths_of(environ)) else ""
    data = read_or_nothing(path)
    # Most files do not have the word, also not with an escape: it saves every command 5 ms.
    if word not in data and b"\\" not in data:
        return None
    from rolecall.files.own.settings import read_settings

    return read_settings(path).settings


def config_file(environ: Mapping[str, str]) -> str:
    """Return the path of the config file; empty if AWS_CONFIG_FILE is set to nothing."""
    return _shown(environ).config


def credentials_file(environ: Mapping[str, str]) -> str:
    """Return the path of the credentials file; empty if its variable is set to nothing."""
    return _shown(environ).credentials


def _shown(environ: Mapping[str, str]) -> Paths[str]:
    found = paths_of(environ)
    return found if found and found.home else known_paths({**environ, "HOME": _HOME})
