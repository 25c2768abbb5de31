"""Change existing profiles: edit, rename, duplicate, delete, add a role that uses one.

Every change is planned first, as one change of the file for all profiles, so that one undo takes
it back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

from rolecall.domain.arns import is_mfa_arn, is_role_arn
from rolecall.domain.config.file_change import Change, Edit
from rolecall.domain.config.profile_process import used_profile
from rolecall.domain.model import Profile
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass, field
from rolecall.domain.switching.variables import PROFILES
from rolecall.domain.text import original
from rolecall.files.aws_config.config_edits import (
    DRAFT,
    ChangeProfile,
    CopyProfile,
    DeleteProfile,
    RenameProfiles,
    ReplaceProfile,
    SetProfile,
    section_text,
)
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.safe.temporary_folder import delete_left, locked_folder
from rolecall.services.base.leftovers import DRAFTS, left_drafts
from rolecall.services.profiles.profiles import (
    NameCheck,
    NameStatus,
    ProfilesService,
    checked_region,
)

# Seconds of a role's session: the minimum of AssumeRole, and the maximum for role chaining, which
# applies because the credentials of a permission set come from a role.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
_SHORTEST: Final = 900
_LONGEST: Final = 3600
_HARDWARE_MFA: Final = re.compile(r"[A-Z0-9]{9,}")
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, ExternalId
_EXTERNAL_ID: Final = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_NAME: Final = "profile"  # the file with the name of the profile, next to its draft


class ChainProblem(StrEnum):
    """Why a value of a chained profile is invalid."""

    ROLE_ARN = "role-arn"
    MFA_SERIAL = "mfa-serial"
    EXTERNAL_ID = "external-id"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Chain:
    """A profile that assumes `role_arn` with the credentials of the profile `source`.

    Empty values are not written. `duration` is in seconds.
    """

    name: str
    source: str
    role_arn: str
    region: str = ""
    mfa_serial: str = ""
    external_id: str = ""
    duration: str = ""

    def problems(self) -> dict[str, ChainProblem]:
        """Return the problems by the name of the field."""
        serial, duration = self.mfa_serial, self.duration
        checks = (
            ("role_arn", ChainProblem.ROLE_ARN, is_role_arn(self.role_arn)),
            (
                "mfa_serial",
                ChainProblem.MFA_SERIAL,
                not serial or is_mfa_arn(serial) or _HARDWARE_MFA.fullmatch(serial),
            ),
            (
                "external_id",
                ChainProblem.EXTERNAL_ID,
                not self.external_id or _EXTERNAL_ID.fullmatch(self.external_id),
            ),
            ("duration", ChainProblem.DURATION, not duration or _is_duration(duration)),
        )
        return {field: problem for field, problem, is_fine in checks if not is_fine}


@dataclass(frozen=True, slots=True)
class LeftDraft:
    """What was being edited when a rolecall was killed."""

    profile: Profile
    text: str = field(repr=False)
    folder: Path

    def delete(self) -> None:
        delete_left(self.folder)


@dataclass(frozen=True, slots=True)
class ProfileEditsService:
    """Plans and saves changes of profiles. Plans raise FileError and RegionInvalid."""

    config: ConfigFile
    profiles: ProfilesService
    environ: Mapping[str, str]

    def check_new_name(self, profile: Profile, name: str) -> NameCheck:
        """Return whether the profile can have this new name. Its present name counts as free,
        also in another case.
        """
        if name == profile.name:
            return NameCheck(NameStatus.FREE)
        return self.profiles.check_all_free([name], [profile])[name]

    def names_in_credentials_file(self, names: Iterable[str]) -> list[str]:
        """Return the names with a section in the credentials file, which edits leave as it is."""
        stored = self.profiles.credentials.names()
        return [name for name in names if name in stored]

    def users_of(self, profile: Profile) -> list[Profile]:
        """Return the profiles that get their credentials through this profile."""
        return [each for each in self.profiles.profiles() if used_profile(each) == profile.name]

    def variable_naming(self, name: str) -> str | None:
        """Return the environment variable that names this profile, or None."""
        wanted = original(name)
        return next((each for each in PROFILES if self.environ.get(each) == wanted), None)

    def section_text(self, profile: Profile) -> str:
        """Return the section of the profile as it is in the file."""
        return section_text(self.config.document(), original(profile.name))

    @contextmanager
    def draft(self, profile: Profile, text: str) -> Iterator[Path]:
        """Yield a file with the text, for an editor. It is deleted at the end; after a kill it is
        one of `left_drafts`. Bytes that are not UTF-8 are in the text as surrogates.

        Raises OSError.
        """
        with locked_folder(self.config.state, DRAFTS) as folder:
            for name, each in ((_NAME, original(profile.name)), (DRAFT, text)):
                (folder / name).touch(0o600)
                (folder / name).write_bytes(each.encode("utf-8", "surrogateescape"))
            yield folder / DRAFT

    def left_drafts(self) -> list[LeftDraft]:
        """Return what was being edited when a run was killed: the last draft of each profile.

        Those that nobody needs are deleted. Raises FileError.
        """
        if not (folders := left_drafts(self.config.state)):
            return []
        profiles = {original(each.name): each for each in self.profiles.profiles()}
        found: dict[str, LeftDraft] = {}
        for folder in sorted(folders, key=_changed_at, reverse=True):
            name, text = _text_of(folder / _NAME), _text_of(folder / DRAFT)
            profile = profiles.get(name)
            is_needed = text and profile and name not in found
            if profile and is_needed and text != self.section_text(profile):
                found[name] = LeftDraft(profile, text, folder)
            else:
                delete_left(folder)
        return list(found.values())

    def plan_section(self, profile: Profile, text: str) -> Change:
        """Return the plan to replace the section of the profile with this text."""
        return self.config.plan([ReplaceProfile(original(profile.name), text)])

    def plan_edit(self, profile: Profile, name: str, region: str, output: str) -> Change:
        """Return the plan for another name, region or output. An empty value removes the key."""
        edits: list[Edit] = []
        old = original(profile.name)
        new = old if name == profile.name else name  # the name in a field is the one that is shown
        if new != old:
            edits.append(RenameProfiles({old: new}))
        values = _changed(
            profile, {"region": checked_region(region) or None, "output": output or None}
        )
        if values:
            edits.append(ChangeProfile(new, values))
        return self.config.plan(edits)

    def plan_edit_all(
        self, profiles: Sequence[Profile], names: Mapping[str, str], region: str, output: str
    ) -> Change:
        """Plan the same region and output for all profiles. An empty value changes nothing.

        `names` maps the old names of renamed profiles to the new ones.
        """
        typed = {"region": checked_region(region), "output": output}
        wanted: dict[str, str | None] = {key: value for key, value in typed.items() if value}
        edits: list[Edit] = []
        if names:
            edits.append(RenameProfiles({original(old): new for old, new in names.items()}))
        edits += [
            ChangeProfile(original(names.get(each.name, each.name)), values)
            for each in profiles
            if (values := _changed(each, wanted))
        ]
        return self.config.plan(edits)

    def plan_duplicates(self, names: Mapping[str, str], region: str) -> Change:
        """Plan a copy of each profile in another region. `names` maps its name to the new one."""
        values: dict[str, str | None] = {"region": checked_region(region) or None}
        return self.config.plan(
            [CopyProfile(original(old), new, values) for old, new in names.items()]
        )

    def plan_delete(self, profiles: Sequence[Profile]) -> Change:
        """Return the plan to delete the profiles."""
        return self.config.plan([DeleteProfile(original(each.name)) for each in profiles])

    def suggest_chain_name(self, chain: Chain) -> str:
        """Suggest source and role, as `audit-readonly-deployer`; empty without a valid role."""
        if "role_arn" in chain.problems():
            return ""
        role = naming.slug(chain.role_arn.rpartition("/")[2])
        return f"{naming.slug(chain.source)}-{role}"[: naming.MAX_LENGTH].strip("-")

    def plan_chain(self, chain: Chain) -> Change:
        """Return the plan for a profile that assumes a role through another."""
        values: dict[str, str | None] = {
            "role_arn": chain.role_arn,
            "source_profile": original(chain.source),
        }
        more = {
            "mfa_serial": chain.mfa_serial,
            "external_id": chain.external_id,
            "duration_seconds": chain.duration,
            "region": checked_region(chain.region),
        }
        values |= {key: value for key, value in more.items() if value}
        return self.config.plan([SetProfile(original(chain.name), values)])


def _changed(profile: Profile, values: Mapping[str, str | None]) -> dict[str, str | None]:
    return {key: value for key, value in values.items() if profile.in_config(key) != value}


def _changed_at(folder: Path) -> float:
    with suppress(OSError):
        return (folder / DRAFT).stat().st_mtime
    return 0


def _text_of(path: Path) -> str:
    """Return the text of a file; empty if it cannot be read."""
    with suppress(OSError):
        return path.read_bytes().decode("utf-8", "surrogateescape")
    return ""


def _is_duration(text: str) -> bool:
    return text.isascii() and text.isdigit() and _SHORTEST <= int(text) <= _LONGEST
