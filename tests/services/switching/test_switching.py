"""What a shell can switch to, and what is known of it without a call to AWS."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta

import pytest

from rolecall.domain.errors.file_errors import FileError, FileMalformed, FileUnreadable, HomeUnknown
from rolecall.domain.inventory.favourites import FAVOURITE
from rolecall.domain.model import Assignment
from rolecall.domain.switching.pin import Pin
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.time_left import TokenExpiry, is_signed_in
from rolecall.services.inventory.startup_snapshot import startup_snapshot
from rolecall.services.switching.pins import Pins
from rolecall.services.switching.shell_facts import ShellFacts
from rolecall.services.switching.switching import Switching
from tests.support import login_files
from tests.support.desk import Desk
from tests.support.settings import write_settings

ARN = "arn:aws:iam::111111111111:role/path/Deployer"
OLD = "https://old.awsapps.com/start"
CONFIG = f"""
[default]
region = eu-central-1
[profile role]
role_arn = {ARN}
source_profile = audit-admin
region = us-east-1
[profile chained]
role_arn = {ARN}
source_profile = role
[profile round]
role_arn = {ARN}
source_profile = round
[profile legacy]
sso_start_url = {OLD}
sso_region = eu-west-1
sso_account_id = 222222222222
sso_role_name = Old
[profile merged]
sso_session = corp
sso_account_id = 444444444444
sso_role_name = Mine
[profile role-and-sso]
role_arn = {ARN}
source_profile = legacy
sso_session = corp
sso_account_id = 666666666666
sso_role_name = Ignored
[profile tokens]
sso_session = corp
[profile keys-first]
login_session = {login_files.ALICE}
[sso-session nowhere]
sso_region = eu-west-1
{login_files.PROFILE}
"""
SHORT = "aws_access_key_id = ASIAX\naws_secret_access_key = x\n"
LONG = "aws_access_key_id = AKIAX\naws_secret_access_key = x\n"
CREDENTIALS = f"""\
[short]
{SHORT}expiration = 2026-11-24T14:00:00Z
[unknown]
{SHORT}[long]
{LONG}[dated]
{LONG}aws_expiration = 2026-11-24T15:00:00Z
[merged]
sso_role_name = Theirs
region = us-west-2
[tokens]
{LONG}[keys-first]
{LONG}[only-there]
sso_session = corp
sso_account_id = 555555555555
"""
# A key that is not in lower case.
ODD = "[odd]\nRegion = a\n"


@pytest.fixture
def switching(desk: Desk, audit_admin: Assignment) -> Switching:
    desk.add(CONFIG)
    desk.services.locations.credentials.write_text(CREDENTIALS)
    return Switching(desk.environ)


def test_each_profile_has_what_switching_needs(
    desk: Desk, switching: Switching, audit_admin: Assignment
) -> None:
    url = desk.session.start_url
    account, role = audit_admin.key
    expected = {
        "audit-admin": SwitchTarget("audit-admin", account, role, "corp", url, "eu-west-1"),
        "default": SwitchTarget("default", region="eu-central-1"),
        "role": SwitchTarget("role", "1" * 12, "Deployer", "corp", url, "us-east-1"),
        "chained": SwitchTarget("chained", "1" * 12, "Deployer", "corp", url),
        "round": SwitchTarget("round", "1" * 12, "Deployer"),
        "legacy": SwitchTarget("legacy", "2" * 12, "Old", OLD, OLD),
        "merged": SwitchTarget("merged", "4" * 12, "Theirs", "corp", url, "us-west-2"),
        "role-and-sso": SwitchTarget("role-and-sso", "1" * 12, "Deployer", OLD, OLD),
        "tokens": SwitchTarget("tokens"),
        "keys-first": SwitchTarget("keys-first"),
        "only-there": SwitchTarget("only-there", "5" * 12, "", "corp", url),
        "short": SwitchTarget("short"),
        "unknown": SwitchTarget("unknown"),
        "long": SwitchTarget("long"),
        "dated": SwitchTarget("dated"),
    }
    targets = switching.targets()
    assert {name: targets[name] for name in expected} == expected
    assert {name: switching.target(name) for name in expected} == expected
    assert set(targets) == {*expected, "console"}
    assert len(targets) == len(expected) + 1
    assert targets["console"].login == login_files.ALICE
    assert switching.target("gone") is None
    assert switching.read_again("gone") == SwitchTarget("gone")
    assert switching.role_arns() == dict.fromkeys(("role", "chained", "round", "role-and-sso"), ARN)


def test_a_file_with_keys_in_another_case_has_the_same_targets(
    desk: Desk, switching: Switching
) -> None:
    fast, urls, expiries = (
        dict(switching.targets()),
        switching.start_urls(),
        switching.key_expiries(),
    )
    desk.add(f"[profile {ODD[1:]}")
    with desk.services.locations.credentials.open("a") as file:
        file.write(ODD)
    full = Switching(desk.environ)
    found = dict(full.targets())
    del found["odd"]
    assert found == fast
    assert full.start_urls() == urls
    assert full.key_expiries() == expiries


def test_a_profile_that_was_just_written_is_found(desk: Desk, switching: Switching) -> None:
    assert switching.target("new") is None
    desk.add("[profile new]\nsso_session = corp\nsso_account_id = 3\nsso_role_name = New")
    assert switching.read_again("new").role == "New"


def test_a_config_that_no_client_reads_is_an_error(desk: Desk) -> None:
    desk.config.write_text("[broken\n")
    with pytest.raises(FileError):
        Switching(desk.environ).targets()


@pytest.mark.usefixtures("unknown_user")
def test_without_a_home_there_is_nothing_to_switch_to() -> None:
    with pytest.raises(HomeUnknown):
        Switching({})


def test_a_role_of_account_access_manager_is_read_from_its_command(
    desk: Desk, switching: Switching
) -> None:
    command = f"rolecall credential-process --sso-session corp --role-arn {ARN}"
    desk.add(
        f"[profile ops]\nregion = us-east-1\ncredential_process = {command}\n"
        "[profile other]\ncredential_process = other\nsso_session = corp\n"
    )
    url = desk.session.start_url
    found = switching.targets()
    assert found["ops"] == SwitchTarget(
        "ops", "1" * 12, "role/path/Deployer", "corp", url, "us-east-1"
    )
    assert found["other"] == SwitchTarget("other", session="corp", start_url=url)


def test_keys_that_no_client_reads_are_none(desk: Desk, switching: Switching) -> None:
    desk.services.locations.credentials.write_text("[broken\n")
    assert switching.key_expiries() == {}
    assert switching.target("short") is None


def test_why_the_keys_cannot_be_read_is_known(desk: Desk) -> None:
    path = desk.services.locations.credentials
    for text in (CREDENTIALS, ODD, ""):
        path.write_text(text)
        assert Switching(desk.environ).credentials_problem() is None
    path.unlink()
    assert Switching(desk.environ).credentials_problem() is None
    path.write_text("[broken\n")
    assert isinstance(Switching(desk.environ).credentials_problem(), FileMalformed)
    path.unlink()
    path.mkdir()
    assert isinstance(Switching(desk.environ).credentials_problem(), FileUnreadable)


@pytest.mark.parametrize("data", [b"\xff", None], ids=["no text", "a folder"])
def test_keys_in_a_file_that_cannot_be_read_are_none(
    desk: Desk, switching: Switching, data: bytes | None
) -> None:
    path = desk.services.locations.credentials
    path.unlink()
    path.mkdir() if data is None else path.write_bytes(data)
    found = Switching(desk.environ)
    assert found.key_expiries() == {}
    assert found.target("short") is None
    assert found.target("role") is not None


def test_sessions_have_names_and_addresses(desk: Desk, switching: Switching) -> None:
    url = desk.session.start_url
    desk.add(f"[profile repeats-its-session]\nsso_session = corp\nsso_start_url = {url}")
    assert switching.session_names() == ["corp", "nowhere"]
    assert switching.start_urls() == {"corp": url, OLD: OLD}
    assert switching.logins() == {login_files.ALICE: "console"}
    found = {
        name: switching.session_of(name) for name in ("chained", "legacy", "round", "gone", "")
    }
    assert found == {"chained": "corp", "legacy": OLD, "round": None, "gone": None, "": None}


def test_only_short_term_keys_and_those_with_a_time_expire(switching: Switching) -> None:
    expiries = switching.key_expiries()
    assert set(expiries) == {"short", "unknown", "dated"}
    assert expiries["unknown"] is None
    assert expiries["short"] is not None
    assert expiries["short"].hour == 14


def test_the_token_of_a_profile_is_that_of_its_session(desk: Desk, switching: Switching) -> None:
    target = switching.targets()["chained"]
    assert switching.token(target) is None
    token = desk.sign_in()
    found = switching.token(target)
    assert found is not None
    assert found.expires_at == token.expires_at
    assert switching.token_of("corp", desk.session.start_url) == found
    assert switching.token(switching.targets()["short"]) is None
    assert switching.status(target).token == found


def test_keys_of_a_login_session_stand_for_its_token(desk: Desk, switching: Switching) -> None:
    target = switching.targets()["console"]
    assert switching.token(target) is None
    content = login_files.fields(
        desk.clock.now, left=timedelta(minutes=9), of_session=timedelta(hours=3)
    )
    login_files.write(desk.services.locations.login_cache, content)
    found = switching.token(target)
    assert found is not None
    assert found == switching.login_expiry(login_files.ALICE)
    assert found.expires_at == desk.clock.now + timedelta(minutes=9)


def test_a_token_counts_while_it_is_valid_or_renews(desk: Desk) -> None:
    now = desk.clock.now
    later, soon = now + timedelta(hours=1), now + timedelta(seconds=1)
    assert not is_signed_in(None, now)
    assert is_signed_in(TokenExpiry(soon, None), now)
    assert not is_signed_in(TokenExpiry(now, None), now)
    assert is_signed_in(TokenExpiry(now, later), now)
    assert not is_signed_in(TokenExpiry(now, now), now)


def test_sessions_of_profiles_in_the_credentials_file_are_known(
    desk: Desk, switching: Switching
) -> None:
    credentials = desk.services.locations.credentials
    credentials.write_text(f"[a]\nsso_start_url = {OLD}\n[b]\nlogin_session = arn\n")
    assert switching.start_urls() == {"corp": desk.session.start_url, OLD: OLD}
    assert switching.logins()["arn"] == "b"


def test_the_full_screen_and_commands_know_the_same_sessions(desk: Desk) -> None:
    role = "rolecall credential-process --sso-session corp --role-arn"
    desk.add(f"[profile legacy]\nsso_start_url = {OLD}\nsso_region = eu-west-1")
    desk.add(f"[profile same]\nsso_start_url = {OLD}")
    desk.add("[profile both]\nsso_session = corp\nsso_start_url = https://one.example.com")
    desk.add("[profile gone]\nsso_session = gone\nsso_start_url = https://two.example.com")
    desk.add("[sso-session incomplete]\nsso_region = eu-west-1")
    desk.add(
        f"[profile process]\ncredential_process = {role} arn:aws:iam::{'1' * 12}:role/Ops\n"
        "sso_start_url = https://three.example.com"
    )
    desk.services.locations.credentials.write_text(
        "[stored]\nsso_start_url = https://four.example.com\n"
        "[keys]\naws_access_key_id = AKIA\nsso_start_url = https://five.example.com\n"
        "[both]\naws_access_key_id = AKIA\n"
    )
    hosts = ("three", "four", "five")
    known = [desk.session.name, OLD, *(f"https://{each}.example.com" for each in hosts)]
    assert list(Switching(desk.environ).start_urls()) == known
    assert [each.cache_key for each in desk.another().sign_in.sessions()] == known


def test_files_that_others_can_read_or_write_are_found(desk: Desk, switching: Switching) -> None:
    def found() -> list[str]:
        return [each.path for each in switching.unprotected()]

    desk.sign_in()
    credentials = desk.services.locations.credentials
    token = desk.token_cache.token_path(desk.session)
    (desk.sso_cache / "notes.txt").write_text("")
    (desk.sso_cache / "gone.json").symlink_to("nowhere")
    (desk.sso_cache / "notes.txt").chmod(0o666)
    for path in (credentials, *desk.sso_cache.glob("*.json")):
        if path.exists():
            path.chmod(0o600)
    desk.config.chmod(0o644)
    assert found() == []
    for mode, is_found in ((0o640, True), (0o602, True), (0o711, False), (0o604, True)):
        token.chmod(mode)
        assert found() == ([str(token)] if is_found else [])
    credentials.chmod(0o644)
    assert found() == [str(credentials), str(token)]
    desk.config.chmod(0o664)
    assert found() == list(map(str, (desk.config, credentials, token)))


def test_the_profiles_of_an_account_are_those_of_the_full_reader(
    desk: Desk, switching: Switching
) -> None:
    expected: dict[str, list[str]] = {}
    for each in desk.services.profiles.read().profiles:
        expected.setdefault(each.acts_in, []).append(each.name)
    expected.pop("")
    found = switching._both.by_account()
    assert {id_: names for id_, names in found.items() if id_} == expected
    assert {id_: switching._both.names_of(id_) for id_ in expected} == expected
    assert len(expected) > 4


@pytest.mark.usefixtures("no_collection")
def test_production_is_what_the_user_the_team_or_rolecall_calls_so(desk: Desk) -> None:
    settings, team = desk.services.locations.settings, desk.services.locations.team
    for path in (settings, team):
        path.parent.mkdir(parents=True, exist_ok=True)

    def is_production(name: str) -> bool:
        return Switching(desk.environ).is_production(SwitchTarget(name))

    assert is_production("prod")
    assert not is_production("live")
    team.write_text('production = "live"\n')
    assert is_production("live")
    assert is_production("prod")
    settings.write_text('production = "mine"\n')
    assert is_production("mine")
    assert is_production("live")
    assert not is_production("prod")
    for wrong in ('"("', f'"a{{{10**12}}}"', '"(?!)"', "3"):
        settings.write_text(f"production = {wrong}\n")
        assert is_production("prod")
        assert is_production("live")
        assert not Switching(desk.environ).uses_all_words
    settings.write_text("")
    team.write_text('production = "(?!)"\n')
    assert is_production("prod")
    assert not is_production("live")
    assert not Switching(desk.environ).uses_all_words


def test_the_theme_is_that_of_the_settings(desk: Desk) -> None:
    settings = desk.services.locations.settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    for text, theme in (("", "auto"), ('theme = "nord"\n', "nord"), ("theme = 3\n", "auto")):
        settings.write_text(text)
        assert Switching(desk.environ).settings.settings.theme == theme


def test_favourites_and_the_last_used_come_first(
    desk: Desk, switching: Switching, audit_admin: Assignment
) -> None:
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
    targets = switching.targets()
    assert switching.boosts(targets) == {}
    switching.note_use(targets["legacy"])
    switching.note_use(targets["audit-admin"])
    boosts = switching.boosts(targets)
    assert set(boosts) == {"legacy", "audit-admin"}
    assert switching.favourites(boosts) == set()
    desk.services.inventory.set_favourite(desk.session, *audit_admin.key, on=True)
    assert switching.favourites(switching.boosts(targets)) == {"audit-admin"}
    assert switching.boosts({}) == {}
    assert switching.status(targets["audit-admin"]).account_name == audit_admin.account.name
    account = audit_admin.account
    known = switching.accounts()[targets["audit-admin"].account_key]
    assert known == (account.name, account.email)


def test_favourites_and_names_stay_when_the_start_url_is_spelled_differently(
    desk: Desk, audit_admin: Assignment
) -> None:
    """The AWS CLI writes what was pasted: `…/start/#/`."""
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
    desk.services.inventory.set_favourite(desk.session, *audit_admin.key, on=True)
    url, config = desk.session.start_url, desk.services.locations.config
    config.write_text(config.read_text().replace(url, f"{url}/#/"))
    switching = Switching(desk.environ)
    targets = switching.targets()
    assert targets["audit-admin"].start_url == f"{url}/#/"
    assert switching.favourites(switching.boosts(targets)) == {"audit-admin"}
    assert switching.status(targets["audit-admin"]).account_name == audit_admin.account.name
    name, _ = switching.accounts()[targets["audit-admin"].account_key]
    assert name == audit_admin.account.name
    (session,) = [each for each in desk.services.sign_in.sessions() if each.name == "corp"]
    assert desk.services.inventory.favourites(session).favourites == {audit_admin.key}
    snapshot = startup_snapshot(desk.environ, desk.clock)
    assert snapshot is not None
    assert snapshot.favourites.favourites == {audit_admin.key}


@pytest.mark.parametrize(
    "settings",
    ["login_session = arn:aws:iam::{0}:user/alice", "role_arn = arn:aws:iam::{0}:role/x"],
)
def test_any_session_knows_the_account_of_a_profile_without_one(
    settings: str, desk: Desk, audit_admin: Assignment
) -> None:
    """Otherwise nobody is asked before such a profile is used in a production account."""
    account = audit_admin.account
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
    config = desk.services.locations.config
    own = f"[profile mine]\n{settings.format(account.id)}\ncredential_source = Environment\n"
    config.write_text(f"{config.read_text()}\n{own}")
    switching = Switching(desk.environ)
    target = switching.targets()["mine"]
    assert (target.account_id, target.session) == (account.id, "")
    assert switching.status(target).account_name == account.name
    assert switching.accounts()[target.account_key] == (account.name, account.email)
    assert not switching.status(SwitchTarget("none")).account_name


def test_the_last_use_counts_wherever_it_was(
    desk: Desk, switching: Switching, audit_admin: Assignment
) -> None:
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
    targets, inventory, role = switching.targets(), desk.services.inventory, audit_admin.key
    inventory.set_favourite(desk.session, *role, on=True)
    boosts = switching.boosts(targets)
    assert boosts == {"audit-admin": FAVOURITE}
    assert switching.favourites(boosts) == {"audit-admin"}
    inventory.set_favourite(desk.session, *role, on=False)
    switching.note_use(SwitchTarget("without-an-account", session="corp"))
    assert inventory.favourites(desk.session).used_at == {}
    switching.note_use(targets["audit-admin"])
    assert inventory.favourites(desk.session).used_at.keys() == {role}
    desk.clock.forward(3600)
    inventory.note_use(desk.session, *role)
    assert switching.boosts(targets) == {"audit-admin": desk.clock.now.timestamp()}


@pytest.mark.parametrize("written", ["", "[profile rol"], ids=["emptied", "half"])
class TestConfigThatAnotherProgramIsWriting:
    @pytest.fixture(autouse=True)
    def waits(self, desk: Desk, monkeypatch: pytest.MonkeyPatch, written: str) -> list[float]:
        """The other program continues while rolecall waits. Returns the waits so far."""
        found: list[float] = []
        complete = desk.config.read_bytes()

        def write_rest(seconds: float) -> None:
            found.append(seconds)
            if len(found) == 3:
                desk.config.write_bytes(complete)

        monkeypatch.setattr(time, "sleep", write_rest)
        desk.config.write_text(written)
        return found

    def test_a_command_waits_for_it(self, desk: Desk, waits: list[float]) -> None:
        assert Switching(desk.environ).session_names() == ["corp"]
        assert len(waits) == 3

    def test_a_prompt_does_not_wait(self, desk: Desk, waits: list[float]) -> None:
        with suppress(FileError):
            assert ShellFacts({**desk.environ, "AWS_PROFILE": "role"}).target.account_id == ""
        assert not waits


class TestShell:
    def facts(self, desk: Desk, **environ: str) -> ShellFacts:
        return ShellFacts(desk.environ | environ)

    def test_the_profile_is_that_of_the_variable(
        self, desk: Desk, switching: Switching, audit_admin: Assignment
    ) -> None:
        desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
        facts = self.facts(desk, AWS_PROFILE="audit-admin")
        assert facts.target == switching.target("audit-admin")
        assert (facts.region, facts.account_name) == ("eu-west-1", audit_admin.account.name)
        assert (facts.has_session, facts.has_keys) == (True, False)
        assert facts.token is not None
        assert facts.keys_expire_at is None
        assert self.facts(desk, AWS_PROFILE="role", AWS_REGION="x").region == "x"
        assert self.facts(desk).target == SwitchTarget("")
        assert not self.facts(desk).is_production
        assert self.facts(desk, AWS_PROFILE="prod").is_production
        assert not facts.is_production

    def test_a_shell_without_a_profile_is_not_in_production(self, desk: Desk) -> None:
        write_settings(desk.home, 'production = ".*"\n')
        assert not self.facts(desk).is_production
        assert self.facts(desk, AWS_PROFILE="any").is_production

    def test_keys_in_the_environment_override_it(self, desk: Desk, switching: Switching) -> None:
        keys = {"AWS_ACCESS_KEY_ID": "ASIAX", "AWS_PROFILE": "role"}
        ends = {"AWS_CREDENTIAL_EXPIRATION": "2026-11-24T14:00:00Z"}
        facts = self.facts(desk, **keys, **ends, ROLECALL_PROFILE="audit-admin")
        assert facts.profile == "audit-admin"
        assert not facts.has_session
        assert facts.keys_expire_at is not None
        assert facts.keys_expire_at.hour == 14
        assert self.facts(desk, **keys).profile == ""
        assert self.facts(desk, **keys).keys_expire_at is None

    def test_stored_keys_have_their_expiry(self, desk: Desk, switching: Switching) -> None:
        ends = self.facts(desk, AWS_PROFILE="short").keys_expire_at
        assert ends is not None
        assert ends.hour == 14
        assert not self.facts(desk, AWS_PROFILE="short").has_session
        assert self.facts(desk, AWS_PROFILE="long").keys_expire_at is None
        assert self.facts(desk).keys_expire_at is None

    def test_the_expiry_of_stored_keys_is_not_that_of_a_session_of_this_name(
        self, desk: Desk, switching: Switching
    ) -> None:
        credentials = desk.services.locations.credentials
        credentials.write_text(CREDENTIALS.replace("[short]", "[audit-admin]"))
        assert self.facts(desk, AWS_PROFILE="audit-admin").keys_expire_at is None

    def test_an_alias_belongs_to_the_account(
        self, desk: Desk, switching: Switching, audit_admin: Assignment
    ) -> None:
        accounts = desk.services.locations.settings.with_name("accounts.toml")
        accounts.parent.mkdir(parents=True, exist_ok=True)
        accounts.write_text(f"[accounts.{audit_admin.account.id}]\nalias = 'mine'  # by hand\n")
        assert self.facts(desk, AWS_PROFILE="audit-admin").alias == "mine"
        assert self.facts(desk, AWS_PROFILE="role").alias == ""
        assert self.facts(desk, AWS_PROFILE="short").alias == ""

    def test_a_trusted_pin_of_another_account_is_missed(
        self,
        desk: Desk,
        switching: Switching,
        audit_admin: Assignment,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        folder = desk.home / "work"
        folder.mkdir()
        monkeypatch.chdir(folder)
        pin = Pin(*audit_admin.key)
        assert self.facts(desk).pin is None
        assert self.facts(desk).missed_pin is None
        (folder / ".rolecall.toml").write_text(pin.text())
        assert self.facts(desk).pin is None
        pins = Pins(desk.environ)
        pins.trust(pins.file())
        assert self.facts(desk).missed_pin == pin
        assert self.facts(desk, AWS_PROFILE="role").missed_pin == pin
        assert self.facts(desk, AWS_PROFILE="audit-admin").missed_pin is None
        assert self.facts(desk, AWS_ACCESS_KEY_ID="x").missed_pin is None
        # Nothing says whose these keys are. `tokens` has no credentials at all.
        desk.services.locations.credentials.write_text("[keys]\naws_access_key_id = x\n")
        config = desk.services.locations.config
        config.write_text(f"{config.read_text()}\n[profile program]\ncredential_process = x\n")
        for name in ("keys", "program"):
            assert self.facts(desk, AWS_PROFILE=name).missed_pin is None, name
        for name in ("tokens", "none"):
            assert self.facts(desk, AWS_PROFILE=name).missed_pin == pin, name
        facts = self.facts(desk, AWS_ACCESS_KEY_ID="x", ROLECALL_PROFILE="role")
        assert facts.missed_pin == pin
        assert facts.account_name_of(pin.account_id) == ""
        desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda event: None)
        assert facts.account_name_of(pin.account_id) == audit_admin.account.name
