"""Commands in a hostile world, in a pipe and in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli_w

from rolecall.demo.faults import StsError
from tests.hostile.grammar import violations
from tests.hostile.texts import Texts
from tests.hostile.world import ACCOUNTS, World, hostile_world
from tests.support import fork_server
from tests.support.fork_server import Output

# Standard output of these is for a shell, which gets each value as it is, in quotes.
CORP = ("--sso-session", "corp")
VALUES = {"switch", "export", "complete"}
ROLE = ("--account", ACCOUNTS[0], "--permission-set", "Admin")


@pytest.fixture(scope="module", params=[1, 2])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    home = tmp_path_factory.mktemp("hostile") / "home"
    with hostile_world(home, request.param, approve=True) as made:
        yield made


class Runner:
    """Runs commands twice, and checks what they write."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.said = ""

    def __call__(self, *arguments: str, **environ: str) -> Output:
        plain = fork_server.run([*arguments], self._world.environ | environ)
        shown = plain.stderr if arguments[0] in VALUES else plain.stdout + plain.stderr
        self.check(shown, arguments, is_terminal=False)
        return plain

    def in_terminal(self, *arguments: str, **environ: str) -> None:
        environ = self._world.environ | {"TERM": "xterm-256color"} | environ
        written = fork_server.run([*arguments], environ, terminal=True).stdout
        self.check(written, arguments, is_terminal=True)

    def check(self, written: bytes, arguments: tuple[str, ...], *, is_terminal: bool) -> None:
        found = list(violations(written, is_terminal=is_terminal))
        assert not found, (arguments, found[:3])
        assert b"internal error" not in written, arguments
        self.said += written.decode("utf-8", "replace")


@pytest.fixture
def run(world: World) -> Runner:
    return Runner(world)


def test_hostile_names_from_aws_are_made_safe(run: Runner, world: World) -> None:
    for form in ((), ("--json",), ("--csv",), ("F0",), ("--refresh",)):
        run("list", *CORP, *form)
    run.in_terminal("list", *CORP)
    run.in_terminal("list", *CORP, "--refresh")
    run("save", *CORP, "--all", "--dry-run")
    run.in_terminal("save", *CORP, "--all", "--fix", "--dry-run")
    for assignment in world.server.organisation.assignments():
        account, name = assignment.account, assignment.permission_set.name
        if not re.search("[\0\ud800-\udfff]", account.id + name):  # no argument has these
            run("save", *CORP, "--account", account.id, "--permission-set", name, "--dry-run")
    for field in ("account name", "e-mail address", "permission set"):
        assert world.texts.marks[field] in run.said, field


def test_hostile_names_in_files_are_made_safe(run: Runner, world: World) -> None:
    for name in world.profiles:
        run("export", name, "--format", "json")
        run("exec", name, "--", "true")
        run("credential-process", "--profile", name)
        run("console", name, "--print")
        run("console", name, "--print", "--destination", "s3")
        run("switch", "--shell=bash", name)
        run("tokens", "--sso-session", name)
        run("complete", "profiles", "bash", f"awsp {name[:4]}", name[:4], " ")
    for shell in ("zsh", "fish", "tcsh", "nu"):
        run("complete", "profiles", shell)
    run("whoami", AWS_PROFILE=world.profiles[0])
    run("tokens")
    run("tokens", "--json")
    run("undo", "--list")
    run("credentials", "clean", "--dry-run")
    run("doctor")
    for arguments in (("tokens",), ("doctor",), ("console", world.profiles[0], "--print")):
        run.in_terminal(*arguments)
    for field in ("profile name", "session name"):
        assert world.texts.marks[field] in run.said, field


def test_hostile_names_are_made_safe_in_prompts_pins_logins_and_the_log(
    run: Runner, world: World
) -> None:
    texts = Texts(7)
    for name in (*world.profiles, texts.for_name("unknown profile")):
        run("prompt", AWS_PROFILE=name)
        run.in_terminal("prompt", AWS_PROFILE=name)
        run("pin", name, "--dry-run")
        run("login", name)
        run.in_terminal("login", name, "--region", texts.for_file("region"))
        run("exec", "--reason", texts.for_file("reason"), name, "--", "true")
    for form in ((), ("--json",), (texts.for_file("word"),)):
        run("log", *form)
    run.in_terminal("log")
    assert world.texts.marks["profile name"] in run.said


