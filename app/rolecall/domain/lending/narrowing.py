"""What of a role is lent: the rights, the time, and why."""

from __future__ import annotations

import re
import shlex
from datetime import datetime, timedelta
from typing import Final

from rolecall.domain.lending.grants import Grant
from rolecall.domain.records import dataclass

LONGEST: Final = 36 * 60  # minutes: the most that GetScopedCredentials takes
# What GetScopedCredentials takes as a description, which CloudTrail shows.
_DESCRIPTION: Final = re.compile(r"[\t\n\r\x20-\x7e\xa1-\xff]{2,256}")
_LONGEST_DESCRIPTION: Final = 256
_CUT: Final = "..."


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`policy` is what AWS gets; empty if only the time is shortened. `allow` and `deny` say it in
    words, unless it is from the file `policy_file`. `minutes` is 0 if the role's own time is lent.
    `id` is that of the lend.
    """

    id: str
    policy: str = ""
    allow: tuple[Grant, ...] = ()
    deny: tuple[Grant, ...] = ()
    policy_file: str = ""
    minutes: int = 0
    description: str = ""

    @property
    def words(self) -> str:
        """The rights as a user writes them, for the log."""
        parts = (("allow", self.allow), ("deny", self.deny))
        found = [f"{word} {','.join(map(str, grants))}" for word, grants in parts if grants]
        return " ".join(found) or self.policy_file

    @property
    def options(self) -> str:
        """The options of the command line that ask for the same."""
        grants = (("--allow", self.allow), ("--deny", self.deny))
        found = [(option, ",".join(map(str, given))) for option, given in grants if given]
        if self.policy_file:
            found.append(("--policy", self.policy_file))
        if self.minutes:
            found.append(("--minutes", str(self.minutes)))
        return shlex.join(word for pair in found for word in pair)

    def ends_at(self, began_at: datetime) -> datetime | None:
        """Return until when keys may be valid; None if the time is not shortened."""
        return began_at + timedelta(minutes=self.minutes) if self.minutes else None


def description_of(reason: str, lend_id: str) -> str:
    """Return what CloudTrail shows: the reason or, if AWS cannot have it, the ID of the lend."""
    text = reason.strip()
    if len(text) > _LONGEST_DESCRIPTION:
        text = text[: _LONGEST_DESCRIPTION - len(_CUT)] + _CUT
    return text if _DESCRIPTION.fullmatch(text) else f"rolecall lend {lend_id}"
