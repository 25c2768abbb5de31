"""Permission sets in the cache that have no profile yet, and saving one."""

from __future__ import annotations

from typing import NamedTuple

from rolecall.domain.config.file_change import Change
from rolecall.domain.model import Assignment, SsoSession
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import original
from rolecall.services.profiles.profiles import ProfileDraft
from rolecall.services.services import Services


class UnsavedRole(NamedTuple):
    """A permission set in an account, without a profile."""

    session: SsoSession
    assignment: Assignment


def unsaved_roles(services: Services) -> list[UnsavedRole]:
    """Return those of every session in ~/.aws/config, in the portal's order. Raises FileError."""
    found = []
    for session in services.sign_in.sessions():
        saved = services.profiles.profiles_of(session)
        catalogue = services.inventory.cached(session).catalogue
        found += [
            UnsavedRole(session, each) for each in catalogue.assignments() if each.key not in saved
        ]
    return found


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


def save(services: Services, role: UnsavedRole) -> SwitchTarget:
    """Save the role under its suggested name, and return its profile. Raises what `plan` raises."""
    target, change = plan(services, role)
    services.profiles.commit(change)
    return target


def plan(services: Services, role: UnsavedRole) -> tuple[SwitchTarget, Change]:
    """Return the profile of the role under its suggested name, and the change that saves it.

    Raises FileError, RegionInvalid.
    """
    profiles = services.profiles
    draft = ProfileDraft(
        name=profiles.suggest_name(role.assignment, role.session),
        session=role.session,
        assignment=role.assignment,
        region=profiles.default_region(role.session, role.assignment.account),
        output=profiles.default_output(),
    )
    return target_of(role, draft.name, draft.region), profiles.plan_save(draft)
