"""Account IDs and ARNs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns

The patterns are strings, so that importing this module does not compile them; `re` caches them.
"""

from __future__ import annotations

import re
from typing import Final

ACCOUNT_ID: Final = "[0-9]{12}"
ANY_PARTITION: Final = "arn:aws[a-z-]*"
# The start of the name of a permission set's role. Group 1 is the permission set.
# https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
RESERVED_ROLE: Final = r"AWSReservedSSO_([\w+=,.@-]+)_"
_RESOURCE: Final = r"[\w+=,.@/-]+"
ROLE_ARN: Final = f"{ANY_PARTITION}:iam::{ACCOUNT_ID}:role/{_RESOURCE}"
_MFA_ARN: Final = f"{ANY_PARTITION}:iam::{ACCOUNT_ID}:(mfa|sms-mfa|u2f)/{_RESOURCE}"


def is_role_arn(text: str) -> bool:
    """Return whether the text looks like a role ARN, in any partition."""
    return re.fullmatch(ROLE_ARN, text, re.ASCII) is not None


def account_in(arn: str) -> str:
    """Return the account of an ARN; empty if the text lacks a part of one."""
    return arn.split(":")[4] if arn.count(":") >= 5 else ""


def is_mfa_arn(text: str) -> bool:
    """Return whether the text looks like the ARN of an MFA device, in any partition."""
    return re.fullmatch(_MFA_ARN, text, re.ASCII) is not None


def access_key_id(text: str) -> str:
    """Return the ID of an access key that a user has typed; empty if it is something else."""
    found = text.strip().upper()
    return found if re.fullmatch("A[KS]IA[A-Z0-9]{16}", found) else ""
