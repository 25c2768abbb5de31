"""What is the matter with the AWS files of this user: read everything, change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rolecall.domain.errors import FileError
from rolecall.domain.settings import BadSetting
from rolecall.files import atomic
from rolecall.files.cli_cache import CliCache
from rolecall.files.config_file import ConfigFile
from rolecall.files.credentials_file import CredentialsFile
from rolecall.files.findings import Finding, FindingKind
from rolecall.files.locations import Locations
from rolecall.files.sso_cache import SsoCache
from rolecall.services.role_findings import all_findings
from rolecall.services.settings import SettingsService

__all__ = ("Examination", "Finding", "examine")


@dataclass(frozen=True, slots=True)
class Examination:
    """`errors`: the files that could not be read at all; `settings`: where settings.toml is;
    `elsewhere`: config and credentials by these names, where a variable says another place.
    """

    findings: tuple[Finding, ...]
    errors: tuple[FileError, ...]
    settings: Path
    bad_settings: tuple[BadSetting, ...] = ()
    elsewhere: Mapping[str, Path] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.findings or self.errors or self.bad_settings)


def examine(environ: Mapping[str, str]) -> Examination:
    """CellStyle at config, credentials and caches. Raises HomeUnknown."""
    places = Locations.from_environment(environ)
    config = ConfigFile(places.config, places.state)
    credentials = CredentialsFile(places.credentials, places.state)
    looks: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: all_findings(config.read(), places.config, credentials.names),
        lambda: _of_credentials(credentials, config),
        lambda: _of_cache(SsoCache(places.sso_cache, places.state)),
        lambda: _of_cache(CliCache(places.cli_cache, places.state)),
    )
    findings: list[Finding] = []
    errors: list[FileError] = []
    for look in looks:
        try:
            findings += look()
        except FileError as error:
            errors.append(error)
    settings = SettingsService.from_environment(environ)
    if settings.read_error is not None:
        errors.append(settings.read_error)
    return Examination(
        tuple(findings),
        tuple(errors),
        settings.file.path,
        settings.last.bad,
        {name: getattr(places, name) for name in places.unusual()},
    )


def _of_credentials(file: CredentialsFile, config: ConfigFile) -> Iterable[Finding]:
    sso: set[str] = set()
    with suppress(FileError):  # which is told of anyway
        sso = {profile.name for profile in config.read().profiles if profile.is_sso}
    shadowed = (
        Finding(FindingKind.SHADOWED_KEYS, file.path, keys.line, keys.name)
        for keys in file.read()
        if keys.has_keys and keys.name in sso
    )
    return [*file.findings(), *shadowed, *_exposed([file.path])]


def _of_cache(cache: SsoCache | CliCache) -> Iterable[Finding]:
    for path in cache.broken():
        yield Finding(FindingKind.BROKEN_CACHE_FILE, path)
    yield from _exposed(cache.files())


def _exposed(paths: Iterable[Path]) -> Iterable[Finding]:
    return [Finding(FindingKind.EXPOSED, path) for path in paths if atomic.is_exposed(path)]
