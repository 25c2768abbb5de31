"""Sessions that cannot sign in, because of their region, or never have."""

from __future__ import annotations

import pytest

from rolecall.domain.config.findings import FindingKind
from rolecall.domain.records import replace
from rolecall.services.config.merged_files import MergedFiles
from rolecall.services.config.session_findings import never_signed_in, region_findings
from tests.support.desk import Desk


def both(desk: Desk) -> MergedFiles:
    profiles = desk.services.profiles
    return MergedFiles.read(profiles.config, profiles.credentials)


@pytest.mark.parametrize(
    ("region", "kind", "near"),
    [
        ("eu-west-1", None, ""),
        ("eu-wset-1", FindingKind.REGION_MISTYPED, "eu-west-1"),
        ("EU-WEST-1", FindingKind.REGION_MISTYPED, "eu-west-1"),
        ("moon", FindingKind.REGION_UNKNOWN, ""),
        ("", None, ""),
    ],
)
@pytest.mark.parametrize("header", ["sso-session x", "profile x", "other x"])
def test_a_region_that_does_not_exist_is_found(
    desk: Desk, header: str, region: str, kind: FindingKind | None, near: str
) -> None:
    other = "[profile none]\nregion = odd\n"
    desk.config.write_text(f"# c\n[{header}]\nregion = odd\nsso_region = {region}\n{other}")
    found = list(region_findings(both(desk)))
    if kind is None or header == "other x":
        assert found == []
    else:
        (finding,) = found
        assert (finding.kind, finding.line, finding.detail) == (kind, 4, near)
        assert (finding.subject, finding.path) == ("x", desk.config)


def test_a_file_that_is_missing_has_no_region(desk: Desk) -> None:
    desk.config.unlink()
    assert list(region_findings(both(desk))) == []


def test_a_session_without_a_region_has_none_that_does_not_exist(desk: Desk) -> None:
    desk.config.write_text("[sso-session x]\nsso_start_url = u\n[profile y]\nsso_region = moon\n")
    assert [each.subject for each in region_findings(both(desk))] == ["y"]


def test_the_region_of_a_profile_is_the_one_that_clients_use(desk: Desk) -> None:
    desk.config.write_text("[profile x]\nsso_region = eu-wset-1\n")
    credentials = desk.services.locations.credentials
    credentials.write_text("[x]\nsso_region = eu-west-1\n")
    assert list(region_findings(both(desk))) == []
    credentials.write_text("[x]\nregion = y\nsso_region = moon\n")
    (finding,) = region_findings(both(desk))
    assert (finding.kind, finding.path, finding.line) == (
        *(FindingKind.REGION_UNKNOWN, credentials),
        3,
    )


def test_a_session_is_new_until_a_client_has_registered(desk: Desk) -> None:
    other = replace(desk.session, name="other")
    both = [desk.session, other]
    assert never_signed_in(both, desk.token_cache) == both
    desk.sign_in()
    for path in list(desk.sso_cache.iterdir()):
        if path != desk.token_cache.token_path(desk.session):
            path.unlink()
    assert never_signed_in(both, desk.token_cache) == [other]
    without_region = replace(other, region="")
    assert never_signed_in([without_region], desk.token_cache) == []
    assert never_signed_in([without_region, other], desk.token_cache) == [other]
    desk.sign_in()
    desk.services.tokens.sign_out(desk.session)
    assert never_signed_in([desk.session], desk.token_cache) == []
