"""The rows of the first paint are the first rows of the tables, or there are none."""

from __future__ import annotations

import pytest

from rolecall.domain.inventory.favourites import Favourites
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.records import replace
from rolecall.services.inventory import startup_snapshot as module
from rolecall.services.inventory.startup_snapshot import StartupSnapshot, startup_snapshot
from rolecall.ui.state.app_state import AppState
from tests.support.desk import Desk, demo


def first(desk: Desk) -> StartupSnapshot | None:
    return startup_snapshot(desk.environ, desk.clock)


def found_by(desk: Desk) -> StartupSnapshot:
    found = first(desk)
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def _listed(desk: Desk) -> None:
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)


def test_favourites_of_a_portal_that_the_session_had_before_are_not_its_own(desk: Desk) -> None:
    account = desk.server.organisation.accounts[0].id
    before = replace(desk.session, start_url="https://old.awsapps.com/start")
    inventory = desk.services.inventory
    inventory.set_favourite(before, account, "Any", on=True)
    inventory.note_use(before, account, "Any")
    found = found_by(desk)
    assert found.favourites == inventory.favourites(desk.session) == Favourites()


@demo(accounts=300)
def test_it_has_the_first_rows_of_the_table(desk: Desk) -> None:
    ids = [account.id for account in desk.server.organisation.accounts]
    inventory = desk.services.inventory
    inventory.set_favourite(desk.session, ids[250], on=True)
    inventory.note_use(desk.session, ids[200], "Any")
    inventory.set_favourite(desk.session, ids[150], "Any", on=True)  # the account is none
    for on in (True, False):
        inventory.set_favourite(desk.session, ids[170], on=on)
    inventory.set_favourite(replace(desk.session, name="other"), ids[100], on=True)
    found = found_by(desk)
    (session,) = desk.services.sign_in.sessions()
    assert found.session == session
    assert found.favourites == inventory.favourites(session)
    quick, whole = AppState(), AppState()
    quick.show_snapshot(found)
    whole.show_session(session)
    session_state = whole.state_of(session)
    session_state.catalogue, session_state.favourites = (
        inventory.cached(session).catalogue,
        found.favourites,
    )
    session_state.loaded = True
    count = module._COUNT
    assert [row.listing for row in quick.accounts] == [
        row.listing for row in whole.accounts[:count]
    ]
    assert [row.account.id for row in quick.accounts[:3]] == [ids[250], ids[200], ids[0]]


def test_it_has_the_profiles_of_its_rows(desk: Desk) -> None:
    (session,) = desk.services.sign_in.sessions()
    listing = next(iter(desk.services.inventory.cached(session).catalogue))
    permission_set = (listing.permission_sets or ())[0].name
    target = f"sso_account_id = {listing.account.id}\nsso_role_name = {permission_set}\n"
    config = desk.config.read_text()
    config += f"[profile theirs]\nsso_session = other\n{target}"
    # Clients take the role, so that it is no profile of the session.
    role = "role_arn = arn:aws:iam::111111111111:role/Ops\nsource_profile = mine\n"
    config += f"[profile role]\n{role}sso_session = {session.name}\n{target}"
    for header in ("profile mine", "default"):
        config += f"[{header}]\nsso_session = {session.name}\n{target}"
    desk.config.write_text(config)
    found = found_by(desk)
    quick, whole = AppState(), AppState()
    quick.show_snapshot(found)
    whole.show_snapshot(found)
    whole.set_config(desk.services.profiles.read())
    row = quick.accounts[0]
    for of in (row, row.assignments[0]):
        for state in (quick, whole):
            names = {profile.name for profile in state.profiles_of(of)}
            assert names == {"mine", "default"}


def test_its_profiles_are_those_that_clients_read_from_both_files(desk: Desk) -> None:
    (session,) = desk.services.sign_in.sessions()
    ids = [listing.account.id for listing in desk.services.inventory.cached(session).catalogue]
    target = "sso_account_id = {}\nsso_role_name = A\n".format
    desk.add(f"[profile both]\nsso_session = {session.name}\n{target(ids[0])}")
    there = f"[only-there]\nsso_session = {session.name}\n{target(ids[1])}[both]\n{target(ids[1])}"
    credentials = desk.config.parent / "credentials"
    credentials.write_text(there)
    (whole,) = (desk.services.profiles.read().profiles,)
    assert {(each.name, each.target) for each in whole} == {
        ("both", (ids[1], "A")),
        ("only-there", (ids[1], "A")),
    }
    for text in (there, f" {there}"):
        credentials.write_text(text)
        found = found_by(desk)
        assert {(each.name, each.target) for each in found.profiles} == {
            (each.name, each.target) for each in whole
        }


