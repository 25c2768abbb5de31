"""Choose the profile of a shell: all profiles, what is known of each, and which were used last.

This module is quick to import, so that `rolecall switch NAME` answers without a visible delay.
Slower modules (inventory, sign-in, AWS) are imported only where they are needed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from rolecall.domain.inventory.favourites import FAVOURITE
from rolecall.domain.production import Production
from rolecall.domain.profile_kind import ProfileKind, legacy_start_url
from rolecall.domain.records import NamedTuple
from rolecall.domain.switching.variables import AccountKey, SwitchTarget, in_use
from rolecall.domain.time_left import TokenExpiry
from rolecall.files.aws_config.ini_reader import read_ini, read_stored
from rolecall.files.aws_config.key_expiry import expiry_of, is_short_term
from rolecall.files.caches.login_file import login_expiry
from rolecall.files.caches.token_file import token_expiry
from rolecall.files.inventory import queries as inventory
from rolecall.files.own import recent_profiles
from rolecall.files.paths import known_paths
from rolecall.services.config.production import Said, production_of
from rolecall.services.config.switch_targets import Section, Sections, Targets, target_of

if TYPE_CHECKING:
    from rolecall.domain.errors.file_errors import FileError
    from rolecall.domain.inventory.annotations import Annotations
    from rolecall.files.own.settings import SettingsRead
    from rolecall.files.safe.protection import Unprotected


class ProfileStatus(NamedTuple):
    """What is known of a profile after a switch.

    `account_name` is as AWS sent it, empty if unknown. `token` is None if the profile has no
    session, or if nobody is signed in to it; for a login session it stands for the keys.
    """

    account_name: str
    token: TokenExpiry | None


class Switching:
    """The profiles that a shell can switch to. `current` is the one it uses, or empty.

    `waits`: wait for a program that is writing the config, a second at most. Raises
    HomeUnknown if there is no home directory.
    """

    def __init__(self, environ: Mapping[str, str], *, waits: bool = True) -> None:
        self.current = in_use(environ)
        self.paths = known_paths(environ)
        self._waits = waits

    def target(self, name: str) -> SwitchTarget | None:
        """Return the profile of exactly this name, or None. Raises FileError as `targets` does."""
        if name not in self._both.profiles:
            return None
        return target_of(name, self._both)

    def kind(self, name: str) -> ProfileKind:
        """Return how a profile of both files gets its credentials; PLAIN if there is none. Raises
        FileError as `targets` does.
        """
        return self._both.kind(name) if name in self._both.profiles else ProfileKind.PLAIN

    def session_of(self, profile: str) -> str | None:
        """Return the name or start URL of the profile's session, or of that of a role's source
        profile; None without one.

        Raises FileError as `targets` does.
        """
        target = self.target(profile) if profile else None
        return (target.session or None) if target else None

    def read_again(self, name: str) -> SwitchTarget:
        """Read a profile that may just have been written. If it is missing, it has only a name.

        Raises FileError as `targets` does.
        """
        for known in ("_credentials_read", "_both"):
            self.__dict__.pop(known, None)
        return self.target(name) or SwitchTarget(name)

    def targets(self) -> Mapping[str, SwitchTarget]:
        """Return all profiles by name: ~/.aws/config first, then those only in ~/.aws/credentials.

        Raises FileError if other clients could not read the config either.
        """
        return Targets(self._both)

    def role_arns(self) -> dict[str, str]:
        """Return the roles of the profiles that assume one. Raises FileError as `targets` does."""
        return {
            name: arn for name, each in self._both.profiles.items() if (arn := each.get("role_arn"))
        }

    def session_names(self) -> list[str]:
        """Return the names of the sessions in ~/.aws/config. Raises FileError as `targets` does."""
        return list(self._both.sessions)

    def start_urls(self) -> dict[str, str]:
        """Return the start URLs by session name; a legacy one by itself.

        Raises FileError as `targets` does.
        """
        named = {
            name: values["sso_start_url"]
            for name, values in self._both.sessions.items()
            if values.get("sso_start_url")
        }
        legacy = map(legacy_start_url, self._both.profiles.values())
        return named | {url: url for url in legacy if url is not None}

    def token_of(self, session: str, start_url: str) -> TokenExpiry | None:
        """Return the cached token of a session of `start_urls`, or None."""
        return token_expiry(self.paths, session, start_url)

    def logins(self) -> dict[str, str]:
        """Return the login sessions of the profiles, each with the name of the first profile.

        Raises FileError as `targets` does.
        """
        found: dict[str, str] = {}
        for name in self._both.profiles:
            if login := self._both.login_of(name):
                found.setdefault(login, name)
        return found

    def login_expiry(self, login: str) -> TokenExpiry | None:
        """Return when the keys of a login session expire, and until when they renew; or None."""
        return login_expiry(self.paths, login)

    def unprotected(self) -> list[Unprotected]:
        """Return the AWS files that other users can change, or whose secrets they can read, and
        the folders in which they can add or replace files.
        """
        from rolecall.files.safe.protection import unprotected  # late: only `tokens` asks

        return list(unprotected(self.paths))

    def credentials_problem(self) -> FileError | None:
        """Return why ~/.aws/credentials cannot be read, or None."""
        return self._credentials_read[1]

    def key_expiries(self) -> dict[str, datetime | None]:
        """Return when short-term credentials expire, by name; None if unknown."""
        stored = self._credentials_read[0]
        expiries = {name: expiry_of(values)[0] for name, values in stored.items()}
        return {name: at for name, at in expiries.items() if at or is_short_term(stored[name])}

    @cached_property
    def _both(self) -> Sections:
        config = read_ini(self.paths.config, waits=self._waits)
        return Sections.of(config, *self._credentials_read)

    @cached_property
    def _credentials_read(self) -> tuple[Mapping[str, Section], FileError | None]:
        """The sections of ~/.aws/credentials; none if no client can read them, with the reason."""
        return read_stored(self.paths.credentials, waits=self._waits)

    def status(self, target: SwitchTarget) -> ProfileStatus:
        """Return what is known of a profile."""
        name = ""
        if target.account_id:
            name = inventory.account_name(self.paths.cache, target.account_key)
        return ProfileStatus(name, self.token(target))

    def token(self, target: SwitchTarget) -> TokenExpiry | None:
        """Return the cached token of the profile's session, or the keys of its login session."""
        if target.login:
            return self.login_expiry(target.login)
        if not target.session:
            return None
        return token_expiry(self.paths, target.session, target.start_url)

    def account_name(self, account_id: str) -> str:
        """Return the name of an account in any session; empty if it is unknown."""
        names = inventory.account_names(self.paths.cache)
        return next((name for (*_, id_), name in names.items() if id_ == account_id and name), "")

    def accounts(self) -> dict[AccountKey, tuple[str, str]]:
        """Return the names and the e-mail addresses as AWS sent them, by account."""
        return inventory.names_and_emails(self.paths.cache)

    def annotations(self) -> Annotations:
        """Return what the user and the team say about accounts; a broken file counts as empty."""
        return self._said.annotations

    @cached_property
    def _said(self) -> Said:
        if not any(map(os.path.lexists, (self.paths.accounts, self.paths.team))):
            return Said({}, is_all=True)
        from rolecall.files.own.annotations import read_readable  # late: most have no such file

        return Said(*read_readable(self.paths))

    @cached_property
    def settings(self) -> SettingsRead:
        """The settings of the user and the team."""
        from rolecall.files.own.settings import read_settings  # late: completion needs none

        return read_settings(self.paths.settings, self.paths.team)

    @property
    def knows_production(self) -> bool:
        """Whether all that decides about production can be read. If not, every profile is one."""
        return self.settings.problem is None and self._said.is_all

    @property
    def uses_all_words(self) -> bool:
        """Whether all words of the user and the team for production are used."""
        return self.settings.production_problem is None

    @cached_property
    def production(self) -> Production:
        """What decides which profile is production. It reads files, and may raise FileError."""
        pattern = self.settings.settings.production
        return production_of(self.paths.cache, lambda: self._both, lambda: self._said, pattern)

    def production_of_many(self) -> Production:
        """Return the same for many profiles. It has read the files, and skipped what cannot be
        read.
        """
        from rolecall.domain.errors.file_errors import FileError

        try:
            both = self._both
        except FileError:
            both = Sections({}, {}, {})
        pattern = self.settings.settings.production
        return production_of(
            self.paths.cache, lambda: both, lambda: self._said, pattern, of_many=True
        )

    def is_production(self, target: SwitchTarget) -> bool:
        """Return whether a profile is production. Raises FileError as `targets` does."""
        return self.production.is_production(target.account_id, target.name)

    def favourites(self, boosts: Mapping[str, float]) -> set[str]:
        """Return the names of the favourites among the `boosts`."""
        return {name for name, boost in boosts.items() if boost >= FAVOURITE}

    def note_use(self, target: SwitchTarget) -> None:
        """Note the use of a profile, for the picker and for the tables of the full screen."""
        recent_profiles.note_use(self.paths.state, target.name)
        if target.session and target.account_id:
            inventory.note_role_use(self.paths.cache, target.account_key, target.role)

    def boosts(self, targets: Mapping[str, SwitchTarget]) -> dict[str, float]:
        """Return sort keys by profile name: favourites are highest, then the last used."""
        boosts = recent_profiles.last_uses(self.paths.state)
        uses = {use[:2]: use for use in inventory.role_uses(self.paths.cache)}
        for target in targets.values() if uses else ():
            if use := uses.get((target.account_key, target.role)):
                used_at = max(use.used_at, boosts.get(target.name, 0.0))
                boosts[target.name] = used_at + (FAVOURITE if use.is_favourite else 0.0)
        return {name: boost for name, boost in boosts.items() if name in targets}
