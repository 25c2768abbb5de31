"""What texts need to know of this machine: the user's language, and paths. Quick to import, because
every command and the prompt wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from rolecall.files.paths import Paths, known_paths, paths_of
from rolecall.files.read import read_or_nothing

_HOME = "~"  # shown if the home folder is unknown


def language_setting(environ: Mapping[str, str]) -> str:
    """Return the language of the settings; empty if they leave it to the environment.

    Raises nothing.
    """
    path = paths.settings if (paths := paths_of(environ)) else ""
    data = read_or_nothing(path)
    # Most files do not have the word, also not with an escape: it saves every command 5 ms.
    if b"language" not in data and b"\\" not in data:
        return ""
    from rolecall.files.own.settings import read_settings

    return read_settings(path).settings.language


def config_file(environ: Mapping[str, str]) -> str:
    """Return the path of the config file; empty if AWS_CONFIG_FILE is set to nothing."""
    return _shown(environ).config


def credentials_file(environ: Mapping[str, str]) -> str:
    """Return the path of the credentials file; empty if its variable is set to nothing."""
    return _shown(environ).credentials


def _shown(environ: Mapping[str, str]) -> Paths[str]:
    found = paths_of(environ)
    return found if found and found.home else known_paths({**environ, "HOME": _HOME})
