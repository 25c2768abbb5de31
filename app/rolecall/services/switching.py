"""Which profile a shell is to have: all there are, what is known of each, and what was used last.

Quick to import and to ask: `rolecall switch NAME` answers before a shell's user notices. What takes
more (an inventory, a sign-in, AWS) is imported where it is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from rolecall.domain.production import PRODUCTION, is_production
from rolecall.domain.switching import Target, profile_of
from rolecall.files.fast import ini, paths, quick_reads
from rolecall.files.fast.key_expiry import expiry_of, is_short_term
from rolecall.files.fast.quick_reads import TokenEnd

if TYPE_CHECKING:
    from rolecall.files.credentials_file import StoredKeys

__all__ = ("ProfileStatus", "Switching", "Target", "TokenEnd")

_PROFILE: Final = "profile "
_SESSION: Final = "sso-session "
_LONGEST_CHAIN: Final = 8  # source_profile of source_profile …
_FAVOURITE: Final = 1e12  # more than any moment in seconds

_Values = Mapping[str, str]


class ProfileStatus(NamedTuple):
    """What one is after a switch. `account_name` is as AWS sent it, empty where it is not known.

    `token` is None for a profile without a session, and where nobody is signed in to it.
    """

    account_name: str
    token: TokenEnd | None


class Switching:
    """`current` is the profile that the shell has, or empty. Raises HomeUnknown where there is no
    home.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        home = paths.home(environ)
        if home is None:
            from rolecall.domain.errors import HomeUnknown

            raise HomeUnknown
        self.current = profile_of(environ)
        self._home = home
        self._config = paths.config(environ, home)
        self._credentials = paths.credentials(environ, home)
        self._state = paths.state(environ, home)
        self._cache = paths.cache(environ, home)
        self._settings = paths.settings(environ, home)

    def target(self, name: str) -> Target | None:
        """The profile of exactly this name. Raises FileError as `targets` does."""
        if name in self._profiles:
            return _target(name, self._profiles, self._sessions)
        return Target(name) if name in self._names_with_keys() else None

    def read_again(self, name: str) -> Target:
        """A profile that may have been written a moment ago; by its name alone if it is not there.

        Raises FileError as `targets` does.
        """
        for known in ("_sections", "_profiles", "_sessions"):
            self.__dict__.pop(known, None)
        return self.target(name) or Target(name)

    def targets(self) -> Mapping[str, Target]:
        """Every profile of ~/.aws/config, then those of ~/.aws/credentials alone, by name.

        Raises FileError where the clients could not read the config either.
        """
        return _Targets(self._profiles, self._sessions, self._names_with_keys())

    def session_names(self) -> list[str]:
        """Those of ~/.aws/config. Raises FileError as `targets` does."""
        return list(self._sessions)

    def start_urls(self) -> dict[str, str]:
        """The start URL of every session by its name; of the legacy ones by itself.

        Raises FileError as `targets` does.
        """
        named = {
            name: values["sso_start_url"]
            for name, values in self._sessions.items()
            if "sso_start_url" in values
        }
        legacy = [
            values["sso_start_url"]
            for values in self._profiles.values()
            if "sso_start_url" in values and "sso_session" not in values
        ]
        return named | {url: url for url in legacy}

    def token_of(self, session: str, start_url: str) -> TokenEnd | None:
        """What the clients keep for a session of `sign_ins`."""
        return quick_reads.token_end(self._home, session, start_url)

    def key_expiries(self) -> dict[str, datetime | None]:
        """When the short-term keys of ~/.aws/credentials end, by name; None where nobody tells."""
        data = _bytes(self._credentials)
        plain = None if data is None else ini.credentials(data)
        if plain is None:
            return _key_expiries_in_full(self._credentials, self._state)
        ends = {name: expiry_of(values)[0] for name, values in plain.items()}
        return {name: end for name, end in ends.items() if end or is_short_term(plain[name])}

    @cached_property
    def _profiles(self) -> Mapping[str, _Values]:
        return {
            header.removeprefix(_PROFILE): values
            for header, values in self._sections.items()
            if header.startswith(_PROFILE) or header == "default"
        }

    @cached_property
    def _sessions(self) -> Mapping[str, _Values]:
        return {
            header.removeprefix(_SESSION): values
            for header, values in self._sections.items()
            if header.startswith(_SESSION)
        }

    @cached_property
    def _sections(self) -> Mapping[str, _Values]:
        data = _bytes(self._config)
        plain = None if data is None else ini.config(data)
        return _read_in_full(self._config, self._state) if plain is None else plain

    def status(self, target: Target) -> ProfileStatus:
        name = ""
        if target.account_id and target.session:
            name = quick_reads.account_name(self._cache, target.session, target.account_id)
        return ProfileStatus(name, self.token(target))

    def token(self, target: Target) -> TokenEnd | None:
        if not target.session:
            return None
        return quick_reads.token_end(self._home, target.session, target.start_url)

    def account_names(self) -> dict[tuple[str, str], str]:
        """As AWS sent them, by session and account id."""
        return quick_reads.account_names(self._cache)

    def is_production(self, *names: str) -> bool:
        """By the user's pattern; by the usual one where the settings cannot be read."""
        return is_production(self._production, *names)

    def theme(self) -> str:
        theme = self._setting("theme")
        return theme if isinstance(theme, str) else "auto"

    @cached_property
    def _production(self) -> str:
        pattern = self._setting("production")
        try:
            if isinstance(pattern, str):
                re.compile(pattern)
                return pattern
        except re.error:
            pass
        return PRODUCTION

    def _setting(self, name: str) -> object:
        """As it stands in the file, unchecked; `services/settings` imports too much."""
        if not (data := _bytes(self._settings)):
            return None
        import tomllib

        try:
            return tomllib.loads(data.decode()).get(name)
        except ValueError:
            return None

    def favourites(self, boosts: Mapping[str, float]) -> set[str]:
        return {name for name, boost in boosts.items() if boost >= _FAVOURITE}

    def note_use(self, target: Target) -> None:
        """For the picker, and for the tables of the full screen."""
        quick_reads.note_use(self._state, target.name)
        if target.session and target.account_id:
            quick_reads.note_use_of(self._cache, target.session, target.account_id, target.role)

    def boosts(self, targets: Mapping[str, Target]) -> dict[str, float]:
        """Favourites before all, then what was used last; of profiles, by name."""
        boosts = quick_reads.recent(self._state)
        marks = {mark[:3]: mark for mark in quick_reads.marks(self._cache)}
        for target in targets.values() if marks else ():
            if mark := marks.get((target.session, target.account_id, target.role)):
                used_at = max(mark.used_at, boosts.get(target.name, 0.0))
                boosts[target.name] = used_at + (_FAVOURITE if mark.is_favourite else 0.0)
        return {name: boost for name, boost in boosts.items() if name in targets}

    def _names_with_keys(self) -> list[str]:
        data = _bytes(self._credentials)
        plain = None if data is None else ini.credentials(data)
        return _names_in_full(self._credentials, self._state) if plain is None else list(plain)


