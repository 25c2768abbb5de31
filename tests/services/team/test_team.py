"""Taking over what a team shares: a difference first, the user's own before it, nothing lost."""

from __future__ import annotations

import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall.domain.errors import RolecallError, Unreachable
from rolecall.domain.errors.file_errors import FileMalformed, NoTeam, TomlInvalid
from rolecall.domain.inventory.annotations import NOTHING, Annotation
from rolecall.domain.production import PRODUCTION
from rolecall.domain.settings.settings import SignInMethod
from rolecall.presentation.errors import explain
from rolecall.services.team.team_overview import TeamOverview, TeamPart
from tests.support.desk import Desk
from tests.support.network.web_server import web_server
from tests.support.settings import write_settings

PAY, OTHER = "1" * 12, "2" * 12
URL = "https://d-1234567890.awsapps.com/start"
TEXT = f"""
template = "{{alias}}-{{short}}"
production = "live"
sign_in = "pkce"
[shorten]
Deployer = "dep"
[regions]
"*-us" = "us-east-1"
[portals.acme]
start_url = "{URL}"
region = "eu-west-1"
[accounts.{PAY}]
alias = "pay"
note = "Ask"
groups = ["payments"]
[accounts.{OTHER}]
alias = "other"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "checkout" / "rolecall-team.toml"
    path.parent.mkdir()
    path.write_text(TEXT)
    return path


def take_over(desk: Desk, location: object) -> None:
    desk.services.team.commit(desk.services.team.plan(str(location)))


def have_own(desk: Desk) -> None:
    """Give the user a session, settings and an alias that the file has too."""
    desk.services.session_edits.add_session("acme", "https://own.awsapps.com/start", "us-east-1")
    way = 'sign_in = "device-code"\n'
    write_settings(
        desk.home, f'template = "{{account}}"\n{way}[shorten]\nDeployer = "mine"\nX = "y"\n'
    )
    annotations = desk.services.annotations
    annotations.commit(annotations.plan(PAY, Annotation("mine", "", ("own",))))


def fails(desk: Desk, location: object) -> str:
    """Return why a file cannot be taken over. It has changed nothing."""
    files = [desk.services.locations.team, desk.config]
    before = [each.read_bytes() if each.exists() else None for each in files]
    with pytest.raises(RolecallError) as caught:
        desk.services.team.plan(str(location))
    assert [each.read_bytes() if each.exists() else None for each in files] == before
    return explain(caught.value)


def test_a_file_is_taken_over_after_its_difference_was_shown(desk: Desk, file: Path) -> None:
    plan = desk.services.team.plan(str(file))
    assert '+alias = "pay"' in plan.diff()
    assert "+[sso-session acme]" in plan.diff()
    assert not desk.services.locations.team.exists()
    desk.services.team.commit(plan)
    settings = desk.services.settings.settings
    assert settings.template == "{alias}-{short}"
    assert settings.production == f"{PRODUCTION}|live"
    assert settings.sign_in is SignInMethod.ONLY_PKCE
    assert settings.region_of("orders-us") == "us-east-1"
    assert desk.services.annotations.read()[PAY] == Annotation("pay", "Ask", ("payments",))
    assert {"corp", "acme"} == {each.name for each in desk.services.sign_in.sessions()}
    again = desk.another()
    assert again.settings.settings == settings
    assert again.team.plan_update().is_empty


def test_an_update_that_changes_one_of_the_two_files_is_not_empty(desk: Desk, file: Path) -> None:
    take_over(desk, file)
    file.write_text(TEXT.replace('"pay"', '"paid"'))
    plan = desk.services.team.plan_update()
    assert (plan.copy.is_empty, plan.config.is_empty, plan.is_empty) == (False, True, False)
    desk.services.team.commit(plan)
    desk.config.write_text("")
    plan = desk.services.team.plan_update()
    assert (plan.copy.is_empty, plan.config.is_empty, plan.is_empty) == (True, False, False)


def test_the_users_own_settings_aliases_and_sessions_win(desk: Desk, file: Path) -> None:
    have_own(desk)
    annotations = desk.services.annotations
    before = desk.config.read_bytes()
    plan = desk.services.team.plan(str(file))
    assert plan.kept == ("acme",)
    desk.services.team.commit(plan)
    now = desk.services.settings.settings
    assert (now.template, now.production) == ("{account}", f"{PRODUCTION}|live")
    assert now.sign_in is SignInMethod.ONLY_PKCE
    assert now.shorten == {"Deployer": "mine", "X": "y"}
    assert annotations.read()[PAY] == Annotation("mine", "Ask", ("own", "payments"))
    assert annotations.own_and_shared(OTHER) == (NOTHING, Annotation("other"))
    assert desk.config.read_bytes() == before


def test_a_portal_that_the_user_has_under_another_name_is_not_added(desk: Desk, file: Path) -> None:
    desk.services.session_edits.add_session("mine", URL, "eu-west-1")
    plan = desk.services.team.plan(str(file))
    assert plan.config.is_empty
    assert plan.kept == ()


@pytest.mark.parametrize("name", ["mine", "acme"])
def test_a_portal_that_the_user_spells_differently_is_the_same(
    desk: Desk, file: Path, name: str
) -> None:
    """The AWS CLI writes the address as the user pasted it."""
    desk.add(f"\n[sso-session {name}]\nsso_start_url = {URL}/#\nsso_region = eu-west-1\n")
    plan = desk.services.team.plan(str(file))
    assert plan.config.is_empty
    assert plan.kept == ()
    desk.services.team.commit(plan)
    portals = [e for e in desk.services.team.overview().entries if e.part is TeamPart.PORTAL]
    assert [each.own for each in portals] == [""]


def test_an_update_follows_the_file_and_changes_sessions_that_are_as_they_were(
    desk: Desk, file: Path
) -> None:
    take_over(desk, file.parent)  # as a checkout
    assert desk.services.team.last_location() == str(file.parent)
    file.write_text(TEXT.replace('"pay"', '"paid"').replace("1234567890", "0987654321"))
    plan = desk.services.team.plan_update()
    assert '-alias = "pay"\n+alias = "paid"' in plan.diff()
    desk.services.team.commit(plan)
    session = desk.services.sign_in.session_named("acme")
    assert session is not None
    assert "0987654321" in session.start_url
    assert desk.services.annotations.alias(PAY) == "paid"


def test_a_removal_leaves_the_sessions_and_what_is_the_users_own(desk: Desk, file: Path) -> None:
    take_over(desk, file)
    config = desk.config.read_bytes()
    plan = desk.services.team.plan_removal()
    assert '-alias = "pay"' in plan.diff()
    desk.services.team.commit(plan)
    assert not desk.services.locations.team.exists()
    assert desk.config.read_bytes() == config
    assert desk.services.annotations.read() == {}
    assert desk.services.settings.settings.production == PRODUCTION
    for act in (desk.services.team.plan_removal, desk.services.team.plan_update):
        with pytest.raises(NoTeam):
            act()


def test_what_is_exported_can_be_taken_over(desk: Desk, file: Path, tmp_path: Path) -> None:
    take_over(desk, file)
    annotations = desk.services.annotations
    annotations.commit(annotations.plan(PAY, Annotation(note="mine\u202e \x1b[31m")))
    text = desk.services.team.export()
    values = tomllib.loads(text)
    assert values["accounts"][PAY]["note"] == "mine\u202e \x1b[31m"
    assert set(values["portals"]) == {"acme"}  # that of the desk is on this machine
    assert (values["template"], values["shorten"]) == ("{alias}-{short}", {"Deployer": "dep"})
    assert values["sign_in"] == "pkce"
    other = tmp_path / "exported.toml"
    other.write_text(text)
    take_over(desk, other)
    assert desk.services.team.export() == text


def test_the_way_that_a_user_prefers_is_not_exported(desk: Desk) -> None:
    """In a team's file it would forbid the other one."""
    write_settings(desk.home, 'sign_in = "pkce"\n')
    desk.services.settings.read_again()
    assert "sign_in" not in tomllib.loads(desk.services.team.export())


