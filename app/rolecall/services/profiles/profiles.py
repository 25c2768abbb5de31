"""Profiles in ~/.aws/config: read them, name and save new ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import Enum
from typing import Final

from rolecall.domain.access_role import NO_OPTIONS, RoleOptions, RoleProcess, arn_of
from rolecall.domain.config import profile_tree
from rolecall.domain.config.config import Config
from rolecall.domain.config.file_change import Change
from rolecall.domain.errors import RegionInvalid
from rolecall.domain.errors.role_errors import NoTenant
from rolecall.domain.model import Account, Assignment, Profile, SsoSession
from rolecall.domain.naming import names as naming
from rolecall.domain.naming import template
from rolecall.domain.naming.names import NameProblem
from rolecall.domain.profiles.plan import Collision, ExistingProfiles
from rolecall.domain.profiles.stored_profiles import StoredProfiles
from rolecall.domain.records import dataclass, replace
from rolecall.domain.settings.settings import OUTPUTS
from rolecall.domain.text import original
from rolecall.files.aws_config.config_edits import SaveProfile
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.services.base.own_program import program
from rolecall.services.base.settings import SettingsService
from rolecall.services.config.merged_files import MergedFiles
from rolecall.services.config.profile_findings import all_findings
from rolecall.services.team.annotations import AnnotationsService

FALLBACK_OUTPUT: Final = "json"
DEFAULT: Final = "default"


class NameStatus(Enum):
    """Whether a profile can have a name, and why not."""

    FREE = "free"
    DEFAULT = "default"  # free; clients use it if nothing names a profile
    INVALID = "invalid"
    UPDATES = "updates"  # same session, account and permission set: saving updates it
    TAKEN = "taken"
    IN_CREDENTIALS_FILE = "in-credentials-file"  # some SDKs would use the keys there
    STORED = "stored"  # there without keys: clients would use the settings there
    CASE = "case"  # another name differs only in case


_TAKEN: Final = {
    Collision.PROFILE: NameStatus.TAKEN,
    Collision.CREDENTIALS: NameStatus.IN_CREDENTIALS_FILE,
    Collision.STORED: NameStatus.STORED,
    Collision.CASE: NameStatus.CASE,
}


@dataclass(frozen=True, slots=True)
class NameCheck:
    """`problem` goes with INVALID, `profile` with UPDATES and TAKEN."""

    status: NameStatus
    problem: NameProblem | None = None
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """A profile to be written. An empty `region` or `output` is not written.

    `options` are for a role of account access manager.
    """

    name: str
    session: SsoSession
    assignment: Assignment
    region: str = ""
    output: str = ""
    options: RoleOptions = NO_OPTIONS


@dataclass(frozen=True, slots=True)
class ProfilesService:
    """Reads and saves profiles. Reading raises FileError; other programs write the files too."""

    config: ConfigFile
    credentials: CredentialsFile
    environ: Mapping[str, str]
    settings: SettingsService
    annotations: AnnotationsService

    def read(self) -> Config:
        """Return ~/.aws/config with all findings about profiles, and what ~/.aws/credentials adds:
        keys of its profiles, and profiles. Raises FileError.
        """
        files = MergedFiles.read(self.config, self.credentials)
        both = files.config.as_clients_read_it(files.stored)
        return replace(both, findings=all_findings(files))

    def profiles(self) -> tuple[Profile, ...]:
        """Return the profiles in ~/.aws/config. Raises FileError."""
        return self.config.read().profiles

    def profiles_of(self, session: SsoSession) -> dict[tuple[str, str], list[Profile]]:
        """Return the profiles of a session by account id and permission set, as clients read them.

        Raises FileError.
        """
        found: dict[tuple[str, str], list[Profile]] = defaultdict(list)
        for profile in self.config.read_with(self.credentials).profiles:
            if profile.account_id and profile.permission_set and profile.is_of(session):
                found[profile.account_id, profile.permission_set].append(profile)
        return dict(found)

    def existing(self) -> ExistingProfiles:
        """Return the profiles and names that exist now. Raises FileError."""
        names = frozenset(self.credentials.names())
        with_keys = frozenset(self.credentials.names_with_keys())
        return ExistingProfiles(self.profiles(), with_keys, names - with_keys)

    def stored(self) -> StoredProfiles:
        """Return what ~/.aws/credentials has about profiles to save. Raises FileError."""
        return StoredProfiles(self.config.read_with(self.credentials).profiles)

    def dependents(self, deleted: Sequence[Profile]) -> list[Profile]:
        """Return the other profiles of both files that assume a role through a deleted one.

        Raises FileError.
        """
        profiles = self.config.read_with(self.credentials).profiles
        return profile_tree.dependents({each.name for each in deleted}, profiles)

    def suggest_name(self, assignment: Assignment, session: SsoSession) -> str:
        """Return a name for the profile of an assignment.

        It is the name of the existing profile if there is one, else what the template in the
        settings gives if that is valid and free, else a short name.
        """
        taken = self.existing()
        for profile in taken.profiles:
            if profile.points_at(*assignment.key) and profile.is_of(session):
                return profile.name
        shorten = self.settings.settings.shorten
        source = self.settings.settings.template
        alias = self.annotations.alias(assignment.account.id) if "{alias" in source else ""
        facts = template.NameFacts(session, assignment, shorten, alias)
        name = template.Template.parse(source).name(facts)
        if naming.check(name) is None and name not in taken:
            return name
        return naming.suggest(assignment.account, assignment.permission_set.name, taken, shorten)

    def check_name(self, name: str, assignment: Assignment, session: SsoSession) -> NameCheck:
        """Return whether the profile of an assignment can have this name. It may exist already."""
        check = self.check_free(name)
        existing = check.profile
        if existing and existing.points_at(*assignment.key) and existing.is_of(session):
            return NameCheck(NameStatus.UPDATES, None, existing)
        return check

    def check_free(self, name: str) -> NameCheck:
        """Return whether a new profile can have this name."""
        return self.check_all_free([name])[name]

    def check_all_free(
        self, names: Iterable[str], renamed: Collection[Profile] = ()
    ) -> dict[str, NameCheck]:
        """Return whether new profiles, or those that are `renamed`, can have these names.

        The files are read once.
        """
        names, existing = list(dict.fromkeys(names)), self.existing()
        others = existing.without(renamed)
        folds = Counter(map(str.casefold, names))

        def check(name: str) -> NameCheck:
            if name in existing.by_name:
                return NameCheck(NameStatus.TAKEN, None, existing.by_name[name])
            if problem := naming.check(name):
                return NameCheck(NameStatus.INVALID, problem)
            if found := others.collision(name):
                return NameCheck(_TAKEN[found])
            if folds[name.casefold()] > 1:
                return NameCheck(NameStatus.CASE)
            return NameCheck(NameStatus.DEFAULT if name == DEFAULT else NameStatus.FREE)

        return {name: check(name) for name in names}

    def default_region(self, session: SsoSession, account: Account | None = None) -> str:
        """Return the region for a new profile.

        It comes from the settings for this account, else from [default], else from the SSO profile
        saved last, else from the session.
        """
        settings = self.settings.settings
        from_settings = settings.region_of(account.name) if account else settings.region
        return from_settings or self._default("region", naming.is_region) or session.region

    def default_output(self) -> str:
        """Return the output format for a new profile, by the same order."""
        return (
            self.settings.settings.output
            or self._default("output", OUTPUTS.__contains__)
            or FALLBACK_OUTPUT
        )

    def draft(self, assignment: Assignment, session: SsoSession) -> ProfileDraft:
        """Return the profile that is suggested for an assignment: an existing one as it is.

        Raises FileError.
        """
        name = self.suggest_name(assignment, session)
        existing = next((each for each in self.profiles() if each.name == name), None)
        if existing is None:
            region, output = self.default_region(session, assignment.account), self.default_output()
            return ProfileDraft(name, session, assignment, region, output)
        region, output = existing.region or "", existing.output or ""
        return ProfileDraft(name, session, assignment, region, output, existing.role_options)

    def plan_save(self, draft: ProfileDraft) -> Change:
        """Plan to save a profile. The name of an existing one may be as it is shown.

        Raises RegionInvalid, FileError.
        """
        keys = self.keys_of(draft.session, draft.assignment, draft.options)
        values = keys | {
            "region": checked_region(draft.region) or None,
            "output": draft.output.strip() or None,
        }
        session = original(draft.session.name or "")
        names = (each.name for each in self.profiles())
        name = next((each for each in names if each == draft.name), draft.name)
        return self.config.plan([SaveProfile(original(name), values, session)])

    def keys_of(
        self, session: SsoSession, assignment: Assignment, options: RoleOptions = NO_OPTIONS
    ) -> dict[str, str | None]:
        """Return the keys of a profile that get the credentials of a permission set or role.

        Raises NoTenant if it is a role and the session has no account access manager.
        """
        if not assignment.permission_set.is_role:
            return _sso_keys(session, assignment)
        if session.tenant is None:
            raise NoTenant(session.cache_key)
        account_id, name = assignment.key
        process = RoleProcess(
            program(self.environ),
            original(session.cache_key),
            account_id,
            name,
            arn_of(session.tenant, account_id, name),
            options,
        )
        return {"credential_process": process.text}

    def commit(self, change: Change) -> None:
        """Write a change of ~/.aws/config that any service has planned. Raises FileError."""
        self.config.commit(change)

    def _default(self, key: str, is_valid: Callable[[str], bool]) -> str:
        profiles = self.profiles()
        preferred = [profile for profile in profiles if profile.name == DEFAULT]
        preferred += [profile for profile in reversed(profiles) if profile.account_id]
        found = (each.settings.get(key, "") for each in preferred)
        return next((value for value in found if is_valid(value)), "")


def checked_region(typed: str) -> str:
    """Return the region without spaces; it may be empty. Raises RegionInvalid."""
    region = typed.strip()
    if region and not naming.is_region(region):
        raise RegionInvalid(region)
    return region


def _sso_keys(session: SsoSession, assignment: Assignment) -> dict[str, str | None]:
    """Return the keys of a profile that name session, account and permission set."""
    if session.name is None:
        of_session = {"sso_start_url": session.start_url, "sso_region": session.region}
    else:
        of_session = {"sso_session": session.name}
    return {
        **{key: original(value) for key, value in of_session.items()},
        "sso_account_id": original(assignment.account.id),
        "sso_role_name": original(assignment.permission_set.name),
    }