class _Targets(Mapping[str, Target]):
    """Made when they are asked for: of two thousand a picker shows a dozen."""

    def __init__(
        self,
        profiles: Mapping[str, _Values],
        sessions: Mapping[str, _Values],
        names_with_keys: Iterable[str],
    ) -> None:
        self._profiles, self._sessions = profiles, sessions
        self._made: dict[str, Target | None] = dict.fromkeys([*profiles, *names_with_keys])

    def __getitem__(self, name: str) -> Target:
        if (target := self._made[name]) is None:
            if name in self._profiles:
                target = _target(name, self._profiles, self._sessions)
            else:
                target = Target(name)
            self._made[name] = target
        return target

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def is_signed_in(token: TokenEnd | None, now: datetime) -> bool:
    """Whether the clients can go on without anybody's approval."""
    if token is None:
        return False
    return now < token.ends or (token.renewable_until is not None and now < token.renewable_until)


def _bytes(path: str) -> bytes | None:
    """None where the full reader is to say what is the matter; it knows best."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return b""
    except (OSError, ValueError):
        return None


def _read_in_full(path: str, state: str) -> dict[str, dict[str, str]]:
    """Raises FileError."""
    from pathlib import Path

    from rolecall.domain.text import original
    from rolecall.files.config_file import ConfigFile

    config = ConfigFile(Path(path), Path(state)).read()
    found = {
        f"{_PROFILE}{original(each.name)}": {k: original(v) for k, v in each.settings.items()}
        for each in config.profiles
    }
    for session in config.sso_sessions:
        if session.name is not None:
            url = {"sso_start_url": original(session.start_url)}
            found[f"{_SESSION}{original(session.name)}"] = url
    return found


def _names_in_full(path: str, state: str) -> list[str]:
    from rolecall.domain.text import original

    return [original(keys.name) for keys in _keys_in_full(path, state)]


def _key_expiries_in_full(path: str, state: str) -> dict[str, datetime | None]:
    from rolecall.domain.text import original

    return {
        original(keys.name): keys.expires_at
        for keys in _keys_in_full(path, state)
        if keys.expires_at or keys.is_short_term
    }


def _keys_in_full(path: str, state: str) -> tuple[StoredKeys, ...]:
    """What no client can read gives no client keys."""
    from pathlib import Path

    from rolecall.domain.errors import RolecallError
    from rolecall.files.credentials_file import CredentialsFile

    try:
        return CredentialsFile(Path(path), Path(state)).read()
    except RolecallError:
        return ()


def _target(
    name: str, profiles: Mapping[str, _Values], sessions: Mapping[str, _Values], depth: int = 0
) -> Target:
    values = profiles[name]
    region = values.get("region", "")
    if arn := values.get("role_arn"):
        source = values.get("source_profile", "")
        way = Target("")
        if source in profiles and source != name and depth < _LONGEST_CHAIN:
            way = _target(source, profiles, sessions, depth + 1)
        account_id = arn.split(":")[4] if arn.count(":") >= 5 else ""
        role = arn.rpartition("/")[2]
        return Target(name, account_id, role, way.session, way.start_url, region)
    session = values.get("sso_session", "")
    start_url = sessions.get(session, values).get("sso_start_url", "")
    return Target(
        name,
        values.get("sso_account_id", ""),
        values.get("sso_role_name", ""),
        session or start_url,
        start_url,
        region,
    )