def test_a_session_that_is_not_complete_is_not_exported(desk: Desk) -> None:
    desk.add(
        "[sso-session nowhere]\nsso_region = eu-west-1\n"
        f"[sso-session whole]\nsso_start_url = {URL}\nsso_region = eu-west-1\n"
        "[sso-session anywhere]\nsso_start_url = https://own.awsapps.com/start\n"
        "[profile old]\nsso_start_url = https://old.awsapps.com/start\n"
        "sso_region = eu-west-1\nsso_account_id = 111122223333\nsso_role_name = A\n"
    )
    assert set(tomllib.loads(desk.services.team.export())["portals"]) == {"whole"}


def test_an_export_that_nobody_could_take_over_is_refused(desk: Desk) -> None:
    write_settings(desk.home, f'production = "{"x" * 301}"\n')
    desk.services.settings.read_again()
    with pytest.raises(TomlInvalid) as caught:
        desk.services.team.export()
    assert caught.value.name == "production"


def test_settings_that_cannot_be_read_are_not_exported(desk: Desk) -> None:
    write_settings(desk.home, "production = ")
    desk.services.settings.read_again()
    with pytest.raises(FileMalformed):
        desk.services.team.export()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<!DOCTYPE html><html>", "line 1: it is a web page, not TOML."),
        (b"x" * (16 * 1024 * 1024 + 1), "it is larger than 16 MB."),
        (b"\xff", "line 1: it is not text in UTF-8."),
        (b"[accounts.111111111111]\n\n" * 2, "line 3: [accounts.111111111111] appears twice."),
        (b"\n[portals.a]\nendpoint_url = 'x'\n", "line 3: portals.a.endpoint_url is refused"),
        (b"colour = 'x'\n", "line 1: there is no key colour."),
        (b"accounts = 3\n", "line 1: accounts must be a table."),
        (b"[accounts.111111111111]\nnote = 3\n", "line 2: accounts.111111111111.note must be text"),
    ],
)  # fmt: skip
def test_a_bad_file_changes_nothing_and_says_why_where(
    desk: Desk, file: Path, content: bytes, reason: str
) -> None:
    take_over(desk, file)
    file.write_bytes(content)
    assert reason in fails(desk, file)
    with web_server((200, {}, content)) as address:
        assert reason in fails(desk, f"{address}/team.toml")