def test_the_hostile_file_of_a_team_is_made_safe(run: Runner, tmp_path: Path) -> None:
    texts = Texts(6)

    def text(field: str) -> str:
        return texts.next(field).encode("utf-8", "ignore").decode()

    portal = {"start_url": "https://d-1234567890.awsapps.com/start", "region": "eu-west-1"}
    entries: list[dict[str, object]] = [
        {"portals": {"team": portal}, "accounts": {ACCOUNTS[0]: {"note": text("note")[:900]}}},
        {"portals": {text("session"): portal}},
        {"portals": {"team": {**portal, "start_url": text("start URL")}}},
        {"portals": {"team": {**portal, "region": text("region")}}},
        {"template": text("template")},
        {text("key"): text("value")},
    ]
    for number, entry in enumerate(entries):
        file = tmp_path / f"{number}.toml"
        file.write_text(tomli_w.dumps(entry), "utf-8")
        run("team", "add", str(file), "--dry-run")
        run.in_terminal("team", "add", str(file), "--dry-run")
    run("team", "add", f"/{texts.for_file('path')}")
    run("team", "add", f"https://{texts.for_file('host')}/team.toml")
    run("team", "export")
    assert texts.marks["note"] in run.said


def test_hostile_lines_of_malformed_files_are_made_safe(
    run: Runner, world: World, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    for template in (
        "[profile {}\nx = y",
        "[profile x]\n{}",
        "{} = y\n[profile x]",
        "[{}] {}\nx = y",
    ):
        config.write_text(template.format(*(world.texts.for_file("line") for _ in "ab")), "utf-8")
        for arguments in (
            ("list",),
            ("doctor",),
            ("tokens",),
            ("save", *CORP, *ROLE),
            ("export", "x"),
        ):
            run(*arguments, AWS_CONFIG_FILE=str(config))
        run("doctor", AWS_SHARED_CREDENTIALS_FILE=str(config))
    config.write_bytes(b"[profile x]\nregion = \xff\x9b31m\x1b]0;x\x07")
    run("doctor", AWS_CONFIG_FILE=str(config))


@pytest.mark.quick
def test_hostile_arguments_and_variables_are_made_safe(run: Runner, world: World) -> None:
    texts = Texts(5)
    for command in (
        "list", "sign-in", "sign-out", "export", "exec", "serve", "console", "init", "undo",
        "credentials", "doctor", "tokens", "watch", "save",
    ):  # fmt: skip
        argument = texts.for_file("argument")
        run(command, argument)
        run(command, f"--{argument}")
    hostile = texts.for_file("variable")
    for variable in (
        "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_CA_BUNDLE", "TERM", "TERM_PROGRAM",
        "BROWSER", "SHELL", "NO_COLOR", "ROLECALL_THEME", "AWS_ENDPOINT_URL_SSO", "HTTPS_PROXY",
    ):  # fmt: skip
        reads = ("doctor",) if variable.startswith("T") else ("list", *CORP, "--refresh")
        run(*reads, **{variable: hostile})
    run("export", AWS_PROFILE=hostile)
    run("whoami", AWS_PROFILE=hostile, AWS_ACCESS_KEY_ID=hostile, AWS_SECRET_ACCESS_KEY=hostile)
    for variable in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "XDG_STATE_HOME"):
        run("doctor", **{variable: f"/{hostile}/{hostile}"})


def test_hostile_errors_of_aws_are_made_safe(run: Runner, world: World) -> None:
    faults = world.server.faults
    name = world.profiles[0]
    for operation, arguments in {
        "ListAccounts": ("list", *CORP, "--refresh"),
        "ListAccountRoles": ("list", *CORP, "--refresh"),
        "GetRoleCredentials": ("credential-process", *CORP, *ROLE),
        "RegisterClient": ("sign-in", "corp", "--force"),
        "StartDeviceAuthorization": ("sign-in", "corp", "--force"),
        "CreateToken": ("sign-in", "corp", "--force"),
    }.items():
        for status in (400, 403):
            faults.add(operation, status)
            run(*arguments)
            faults.clear()
    faults.add("GetCallerIdentity", StsError("AccessDenied", world.texts.for_file("STS message")))
    run("whoami", AWS_PROFILE=name)
    faults.clear()


def test_a_sign_in_with_a_hostile_link(run: Runner) -> None:
    assert run("sign-in", "corp", "--force").status == 0
    run.in_terminal("sign-in", "corp", "--force")
    assert "Careful" in run.said
