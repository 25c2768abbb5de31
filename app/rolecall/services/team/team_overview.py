"""What a team's file contains, entry by entry, and what the user has instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from rolecall.domain.inventory.annotations import NOTHING, Annotation, Annotations
from rolecall.domain.records import dataclass
from rolecall.domain.team import Portal, Team
from rolecall.domain.text import safe


class TeamPart(StrEnum):
    PORTAL = "portal"
    TEMPLATE = "template"
    PRODUCTION = "production"
    SIGN_IN = "sign_in"
    MUST_NARROW = "must-narrow"
    SHORTEN = "shorten"
    REGION = "region"
    PRESET = "preset"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """`name` is that of a session or an entry, or an account ID. `said` is about the account.
    `own` is what the user has instead; it takes precedence.
    """

    part: TeamPart
    name: str
    value: str
    own: str = ""
    said: Annotation = NOTHING


@dataclass(frozen=True, slots=True)
class TeamOverview:
    """`location` is empty if nothing was taken over. `fetched_at`: when the file was fetched."""

    location: str = ""
    fetched_at: datetime | None = None
    entries: tuple[TeamEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnValues:
    """What the user has: settings by name (only those of the user's file), sessions,
    annotations."""

    settings: Mapping[str, Any]
    portals: Mapping[str, Portal]
    annotations: Annotations


def entries_of(team: Team, own: OwnValues) -> Iterator[TeamEntry]:
    """Yield what the file brings, in its order."""
    for name, portal in team.portals.items():
        mine = own.portals.get(name, portal)
        yield _entry(TeamPart.PORTAL, name, _portal(portal), _portal(mine))
    yield from _settings(team, own.settings)
    for account_id, said in team.accounts.items():
        yield _account(account_id, said, own.annotations.get(account_id, NOTHING))


def _settings(team: Team, own: Mapping[str, Any]) -> Iterator[TeamEntry]:
    if team.template:
        mine = own.get(TeamPart.TEMPLATE, team.template)
        yield _entry(TeamPart.TEMPLATE, "", team.template, mine)
    if team.production:  # the user has these words and their own
        yield _entry(TeamPart.PRODUCTION, "", team.production, team.production)
    if team.sign_in:  # the user has it, too
        yield _entry(TeamPart.SIGN_IN, "", team.sign_in, team.sign_in)
    if team.must_narrow:
        yield _entry(TeamPart.MUST_NARROW, "", team.must_narrow, team.must_narrow)
    for part, name, values in (
        (TeamPart.SHORTEN, "shorten", team.shorten),
        (TeamPart.REGION, "regions", team.regions),
        (TeamPart.PRESET, "presets", team.presets),
    ):
        for key, value in values.items():
            yield _entry(part, key, value, own.get(name, {}).get(key, value))


def _account(account_id: str, said: Annotation, own: Annotation) -> TeamEntry:
    texts = filter(None, (said.alias, said.note, " ".join(said.groups)))
    pairs = (own.alias, said.alias), (own.note, said.note)
    instead = [mine for mine, shared in pairs if mine and shared and mine != shared]
    return TeamEntry(TeamPart.ACCOUNT, account_id, " · ".join(texts), " · ".join(instead), said)


def _portal(portal: Portal) -> str:
    return f"{portal.start_url} · {portal.region}"


def _entry(part: TeamPart, name: str, value: str, mine: str) -> TeamEntry:
    return TeamEntry(part, safe(name), safe(value), "" if mine == value else safe(mine))
