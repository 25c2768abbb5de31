"""Permission sets in the cache that have no profile yet, and saving one."""

from __future__ import annotations

from rolecall.domain.config.file_change import Change
from rolecall.domain.model import Assignment, SsoSession
from rolecall.domain.records import NamedTuple, dataclass
from rolecall.domain.sign_in.sign_in_key import bare_url
from rolecall.domain.switching.pin import Pin
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import original
from rolecall.services.inventory.inventory import InventoryService
from rolecall.services.profiles.profiles import ProfileDraft, ProfilesService
from rolecall.services.sign_in.sign_in import SignInService


class UnsavedRole(NamedTuple):
    """A permission set in an account, without a profile."""

    session: SsoSession
    assignment: Assignment


def target_of(role: UnsavedRole, name: str = "", region: str = "") -> SwitchTarget:
    """Return the target of a shell for this role."""
    return SwitchTarget(
        name=name,
        account_id=original(role.assignment.account.id),
        role=original(role.assignment.permission_set.name),
        session=original(role.session.cache_key),
        start_url=original(role.session.start_url),
        region=region,
    )


@dataclass(frozen=True, slots=True)
class UnsavedRoles:
    """Finds and saves them."""

    sign_in: SignInService
    profiles: ProfilesService
    inventory: InventoryService

    def find(self) -> list[UnsavedRole]:
        """Return those of every saved session, by account. Raises FileError."""
        found = []
        for session in self.sign_in.sessions():
            saved = self.profiles.profiles_of(session)
            assignments = self.inventory.cached(session).catalogue.assignments()
            found += [UnsavedRole(session, each) for each in assignments if each.key not in saved]
        return found

    def of_pin(self, pin: Pin) -> UnsavedRole | None:
        """Return the pinned permission set if it is listed and has no profile. Raises FileError."""
        for each in self.find():
            url = pin.start_url or each.session.start_url
            is_of_portal = bare_url(url) == bare_url(each.session.start_url)
            if is_of_portal and each.assignment.key == (pin.account_id, pin.permission_set):
                return each
        return None

    def plan(self, role: UnsavedRole) -> tuple[SwitchTarget, Change]:
        """Return the profile of the role under its suggested name, and the change that saves it.

        Raises FileError, RegionInvalid.
        """
        draft = ProfileDraft(
            name=self.profiles.suggest_name(role.assignment, role.session),
            session=role.session,
            assignment=role.assignment,
            region=self.profiles.default_region(role.session, role.assignment.account),
            output=self.profiles.default_output(),
        )
        return target_of(role, draft.name, draft.region), self.profiles.plan_save(draft)
