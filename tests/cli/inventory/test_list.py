"""`rolecall list`, against the demo: a complete list, or a report of what is missing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from rolecall.demo.faults import Fault
from rolecall.demo.home import create_home
from rolecall.demo.options import DemoOptions
from rolecall.demo.organisation import Organisation
from rolecall.demo.server import DemoServer
from rolecall.domain.model import Account, SsoSession
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.locations import Locations
from tests.support.programs import completed
from tests.support.terminal import Terminal
from tests.support.waiting import without_waits

CSV_HEADER = (
    "account,account_id,email,permission_set,profiles,sso_session,alias,note,groups,production"
)


class DemoMachine:
    """A home with one session, that of the demo."""

    def __init__(self, server: DemoServer, home: Path) -> None:
        create_home(home, server.start_url, server.region, server.organisation)
        self.server = server
        self.environ = {**server.environment(home), "PATH": os.environ["PATH"]}
        self.locations = Locations.from_environment(self.environ)

    def sign_in(self, name: str = "demo") -> None:
        session = SsoSession(name, self.server.start_url, self.server.region)
        cache = SsoCache(self.locations.sso_cache, self.locations.state)
        cache.save_token(session, self.server.sign_in())

    def rolecall(self, *arguments: str) -> CompletedProcess[str]:
        command = [sys.executable, "-m", "rolecall", *arguments]
        result = completed(command, self.environ, check=False)
        assert "Traceback" not in result.stderr
        result.stderr = without_waits(result.stderr)
        return result

    def list(self, *arguments: str) -> CompletedProcess[str]:
        return self.rolecall("list", *arguments)


@pytest.fixture
def organisation() -> Organisation | None:
    return None


@pytest.fixture
def signed_out(tmp_path: Path, organisation: Organisation | None) -> Iterator[DemoMachine]:
    with DemoServer(DemoOptions(organisation=organisation)) as server:
        yield DemoMachine(server, tmp_path / "home")


@pytest.fixture
def machine(signed_out: DemoMachine) -> DemoMachine:
    """The machine, signed in."""
    signed_out.sign_in()
    return signed_out


@pytest.mark.quick
def test_all_rows_are_listed_and_then_read_from_the_cache(machine: DemoMachine) -> None:
    first = machine.list("--json")
    rows = json.loads(first.stdout)
    assert (first.returncode, first.stderr) == (0, "")
    listed = [(row["account_id"], row["permission_set"]) for row in rows]
    assert sorted(listed) == sorted(e.key for e in machine.server.organisation.assignments())
    names = [*dict.fromkeys(row["account"] for row in rows)]
    assert names[:4] == ["audit", "backup", "BI reports", "Café Crème Montréal"]
    named = [row for row in rows if row["profiles"]]
    assert [(row["account"], row["profiles"]) for row in named] == [
        ("log archive", ["log-archive-readonly"])
    ]
    machine.server.stop()
    again = machine.list("--json")
    assert (again.returncode, again.stdout) == (0, first.stdout)


def test_the_best_match_comes_first(machine: DemoMachine) -> None:
    found = list(csv.DictReader(io.StringIO(machine.list("--csv", "orders", "read").stdout)))
    assert [row["account"] for row in found] == ["orders-prod", "orders-staging"]
    assert set(found[0]) == set(CSV_HEADER.split(","))
    by_id = machine.list(found[0]["account_id"]).stdout.splitlines()
    assert [line.split()[0] for line in by_id] == ["Account", "orders-prod", "orders-prod"]
    nothing = machine.list("zzzz")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert nothing.stderr == "Nothing matches “zzzz”.\n"


@pytest.mark.parametrize(
    "arguments", [("list",), ("save", "--all"), ("exec", "--all", "--", "true")]
)
def test_a_list_without_accounts_says_so(machine: DemoMachine, arguments: tuple[str, ...]) -> None:
    machine.server.organisation = Organisation([])
    for _ in ("from AWS", "from the cache"):
        result = machine.rolecall(*arguments)
        assert (result.returncode, result.stdout) == (int(arguments[0] == "exec"), "")
        assert result.stderr.endswith("No account is assigned to you in this Identity Center.\n")
        assert "Nothing matches" not in result.stderr


def test_aliases_notes_and_groups_are_listed_and_searched(machine: DemoMachine) -> None:
    machine.list()
    account = machine.server.organisation.named("audit")
    machine.locations.accounts.parent.mkdir(parents=True, exist_ok=True)
    text = 'alias = "books"\nnote = "ask Kim"\ngroups = [\n    "payments",\n]\n'
    for form in (text, f"# mine\n{text}"):  # read without and with the TOML parser
        machine.locations.accounts.write_text(f"[accounts.{account.id}]\n{form}")
        for words in (["books"], ["ask", "kim"], ["group:payments"], ["group:pay"]):
            rows = json.loads(machine.list("--json", *words).stdout)
            assert {row["account"] for row in rows} == {"audit"}
            assert (rows[0]["alias"], rows[0]["note"]) == ("books", "ask Kim")
            assert rows[0]["groups"] == ["payments"]
        shown = machine.list("group:payments").stdout.splitlines()
        assert shown[0].split()[-1] == "Alias"
        assert shown[1].split()[-1] == "books"
        assert "Alias" not in machine.list("orders").stdout
    saved = machine.rolecall("save", "--account", "Books", "--permission-set", "ViewOnlyAccess")
    assert (saved.returncode, account.id in machine.locations.config.read_text()) == (0, True)
    template = "--template", "{alias}.{short}"
    dry = machine.rolecall(
        "save", "--all", "--dry-run", *template, "group:payments", "administrator"
    )
    assert "books.admin" in dry.stdout


def test_a_broken_file_of_aliases_is_reported_and_the_rest_is_listed(machine: DemoMachine) -> None:
    whole = json.loads(machine.list("--json").stdout)
    machine.locations.accounts.parent.mkdir(parents=True, exist_ok=True)
    machine.locations.accounts.write_text('[accounts.111122223333]\ncommand = "rm"\n')
    result = machine.list("--json")
    assert result.returncode == 3
    # Which accounts an alias makes production is unknown, so all count as production.
    assert json.loads(result.stdout) == [row | {"production": True} for row in whole]
    assert f"{machine.locations.accounts}, line 2: " in result.stderr
    assert "accounts.111122223333.command is refused" in result.stderr
    refused = machine.rolecall("save", "--all", "--dry-run", "group:payments")
    assert (refused.returncode, refused.stdout) == (1, "")


@pytest.mark.parametrize("is_cached", [False, True], ids=["asked", "cached"])
def test_profiles_are_those_of_both_files(machine: DemoMachine, *, is_cached: bool) -> None:
    """As clients read them: they merge the keys of ~/.aws/credentials."""
    first, second = json.loads(machine.list("--json").stdout)[:2]
    target = "sso_session = demo\nsso_account_id = {account_id}\nsso_role_name = {permission_set}\n"
    with machine.locations.config.open("a") as config:
        config.write("\n[profile moved]\n" + target.format(**first))
    machine.locations.credentials.write_text(
        f"[moved]\nsso_account_id = {second['account_id']}\n"
        f"sso_role_name = {second['permission_set']}\n[only]\n{target.format(**first)}"
        "[keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n"
    )
    rows = json.loads(machine.list("--json", *[] if is_cached else ["--refresh"]).stdout)
    assert rows[0]["profiles"] == [*first["profiles"], "only"]
    assert rows[1]["profiles"] == [*second["profiles"], "moved"]


def test_with_a_broken_credentials_file_profiles_are_those_of_the_config(
    machine: DemoMachine,
) -> None:
    before = machine.list("--json").stdout
    machine.locations.credentials.write_text("[dev]\naws_secret_access_key wJalrXUtnFEMI\n")
    result = machine.list("--json")
    assert (result.returncode, result.stdout) == (0, before)
    assert "wJalrXUtnFEMI" not in result.stderr


def test_a_refresh_finds_what_is_new(machine: DemoMachine) -> None:
    machine.list()
    new = Account("1" * 12, "brand new", "")
    machine.server.organisation = Organisation([(new, ("Admin",))])
    assert "brand new" not in machine.list().stdout
    assert machine.list("--refresh", "--csv").stdout.splitlines()[1:] == [
        f"brand new,{'1' * 12},,Admin,,demo,,,,false"
    ]


def test_missing_accounts_are_reported_and_listed_the_next_time(machine: DemoMachine) -> None:
    bad = machine.server.organisation.accounts[1]
    machine.server.faults.add("ListAccountRoles", 403, account_id=bad.id)
    result = machine.list("--csv")
    assert result.returncode == 3
    assert f"{bad.id}  {bad.name}: " in result.stderr
    assert bad.id not in result.stdout
    assert machine.server.organisation.accounts[2].id in result.stdout
    machine.server.faults.clear()
    complete = machine.list("--csv")
    assert (complete.returncode, complete.stderr) == (0, "")
    assert bad.id in complete.stdout


def test_without_the_portal_the_cache_is_used_with_a_warning(machine: DemoMachine) -> None:
    whole = machine.list()
    machine.server.faults.add("ListAccounts", 400)
    result = machine.list("--refresh")
    assert (result.returncode, result.stdout) == (3, whole.stdout)
    assert len(result.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    ("form", "output"),
    [((), ""), (("zzzz",), ""), (("--json",), "[]\n"), (("--csv",), f"{CSV_HEADER}\n")],
    ids=str,
)
def test_without_the_portal_and_a_cache_nothing_could_be_listed(
    machine: DemoMachine, form: tuple[str, ...], output: str
) -> None:
    machine.server.faults.add("ListAccounts", 400)
    for refresh in ([], ["--refresh"]):
        result = machine.list(*form, *refresh)
        assert (result.returncode, result.stdout) == (3, output)
        why, what = result.stderr.splitlines()
        assert "ListAccounts was rejected" in why
        assert what == "The accounts could not be listed."


def test_a_list_needs_a_sign_in(signed_out: DemoMachine) -> None:
    result = signed_out.list()
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Signed out of demo.")


def test_the_session_to_list_is_named_or_the_only_one(signed_out: DemoMachine) -> None:
    unknown = signed_out.list("--sso-session", "none")
    assert unknown.returncode == 1
    assert "demo" in unknown.stderr
    with signed_out.locations.config.open("a") as config:
        config.write("\n[sso-session other]\nsso_start_url = https://x.awsapps.com/start\n")
        config.write("sso_region = eu-west-1\n")
    none = signed_out.list()
    assert none.returncode == 1
    assert "Signed out of all sessions: demo other." in none.stderr
    which = signed_out.rolecall("save", "--all")
    assert which.returncode == 1
    assert "demo other" in which.stderr
    signed_out.sign_in()
    assert signed_out.list("--sso-session", "demo").returncode == 0


def test_of_several_sessions_those_that_are_signed_in_are_listed(signed_out: DemoMachine) -> None:
    text = signed_out.locations.config.read_text()
    url = signed_out.server.start_url
    for name in ("other", "third"):
        text += f"\n[sso-session {name}]\nsso_start_url = {url}\nsso_region = us-east-1\n"
    signed_out.locations.config.write_text(text)
    signed_out.sign_in()
    one = signed_out.list("audit")
    assert (one.returncode, one.stderr) == (0, "")
    assert "Session" not in one.stdout
    signed_out.sign_in("other")
    two = signed_out.list("--json", "audit", "admin")
    assert (two.returncode, two.stderr) == (0, "")
    assert [row["sso_session"] for row in json.loads(two.stdout)] == ["demo", "other"]
    header, *rows = signed_out.list("audit", "admin").stdout.splitlines()
    assert header.split()[-1] == "Session"
    assert [row.split()[-1] for row in rows] == ["demo", "other"]
    # One that cannot be listed does not hide the other.
    shutil.rmtree(signed_out.locations.cache)
    token = signed_out.locations.sso_cache / f"{hashlib.sha1(b'demo').hexdigest()}.json"
    content = json.loads(token.read_text())
    content.pop("refreshToken")
    token.write_text(json.dumps({**content, "accessToken": "revoked"}))
    partly = signed_out.list("--csv")
    assert partly.returncode == 3
    assert partly.stderr
    assert {row["sso_session"] for row in csv.DictReader(io.StringIO(partly.stdout))} == {"other"}


@pytest.mark.quick
def test_without_a_session_it_fails(signed_out: DemoMachine) -> None:
    signed_out.locations.config.unlink()
    assert signed_out.list().returncode == 1


@pytest.mark.quick
def test_json_and_csv_exclude_each_other(signed_out: DemoMachine) -> None:
    assert signed_out.list("--json", "--csv").returncode == 2


def test_a_terminal_shows_a_progress_bar(machine: DemoMachine) -> None:
    machine.server.faults.add("ListAccountRoles", 429, times=3)
    command = [sys.executable, "-m", "rolecall", "list", "audit"]
    with Terminal(command, env=machine.environ) as terminal:
        terminal.wait_for("/41 accounts")
        terminal.wait_for("AWSAdministratorAccess")


def test_ctrl_c_exits_with_status_130(machine: DemoMachine) -> None:
    machine.server.faults.add("ListAccounts", Fault.HANG)
    command = [sys.executable, "-m", "rolecall", "list"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=machine.environ, **pipes) as process:  # type: ignore[call-overload]
        assert machine.server.faults.hanging.acquire(timeout=30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, without_waits(err)) == (130, "", "\n")


@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]], ids=str)
@pytest.mark.parametrize("query", [[], ["orders", "read"], ["zzzz"]], ids=str)
def test_the_fast_way_prints_what_the_full_way_prints(
    machine: DemoMachine, form: list[str], query: list[str]
) -> None:
    machine.list()
    fast = machine.list(*form, *query)
    full = machine.list(*form, "--", *query)  # `--` is left to click
    assert (full.returncode, full.stdout, full.stderr) == (
        fast.returncode,
        fast.stdout,
        fast.stderr,
    )


def test_a_cached_list_imports_little(machine: DemoMachine) -> None:
    machine.list()
    report = (
        "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "sys.argv = ['rolecall', 'list', 'audit']; from rolecall.__main__ import main; main()"
    )
    command = [sys.executable, "-c", report]
    result = completed(command, machine.environ, check=False)
    assert "audit" in result.stdout
    imported = result.stderr.split()
    heavy = {"textual", "boto3", "botocore", "rich", "click", "rolecall.services.services"}
    assert "sqlite3" in imported
    assert not heavy.intersection(imported)


def test_a_closed_pipe_ends_a_list_quietly(machine: DemoMachine) -> None:
    machine.list()
    command = [sys.executable, "-m", "rolecall", "list"]
    reader, writer = os.pipe()
    os.close(reader)
    result = subprocess.run(
        command, env=machine.environ, stdout=writer, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writer)
    assert (result.returncode, result.stderr) == (1, "")
