"""The rule that gives a profile its region: one for all, or by a pattern on the account's name.

It is written `*-us=us-east-1, prod-*=eu-central-1, eu-west-1`. The first pattern that matches wins;
a region without a pattern is for all other accounts. A comma in a pattern is written as a set of
one character: `acme[,] inc*=us-east-1`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Final

from rolecall.domain.errors import RegionInvalid
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass
from rolecall.domain.text import original, safe

_SET: Final = r"\[!?\]?[^\]]*\]"  # as fnmatch reads it
_PART: Final = re.compile(rf"(?:{_SET}|[^,])+")
_SPECIAL: Final = re.compile(rf"{_SET}|[,\[]|^\s|\s$")


@dataclass(frozen=True, slots=True)
class RegionRule:
    """`patterns` are shell-style and ignore case; `rest` may be empty."""

    patterns: tuple[tuple[str, str], ...] = ()
    rest: str = ""

    @classmethod
    def parse(cls, text: str) -> RegionRule:
        """Return the parsed rule. Raises RegionInvalid with the part that is wrong."""
        patterns = []
        rest = ""
        for part in filter(None, map(str.strip, _PART.findall(text))):
            pattern, equals, region = map(str.strip, part.rpartition("="))
            if not naming.is_region(region) or (equals and not pattern) or (rest and not equals):
                raise RegionInvalid(safe(part))
            if equals:
                patterns.append((pattern, region))
            else:
                rest = region
        return cls(tuple(patterns), rest)

    @classmethod
    def of(cls, patterns: Mapping[str, str], rest: str) -> RegionRule:
        """Return the rule of these patterns. An empty region means that of the other accounts; an
        empty pattern matches none.
        """
        found = tuple((each, region or rest) for each, region in patterns.items() if each)
        return cls(found, rest)

    def __str__(self) -> str:
        parts = [f"{_SPECIAL.sub(_as_set, pattern)}={region}" for pattern, region in self.patterns]
        return ", ".join([*parts, self.rest] if self.rest else parts)

    @property
    def all(self) -> list[str]:
        return [*(region for _, region in self.patterns), self.rest]

    def region_of(self, account_name: str) -> str:
        """Return the region for an account; empty if the rule has none."""
        name = original(account_name).lower()
        for pattern, region in self.patterns:
            if fnmatchcase(name, pattern.lower()):
                return region
        return self.rest


def _as_set(found: re.Match[str]) -> str:
    """Return a character that would be read as another one as a set, and a set as it is."""
    return found[0] if len(found[0]) > 1 else f"[{found[0]}]"
