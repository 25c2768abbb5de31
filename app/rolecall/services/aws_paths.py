"""Where the AWS files are, for what is said of them. Quick to import: a shell's prompt waits."""

from __future__ import annotations

from collections.abc import Mapping

from rolecall.files.fast import paths

_HOME = "~"  # of whom nobody knows where it is


def config_file(environ: Mapping[str, str]) -> str:
    """Empty where the variable is, which gives no file."""
    return paths.config(environ, paths.home(environ) or _HOME)


def credentials_file(environ: Mapping[str, str]) -> str:
    """The same of the other."""
    return paths.credentials(environ, paths.home(environ) or _HOME)
