"""The setting `language`, which is needed before any text and so before the settings are read."""

from __future__ import annotations

import os
from collections.abc import Mapping

from rolecall.files.fast import paths
from rolecall.files.fast.read import read


def language_setting(environ: Mapping[str, str]) -> str:
    """Return the language of the settings; empty if they leave it to the environment.

    Only a line `language = "ja"` before the tables is found. Raises nothing.
    """
    home = paths.home(environ)
    try:
        data = b"" if home is None else read(paths.settings(environ, home))
    except OSError:
        return ""
    if b"language" not in data:
        return ""
    import re

    before_tables = re.split(rb"^\s*\[", data, maxsplit=1, flags=re.MULTILINE)[0]
    found = re.search(
        rb"""^[ \t]*language[ \t]*=[ \t]*(["'])([\w-]*)\1[ \t]*(?:#|\r?$)""",
        before_tables,
        re.MULTILINE,
    )
    return os.fsdecode(found[2]) if found else ""
