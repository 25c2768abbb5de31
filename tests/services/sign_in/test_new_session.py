"""Adding a session to ~/.aws/config."""

from __future__ import annotations

import pytest

from rolecall.domain.errors import (
    RegionInvalid,
    ServiceFault,
    SessionNameInvalid,
    StartUrlInvalid,
    StartUrlUnknown,
)
from tests.support.config_files import added
from tests.support.desk import Desk


class TestNewSession:
    def test_suggestions_are_free_names(self, desk: Desk) -> None:
        service = desk.services.session_edits

        def suggested(url: str) -> str:
            return service.suggest_session_name(url, desk.services.sign_in.sessions())

        assert suggested("https://acme.awsapps.com/start") == "acme"
        service.add_session("acme", "https://acme.awsapps.com/start", "us-east-1")
        assert suggested("https://acme.awsapps.com/start/") == "acme-2"

    def test_invalid_session_names_are_refused(self, desk: Desk) -> None:
        service = desk.services.session_edits
        url = "https://acme.awsapps.com/start"
        assert service.check_session_name("corp", url) == "taken"
        assert service.check_session_name("corp", desk.server.start_url) is None
        assert service.check_session_name("my corp", url) == "spaces"
        with pytest.raises(SessionNameInvalid):
            service.plan_session("corp", url, "us-east-1")

    def test_typed_values_are_normalised(self, desk: Desk) -> None:
        change = desk.services.session_edits.plan_session(
            "acme", " https://ACME.awsapps.com/start/#/ ", " US-East-1 "
        )
        assert added(change) == (
            "[sso-session acme]\n"
            "sso_start_url = https://acme.awsapps.com/start\n"
            "sso_region = us-east-1\n"
            "sso_registration_scopes = sso:account:access\n"
        )

    def test_the_region_in_an_address_is_used(self, desk: Desk) -> None:
        url = "ssoins-722384e1c0d6a1b2.us-east-2.portal.amazonaws.com"
        assert desk.services.session_edits.new_session("acme", url, "").region == "us-east-2"
        assert (
            desk.services.session_edits.new_session("acme", url, "eu-west-1").region == "us-east-2"
        )

    def test_the_one_that_was_added_is_returned(self, desk: Desk) -> None:
        add, url = desk.services.session_edits.add_session, "https://acme.awsapps.com/start"
        assert [add(name, url, "eu-west-1").name for name in ("one", "two")] == ["one", "two"]

    def test_a_session_without_a_region_is_not_written(self, desk: Desk) -> None:
        before = desk.config.read_bytes()
        with pytest.raises(RegionInvalid):
            desk.services.session_edits.add_session("acme", "https://acme.example", "")
        assert desk.config.read_bytes() == before

    def test_a_region_that_is_still_searched_is_an_ellipsis_in_the_plan(self, desk: Desk) -> None:
        change = desk.services.session_edits.plan_session("acme", "https://acme.example/start", "")
        assert "sso_region = …\n" in added(change)

    def test_bad_input_is_not_planned(self, desk: Desk) -> None:
        with pytest.raises(StartUrlInvalid):
            desk.services.session_edits.plan_session("x", "http://acme.example", "us-east-1")
        with pytest.raises(RegionInvalid):
            desk.services.session_edits.plan_session("x", "https://acme.example", "somewhere")

    @pytest.mark.thorough
    @pytest.mark.parametrize(
        ("failing", "path"),
        [("RegisterClient", ""), ("StartDeviceAuthorization", ""), ("", "/other")],
    )
    def test_a_session_that_fails_leaves_nothing(self, desk: Desk, failing: str, path: str) -> None:
        before, service = desk.config.read_bytes(), desk.services.sign_in
        url = desk.server.start_url.replace("/start", f"{path}/start")
        if failing:
            desk.server.faults.add(failing, 500)
        with pytest.raises((StartUrlUnknown, ServiceFault)):
            new = desk.services.session_edits.new_session("new", url, desk.server.region)
            service.locate(new, lambda _: None)
        assert desk.config.read_bytes() == before
        assert not list(desk.sso_cache.glob("*.json"))

    def test_a_session_that_works_is_registered_once(self, desk: Desk) -> None:
        service, edits = desk.services.sign_in, desk.services.session_edits
        new = "new", desk.server.start_url, desk.server.region
        service.locate(edits.new_session(*new), lambda _: None)
        service.begin(edits.add_session(*new))
        assert desk.server.calls.count("RegisterClient") == 1

    def test_the_regions_are_those_of_botocore(self, desk: Desk) -> None:
        regions = desk.services.sign_in.regions()
        assert {"eu-west-1", "us-gov-west-1", "cn-north-1"} <= set(regions)
        assert regions == sorted(regions)
