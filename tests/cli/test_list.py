"""`rolecall list`, against the demo: complete, or saying what is missing."""

from __future__ import annotations

import csv
import io
import json
import os
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
from rolecall.files.locations import Locations
from rolecall.files.sso_cache import SsoCache
from tests.support.terminal import Terminal


class Here:
    """A home whose one session is the demo's, signed in or not."""

    def __init__(self, server: DemoServer, home: Path) -> None:
        create_home(home, server.start_url, server.region, server.organisation)
        self.server = server
        self.environ = {**server.environment(home), "PATH": os.environ["PATH"]}
        self.locations = Locations.from_environment(self.environ)

    def sign_in(self) -> None:
        session = SsoSession("demo", self.server.start_url, self.server.region)
        cache = SsoCache(self.locations.sso_cache, self.locations.state)
        cache.save_token(session, self.server.sign_in())

    def rolecall(self, *arguments: str) -> CompletedProcess[str]:
        command = [sys.executable, "-m", "rolecall", *arguments]
        result = subprocess.run(
            command, env=self.environ, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in result.stderr
        return result

    def list(self, *arguments: str) -> CompletedProcess[str]:
        return self.rolecall("list", *arguments)


@pytest.fixture
def organisation() -> Organisation | None:
    return None


@pytest.fixture
def here(tmp_path: Path, organisation: Organisation | None) -> Iterator[Here]:
    with DemoServer(DemoOptions(organisation=organisation)) as server:
        yield Here(server, tmp_path / "home")


def test_everything_and_then_from_the_cache(here: Here) -> None:
    here.sign_in()
    first = here.list("--json")
    rows = json.loads(first.stdout)
    assert (first.returncode, first.stderr) == (0, "")
    assert [(row["account_id"], row["permission_set"]) for row in rows] == [
        each.key for each in here.server.organisation.assignments()
    ]
    named = [row for row in rows if row["profiles"]]
    assert [(row["account"], row["profiles"]) for row in named] == [
        ("log archive", ["log-archive-readonly"])
    ]
    here.server.stop()
    again = here.list("--json")
    assert (again.returncode, again.stdout) == (0, first.stdout)


def test_what_a_query_finds_best_first(here: Here) -> None:
    here.sign_in()
    found = list(csv.DictReader(io.StringIO(here.list("--csv", "orders", "read").stdout)))
    assert [row["account"] for row in found] == ["orders-prod", "orders-staging"]
    assert set(found[0]) == {"account", "account_id", "email", "permission_set", "profile"}
    by_id = here.list(found[0]["account_id"]).stdout.splitlines()
    assert [line.split()[0] for line in by_id] == ["Account", "orders-prod", "orders-prod"]
    nothing = here.list("zzzz")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert nothing.stderr == "Nothing matches “zzzz”.\n"


def test_a_refresh_finds_what_is_new(here: Here) -> None:
    here.sign_in()
    here.list()
    new = Account("1" * 12, "brand new", "")
    here.server.organisation = Organisation([(new, ("Admin",))])
    assert "brand new" not in here.list().stdout
    assert here.list("--refresh", "--csv").stdout.splitlines()[1:] == [
        f"brand new,{'1' * 12},,Admin,"
    ]


def test_what_is_missing_is_said_and_asked_again_the_next_time(here: Here) -> None:
    here.sign_in()
    bad = here.server.organisation.accounts[1]
    here.server.faults.add("ListAccountRoles", 403, account_id=bad.id)
    result = here.list("--csv")
    assert result.returncode == 3
    assert f"{bad.id}  {bad.name}: " in result.stderr
    assert bad.id not in result.stdout
    assert here.server.organisation.accounts[2].id in result.stdout
    here.server.faults.clear()
    mended = here.list("--csv")
    assert (mended.returncode, mended.stderr) == (0, "")
    assert bad.id in mended.stdout


def test_without_the_portal_the_cache_answers_and_says_so(here: Here) -> None:
    here.sign_in()
    whole = here.list()
    here.server.faults.add("ListAccounts", Fault.HTML)
    result = here.list("--refresh")
    assert (result.returncode, result.stdout) == (3, whole.stdout)
    assert len(result.stderr.splitlines()) == 2


def test_signed_out(here: Here) -> None:
    result = here.list()
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Signed out of demo.")


def test_which_session(here: Here) -> None:
    unknown = here.list("--sso-session", "none")
    assert unknown.returncode == 2
    assert "demo" in unknown.stderr
    with here.locations.config.open("a") as config:
        config.write("\n[sso-session other]\nsso_start_url = https://x.awsapps.com/start\n")
        config.write("sso_region = eu-west-1\n")
    which = here.list()
    assert which.returncode == 2
    assert "demo other" in which.stderr
    here.sign_in()
    assert here.list("--sso-session", "demo").returncode == 0


def test_no_session_at_all(here: Here) -> None:
    here.locations.config.unlink()
    assert here.list().returncode == 2


def test_json_or_csv(here: Here) -> None:
    assert here.list("--json", "--csv").returncode == 2


def test_an_organisation_of_nobody(here: Here) -> None:
    here.sign_in()
    here.server.organisation = Organisation([])
    assert here.list("--json").stdout == "[]\n"
    assert here.list().stdout == ""


@pytest.mark.parametrize(
    "organisation",
    [
        Organisation(
            [
                (Account("1" * 12, "\x1b[31mred\x07\u202e", "a\nb"), ("Se\x1bt",)),
                (Account("2" * 12, "n" * 10_000, ""), ("Admin",)),
                (Account("3" * 12, "データ基盤", ""), ("Admin",)),
            ]
        )
    ],
    ids=[""],
)
@pytest.mark.parametrize("form", [(), ("--csv",), ("--json",)], ids=["text", "csv", "json"])
def test_hostile_names_are_shown_safe(here: Here, form: tuple[str, ...]) -> None:
    here.sign_in()
    for _ in range(2):  # from AWS, and from the cache
        shown = here.list(*form).stdout
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)
        assert "n" * 10_000 in shown
        assert "a\u240ab" in shown


def test_a_progress_bar_only_where_there_is_a_terminal(here: Here) -> None:
    here.sign_in()
    here.server.faults.add("ListAccountRoles", 429, times=3)
    command = [sys.executable, "-m", "rolecall", "list", "audit"]
    with Terminal(command, env=here.environ) as terminal:
        terminal.wait_for("/41 accounts")
        terminal.wait_for("AWSAdministratorAccess")


def test_ctrl_c_is_no_failure_of_its_own(here: Here) -> None:
    here.sign_in()
    here.server.faults.add("ListAccounts", Fault.HANG)
    command = [sys.executable, "-m", "rolecall", "list"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=here.environ, **pipes) as process:  # type: ignore[call-overload]
        assert here.server.faults.hanging.acquire(timeout=30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "\n")


def test_the_cache_answers_without_boto3_or_textual(here: Here) -> None:
    here.sign_in()
    here.list()
    program = (
        "import sys, rolecall.cli.list as l\n"
        "l.list_(['audit'], standalone_mode=False)\n"
        "sys.exit(bool({'textual', 'boto3', 'botocore'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, env=here.environ, capture_output=True, text=True, check=False)
    assert "audit" in result.stdout
    assert (result.returncode, result.stderr) == (0, "")
