"""The paths of the AWS files and of rolecall's own: `files/paths.py` as `Path` objects."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rolecall.domain.errors.file_errors import HomeUnknown
from rolecall.domain.records import dataclass
from rolecall.files import paths


@dataclass(frozen=True, slots=True)
class Locations:
    """The paths of files and folders. `state` and `cache` are rolecall's folders, `settings`,
    `accounts` and `team` its files.

    An empty variable gives an empty path, at which botocore finds nothing.
    """

    home: Path
    config: Path
    credentials: Path
    sso_cache: Path
    cli_cache: Path
    login_cache: Path
    state: Path
    cache: Path
    settings: Path
    accounts: Path
    team: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Locations:
        """Return the files of this environment.

        Raises HomeUnknown if HOME is not set and the system does not know the user.
        """
        if (home := paths.home(environ)) is None:
            raise HomeUnknown
        aws = Path(f"{home}/.aws")
        return cls(
            home=Path(home or "/"),
            config=Path(paths.config(environ, home)),
            credentials=Path(paths.credentials(environ, home)),
            sso_cache=aws / "sso" / "cache",
            cli_cache=aws / "cli" / "cache",
            login_cache=Path(paths.login_cache(environ, home)),
            state=Path(paths.state(environ, home)),
            cache=Path(paths.cache(environ, home)),
            settings=Path(paths.settings(environ, home)),
            accounts=Path(paths.accounts(environ, home)),
            team=Path(paths.team(environ, home)),
        )

    def moved(self) -> tuple[str, ...]:
        """Return which of `config` and `credentials` are not at their default paths."""
        aws = self.home / ".aws"
        return tuple(
            name
            for name, path in (("config", self.config), ("credentials", self.credentials))
            if path != aws / name
        )
