"""The access levels of AWS, and two of rolecall."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """What actions do, as AWS sorts them. No level includes another one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
    """

    LIST = "list"
    READ = "read"
    WRITE = "write"
    TAG = "tag"
    PERMISSIONS = "permissions"
    SECRETS = "secrets"  # returns secrets, tokens or credentials: taken out of the other levels


ALL: Final = "all"  # every action of a service, now and in future
READING: Final = (Level.LIST, Level.READ)  # of a service that is named alone
