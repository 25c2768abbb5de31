"""What ~/.aws/config says, as botocore reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rolecall.domain.file_change import hide_secrets
from rolecall.domain.findings import Finding
from rolecall.domain.model import Profile, SsoSession


@dataclass(frozen=True, slots=True)
class Config:
    """The content of the file. `sso_sessions` has the named ones first, then the legacy ones.

    `session_names` are the names of all `[sso-session]` sections, incomplete ones included; `text`
    is the whole file, line by line.
    """

    profiles: tuple[Profile, ...] = ()
    sso_sessions: tuple[SsoSession, ...] = ()
    session_names: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    text: tuple[str, ...] = field(default=(), repr=False)

    def section(self, profile: Profile) -> list[str]:
        """Return the lines of a profile's section as they are in the file, with secrets hidden."""
        lines = self.text[profile.lines.start - 1 : profile.lines.stop - 1]
        return hide_secrets("".join(lines).rstrip()).splitlines()

    def line_of(self, profile: Profile, key: str) -> int:
        """Return the line number of one of the profile's keys, or of its header for "["; the first
        line of the section if there is no such key.
        """
        lines = ((n, self.text[n - 1]) for n in profile.lines)
        found = (n for n, line in lines if line.strip().lower().startswith(key))
        return next(found, profile.lines.start)
