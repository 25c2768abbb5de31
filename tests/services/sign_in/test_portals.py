"""Where an address leads: the portal behind a company's own domain, and the region."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from rolecall.aws.portal_page import PortalProblem
from rolecall.demo.faults import OidcError
from rolecall.demo.wire import Request, Response
from rolecall.domain.errors import (
    PortalNotFound,
    RegionMoved,
    RegionNotFound,
    ServiceFault,
    Unreachable,
)
from rolecall.domain.model import SsoSession
from rolecall.domain.records import replace
from rolecall.services.services import Services
from rolecall.services.sign_in.portals import PortalsService
from rolecall.services.sign_in.region_search import MOST_AT_ONCE, Asked
from rolecall.services.sign_in.sign_in import Located
from tests.support.desk import Desk, demo
from tests.support.network.aws_network import OWN_DOMAIN, AwsNetwork, aws_network, start_urls_sent
from tests.support.waiting import wait_for_threads

PORTAL = "https://d-1234567890.awsapps.com/start"
OWN = f"https://{OWN_DOMAIN}/start"
REGIONAL = "https://ssoins-722363e45b5dd9cf.portal.eu-west-1.app.aws"
REPLICA = "https://ssoins-722363e45b5dd9cf.portal.us-east-2.app.aws"

pytestmark = demo(other_start_urls=(PORTAL, REGIONAL, REPLICA))


@pytest.fixture
def network(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AwsNetwork]:
    with aws_network(desk.server, tmp_path_factory.mktemp("network")) as network:
        for name in ("CONNECT_TIMEOUT", "READ_TIMEOUT"):  # a busy machine is no fault of a region
            monkeypatch.setattr(f"rolecall.aws.session.{name}", 60)
        monkeypatch.setattr("rolecall.aws.call.TRY_SECONDS", 60.0)
        for name, value in network.environment.items():
            monkeypatch.setenv(name, value)  # botocore reads the proxy there
        monkeypatch.delenv("AWS_REGION", raising=False)
        monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
        yield network
    wait_for_threads("region")  # they read the environment, which other tests change


@pytest.fixture
def services(desk: Desk, network: AwsNetwork) -> Services:
    desk.config.write_text("")
    return desk.another(**network.environment)


@pytest.fixture
def portals(services: Services) -> PortalsService:
    return services.portals


def session(address: str, region: str = "eu-west-1") -> SsoSession:
    return SsoSession("acme", address, region)


class TestOwnDomain:
    @pytest.mark.thorough
    @pytest.mark.parametrize(
        ("status", "head"),
        [(301, 0), (302, 0), (303, 0), (307, 0), (308, 0), (302, 405), (302, 501)],
    )
    def test_it_leads_to_the_portal(
        self, network: AwsNetwork, portals: PortalsService, status: int, head: int
    ) -> None:
        network.redirect(f"{PORTAL}/#/?tab=accounts", status, head=head)
        assert portals.portal_of(session(OWN)) == PORTAL
        assert [each.method for each in network.asked] == (["HEAD", "GET"] if head else ["HEAD"])

    def test_the_case_of_its_address_does_not_count(
        self, network: AwsNetwork, portals: PortalsService
    ) -> None:
        network.redirect(PORTAL)
        assert portals.portal_of(session(f"HTTPS://{OWN_DOMAIN.upper()}/start")) == PORTAL

    @pytest.mark.thorough
    @pytest.mark.parametrize(
        ("target", "problem"),
        [
            ("", PortalProblem.NO_REDIRECT),
            ("/start/", PortalProblem.LOOP),
            (OWN, PortalProblem.LOOP),
            ("http://d-1234567890.awsapps.com/start", PortalProblem.NOT_HTTPS),
            ("https://portal.acme.example/start", PortalProblem.NOT_OF_AWS),
            ("https://d-1234567890.awsapps.com.evil.example/start", PortalProblem.NOT_OF_AWS),
            ("https://evil.s3.amazonaws.com/start", PortalProblem.NOT_OF_AWS),
            ("https://x1.execute-api.eu-west-1.amazonaws.com/start", PortalProblem.NOT_OF_AWS),
            ("https://lb-1.eu-west-1.elb.amazonaws.com/", PortalProblem.NOT_OF_AWS),
            ("https://kim@d-1234567890.awsapps.com/start", PortalProblem.NOT_OF_AWS),
            ("https://signin.aws.amazon.com/", PortalProblem.NOT_A_PORTAL),
            ("https://aa-g7.account-access.eu-west-1.app.aws", PortalProblem.NOT_A_PORTAL),
        ],
    )
    def test_another_target_is_refused(
        self, network: AwsNetwork, portals: PortalsService, target: str, problem: PortalProblem
    ) -> None:
        network.redirect(target)
        with pytest.raises(PortalNotFound) as caught:
            portals.portal_of(session(OWN))
        assert caught.value.problem == problem
        assert {each.host for each in network.asked} == {OWN_DOMAIN}

    @pytest.mark.thorough
    @pytest.mark.parametrize("status", [200, 204, 403, 404, 503])
    def test_a_page_that_leads_nowhere_is_refused(
        self, network: AwsNetwork, portals: PortalsService, status: int
    ) -> None:
        network.redirect("", status)
        with pytest.raises(PortalNotFound) as caught:
            portals.portal_of(session(OWN))
        assert (caught.value.problem, caught.value.detail) == ("no-redirect", str(status))

    def test_a_certificate_that_nobody_trusts_ends_it(
        self, network: AwsNetwork, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_CA_BUNDLE")
        network.redirect(PORTAL)
        environ = {**network.environment, "AWS_CA_BUNDLE": ""}
        with pytest.raises(Unreachable) as caught:
            desk.another(**environ).portals.portal_of(session(OWN))
        assert (caught.value.reason, network.asked) == ("certificate", [])

    def test_the_sign_in_uses_the_portal_and_the_cache_the_address(
        self, network: AwsNetwork, services: Services, desk: Desk
    ) -> None:
        network.redirect(PORTAL)
        own = services.session_edits.add_session("acme", OWN, "eu-west-1")
        attempt = services.sign_in.begin(own)
        desk.server.approve(attempt.code.user_code)
        assert attempt.poll()
        assert start_urls_sent(network) == [PORTAL]
        name = hashlib.sha1(b"acme", usedforsecurity=False).hexdigest()
        token = json.loads((desk.sso_cache / f"{name}.json").read_text())
        assert (token["startUrl"], token["region"]) == (OWN, "eu-west-1")

    def test_the_region_that_it_leads_to_comes_before_another(
        self, network: AwsNetwork, services: Services
    ) -> None:
        network.redirect(REPLICA)
        network.regions = ("us-east-2",)
        located = services.sign_in.locate(session(OWN, "eu-west-1"), lambda _: None)
        assert located == Located(session(OWN, "us-east-2"))
        assert start_urls_sent(network) == [REPLICA]

    def test_a_region_that_moved_is_an_error_before_the_sign_in(
        self, network: AwsNetwork, services: Services
    ) -> None:
        network.redirect(REPLICA)
        with pytest.raises(RegionMoved) as caught:
            services.sign_in.begin(session(OWN))
        assert (caught.value.region, caught.value.moved_to) == ("eu-west-1", "us-east-2")

    def test_what_the_first_call_needs_is_imported_while_the_user_types(self, desk: Desk) -> None:
        code = (
            "import os, sys\nfrom rolecall.services.services import Services\n"
            "seen = []\nsys.addaudithook(lambda name, _: seen.append(name))\n"
            "portals = Services(os.environ).portals\nbefore = 'botocore.client' in sys.modules\n"
            "portals.prepare()\nprint(before, 'botocore.client' in sys.modules)\n"
            "print('socket.connect' in seen)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], env=desk.environ, capture_output=True, check=True
        )
        assert done.stdout == b"False True\nFalse\n"

    def test_an_address_of_aws_is_used_in_any_region(
        self, network: AwsNetwork, portals: PortalsService
    ) -> None:
        """AWS says itself whether there is a replica."""
        assert portals.portal_of(session(REGIONAL, "us-east-2")) == REGIONAL
        assert network.asked == []

    def test_portals_of_aws_and_of_this_machine_are_not_asked(
        self, network: AwsNetwork, portals: PortalsService
    ) -> None:
        plain = f"http://{OWN_DOMAIN}/start"  # what it leads to, anybody could have written
        for address in (PORTAL, REGIONAL, "http://127.0.0.1:1/start", plain):
            assert portals.behind(address) == address
        assert network.asked == []


class TestRegionSearch:
    def test_it_finds_the_region(self, network: AwsNetwork, portals: PortalsService) -> None:
        network.regions = ("ap-southeast-7",)
        found = portals.search(session(PORTAL, "")).run()
        assert [each.region for each in found] == ["ap-southeast-7"]
        assert network.most_at_once <= MOST_AT_ONCE
        assert len(network.asked_regions()) == len(set(network.asked_regions()))

    def test_all_regions_that_give_a_code_are_found_with_the_likely_ones_first(
        self, network: AwsNetwork, services: Services
    ) -> None:
        network.regions, network.lenient = ("us-west-2",), ("us-east-1", "eu-south-2")
        located = services.sign_in.locate(session(PORTAL, ""), lambda _: None)
        others = ("us-west-2", "eu-south-2")
        assert located == Located(session(PORTAL, "us-east-1"), others)
        hosts = [each.host for each in network.asked]
        assert hosts.count("d-1234567890.awsapps.com") == 1

    @pytest.mark.parametrize("leads", [False, True])
    def test_the_page_of_the_portal_names_the_region(
        self, network: AwsNetwork, portals: PortalsService, leads: bool
    ) -> None:
        network.regions, network.lenient = ("us-west-2",), ("us-east-1",)
        host = "d-1234567890.awsapps.com"
        if leads:
            target = "https://ssoins-722363e45b5dd9cf.portal.us-west-2.app.aws/"
            leading = Response(302, b"", "text/html", {"Location": target})
            network.pages[host] = lambda _: leading
        else:
            network.page_names(host, "us-west-2")
        found = portals.search(session(PORTAL, "")).run()
        assert [each.region for each in found] == ["us-west-2"]

    def test_a_region_where_device_codes_are_forbidden_is_found(
        self, desk: Desk, network: AwsNetwork, portals: PortalsService
    ) -> None:
        """It refuses the code, but not the start URL."""
        network.regions = ("us-west-2",)
        refused = OidcError("UnauthorizedClientException").response

        def answer(request: Request) -> Response | None:
            is_code = request.path == "/device_authorization"
            return refused if is_code else desk.server.answer(request)

        network.pages["oidc.us-west-2.amazonaws.com"] = answer
        found = portals.search(session(PORTAL, "")).run()
        assert [each.region for each in found] == ["us-west-2"]

    def test_the_link_of_a_code_names_the_region(
        self, network: AwsNetwork, portals: PortalsService
    ) -> None:
        network.regions, network.lenient = ("us-west-2",), ("us-east-1",)
        network.let_links_name_the_region()
        found = portals.search(session(PORTAL, "")).run()
        assert [each.region for each in found] == ["us-west-2"]

    def test_the_link_of_a_code_comes_before_the_region_that_was_typed(
        self, network: AwsNetwork, services: Services
    ) -> None:
        network.regions, network.lenient = ("us-west-2",), ("us-east-1",)
        typed = session(PORTAL, "us-east-1")
        assert services.sign_in.locate(typed, lambda _: None) == Located(typed)
        network.let_links_name_the_region()
        located = services.sign_in.locate(typed, lambda _: None)
        assert located == Located(session(PORTAL, "us-west-2"))

    def test_regions_of_the_config_and_the_environment_come_first(
        self, network: AwsNetwork, desk: Desk
    ) -> None:
        desk.config.write_text(
            "[profile a]\nregion = sa-east-1\n[sso-session b]\n"
            f"sso_start_url = {PORTAL}\nsso_region = mx-central-1\n"
        )
        search = desk.another(**network.environment, AWS_REGION="af-south-1").portals.search(
            session(PORTAL, "")
        )
        assert search.regions[:5] == [
            "mx-central-1",
            "sa-east-1",
            "af-south-1",
            "us-east-1",
            "eu-west-1",
        ]
        assert not {each for each in search.regions if each.startswith(("cn-", "us-gov-", "eusc-"))}

    def test_the_region_of_the_session_is_asked_unless_it_is_elsewhere(
        self, network: AwsNetwork, portals: PortalsService
    ) -> None:
        searches = [portals.search(session(PORTAL))]
        searches += [portals.search(session(PORTAL), elsewhere=True)]
        assert ["eu-west-1" in each.regions for each in searches] == [True, False]

    def test_no_region_is_an_error_with_the_number_of_regions(
        self, network: AwsNetwork, portals: PortalsService
    ) -> None:
        network.regions, network.down = (), {"oidc.us-east-1.amazonaws.com"}
        told: list[Asked] = []
        search = portals.search(session(PORTAL, ""), told.append)
        with pytest.raises(RegionNotFound) as caught:
            search.run()
        total = len(search.regions)
        assert told
        for each in told:
            assert (each.total, each.done % 4 == 1 or each.done == total) == (total, True)
            assert 0 < each.done <= total
        assert (caught.value.asked, caught.value.failed) == (len(search.regions), 1)

    def test_without_a_network_only_the_first_regions_are_asked(
        self, network: AwsNetwork, portals: PortalsService
    ) -> None:
        search = portals.search(session(PORTAL, ""))
        network.down = {f"oidc.{each}.amazonaws.com" for each in search.regions}
        with pytest.raises(Unreachable):
            search.run()
        assert len(set(network.asked_regions("/client/register"))) <= 2 * MOST_AT_ONCE

    def test_it_can_be_stopped(self, network: AwsNetwork, portals: PortalsService) -> None:
        told, network.regions = [], ()
        stopped = threading.Event()

        def tell(asked: Asked) -> None:
            told.append(asked)
            if not stopped.is_set():
                stopped.set()
                search.stop()

        search = portals.search(session(PORTAL, ""), tell)
        with pytest.raises(RegionNotFound):
            search.run()
        assert len(told) <= MOST_AT_ONCE

    def test_one_configured_endpoint_is_asked_once(self, desk: Desk) -> None:
        search = desk.services.portals.search(replace(desk.session, region=""))
        assert (search.regions, search.run()[0].region) == (["eu-west-1"], "eu-west-1")

    @pytest.mark.parametrize("operation", ["RegisterClient", "StartDeviceAuthorization"])
    def test_a_region_that_fails_is_asked_once(self, desk: Desk, operation: str) -> None:
        desk.server.faults.add(operation, 500)
        with pytest.raises(ServiceFault):
            desk.services.portals.search(replace(desk.session, region="")).run()
        assert desk.server.calls.count(operation) == 1

    def test_a_replica_is_asked_at_its_address(
        self, network: AwsNetwork, portals: PortalsService
    ) -> None:
        network.regions = ("us-east-2",)
        (found,) = portals.search(session(REGIONAL), elsewhere=True).run()
        assert found.region == "us-east-2"
        assert REPLICA in start_urls_sent(network)
        assert "eu-west-1" not in network.asked_regions()
        assert portals.replica(session(REGIONAL), "us-east-2") == session(REPLICA, "us-east-2")
