"""The setting `language`, which every command needs before its texts."""

from __future__ import annotations

from collections.abc import Mapping

from rolecall.files import paths
from rolecall.files.read import read_or_nothing


def language_setting(environ: Mapping[str, str]) -> str:
    """Return the language of the settings; empty if they leave it to the environment.

    Raises nothing.
    """
    home = paths.home(environ)
    path = "" if home is None else paths.settings(environ, home)
    data = read_or_nothing(path)
    # Most files do not have the word, also not with an escape: it saves every command 5 ms.
    if b"language" not in data and b"\\" not in data:
        return ""
    from rolecall.files.own.settings import read_settings

    return read_settings(path).settings.language
