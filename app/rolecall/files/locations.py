"""The paths of `files/paths.py` as `Path` objects."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rolecall.files.paths import Paths, known_paths


class Locations(Paths[Path]):
    """The paths of files and folders. An empty one is `Path()`."""

    __slots__ = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Locations:
        """Return the files of this environment.

        Raises HomeUnknown if HOME is not set and the system does not know the user.
        """
        home, *others = known_paths(environ)
        return cls(Path(home or "/"), *map(Path, others))

    def moved(self) -> tuple[str, ...]:
        """Return which of `config` and `credentials` are not at their default paths."""
        aws = self.home / ".aws"
        return tuple(
            name
            for name, path in (("config", self.config), ("credentials", self.credentials))
            if path != aws / name
        )
