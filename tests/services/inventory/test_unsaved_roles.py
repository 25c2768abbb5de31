"""Permission sets in the cache that have no profile yet, and saving one."""

from __future__ import annotations

from rolecall.domain.model import Assignment
from rolecall.domain.records import replace
from rolecall.services.inventory.unsaved_roles import target_of
from tests.support.desk import Desk


def test_those_without_a_profile_are_found_until_one_is_saved(
    desk: Desk, audit_admin: Assignment
) -> None:
    assert desk.services.unsaved_roles.find() == []
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
    catalogue = desk.services.inventory.cached(desk.session).catalogue
    every = [each.key for each in catalogue.assignments()]
    found = desk.services.unsaved_roles.find()
    assert [each.assignment.key for each in found] == [
        key for key in every if key != audit_admin.key
    ]
    assert {each.session for each in found} == {desk.session}
    role = found[0]
    target, change = desk.services.unsaved_roles.plan(role)
    desk.services.profiles.commit(change)
    suggested = desk.services.profiles.suggest_name(role.assignment, role.session)
    assert target == target_of(role, target.name, target.region)
    assert (target.account_id, target.role) == role.assignment.key
    assert (target.session, target.start_url) == ("corp", desk.session.start_url)
    assert target.region == desk.services.profiles.default_region(
        role.session, role.assignment.account
    )
    assert target.name == suggested
    [profile] = [
        each for each in desk.services.profiles.read().profiles if each.name == target.name
    ]
    assert (profile.target, profile.region) == (role.assignment.key, target.region)
    assert desk.services.unsaved_roles.find() == found[1:]


def test_those_of_every_session_are_found(desk: Desk) -> None:
    lab = replace(desk.session, name="lab")
    desk.add(f"[sso-session lab]\nsso_region = {lab.region}\nsso_start_url = {lab.start_url}")
    token = desk.sign_in()
    for session in (desk.session, lab):
        desk.services.inventory.crawl(session, token).run(lambda event: None)
    names = {each.session.name for each in desk.services.unsaved_roles.find()}
    assert names == {"corp", "lab"}
