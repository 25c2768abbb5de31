"""Roles of account access manager: how tests list and change them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pytest

from rolecall.demo.organisation import Organisation, Role
from rolecall.domain.access_role import NO_OPTIONS, RoleOptions, Tenant
from rolecall.domain.errors.role_errors import RoleRefused
from rolecall.domain.model import Assignment, PermissionSet
from rolecall.services.inventory.crawl_events import CrawlEvent
from rolecall.services.profiles.profiles import ProfileDraft
from tests.support.desk import Desk, demo

TENANT: Final = "aa-tern-tide"
ROLES_ONLY: Final = "recent acquisition"  # the account that ListAccounts does not have
with_tenant = demo(tenant=TENANT)
slow = demo(tenant=TENANT, latency=0.2)


def set_tenant(desk: Desk, id_: str) -> None:
    """Change the account access portal of the desk's session; an empty ID is none."""
    edits = desk.services.session_edits
    address = f"https://{id_}.account-access.{desk.server.region}.app.aws" if id_ else ""
    old = desk.session
    new = edits.edited(old, old.start_url, old.region, address)
    edits.commit(edits.plan_edit(old, new))
    desk.session = next(iter(desk.services.sign_in.sessions()))
    assert desk.session == new


def move(desk: Desk) -> Role:
    """Give the user another tenant, which has one role. Return the role."""
    other = Role(desk.server.organisation.roles[0].account, "role/Elsewhere")
    desk.server.tenant = Tenant("aa-other", desk.server.region)
    set_roles(desk, [other])
    return other


def set_roles(desk: Desk, roles: Iterable[Role]) -> None:
    organisation = desk.server.organisation
    entries = [
        (account, organisation.permission_sets(account.id)) for account in organisation.accounts
    ]
    desk.server.organisation = Organisation(entries, roles)


def role(desk: Desk, name: str = "role/Deployer") -> Assignment:
    found = next(each for each in desk.server.organisation.roles if each.name == name)
    return Assignment(found.account, PermissionSet(found.name))


def asked(desk: Desk) -> int:
    return desk.server.calls.count("GetAccessRoleCredentials")


def crawl(desk: Desk) -> list[CrawlEvent]:
    token = desk.services.sign_in.valid_token(desk.session)
    assert token is not None
    events: list[CrawlEvent] = []
    desk.services.inventory.crawl(desk.session, token).run(events.append)
    return events


def listed(desk: Desk) -> set[tuple[str, str]]:
    catalogue = desk.services.inventory.cached(desk.session).catalogue
    return {each.key for each in catalogue.assignments() if each.permission_set.is_role}


def all_roles(desk: Desk) -> set[tuple[str, str]]:
    return {(each.account.id, each.name) for each in desk.server.organisation.roles}


def problem_of(desk: Desk, assignment: Assignment, options: RoleOptions = NO_OPTIONS) -> str:
    with pytest.raises(RoleRefused) as refused:
        desk.services.credentials.of_role(desk.session, *assignment.key, options)
    return refused.value.problem


def save(desk: Desk, name: str, assignment: Assignment, options: RoleOptions = NO_OPTIONS) -> None:
    service = desk.services.profiles
    draft = ProfileDraft(name, desk.session, assignment, "eu-west-1", "json", options)
    service.commit(service.plan_save(draft))


def sign_in_without_scopes(desk: Desk) -> None:
    """Save a token of a client that does not know account access manager."""
    desk.token_cache.save_token(desk.session, desk.server.sign_in())
