"""Roles of account access manager: their credentials, and profiles of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rolecall.aws.account_access import RoleProblem
from rolecall.domain.access_role import NO_OPTIONS, RoleOptions
from rolecall.domain.errors import NoAssignment, SignInNeeded
from rolecall.domain.errors.role_errors import NoTenant, TenantUnknown, TokenLacksScopes
from rolecall.domain.model import Assignment, PermissionSet, SsoSession
from rolecall.domain.records import replace
from tests.services.access_roles import (
    all_roles,
    crawl,
    problem_of,
    role,
    save,
    set_tenant,
    sign_in_without_scopes,
    with_tenant,
)
from tests.support.desk import Desk

pytestmark = pytest.mark.usefixtures("tenant")


@with_tenant
@pytest.mark.usefixtures("tenant", "signed_in")
class TestCredentials:
    def test_other_options_are_another_session(self, desk: Desk) -> None:
        service, key = desk.services.credentials, role(desk, "role/ops/OnCall").key
        plain = service.of_role(desk.session, *key)
        long = service.of_role(desk.session, *key, RoleOptions("kim", 7200))
        assert long.expires_at - plain.expires_at == timedelta(hours=1)
        assert service.of_role(desk.session, *key, RoleOptions("kim", 7200)) == long
        issued = desk.server._center.credentials
        assert issued[long.access_key_id].arn.endswith("assumed-role/OnCall/kim")

    @pytest.mark.parametrize(
        ("user", "name"), [("kim", "kim"), ("root", "rolecall"), ("", "rolecall"), ("k m", "km")]
    )
    def test_a_session_has_the_name_of_the_user(self, desk: Desk, user: str, name: str) -> None:
        services = desk.another(LOGNAME=user)
        found = services.credentials.of_role(desk.session, *role(desk).key)
        assert desk.server._center.credentials[found.access_key_id].arn.endswith(f"/{name}")

    def test_the_settings_have_the_defaults(self, desk: Desk) -> None:
        desk.services.settings.save({"role_session_name": "ci", "role_duration": 1800})
        found = desk.services.credentials.of_role(desk.session, *role(desk).key)
        assert found.expires_at == desk.clock.now + timedelta(minutes=30)
        assert desk.server._center.credentials[found.access_key_id].arn.endswith("/ci")

    def test_a_role_that_is_no_longer_assigned(self, desk: Desk) -> None:
        gone = Assignment(role(desk).account, PermissionSet("role/Gone"))
        with pytest.raises(NoAssignment):
            desk.services.credentials.of_role(desk.session, *gone.key)

    def test_a_trust_policy_that_does_not_let_account_access_manager_in(self, desk: Desk) -> None:
        assert problem_of(desk, role(desk, "role/legacy/BatchOperator")) == RoleProblem.TRUST_POLICY

    def test_a_duration_above_the_maximum(self, desk: Desk) -> None:
        assert problem_of(desk, role(desk), RoleOptions("", 7200)) == RoleProblem.DURATION

    def test_a_token_without_the_scopes(self, desk: Desk) -> None:
        sign_in_without_scopes(desk)
        with pytest.raises(TokenLacksScopes):
            desk.services.credentials.of_role(desk.session, *role(desk).key)
        permission_set = next(desk.server.organisation.assignments())
        assert desk.services.credentials.of_role(desk.session, *permission_set.key)

    def test_a_token_that_only_account_access_manager_refuses(self, desk: Desk) -> None:
        desk.server.faults.add("GetAccessRoleCredentials", 401)
        with pytest.raises(TokenLacksScopes):
            desk.services.credentials.of_role(desk.session, *role(desk).key)
        assert desk.another().sign_in.valid_tokens([desk.session])  # the portal accepts it

    def test_a_token_that_was_revoked(self, desk: Desk) -> None:
        desk.server.forget_sign_ins()
        with pytest.raises(SignInNeeded):
            desk.services.credentials.of_role(desk.session, *role(desk).key)

    def test_a_token_that_is_revoked_while_it_is_asked_why_a_role_was_denied(
        self, desk: Desk
    ) -> None:
        for operation in ("ListRoles", "ListAccounts"):
            desk.server.faults.add(operation, 401)
        untrusting = role(desk, "role/legacy/BatchOperator")
        with pytest.raises(SignInNeeded):
            desk.services.credentials.of_role(desk.session, *untrusting.key)

    def test_another_tenant(self, desk: Desk) -> None:
        set_tenant(desk, "aa-other")
        for options in (NO_OPTIONS, RoleOptions("", 3600)):
            with pytest.raises(TenantUnknown):
                desk.services.credentials.of_role(desk.session, *role(desk).key, options)

    def test_a_session_without_a_tenant(self, desk: Desk) -> None:
        session = SsoSession("corp", desk.server.start_url, desk.server.region)
        with pytest.raises(NoTenant):
            desk.services.credentials.of_role(session, *role(desk).key)

    def test_a_sign_out_deletes_them(self, desk: Desk) -> None:
        save(desk, "oncall", role(desk, "role/ops/OnCall"), RoleOptions("kim", 7200))
        desk.services.credentials.of_profile("oncall")
        plan = desk.services.tokens.plan_sign_out(desk.session)
        assert [each.permission_set for each in plan.roles] == ["role/ops/OnCall"]
        desk.services.tokens.sign_out(desk.session)
        assert not desk.role_cache.entries()


@with_tenant
class TestProfiles:
    def test_a_saved_role_is_a_credential_process(self, desk: Desk) -> None:
        assignment = role(desk, "role/ops/OnCall")
        save(desk, "oncall", assignment, RoleOptions("kim", 7200))
        (line,) = [
            each for each in desk.config.read_text().splitlines() if "credential_process" in each
        ]
        arn = f"arn:aws:iam::{assignment.account.id}:role/ops/OnCall"
        assert line.endswith(
            f"rolecall credential-process --sso-session corp --role-arn {arn}"
            " --session-name kim --duration 7200"
        )
        (profile,) = desk.services.profiles.profiles()
        assert profile.target == assignment.key
        assert profile.is_of(desk.session)
        assert profile.role_options == RoleOptions("kim", 7200)

    def test_only_its_own_options_are_suggested_again(self, desk: Desk, audit: Assignment) -> None:
        assignment = role(desk, "role/ops/OnCall")
        profiles = desk.services.profiles
        name = profiles.suggest_name(assignment, desk.session)
        save(desk, name, assignment, RoleOptions("kim", 7200))
        assert profiles.draft(assignment, desk.session).options == RoleOptions("kim", 7200)
        assert profiles.draft(audit, desk.session).options == NO_OPTIONS

    def test_it_needs_the_portal_of_account_access_manager(
        self, desk: Desk, audit: Assignment
    ) -> None:
        assignment = Assignment(audit.account, PermissionSet("role/ops/OnCall"))
        with pytest.raises(NoTenant):
            desk.services.profiles.keys_of(replace(desk.session, tenant=None), assignment)

    def test_its_name_has_no_path(self, desk: Desk) -> None:
        name = desk.services.profiles.suggest_name(role(desk, "role/ops/OnCall"), desk.session)
        assert name.endswith(("-oncall", "-on-call"))
        assert "role" not in name

    def test_drift_treats_it_as_a_permission_set(self, desk: Desk) -> None:
        desk.sign_in()
        saved = role(desk)
        save(desk, "deployer", saved)
        gone = Assignment(saved.account, PermissionSet("role/Gone"))
        save(desk, "gone", gone)
        crawl(desk)
        drift = desk.services.drift.compare(desk.session)
        assert [each.name for each in drift.not_assigned] == ["gone"]
        missing = {each.key for each in drift.missing}
        assert saved.key not in missing
        assert all_roles(desk) - {saved.key} <= missing

    def test_before_roles_are_listed_no_profile_counts_as_unassigned(self, desk: Desk) -> None:
        sign_in_without_scopes(desk)
        save(desk, "deployer", role(desk))
        crawl(desk)
        assert not desk.services.drift.compare(desk.session).not_assigned
