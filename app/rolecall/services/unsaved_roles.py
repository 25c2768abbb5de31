"""Permission sets that have no profile yet: those that the cache knows, and saving one."""

from __future__ import annotations

from typing import NamedTuple

from rolecall.domain.model import Assignment, SsoSession
from rolecall.domain.switching import Target
from rolecall.domain.text import original
from rolecall.services.profiles import ProfileDraft
from rolecall.services.services import Services


class UnsavedRole(NamedTuple):
    session: SsoSession
    assignment: Assignment


def unsaved_roles(services: Services) -> list[UnsavedRole]:
    """Of every session in ~/.aws/config, in the portal's order. Raises FileError."""
    found = []
    for session in services.sign_in.sessions():
        saved = services.profiles.profiles_of(session)
        catalogue = services.inventory.cached(session).catalogue
        found += [
            UnsavedRole(session, each) for each in catalogue.assignments() if each.key not in saved
        ]
    return found


def target_of(each: UnsavedRole, name: str = "", region: str = "") -> Target:
    return Target(
        name=name,
        account_id=original(each.assignment.account.id),
        role=original(each.assignment.permission_set.name),
        session=original(each.session.cache_key),
        start_url=original(each.session.start_url),
        region=region,
    )


def save(services: Services, each: UnsavedRole) -> Target:
    """Saves it under its suggested name. Raises FileError, RegionInvalid."""
    profiles = services.profiles
    draft = ProfileDraft(
        name=profiles.suggest_name(each.assignment, each.session),
        session=each.session,
        assignment=each.assignment,
        region=profiles.default_region(each.session, each.assignment.account),
        output=profiles.default_output(),
    )
    profiles.save(profiles.plan_save(draft))
    return target_of(each, draft.name, draft.region)
