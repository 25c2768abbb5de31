"""Where the AWS files are, for what is said of them. Quick to import: a shell's prompt waits."""

from __future__ import annotations

from collections.abc import Mapping

from rolecall.files import where

_HOME = "~"  # of whom nobody knows where it is


def config_file(environ: Mapping[str, str]) -> str:
    """Empty where the variable is, which gives no file."""
    return where.config(environ, where.home(environ) or _HOME)


def credentials_file(environ: Mapping[str, str]) -> str:
    """The same of the other."""
    return where.credentials(environ, where.home(environ) or _HOME)
