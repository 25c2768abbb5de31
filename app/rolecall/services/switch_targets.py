"""What switching needs of each profile, from the sections of both files. Quick to import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from rolecall.domain.login_session import identity_of
from rolecall.domain.switching import SwitchTarget

_LONGEST_CHAIN: Final = 8  # source_profile of source_profile …
# With one of these, a profile does not use its login session (`domain.config`).
_BEFORE_LOGIN: Final = ("web_identity_token_file", "role_arn", "sso_session", "sso_start_url")

Section = Mapping[str, str]


class Targets(Mapping[str, SwitchTarget]):
    """Builds targets when they are needed: of 2,000 the picker shows a dozen."""

    def __init__(self, profiles: Mapping[str, Section], sessions: Mapping[str, Section]) -> None:
        self._profiles, self._sessions = profiles, sessions
        self._made: dict[str, SwitchTarget | None] = dict.fromkeys(profiles)

    def __getitem__(self, name: str) -> SwitchTarget:
        if (target := self._made[name]) is None:
            target = self._made[name] = target_of(name, self._profiles, self._sessions)
        return target

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


def login_of(values: Section) -> str:
    """Return the login session of a profile; empty if it gets its credentials in another way."""
    return "" if any(key in values for key in _BEFORE_LOGIN) else values.get("login_session", "")


def target_of(
    name: str,
    profiles: Mapping[str, Section],
    sessions: Mapping[str, Section],
    depth: int = 0,
) -> SwitchTarget:
    values = profiles[name]
    region = values.get("region", "")
    if arn := values.get("role_arn"):
        source = values.get("source_profile", "")
        source_target = SwitchTarget("")
        if source in profiles and source != name and depth < _LONGEST_CHAIN:
            source_target = target_of(source, profiles, sessions, depth + 1)
        account_id = arn.split(":")[4] if arn.count(":") >= 5 else ""
        role = arn.rpartition("/")[2]
        session, start_url = source_target.session, source_target.start_url
        return SwitchTarget(name, account_id, role, session, start_url, region, source_target.login)
    if process := values.get("credential_process"):
        from rolecall.domain.access_role import read_process

        if found := read_process(process):
            url = sessions.get(found.session, {}).get("sso_start_url", "")
            return SwitchTarget(name, found.account_id, found.name, found.session, url, region)
    session = values.get("sso_session", "")
    start_url = sessions.get(session, values).get("sso_start_url", "")
    if login := login_of(values):
        account_id, role = identity_of(login)
        return SwitchTarget(name, account_id, role, region=region, login=login)
    return SwitchTarget(
        name,
        values.get("sso_account_id", ""),
        values.get("sso_role_name", ""),
        session or start_url,
        start_url,
        region,
    )
