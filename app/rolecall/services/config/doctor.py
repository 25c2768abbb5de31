"""Check the AWS files of this user, and whether something can be saved. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Final

from rolecall.domain.access_role import read_process
from rolecall.domain.config.findings import Finding, FindingKind
from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.model import SsoSession
from rolecall.domain.records import dataclass, field
from rolecall.domain.text import original, safe
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.caches.cli_cache import CliCache
from rolecall.files.caches.login_cache import LoginCache
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.files.locations import Locations
from rolecall.files.own.annotations import own_accounts, shared_accounts
from rolecall.files.paths import known_paths
from rolecall.files.safe import atomic
from rolecall.files.safe.protection import unprotected
from rolecall.services.base.leftovers import left_folders
from rolecall.services.base.own_program import is_found
from rolecall.services.base.settings import SettingsService
from rolecall.services.config.merged_files import MergedFiles
from rolecall.services.config.profile_findings import all_findings
from rolecall.services.config.session_findings import never_signed_in, region_findings

_PROTECTION: Final[Mapping[str, FindingKind]] = {
    "exposed": FindingKind.EXPOSED,
    "changeable": FindingKind.CHANGEABLE,
    "foreign-file": FindingKind.FOREIGN_FILE,
    "changeable-folder": FindingKind.CHANGEABLE_FOLDER,
    "foreign-folder": FindingKind.FOREIGN_FOLDER,
}


@dataclass(frozen=True, slots=True)
class Examination:
    """What the check found.

    `errors` has the files that could not be read at all. `settings` has what is wrong with them.
    `elsewhere` has the paths of "config" and "credentials" that a variable sets to another place;
    `missing` has those that are not files. `has_cache`: lists of accounts can be kept.
    `never_signed_in` has the sessions without a token or registration, which is not a problem.
    """

    findings: tuple[Finding, ...]
    errors: tuple[FileError, ...]
    settings: SettingsService
    elsewhere: Mapping[str, Path] = field(default_factory=dict)
    missing: frozenset[Path] = frozenset()
    has_cache: bool = True
    never_signed_in: tuple[SsoSession, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not (self.findings or self.errors or self.settings.last.bad)


def examine(environ: Mapping[str, str]) -> Examination:
    """Return what is wrong with config, credentials, caches and settings. Raises HomeUnknown."""
    locations = Locations.from_environment(environ)
    config = ConfigFile(locations.config, locations.state)
    credentials = CredentialsFile(locations.credentials, locations.state)
    sso_cache = SsoCache(locations.sso_cache, locations.state)
    settings = SettingsService.from_environment(environ)
    is_team_bad = any(each.path and each.hides_production for each in settings.last.bad)
    files = cache(partial(MergedFiles.read, config, credentials))  # an error is not kept
    checks: tuple[Callable[[], Iterable[Finding]], ...] = (
        lambda: _of_profiles(files(), environ),
        lambda: _of_credentials(files, credentials),
        lambda: _of_cache(sso_cache),
        lambda: _of_cache(CliCache(locations.cli_cache, locations.state)),
        lambda: _of_cache(LoginCache(locations.login_cache, locations.state)),
        lambda: _readable(own_accounts, locations.accounts),
        lambda: _readable(shared_accounts, Path() if is_team_bad else locations.team),
        lambda: _protection(environ),
        lambda: _unwritable(locations),
        lambda: _left_behind(locations),
    )
    findings: list[Finding] = []
    errors: list[FileError] = []
    for check in checks:
        try:
            findings += check()
        except FileError as error:
            errors.append(error)
    elsewhere = {name: getattr(locations, name) for name in locations.moved()}
    return Examination(
        tuple(findings),
        tuple(errors),
        settings,
        elsewhere,
        frozenset(path for path in elsewhere.values() if not atomic.exists(path)),
        InventoryCache(locations.cache, locations.state).is_available,
        _never_signed_in(config, sso_cache),
    )


def _never_signed_in(config: ConfigFile, cache: SsoCache) -> tuple[SsoSession, ...]:
    with suppress(FileError):  # another check reports it
        return tuple(never_signed_in(config.read().sso_sessions, cache))
    return ()


def _of_profiles(files: MergedFiles, environ: Mapping[str, str]) -> list[Finding]:
    return [*all_findings(files), *region_findings(files), *_of_role_processes(files, environ)]


def _of_role_processes(files: MergedFiles, environ: Mapping[str, str]) -> Iterable[Finding]:
    """Yield profiles with a role of account access manager whose program or session is gone."""
    for profile in files.profiles.values():
        key = "credential_process"
        process = original(profile.settings.get(key, ""))
        if not profile.is_access_role or (role := read_process(process)) is None:
            continue
        if not is_found(role.program, environ):
            program = str(safe(role.program))
            yield files.finding(FindingKind.PROGRAM_MISSING, profile, key, program)
        if profile.session_name not in files.config.session_values:
            yield files.finding(FindingKind.SESSION_MISSING, profile, key)


def _of_credentials(
    files: Callable[[], MergedFiles], credentials: CredentialsFile
) -> Iterable[Finding]:
    sso: set[str] = set()
    with suppress(FileError):  # another check reports it
        profiles = files().profiles.values()
        sso = {profile.name for profile in profiles if profile.is_sso}
    shadowed = (
        Finding(FindingKind.SHADOWED_KEYS, credentials.path, keys.line, keys.name)
        for keys in credentials.read()
        if keys.has_keys and keys.name in sso
    )
    return [*credentials.findings(), *shadowed]


def _of_cache(cache: SsoCache | CliCache | LoginCache) -> Iterable[Finding]:
    for path in cache.broken():
        yield Finding(FindingKind.BROKEN_CACHE_FILE, path)


def _readable(read: Callable[[str], object], path: Path) -> Iterable[Finding]:
    """Raise FileError if a file that says what is production cannot be read."""
    read(str(path))
    return ()


def _protection(environ: Mapping[str, str]) -> Iterable[Finding]:
    for each in unprotected(known_paths(environ), with_own=True):
        yield Finding(_PROTECTION[each.problem], Path(each.path))


def _left_behind(locations: Locations) -> Iterable[Finding]:
    return (Finding(FindingKind.LEFT_BEHIND, folder) for folder in left_folders(locations))


def _unwritable(locations: Locations) -> list[Finding]:
    """Return a finding for each folder in which nothing can be saved, or one for all of them."""
    folders = _folders_to_write(locations)
    reasons = {folder: atomic.why_unwritable(folder) for folder in folders}
    if all(reasons.values()):
        reason = reasons[locations.sso_cache]
        return [Finding(FindingKind.HOME_UNWRITABLE, locations.home, detail=reason)]
    return [Finding(folders[each], each, detail=why) for each, why in reasons.items() if why]


def _folders_to_write(locations: Locations) -> dict[Path, FindingKind]:
    folders = {
        locations.sso_cache: FindingKind.TOKENS_UNWRITABLE,
        locations.cli_cache: FindingKind.ROLE_KEYS_UNWRITABLE,
        locations.state: FindingKind.STATE_UNWRITABLE,
        locations.cache: FindingKind.LISTS_UNWRITABLE,
        locations.settings.parent: FindingKind.SETTINGS_UNWRITABLE,
    }
    if atomic.exists(locations.login_cache):  # it is used
        folders[locations.login_cache] = FindingKind.LOGINS_UNWRITABLE
    files = [each for each in (locations.config, locations.credentials) if each.name]
    return {each.parent: FindingKind.CONFIG_UNWRITABLE for each in files} | folders
