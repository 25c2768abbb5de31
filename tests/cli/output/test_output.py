"""What commands print: nothing controls the terminal, values arrive whole, any encoding works."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from rolecall import cli
from rolecall.cli.support.output import write_json, write_json_objects
from rolecall.domain.text import safe_lines
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine
from tests.end_to_end.conftest import ROLECALL
from tests.support import fork_server
from tests.support.programs import program
from tests.support.terminal import Terminal

HOSTILE = "\x1b]0;x\x07\x9b2J\u202eevil\u200b"
ROLE = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET)


ARGUMENTS = [
    (HOSTILE,),
    (f"--{HOSTILE}",),
    ("list", HOSTILE),
    ("list", "--sso-session", HOSTILE),
    ("list", f"--{HOSTILE}"),
    ("save", *ROLE, "--name", HOSTILE),
    ("save", "--account", HOSTILE, "--permission-set", HOSTILE),
    ("save", "--template", HOSTILE, "--all", "--dry-run"),
    ("save", "--region", HOSTILE, *ROLE),
    ("sign-in", HOSTILE),
    ("sign-out", HOSTILE),
    ("tokens", "--sso-session", HOSTILE),
    ("tokens", HOSTILE),
    ("whoami", "--profile", HOSTILE),
    ("export", HOSTILE),
    ("export", PROFILE, "--format", HOSTILE),
    ("exec", HOSTILE, "--", "true"),
    ("exec", PROFILE, "--", HOSTILE),
    ("serve", HOSTILE, "--", "true"),
    ("serve", PROFILE, "--port", HOSTILE),
    ("credential-process", "--profile", HOSTILE),
    ("console", HOSTILE),
    ("console", PROFILE, "--destination", HOSTILE),
    ("console", PROFILE, "--destination", f"https://{HOSTILE}"),
    ("switch", "--shell=bash", HOSTILE),
    ("switch", "--shell=bash", f"--previous={HOSTILE}", "-"),
    ("switch", "--shell=bash", "--region", HOSTILE, PROFILE),
    ("init", HOSTILE),
    ("init", "bash", "--cmd", HOSTILE),
    ("undo", HOSTILE),
    ("doctor", HOSTILE),
    ("credentials", HOSTILE),
    ("list", f"two\nlines {HOSTILE}"),
]


def test_arguments_are_printed_safely(signed_in: CommandLine) -> None:
    environ = {**signed_in.environ, "AWS_REGION": HOSTILE, "TERM": HOSTILE}
    for arguments in ARGUMENTS:
        said = fork_server.run([*arguments], environ).text
        assert said, arguments
        assert safe_lines(said) == said, arguments


@pytest.mark.quick
def test_values_arrive_whole(signed_in: CommandLine) -> None:
    value = "a\x1b[31mb\x9b\u202e"
    keys = f"aws_access_key_id = A\naws_secret_access_key = B\naws_session_token = {value}"
    signed_in.add(f"[profile keys]\n{keys}")
    script = signed_in.output_of("export", "keys")
    printed = subprocess.run(
        [program("bash"), "-c", f'{script}\nprintf %s "$AWS_SESSION_TOKEN"'],
        capture_output=True,
        check=True,
    )
    assert printed.stdout.decode() == value
    as_json = json.loads(signed_in.output_of("credential-process", "--profile", "keys"))
    assert as_json["SessionToken"] == value


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_no_encoding_fails(signed_in: CommandLine, encoding: str) -> None:
    def run(*arguments: str) -> None:
        environ = {**signed_in.environ, "PYTHONIOENCODING": encoding}
        result = fork_server.run([*arguments], environ)
        said = (result.stdout + result.stderr).decode("latin-1")
        assert "Unicode" not in said, arguments
        assert "internal error" not in said, arguments
        if "--json" in arguments:
            assert json.loads(result.stdout.decode(encoding)), arguments

    signed_in.add(
        f"[profile データ]\nsso_session = corp\nsso_account_id = {ACCOUNT}\n"
        f"sso_role_name = {PERMISSION_SET}\nregion = eu-central-1"
    )
    run("list")
    run("list", "--csv")
    run("list", "--json")
    run("list", "データ")
    run("whoami", "--profile", "データ")
    run("whoami", "--profile", "データ", "--json")
    run("tokens")
    run("tokens", "--json")
    run("export", "データ")
    run("exec", "データ", "--", "データ")
    run("serve", "データ", "--", "データ")
    run("console", "データ")
    run("undo", "--list")
    run("save", *ROLE, "--name", "データ", "--dry-run")
    run("save", "--all", "--dry-run")
    run("switch", "--shell=bash", "データ")
    run("switch", "--shell=bash", "基")
    run("credential-process", "--profile", "データ")
    run("credentials", "clean")
    run("init", "bash")
    run("--help")
    run("sign-in")
    run("sign-out", "データ")
    run("データ")
    signed_in.add("[profile データ\nregion データ")
    run("doctor")
    run("list")
    run("sign-out", "--yes")


@pytest.mark.quick
def test_many_objects_are_written_like_any_json(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        ("a", ("b", 'c"d')),
        (HOSTILE, ()),
        ("é\\\n\x7f", ("a" + "\u0301" * 12,)),
        ("a", ("b", 'c"d')),
    ]
    write_json_objects(("one",), [("",)])
    assert json.loads(capsys.readouterr().out) == [{"one": None}]  # unknown
    for content in (rows, []):
        write_json([dict(zip(("one", "two"), row, strict=True)) for row in content])
        expected = capsys.readouterr().out
        write_json_objects(("one", "two"), content)
        assert capsys.readouterr().out == expected


def test_json_in_ascii_has_the_same_content(signed_in: CommandLine) -> None:
    whole = json.loads(signed_in.output_of("list", "--json"))
    assert json.loads(signed_in.output_of("list", "--json", PYTHONIOENCODING="ascii")) == whole


def test_a_spreadsheet_runs_no_cell(signed_in: CommandLine) -> None:
    names = ['=HYPERLINK("https://evil.example")', "+1", "-1", "@SUM(A1)", "\uff1d1", "plain"]
    accounts = {
        account.id: name
        for account, name in zip(signed_in.server.organisation.accounts, names, strict=False)
    }

    def rewrite(operation: str, content: dict[str, list[dict[str, str]]]) -> object:
        for account in content.get("accountList", []) if operation == "ListAccounts" else []:
            account["accountName"] = accounts.get(account["accountId"], account["accountName"])
        return content

    signed_in.server.rewrite = rewrite
    rows = list(csv.DictReader(io.StringIO(signed_in.output_of("list", "--csv", "--refresh"))))
    cells = {cell for row in rows for cell in row.values()}
    assert {f"'{name}" for name in names[:-1]} <= cells
    assert "plain" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\uff1d"))]


@pytest.mark.quick
def test_the_completion_of_click_is_answered_by_click(signed_in: CommandLine) -> None:
    script = signed_in.output_of(_ROLECALL_COMPLETE="bash_source")
    assert "_rolecall_completion" in script
    names = signed_in.output_of(
        _ROLECALL_COMPLETE="bash_complete", COMP_WORDS="rolecall who", COMP_CWORD="1"
    )
    assert "whoami" in names


def test_a_completion_without_a_match_keeps_a_strict_bash(signed_in: CommandLine) -> None:
    start = shlex.join([str(Path(sys.executable).parent / "rolecall"), "init", "bash"])
    bash = [program("bash"), "--norc", "--noprofile", "-i"]
    environ = {**signed_in.environ, "PATH": os.environ["PATH"], "PS1": "$ "}
    with Terminal(bash, env=environ, columns=100) as terminal:
        terminal.send(f'eval "$({start})"; set -eu; echo rea""dy\n')
        terminal.wait_for("^ready")
        for line in (
            "rolecall zzz",
            "rolecall save zzz",
            "rolecall init zzz",
            "awsp zzz",
            "awsp -z",
        ):
            terminal.send(f"{line}\t\t")
            terminal.send('\x15echo still he""re\n')
            terminal.wait_for("^still here")
            terminal.send("clear\n")
            terminal.wait_gone("still here")


@pytest.mark.quick
def test_commands_print_only_through_one_module() -> None:
    folder = Path(cli.__file__).parent
    printing = re.compile(r"click\.echo|(?<![\w.])print\(|std(?:out|err)\.write|\.buffer\b")
    found = [
        path.name
        for path in folder.rglob("*.py")
        if printing.search(path.read_text(encoding="utf-8"))
    ]
    assert found == ["output.py"]


def shown(desk: CommandLine, tmp_path: Path, *arguments: str, lines: int, pager: str) -> bytes:
    """What the terminal received. The pager, if it starts, puts `<` before each line."""
    environment = {
        "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "PAGER": pager, **desk.environ
    }  # fmt: skip
    command: list[str | Path] = [ROLECALL, *arguments]
    with Terminal(command, env=environment, cwd=tmp_path, columns=120, lines=lines) as terminal:
        assert terminal.wait_exit(60) == 0
        return bytes(terminal.received)


def test_a_long_list_is_paged(signed_in: CommandLine, tmp_path: Path) -> None:
    signed_in.output_of("list")
    assert b"<\x1b[1mAccount " in shown(signed_in, tmp_path, "list", lines=24, pager="sed 's/^/</'")
    short = shown(signed_in, tmp_path, "list", "audit", lines=24, pager="sed 's/^/</'")
    assert b"audit" in short
    assert b"<" not in short


def test_a_pager_that_fails_or_is_left_early_loses_nothing(
    signed_in: CommandLine, tmp_path: Path
) -> None:
    signed_in.output_of("list")
    assert b"Account " in shown(signed_in, tmp_path, "list", lines=24, pager="cat")
    assert b"Account " in shown(signed_in, tmp_path, "list", lines=24, pager="head -1")
    for pager in ("no-such-pager -R", "/etc/passwd"):
        assert b"Account " in shown(signed_in, tmp_path, "list", lines=24, pager=pager)
    assert b"<" in shown(signed_in, tmp_path, "help", "save", lines=10, pager="sed 's/^/</'")


def test_a_pipe_is_never_paged(signed_in: CommandLine) -> None:
    signed_in.output_of("list")
    assert "<" not in signed_in.output_of("list", PAGER="sed 's/^/</'")
