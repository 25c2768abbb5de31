"""Paths of the AWS files, for messages. Quick to import, because a shell prompt waits for it."""

from __future__ import annotations

from collections.abc import Mapping

from rolecall.files import paths

_HOME = "~"  # shown if the home directory is unknown


def config_file(environ: Mapping[str, str]) -> str:
    """Return the path of the config file; empty if AWS_CONFIG_FILE is set to nothing."""
    return paths.config(environ, paths.home(environ) or _HOME)


def credentials_file(environ: Mapping[str, str]) -> str:
    """Return the path of the credentials file; empty if its variable is set to nothing."""
    return paths.credentials(environ, paths.home(environ) or _HOME)