def test_a_file_is_fetched_from_an_address(desk: Desk) -> None:
    redirect = 302, {"Location": "/team.toml"}, b""
    with web_server((200, {}, TEXT.encode()), {"/old": redirect}) as address:
        take_over(desk, f"{address}/team.toml")
        assert desk.services.team.plan_update().is_empty
        assert desk.services.team.plan(f"{address}/old").config.is_empty
    with pytest.raises(Unreachable):
        desk.services.team.plan_update()
    assert desk.services.annotations.alias(PAY) == "pay"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "127.1", "2130706433", "0x7f.1"]
)
def test_a_redirect_to_another_server_of_this_machine_is_refused(desk: Desk, host: str) -> None:
    with web_server((200, {}, TEXT.encode())) as near:
        target = near.replace("127.0.0.1", host)
        with web_server((302, {"Location": f"{target}/x"}, b"")) as address:
            assert f"redirects to {target}/x" in fails(desk, f"{address}/team.toml")


def test_a_path_below_a_deleted_folder_is_refused(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert "No such file" in fails(desk, "team.toml")


def test_a_long_address_is_kept(desk: Desk) -> None:
    """A presigned address with a session token has thousands of characters."""
    with web_server((200, {}, TEXT.encode())) as address:
        take_over(desk, f"{address}/team.toml?X-Amz-Security-Token={'x' * 4000}")
        assert desk.services.team.plan_update().is_empty
    assert desk.services.team.overview().location == f"{address}/team.toml?…"


def test_a_token_in_the_address_is_not_shown(desk: Desk) -> None:
    """Addresses of private repositories and presigned ones have it in their query."""
    query = "private_token=hunter2&X-Amz-Signature=hunter2&sig=hunter2"
    with web_server((200, {}, TEXT.encode())) as address:
        plan = desk.services.team.plan(f"{address}/team.toml?{query}")
        shown = f"{address}/team.toml?…"
        assert plan.shown_location == shown
        assert "hunter2" not in plan.diff()
        desk.services.team.commit(plan)
        assert desk.services.team.plan_update().is_empty
    assert desk.services.team.overview().location == shown
    assert desk.services.team.last_location() == ""
    for status, content in (404, b""), (200, b"x"):
        with web_server((status, {}, content)) as address:
            assert "team.toml?…" in fails(desk, f"{address}/team.toml?{query}")
    assert "hunter2" not in fails(desk, "https://me:hunter2@a.example/t")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, {}, b"no"), "answered 404"),
        ((302, {"Location": "/again"}, b""), "without end"),
        ((302, {"Location": "http://elsewhere.example/x"}, b""), "https://"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "https://"),
        ((302, {}, b""), "answered 302"),
    ],
)
def test_an_address_without_the_file_changes_nothing(
    desk: Desk, answer: tuple[int, dict[str, str], bytes], reason: str
) -> None:
    with web_server(answer) as address:
        assert reason in fails(desk, f"{address}/team.toml")


