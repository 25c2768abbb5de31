"""~/.aws/config: profiles and sso-sessions, as botocore reads them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from rolecall.domain.config import Config
from rolecall.domain.model import Profile, ProfileKind, SsoSession
from rolecall.domain.text import safe
from rolecall.files import atomic
from rolecall.files.editor import IniFile
from rolecall.files.findings import config_findings
from rolecall.files.ini import Document, SectionKind

_KINDS: Final = (
    ("web_identity_token_file", ProfileKind.WEB_IDENTITY),
    ("role_arn", ProfileKind.ROLE),
    ("sso_session", ProfileKind.SSO),
    ("sso_start_url", ProfileKind.SSO_LEGACY),
    ("login_session", ProfileKind.LOGIN),
    ("aws_access_key_id", ProfileKind.STATIC),
    ("credential_process", ProfileKind.PROCESS),
)


@dataclass(frozen=True, slots=True)
class ConfigFile(IniFile):
    """`plan` and `commit` are the editor's; `read` is the config's meaning."""

    # The bytes that were parsed last, and the config that they gave: one item at most.
    _last: list[tuple[bytes, Config]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def read(self) -> Config:
        """The config as it is now; it is parsed only if the bytes have changed since the last call.

        A missing file is an empty config. Raises FileUnreadable, FileMalformed.
        """
        data = atomic.read(self.path) or b""
        for parsed, config in self._last:
            if parsed == data:
                return config
        config = self._parse(data)
        self._last[:] = [(data, config)]
        return config

    def _parse(self, data: bytes) -> Config:
        document = Document.parse(data, self.path)
        sections = _merged(document, SectionKind.SSO_SESSION)
        sessions = {name: values for name, (_, values) in sections.items()}
        profiles = tuple(
            _profile(name, lines, values, sessions)
            for name, (lines, values) in _merged(document, SectionKind.PROFILE).items()
        )
        named = [
            _session(name, values) for name, values in sessions.items() if "sso_start_url" in values
        ]
        return Config(
            profiles,
            tuple(named + _legacy_sessions(profiles)),
            frozenset(map(safe, sessions)),
            config_findings(document),
            tuple(document.lines()),
        )


def _merged(document: Document, kind: SectionKind) -> dict[str, tuple[range, dict[str, str]]]:
    """Name → lines and values; of twins botocore takes the last."""
    defaults = document.defaults
    starts = [section.line - len(section.lead) for section in document.sections]
    places = zip(document.sections, starts, [*starts[1:], sys.maxsize], strict=False)
    return {
        section.name: (range(start, end), defaults | section.values)
        for section, start, end in places
        if section.kind is kind
    }


def _profile(
    name: str, lines: range, values: dict[str, str], sessions: Mapping[str, Mapping[str, str]]
) -> Profile:
    session_name = values.get("sso_session")
    session = sessions.get(session_name or "", {})
    shown = {key: safe(value) for key, value in values.items()}
    return Profile(
        name=safe(name),
        kind=_kind(values),
        session_name=shown.get("sso_session"),
        start_url=_shown(session.get("sso_start_url", values.get("sso_start_url"))),
        sso_region=_shown(session.get("sso_region", values.get("sso_region"))),
        account_id=shown.get("sso_account_id"),
        permission_set=shown.get("sso_role_name"),
        region=shown.get("region"),
        output=shown.get("output"),
        lines=lines,
        settings=shown,
    )


def _shown(value: str | None) -> str | None:
    return None if value is None else safe(value)


def _kind(values: Mapping[str, str]) -> ProfileKind:
    """The first that applies, in botocore's order (`credentials.create_credential_resolver`)."""
    return next((kind for key, kind in _KINDS if key in values), ProfileKind.PLAIN)


def _session(name: str, values: Mapping[str, str]) -> SsoSession:
    scopes = [scope.strip() for scope in values.get("sso_registration_scopes", "").split(",")]
    return SsoSession(
        name=safe(name),
        start_url=safe(values["sso_start_url"]),
        region=safe(values.get("sso_region", "")),
        scopes=tuple(scope for scope in scopes if scope),
    )


def _legacy_sessions(profiles: tuple[Profile, ...]) -> list[SsoSession]:
    found: dict[str, SsoSession] = {}
    for profile in profiles:
        url = profile.start_url
        if profile.session_name is None and url is not None and url not in found:
            region = profile.sso_region or ""
            found[url] = SsoSession(None, url, region, ())
    return list(found.values())
