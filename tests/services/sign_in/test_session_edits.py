"""Changing and deleting the sso-sessions of ~/.aws/config."""

from __future__ import annotations

import pytest

from rolecall.domain.access_role import Tenant
from rolecall.domain.errors import RegionInvalid
from rolecall.domain.errors.file_errors import EditRefused
from rolecall.domain.errors.role_errors import TenantInvalid
from rolecall.domain.model import SsoSession
from rolecall.domain.records import replace
from tests.support.config_files import added
from tests.support.desk import Desk

OWN_SPELLING = """\
[sso-session mine]
sso_start_url = https://acme.awsapps.com/start/#/
sso_region = eu-west-1
# no scopes
"""


@pytest.fixture
def mine(desk: Desk) -> SsoSession:
    desk.config.write_text(OWN_SPELLING)
    session = desk.services.sign_in.session_named("mine")
    assert session is not None
    return session


def test_only_what_changes_is_written(desk: Desk, mine: SsoSession) -> None:
    edits = desk.services.session_edits
    edited = edits.edited(mine, mine.start_url, " EU-Central-1 ", "")
    assert edited == replace(mine, region="eu-central-1")
    edits.commit(edits.plan_edit(mine, edited))
    assert desk.config.read_text() == OWN_SPELLING.replace("eu-west-1", "eu-central-1")


def test_the_same_values_change_nothing(desk: Desk, mine: SsoSession) -> None:
    edits = desk.services.session_edits
    edited = edits.edited(mine, mine.start_url, mine.region, "")
    assert edits.plan_edit(mine, edited).is_empty


def test_a_region_in_the_address_is_written(desk: Desk, mine: SsoSession) -> None:
    edits = desk.services.session_edits
    url = "ssoins-722384e1c0d6a1b2.us-east-2.portal.amazonaws.com"
    change = edits.plan_edit(mine, edits.edited(mine, url, "", ""))
    assert added(change) == f"sso_start_url = https://{url}\nsso_region = us-east-2\n"


def test_a_region_that_is_still_searched_is_an_ellipsis_in_the_plan(
    desk: Desk, mine: SsoSession
) -> None:
    edits = desk.services.session_edits
    url = "https://own.example/start"
    change = edits.plan_edit(mine, edits.edited(mine, url, "", ""))
    assert added(change) == f"sso_start_url = {url}\nsso_region = …\n"


def test_a_bad_region_is_refused(desk: Desk, mine: SsoSession) -> None:
    with pytest.raises(RegionInvalid):
        desk.services.session_edits.edited(mine, mine.start_url, "moon", "")


def test_a_deleted_session_leaves_the_rest(desk: Desk, mine: SsoSession) -> None:
    edits = desk.services.session_edits
    rest = "[profile a]\nsso_session = mine\n# mine\n[profile b]\nsso_session = other\n"
    rest += "[profile role]\nrole_arn = r\nsource_profile = a\n"
    desk.config.write_text(f"{OWN_SPELLING}\n{rest}")
    desk.services.locations.credentials.write_text(
        "[stored]\nsso_session = mine\nsso_account_id = 1\nsso_role_name = r\n"
        "[more]\nrole_arn = r\nsource_profile = stored\n[keys]\naws_access_key_id = AKIA\n"
    )
    assert edits.users_of(mine) == ["a", "stored", "role", "more"]
    edits.commit(edits.plan_delete(mine))
    assert "sso-session" not in desk.config.read_text()
    assert desk.config.read_text().endswith(rest)
    with pytest.raises(EditRefused):
        edits.plan_delete(mine)


TERN, OTHER = Tenant("aa-tern", "eu-west-1"), Tenant("aa-other", "eu-west-1")


@pytest.mark.parametrize(
    ("tenants", "found"),
    [
        ([None], 0),  # the only session may get its first portal
        ([TERN], 0),
        ([OTHER], None),  # it has the roles of another portal
        ([None, None], None),  # only the user knows which
        ([None, TERN], 1),
        ([TERN, TERN], None),
        ([], None),
    ],
)
def test_roles_belong_to_the_only_session_that_can_have_them(
    desk: Desk, tenants: list[Tenant | None], found: int | None
) -> None:
    url = "https://acme.awsapps.com/start"
    sessions = [
        SsoSession(f"s{number}", url, "eu-west-1", tenant=tenant)
        for number, tenant in enumerate(tenants)
    ]
    legacy = SsoSession(None, url, "eu-west-1", tenant=TERN)
    expected = None if found is None else sessions[found]
    assert desk.services.session_edits.session_of(TERN, [*sessions, legacy]) is expected


def test_a_part_of_the_address_of_a_portal_is_enough_if_a_session_has_it(
    desk: Desk, mine: SsoSession
) -> None:
    edits = desk.services.session_edits
    for part, named in ((TERN.id, TERN.id), ("moon", None), (TERN.address[:-4], TERN.id)):
        with pytest.raises(TenantInvalid) as refused:
            edits.tenant_at(part)
        assert refused.value.problem == ("incomplete" if named else "not-a-portal")
        assert refused.value.tenant == (named or "")
    edits.commit(edits.plan_edit(mine, edits.with_roles(mine, TERN)))
    assert edits.tenant_at(TERN.id) == TERN