@pytest.mark.parametrize(
    "location",
    ["http://example.com/t", "https://me:secret@example.com/t", "ftp://x/t", "https://", "https://[x/"],
)  # fmt: skip
def test_an_address_that_is_not_https_is_refused(desk: Desk, location: str) -> None:
    assert "https://" in fails(desk, location)


def test_a_path_without_a_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    assert "No such file" in fails(desk, tmp_path / "none")
    assert "rolecall-team.toml" in fails(desk, tmp_path)
    assert "cannot be read" in fails(desk, "/dev/zero")
    assert "cannot be read" in fails(desk, "a\0b")
    assert "No such file" in fails(desk, "~nobody-here/team.toml")
    os.mkfifo(tmp_path / "pipe")
    assert "cannot be read" in fails(desk, tmp_path / "pipe")


def test_a_copy_that_somebody_edited_is_read_in_full(desk: Desk, file: Path) -> None:
    take_over(desk, file)
    copy = desk.services.locations.team
    copy.write_text(copy.read_text().replace('alias = "pay"', "alias = 'mine'  # by hand"))
    assert desk.services.annotations.alias(PAY) == "mine"


def test_a_copy_that_somebody_broke_can_be_replaced_and_removed(desk: Desk, file: Path) -> None:
    take_over(desk, file)
    desk.services.locations.team.write_text("accounts = 3\n")
    with pytest.raises(TomlInvalid):
        desk.services.annotations.read()
    desk.services.settings.read_again()
    assert desk.services.settings.settings.production == PRODUCTION
    take_over(desk, file)
    assert desk.services.annotations.alias(PAY) == "pay"


def test_the_overview_has_each_entry_and_what_the_user_has_instead(desk: Desk, file: Path) -> None:
    assert desk.services.team.overview() == TeamOverview()
    have_own(desk)
    annotations = desk.services.annotations
    annotations.commit(annotations.plan(OTHER, Annotation("other", "my note")))
    take_over(desk, file)
    overview = desk.services.team.overview()
    assert overview.location == str(file)
    assert {(each.part, each.name, each.value, each.own) for each in overview.entries} == {
        ("portal", "acme", f"{URL} · eu-west-1", "https://own.awsapps.com/start · us-east-1"),
        ("template", "", "{alias}-{short}", "{account}"),
        ("production", "", "live", ""),
        ("sign_in", "", "pkce", ""),
        ("shorten", "Deployer", "dep", "mine"),
        ("region", "*-us", "us-east-1", ""),
        ("account", PAY, "pay · Ask · payments", "mine"),
        ("account", OTHER, "other", ""),
    }


def test_an_update_without_a_change_is_a_fetch_too(desk: Desk, file: Path) -> None:
    take_over(desk, file)
    copy, long_ago = desk.services.locations.team, datetime(2026, 1, 1, tzinfo=UTC)
    os.utime(copy, (long_ago.timestamp(), long_ago.timestamp()))
    assert desk.services.team.overview().fetched_at == long_ago
    plan = desk.services.team.plan_update()
    assert plan.copy.is_empty
    desk.services.team.commit(plan)
    fetched_at = desk.services.team.overview().fetched_at
    assert fetched_at is not None
    assert fetched_at > long_ago
