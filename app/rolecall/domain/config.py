"""What ~/.aws/config says, as botocore reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rolecall.domain.change import hide_secrets
from rolecall.domain.findings import Finding
from rolecall.domain.model import Profile, SsoSession


@dataclass(frozen=True, slots=True)
class Config:
    """What stands in the file. `sso_sessions`: the named ones first, then the legacy ones.

    `session_names` are those of all `[sso-session]` sections, also of those that lack something;
    `text` is all of it, line by line.
    """

    profiles: tuple[Profile, ...] = ()
    sso_sessions: tuple[SsoSession, ...] = ()
    session_names: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    text: tuple[str, ...] = field(default=(), repr=False)

    def section(self, profile: Profile) -> list[str]:
        """The lines of a profile's section as they stand in the file; secrets hidden."""
        lines = self.text[profile.lines.start - 1 : profile.lines.stop - 1]
        return hide_secrets("".join(lines).rstrip()).splitlines()

    def line_of(self, profile: Profile, key: str) -> int:
        """The number of the line where one of its keys stands, or its header for "["; else of its
        first.
        """
        lines = ((n, self.text[n - 1]) for n in profile.lines)
        found = (n for n, line in lines if line.strip().lower().startswith(key))
        return next(found, profile.lines.start)
