"""Errors about the roles of account access manager."""

from __future__ import annotations

from rolecall.domain.errors import RolecallError


class RoleError(RolecallError):
    """The root of these errors."""


class TenantInvalid(RoleError):
    """The text is not the address of an account access portal.

    `typed` is made safe. `problem` is "not-a-portal", or "incomplete" if it is a part of an
    address. Then `tenant` is the ID that is in it.
    """

    typed: str
    problem: str = "not-a-portal"
    tenant: str = ""


class TokenLacksScopes(RoleError):
    """The token of the sso-session `session` works for permission sets only."""

    session: str


class TenantUnknown(RoleError):
    """The account access manager is not one of this user.

    `tenant` and `region` are those of the account access portal's address; `session` is the name of
    the sso-session that has it.
    """

    tenant: str
    region: str
    session: str


class NoTenant(RoleError):
    """The sso-session `session` has no account access manager."""

    session: str


class RoleRefused(RoleError):
    """Account access manager does not give the role.

    `role` is its name with the path; `problem` is a value of `aws.account_access.RoleProblem`.
    `detail` is what was refused, such as a duration.
    """

    account_id: str
    role: str
    problem: str
    detail: str = ""
