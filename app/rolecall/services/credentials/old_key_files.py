"""Files of older programs: botocore takes their keys if a profile has none."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from rolecall.domain.errors.file_errors import FileError
from rolecall.files import paths
from rolecall.files.aws_config.ini_reader import read_ini


def boto_with_keys(environ: Mapping[str, str]) -> Path | None:
    """Return the file of boto 2 that has keys (`botocore.credentials.BotoProvider`), or None."""
    for path in map(Path, paths.boto(environ)):
        with suppress(FileError):  # botocore then refuses every call
            found = read_ini(path, waits=False).by_header().get("Credentials", {})
            if "aws_access_key_id" in found:
                return path
    return None


def old_file(method: str, environ: Mapping[str, str]) -> Path | None:
    """Return the file in which botocore found the keys by this method; None if it is not a file of
    an older program.
    """
    if method == "boto-config":
        return boto_with_keys(environ)
    return Path(paths.ec2_keys(environ)) if method == "ec2-credentials-file" else None
