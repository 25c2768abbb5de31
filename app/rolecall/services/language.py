"""The setting `language`, which is needed before any text and so before the settings are read."""

from __future__ import annotations

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
    for line in data.splitlines():
        name, _, value = line.partition(b"=")
        if name.lstrip().startswith(b"["):
            break
        if name.strip() == b"language":
            return _text(value.strip())
    return ""


def _text(value: bytes) -> str:
    """Return a quoted name of a language, with a comment after it; empty for another value."""
    quote = value[:1]
    if quote not in (b'"', b"'"):
        return ""
    text, _, rest = value[1:].partition(quote)
    is_name = text.replace(b"_", b"").replace(b"-", b"").isalnum()
    return text.decode() if is_name and rest.lstrip()[:1] in (b"", b"#") else ""
