"""Texts about lending a role to a program."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

POLICY_ALONE: Final = _("--policy says it all: use it without --allow and --deny.")
# By `GrantInvalid.problem`.
GRANT_PROBLEMS: Final = {
    "unknown-service": _("“{typed}” is no service of AWS that rolecall knows."),
    "misspelled": _("“{typed}” is no service of AWS that rolecall knows. Did you mean {near}?"),
    "unknown-level": _("“{typed}” has no access level of AWS. Use {near} after the colon."),
    "levels-unknown": _(
        "rolecall does not know the access levels of “{typed}”. Use {near}, or write a policy and use --policy."
    ),
    "nothing": _("“{typed}” has no actions. This service has {near}."),
    "empty": _("A service is missing. Write --allow s3:read,logs, without an empty place."),
}
# By `PolicyInvalid.problem`.
POLICY_PROBLEMS: Final = {
    "missing": _("There is no policy {path}."),
    "unreadable": _("The policy {path} cannot be read ({detail})."),
    "not-json": _("The policy {path} is not JSON: line {detail} is wrong."),
    "not-a-policy": _("The policy {path} has no Statement, so it is no IAM policy."),
    "twice": _(
        "The policy {path} has the key {detail} twice in one place, so it is unclear what it allows."
    ),
}
# By `PolicyTooLarge.problem`.
TOO_LARGE: Final = {
    "grants": _(
        "The policy has {size} characters, and AWS takes at most {limit}. It fits without {leave_out}."
    ),
    "file": _(
        "The policy has {size} characters without spaces, and AWS takes at most {limit}. Shorten it, for example with wildcards."
    ),
}
# By `NarrowingRefused.problem`. Translators: `detail` is AWS's sentence, or the host.
NARROWING_PROBLEMS: Final = {
    "denied": _(
        "AWS does not let this role be narrowed, so nothing was handed out. Its policies may have to allow sts:GetScopedCredentials. {detail}"
    ),
    "layers": _(
        "These credentials were narrowed three times already, and AWS narrows no further, so nothing was handed out."
    ),
    "malformed": _("AWS does not accept the policy, so nothing was handed out. {detail}"),
    "packed": _(
        "The policy is too large for AWS after it was packed, so nothing was handed out. Leave out a service. {detail}"
    ),
    "lifetime": _(
        "The role ends before the time that was asked for, so nothing was handed out. Ask for fewer minutes. {detail}"
    ),
    "subject": _(
        "AWS no longer accepts the keys of the role, so they were not narrowed and nothing was handed out. {detail}"
    ),
    "unavailable": _(
        "{detail} does not know GetScopedCredentials, so nothing was handed out. AWS has it neither in every partition nor at every endpoint."
    ),
    "global": _(
        "{detail} is the global endpoint of STS, which cannot narrow a role, so nothing was handed out. Set the endpoint of a region, or none."
    ),
    "long-lived": _(
        "These keys do not expire, and AWS narrows only temporary credentials, so nothing was handed out. Use a permission set or a role."
    ),
}