def test_the_default_profile_is_one_in_both_files(desk: Desk) -> None:
    ids = [each.account.id for each in desk.services.inventory.cached(desk.session).catalogue]
    target = "sso_session = corp\nsso_account_id = {}\nsso_role_name = A\n".format
    desk.add(f"[default]\n{target(ids[0])}")
    credentials = desk.config.parent / "credentials"
    credentials.write_text(f"[default]\n{target(ids[1])}[more]\n{target(ids[2])}")
    found = found_by(desk)
    assert [(each.name, each.target) for each in found.profiles] == [
        ("default", (ids[1], "A")),
        ("more", (ids[2], "A")),
    ]


def test_it_has_the_profiles_of_roles_of_its_session(desk: Desk) -> None:
    arn = "arn:aws:iam::111111111111:role/Ops"
    for name, session in (("theirs", "other"), ("mine", "corp")):
        command = f"rolecall credential-process --sso-session {session} --role-arn {arn}"
        desk.add(f"[profile {name}]\ncredential_process = {command}")
    found = found_by(desk)
    (profile,) = found.profiles
    assert (profile.name, profile.kind) == ("mine", ProfileKind.PROCESS)
    assert profile.target == ("111111111111", "role/Ops")


@pytest.mark.parametrize("place", ["config", "credentials"])
def test_a_profile_whose_credentials_are_keys_is_not_one_of_a_role(desk: Desk, place: str) -> None:
    """In ~/.aws/credentials, keys come before a credential_process (botocore)."""
    arn = "arn:aws:iam::111111111111:role/Ops"
    command = f"rolecall credential-process --sso-session corp --role-arn {arn}"
    process = f"credential_process = {command}"
    keys = "aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = wJalr\n"
    if place == "config":
        desk.add(f"[profile mine]\n{process}")
        text = f"[mine]\n{keys}"
    else:
        text = f"[mine]\n{keys}{process}\n"
    (desk.config.parent / "credentials").write_text(text)
    found = found_by(desk)
    assert found.profiles == ()
    assert desk.services.profiles.profiles_of(desk.session) == {}


def test_it_is_of_the_first_session_with_a_valid_token(desk: Desk) -> None:
    assert first(desk) is not None
    desk.clock.forward(8 * 3600)  # but it can be renewed
    assert first(desk) is not None
    desk.clock.forward(90 * 24 * 3600)
    assert first(desk) is None


def test_sessions_without_a_token_or_start_url_are_passed_over(desk: Desk) -> None:
    url = "https://other.awsapps.com/start"
    legacy = f"[profile legacy]\nsso_start_url = {url}\n"
    odd = "[sso-session odd]\nsso_region = x\n"
    out = f"[sso-session out]\nsso_start_url = {url}\n"
    desk.config.write_text(f"{legacy}{odd}{out}{desk.config.read_text()}")
    found = found_by(desk)
    assert found.session.name == "corp"
    assert found.tried == (("out", url), ("corp", desk.session.start_url))


@pytest.mark.parametrize(
    "text",
    [b"", b"[sso-session corp]\n", b"\xff", b"[sso-session x]\nsso_start_url = https://y/start\n"],
)
def test_none_if_the_config_needs_the_full_parser(desk: Desk, text: bytes) -> None:
    desk.config.write_bytes(text)
    assert first(desk) is None


def test_there_is_no_snapshot_with_a_broken_cache_or_without_one(desk: Desk) -> None:
    files = list(desk.services.locations.cache.glob("inventory.sqlite*"))
    assert files
    for path in files:
        path.write_bytes(b"no database" * 100)
    assert first(desk) is None
    for path in files:
        path.unlink(missing_ok=True)
    assert first(desk) is None
