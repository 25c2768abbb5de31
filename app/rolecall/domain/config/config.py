"""What ~/.aws/config says, as botocore reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from rolecall.domain.access_role import read_process
from rolecall.domain.config.findings import Finding
from rolecall.domain.config.redaction import hide_secrets, may_be_secret
from rolecall.domain.errors import SessionDiffers, SessionIncomplete
from rolecall.domain.login_session import KEY, identity_of
from rolecall.domain.model import Profile, SsoSession
from rolecall.domain.profile_kind import SSO, ProfileKind, kind_of, legacy_start_url
from rolecall.domain.records import NamedTuple, dataclass, field, replace
from rolecall.domain.text import original, safe

ACCESS_KEYS: Final = frozenset(
    ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token")
)


class EndpointUrl(NamedTuple):
    """The URL of a service (`sso`, `sso_oidc`, `sts`; empty for all). `section` is the header above
    it, made safe.
    """

    service: str
    url: str
    section: str = ""


class ClientSettings(NamedTuple):
    """`ca_bundle` is the path of a file with certificates, or empty. `endpoint_urls` has one for
    each service at most; `ignores_endpoint_urls`: those of the environment do not count either.
    """

    ca_bundle: str = ""
    endpoint_urls: tuple[EndpointUrl, ...] = ()
    use_dual_stack: bool = False
    use_fips: bool = False
    ignores_endpoint_urls: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """The content of the file. `sso_sessions` has the named ones first, then the legacy ones.

    `session_values` are the keys of all `[sso-session]` sections by name, incomplete ones included;
    `endpoint_urls` are those of the `[services]` sections, by name and service; `text` is the whole
    file, line by line.
    """

    profiles: tuple[Profile, ...] = ()
    sso_sessions: tuple[SsoSession, ...] = ()
    session_values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    endpoint_urls: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    text: tuple[str, ...] = field(default=(), repr=False)

    def session_of(self, profile: Profile) -> SsoSession | None:
        """Return the session of a profile; None if it has none, or if the file does not have it.

        Profiles without sso-session may name one start URL with different regions, so each has its
        own session. Raises SessionIncomplete, SessionDiffers: all clients refuse it.
        """
        if (name := profile.session_name) is not None:
            session = self.session_named(name)
            for key, value in self.session_values.get(name, {}).items():
                if original(profile.settings.get(key, value)) != value:
                    file = "credentials" if key in profile.overridden else "config"
                    raise SessionDiffers(profile.name, name, safe(key), file)
            return session
        if profile.start_url is None:
            if profile.is_sso:
                raise SessionIncomplete(profile.name, "sso_start_url")
            return None
        return _complete(SsoSession(None, profile.start_url, profile.sso_region or "", None))

    def session_named(self, name: str) -> SsoSession | None:
        """Return the session with this name or, without a name, start URL, made safe; None if there
        is none.

        Raises SessionIncomplete: all clients refuse such a session.
        """
        for session in self.sso_sessions:
            if session.cache_key == name:
                return _complete(session)
        if name in self.session_values:
            raise SessionIncomplete(name, "sso_start_url")
        return None

    def client_settings(self, profile: Profile) -> ClientSettings:
        """Return what the profile says about clients (`botocore.configprovider`)."""
        values = profile.values
        services = values.get("services", "")
        of_services = self.endpoint_urls.get(services, {})
        urls = [EndpointUrl(*each, safe(f"[services {services}]")) for each in of_services.items()]
        if url := values.get("endpoint_url"):
            urls.append(EndpointUrl("", url, _header(profile, "endpoint_url")))

        def is_on(key: str) -> bool:
            return values.get(key, "").strip().lower() == "true"

        return ClientSettings(
            values.get("ca_bundle", ""),
            tuple(sorted(urls)),
            use_dual_stack=is_on("use_dualstack_endpoint"),
            use_fips=is_on("use_fips_endpoint"),
            ignores_endpoint_urls=is_on("ignore_configured_endpoint_urls"),
        )

    def client_settings_of(self, name: str, stored: Mapping[str, str]) -> ClientSettings:
        """Return what the profile with this name says about clients. `stored` are its keys in
        ~/.aws/credentials.

        If it has no `ca_bundle`, the one that all profiles agree on is used.
        """
        found = [each for each in self.profiles if original(each.name) == name]
        profile = found[0] if found else Profile(safe(name), ProfileKind.STATIC)
        settings = self.client_settings(self.with_credentials(profile, stored))
        bundles = {bundle for each in self.profiles if (bundle := each.settings.get("ca_bundle"))}
        if settings.ca_bundle or len(bundles) != 1:
            return settings
        return settings._replace(ca_bundle=original(bundles.pop()))

    def section(self, profile: Profile) -> list[str]:
        """Return the lines of a profile's section as they are in the file, with secrets hidden.

        For a profile of ~/.aws/credentials they are its header and its keys.
        """
        if profile.only_in_credentials:
            # A value's further lines are indented, as they are in the file.
            values = (
                f"{key} = {each}".replace("\n", "\n  ") for key, each in profile.values.items()
            )
            return hide_secrets("\n".join((f"[{original(profile.name)}]", *values))).splitlines()
        lines = self.text[profile.lines.start - 1 : profile.lines.stop - 1]
        return hide_secrets("".join(lines).rstrip()).splitlines()

    def line_of(self, profile: Profile, key: str) -> int:
        """Return the line number of one of the profile's keys, or of its header for "["; the first
        line of the section if there is no such key.
        """
        lines = ((n, self.text[n - 1]) for n in profile.lines)
        found = (n for n, line in lines if line.strip().lower().startswith(key))
        return next(found, profile.lines.start)

    def merged_profiles(self, stored: Mapping[str, Mapping[str, str]]) -> dict[str, Profile]:
        """Return the profiles of both files by name. `stored` are the sections of
        ~/.aws/credentials.
        """
        found = {profile.name: profile for profile in self.profiles}
        for name, values in stored.items():
            profile = found.get(safe(name), Profile(safe(name), ProfileKind.PLAIN))
            found[safe(name)] = self.with_credentials(profile, values)
        return found

    def as_clients_read_it(self, stored: Mapping[str, Mapping[str, str]]) -> Config:
        """Return the config with the keys that ~/.aws/credentials has for its profiles, and with
        the profiles that only that file has, but no access keys. `stored` are the sections of that
        file; one that has only access keys is not a profile here.
        """
        if not stored:
            return self
        kept = {
            name: {key: value for key, value in values.items() if key not in ACCESS_KEYS}
            for name, values in stored.items()
        }
        profiles = []
        for profile in self.profiles:
            name = original(profile.name)
            names = stored.get(name, ())
            profiles.append(self.with_credentials(profile, kept.pop(name, {}), names))
        for name, values in kept.items():
            profile = self.with_credentials(
                Profile(safe(name), ProfileKind.PLAIN), values, stored[name]
            )
            is_keys = profile.kind in {ProfileKind.PLAIN, ProfileKind.STATIC}
            if not is_keys or profile.session_name or profile.start_url:
                profiles.append(replace(profile, only_in_credentials=True, overridden={}))
        named = [each for each in self.sso_sessions if each.name is not None]
        sessions = tuple(named + legacy_sessions(profiles))
        return replace(self, profiles=tuple(profiles), sso_sessions=sessions)

    def with_credentials(
        self, profile: Profile, stored: Mapping[str, str], names: Collection[str] = ()
    ) -> Profile:
        """Return the profile with the keys that ~/.aws/credentials has for it.

        They override those of the config (`botocore.session.Session.full_config`). `names` are the
        names of all keys, if `stored` lacks some.
        """
        if not stored and not names:
            return profile
        values = profile.values | dict(stored)
        overridden = {
            key: profile.in_config(key)
            for key, value in stored.items()
            if key not in ACCESS_KEYS and not may_be_secret(key, value)
        }
        return self._profile(replace(profile, overridden=overridden), values, names or stored)

    def without_role(self, profile: Profile, stored: Collection[str]) -> Profile:
        """Return the profile as it is if its role is not assumed. `stored` are the keys that
        ~/.aws/credentials has for it.
        """
        values = profile.values
        values.pop("role_arn", None)
        return self._profile(profile, values, stored)

    def _profile(
        self, profile: Profile, values: Mapping[str, str], stored: Collection[str]
    ) -> Profile:
        """Return the profile with other values."""
        session = self.session_values.get(safe(values.get("sso_session", "")), {})
        found = profile_from(original(profile.name), values, session, profile.lines, stored)
        return replace(found, overridden=profile.overridden)


def _header(profile: Profile, key: str) -> str:
    """Return the header of the section that has this key of the profile."""
    is_stored = profile.only_in_credentials or key in profile.overridden
    is_plain = is_stored or profile.name == "default"
    return f"[{profile.name}]" if is_plain else f"[profile {profile.name}]"


def _complete(session: SsoSession) -> SsoSession:
    if not session.region:
        raise SessionIncomplete(session.cache_key, "sso_region")
    return session


def legacy_sessions(profiles: Iterable[Profile]) -> list[SsoSession]:
    """Return the sessions that the profiles have without an sso-session."""
    found: dict[str, SsoSession] = {}
    for profile in profiles:
        if (url := legacy_start_url(profile.settings)) is not None:
            known = found.get(url)
            if known is None or not known.region:
                found[url] = SsoSession(None, url, profile.settings.get("sso_region", ""), None)
    return list(found.values())


def profile_from(
    name: str,
    values: Mapping[str, str],
    session: Mapping[str, str],
    lines: range = range(0),
    stored: Collection[str] = (),
) -> Profile:
    """Return the profile that these values make.

    `session` has the values of its sso-session; `stored` are the keys that ~/.aws/credentials has.
    """
    shown = {key: safe(value) for key, value in values.items()}
    kind = kind_of(values, stored)
    if kind is ProfileKind.PROCESS and (role := read_process(values["credential_process"])):
        return Profile(
            name=safe(name),
            kind=kind,
            session_name=safe(role.session),
            account_id=role.account_id,
            permission_set=role.name,
            region=shown.get("region"),
            output=shown.get("output"),
            role_options=role.options,
            lines=lines,
            settings=shown,
        )
    return Profile(
        name=safe(name),
        kind=kind,
        session_name=shown.get("sso_session"),
        start_url=_shown(session.get("sso_start_url", values.get("sso_start_url"))),
        sso_region=_shown(session.get("sso_region", values.get("sso_region"))),
        account_id=_account_id(kind, shown),
        permission_set=shown.get("sso_role_name") if kind in SSO else None,
        region=shown.get("region"),
        output=shown.get("output"),
        lines=lines,
        settings=shown,
    )


def _account_id(kind: ProfileKind, shown: Mapping[str, str]) -> str | None:
    if kind is ProfileKind.LOGIN:
        return identity_of(shown[KEY]).account_id or None
    return shown.get("sso_account_id") if kind in SSO else None


def _shown(value: str | None) -> str | None:
    return None if value is None else safe(value)
