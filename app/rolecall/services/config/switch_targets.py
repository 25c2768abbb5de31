"""What switching needs to know of a profile, from the sections of both files. Quick to import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from rolecall.domain.arns import account_in
from rolecall.domain.login_session import KEY, identity_of
from rolecall.domain.profile_kind import SSO, SSO_ROLE_KEYS, ProfileKind, has_static_keys, kind_of
from rolecall.domain.records import NamedTuple
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.files.aws_config.ini_reader import read_ini, read_stored
from rolecall.files.aws_config.ini_sections import Ini, SectionKind

if TYPE_CHECKING:
    from rolecall.domain.errors.file_errors import FileError

_LONGEST_CHAIN: Final = 8  # source_profile of source_profile …
_ROLES: Final = frozenset({ProfileKind.ROLE, ProfileKind.WEB_IDENTITY})
# The keys with an account in their values; that of an SSO profile is a value by itself.
_WITH_ACCOUNT: Final = frozenset({"role_arn", "credential_process", KEY})

Section = Mapping[str, str]


class Sections(NamedTuple):
    """The sections by name. `profiles` are those of both files, `stored` those of
    ~/.aws/credentials; `problem` is why that file cannot be read.
    """

    profiles: Mapping[str, Section]
    sessions: Mapping[str, Section]
    stored: Mapping[str, Section]
    problem: FileError | None = None

    @classmethod
    def read(cls, config: str, credentials: str, *, waits: bool = True) -> Sections:
        """Return the sections of the files at these paths; `waits` is as for `read_ini`.

        Raises FileError if the config cannot be read.
        """
        stored = read_stored(credentials, waits=waits)
        return cls.of(read_ini(config, waits=waits), *stored)

    @classmethod
    def of(cls, config: Ini, stored: Mapping[str, Section], problem: FileError | None) -> Sections:
        """Return the sections of both files. The keys of ~/.aws/credentials override those of the
        config (`botocore.session.Session.full_config`).
        """
        found = config.by_kind()
        profiles = found[SectionKind.PROFILE]
        for name, values in stored.items():
            profiles[name] = {**profiles.get(name, {}), **values}
        return cls(profiles, found[SectionKind.SSO_SESSION], stored, problem)

    def kind(self, name: str) -> ProfileKind:
        """Return how a profile gets its credentials."""
        return kind_of(self.profiles[name], self.stored.get(name, ()))

    def kind_of_source(self, name: str) -> ProfileKind:
        """Return how a role's source gets its credentials. With its own keys, it assumes no role
        (`botocore.credentials.AssumeRoleProvider`).
        """
        values = self.profiles[name]
        if not has_static_keys(values):
            return self.kind(name)
        without_role = {key: value for key, value in values.items() if key != "role_arn"}
        return kind_of(without_role, self.stored.get(name, ()))

    def login_of(self, name: str) -> str:
        """Return the login session of a profile; empty if its credentials come from elsewhere."""
        return self.profiles[name][KEY] if self.kind(name) is ProfileKind.LOGIN else ""

    def account_of(self, name: str) -> str:
        """Return the account that a profile's credentials are for; empty if it is unknown."""
        if self.kind(name) in SSO:  # nearly all of thousands
            return self.profiles[name].get(SSO_ROLE_KEYS[0], "")
        return target_of(name, self).account_id

    def names_of(self, account_id: str) -> list[str]:
        """Return the profiles of an account."""
        mention = (
            name
            for name, values in self.profiles.items()
            if account_id in values.values() or not _WITH_ACCOUNT.isdisjoint(values)
        )
        return [name for name in mention if self.account_of(name) == account_id]

    def by_account(self) -> dict[str, list[str]]:
        """Return the profiles of each account."""
        found: dict[str, list[str]] = {}
        for name in self.profiles:
            found.setdefault(self.account_of(name), []).append(name)
        return found


class Targets(Mapping[str, SwitchTarget]):
    """Builds targets when they are needed: of 2,000 the picker shows a dozen."""

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self._made: dict[str, SwitchTarget | None] = dict.fromkeys(sections.profiles)

    def __getitem__(self, name: str) -> SwitchTarget:
        if (target := self._made[name]) is None:
            target = self._made[name] = target_of(name, self._sections)
        return target

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def target_of(name: str, sections: Sections, depth: int = 0) -> SwitchTarget:
    values = sections.profiles[name]
    kind = sections.kind_of_source(name) if depth else sections.kind(name)
    region = values.get("region", "")
    if kind in _ROLES and (arn := values.get("role_arn")):
        source = values.get("source_profile", "") if kind is ProfileKind.ROLE else ""
        source_target = SwitchTarget("")
        if source in sections.profiles and source != name and depth < _LONGEST_CHAIN:
            source_target = target_of(source, sections, depth + 1)
        account_id, role = account_in(arn), arn.rpartition("/")[2]
        session, start_url = source_target.session, source_target.start_url
        return SwitchTarget(name, account_id, role, session, start_url, region, source_target.login)
    if kind is ProfileKind.PROCESS:
        from rolecall.domain.access_role import read_process

        if found := read_process(values["credential_process"]):
            url = sections.sessions.get(found.session, {}).get("sso_start_url", "")
            return SwitchTarget(name, found.account_id, found.name, found.session, url, region)
    if login := sections.login_of(name):
        account_id, role = identity_of(login)
        return SwitchTarget(name, account_id, role, region=region, login=login)
    if kind is ProfileKind.STATIC:
        return SwitchTarget(name, region=region)  # its session is for tokens only
    session = values.get("sso_session", "")
    start_url = sections.sessions.get(session, values).get("sso_start_url", "")
    role_keys = SSO_ROLE_KEYS if kind in SSO else ("", "")
    account_id, role = (values.get(key, "") for key in role_keys)
    return SwitchTarget(name, account_id, role, session or start_url, start_url, region)
