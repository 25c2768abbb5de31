"""Which modules a start imports, and when."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rolecall.cli.main import SUBCOMMANDS
from rolecall.demo.home import create_home
from rolecall.demo.server import DemoServer
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.services.services import Services
from tests.support.terminal import Terminal

HEAVY = ("boto3", "botocore", "textual")
_SERVICES = """
from rolecall.services.services import Services
Services({"HOME": "/nonexistent"})
"""
_VERSION = """
import sys
from rolecall.__main__ import main
sys.argv = ["rolecall", "--version"]
try:
    main()
except SystemExit:
    pass
"""
_QUICK = """
import os, sys, tempfile
home = tempfile.mkdtemp()
os.makedirs(f"{{home}}/.aws")
with open(f"{{home}}/.aws/config", "w") as file:
    file.write("[profile a]\\nsso_session = b\\nsso_account_id = 1\\n[sso-session b]\\n")
os.environ.clear()
os.environ["HOME"] = home
from rolecall.__main__ import main
sys.argv = ["rolecall", {arguments}]
try:
    main()
except SystemExit as end:
    assert end.code == 0, end.code
"""
_SWITCH = _QUICK.format(arguments='"switch", "--shell=bash", "--previous=", "a"')
_COMPLETE = _QUICK.format(arguments='"complete", "profiles", "zsh"')
_PROMPT = _QUICK.format(arguments='"prompt"').replace(
    "sys.argv =", "os.environ['AWS_PROFILE'] = 'a'; sys.argv ="
)
# Written to the terminal, so that the order of the bytes is the order of events.
_HOOK = """
import os, sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in late and name not in seen:
            seen.add(name)
            os.write(2, f"\\x1b]7777;import {name}\\x07".encode())
late = {"boto3", "botocore", "rolecall.services.services", "ssl", "tokenize", "platformdirs"}
seen = set()
sys.meta_path.insert(0, Watch())
"""


def imported_by(code: str) -> set[str]:
    """The heavy packages that a new interpreter has imported after running the code."""
    report = f"\nimport sys; print(sorted(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    result = subprocess.run(
        [sys.executable, "-c", code + report], capture_output=True, text=True, check=True
    )
    return set(re.findall(r"'(\w+)'", result.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import rolecall.domain.model, rolecall.domain.inventory.catalogue", set()),
        ("import rolecall.services.services", set()),
        (_SERVICES, set()),
        ("import rolecall.demo", set()),
        ("import rolecall.cli.main", set()),
        (_VERSION, set()),
        (_SWITCH, set()),
        (_COMPLETE, set()),
        (_PROMPT, set()),
        (
            "import rolecall.cli.lending.lend, rolecall.cli.runs.exec_many, rolecall.cli.save",
            set(),
        ),
        ("import rolecall.ui.app.app", {"textual"}),
    ],
    ids=[
        *("domain", "services", "services", "demo", "commands"),
        *("--version", "switch", "complete", "prompt", "exec", "ui"),
    ],
)
def test_heavy_packages_are_imported_only_when_needed(code: str, heavy: set[str]) -> None:
    assert imported_by(code) == heavy


def modules_of(code: str, home: Path | None = None, **environ: str) -> tuple[str, set[str]]:
    """What a new interpreter prints for the code, and all that it has imported at its end."""
    report = "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
    result = subprocess.run(
        [sys.executable, "-c", report + code],
        env=None if home is None else {"HOME": str(home), **environ},
        capture_output=True,
        text=True,
        check=home is None,
    )
    imported = set(result.stderr.split())
    assert "rolecall" in imported
    return result.stdout, imported


def run(*arguments: str) -> str:
    """Code that runs rolecall with the arguments."""
    return f"sys.argv = ['rolecall', *{arguments!r}]; from rolecall.__main__ import main; main()"


def home_with(config: str, folder: Path) -> Path:
    (folder / ".aws").mkdir()
    (folder / ".aws" / "config").write_text(config)
    return folder


@pytest.mark.parametrize("arguments", [["tokens"], ["tokens", "--json"]], ids=" ".join)
def test_tokens_imports_little(tmp_path: Path, arguments: list[str]) -> None:
    home = home_with("[sso-session x]\nsso_start_url = https://x.awsapps.com/start\n", tmp_path)
    printed, imported = modules_of(run(*arguments), home)
    assert "x.awsapps.com" in printed or "x  signed out" in printed
    heavy = {*HEAVY, "rich", "click", "configupdater", "pathlib", "sqlite3", "inspect"}
    assert not heavy.intersection(imported)


def test_the_help_of_rolecall_imports_no_command() -> None:
    printed, imported = modules_of(run("--help"))
    assert "whoami  " in printed
    commands = {f"rolecall.cli.{module}" for module, _ in SUBCOMMANDS.values()}
    assert not commands.intersection(imported)


def test_a_prompt_imports_little(tmp_path: Path) -> None:
    """The time of a prompt is the time of its imports: at most six times that of a bare Python."""
    home = home_with("[profile a]\nsso_account_id = 1\n", tmp_path)
    printed, imported = modules_of(run("prompt"), home, AWS_PROFILE="a")
    assert printed == "a\n"
    heavy = {*HEAVY, "rich", "click", "configupdater", "asyncio", "inspect", "logging"}
    heavy |= {"pathlib", "json", "tomllib"}
    assert not heavy.intersection(imported)


def test_a_switch_and_its_line_in_the_log_import_little(tmp_path: Path) -> None:
    home = home_with("[profile a]\nsso_account_id = 1\n", tmp_path)
    printed, imported = modules_of(run("switch", "--shell=bash", "--previous=", "a"), home)
    assert "AWS_PROFILE" in printed
    (log,) = tmp_path.rglob("handed-out.log")
    assert '"kind": "use"' in log.read_text()
    heavy = {*HEAVY, "rich", "click", "configupdater", "sqlite3", "shlex", "inspect"}
    heavy |= {"pathlib", "urllib.parse"}
    assert not heavy.intersection(imported)


def test_the_first_paint_imports_little() -> None:
    code = "import rolecall.start.fast_path, rolecall.cli.full_screen, rolecall.ui.app.app\n"
    code += "import rolecall.services.inventory.startup_snapshot, rolecall.services.base.settings\n"
    _, imported = modules_of(code)
    assert not {"click", "hashlib", "secrets", "sqlite3"}.intersection(imported)
    assert not {"ssl", "textual.types", "textual.widgets._select"}.intersection(imported)
    assert "rolecall.ui.app.wiring" in imported
    assert [name for name in imported if name.startswith("rolecall.ui.flows")] == []


def test_what_the_first_paint_leaves_out_can_be_imported_later() -> None:
    code = "import rolecall.ui.app.app\n"
    code += "import asyncio, ssl; assert ssl.create_default_context()\n"
    code += "from textual.command import CommandInput; import textual.command\n"
    code += "from textual.widgets import Input; assert issubclass(CommandInput, Input)\n"
    code += "assert textual.command.CommandPalette.COMPONENT_CLASSES"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_boto3_is_imported_after_the_first_paint(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_HOOK)
    home = tmp_path / "home"
    with DemoServer() as server:
        create_home(home, server.start_url, server.region, server.organisation)
        environment = {**server.environment(home), "PYTHONPATH": str(tmp_path)}
        with Terminal([sys.executable, "-m", "rolecall"], env=environment) as terminal:
            terminal.wait_for("Waiting for your approval")
            received = bytes(terminal.received)
    first_import = received.index(b"\x1b]7777;import boto")
    first_paint = received.index(b"Permission sets")
    assert first_paint < first_import


def test_cached_rows_are_painted_before_the_services_are_imported(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_HOOK)
    home = tmp_path / "home"
    with DemoServer() as server:
        create_home(home, server.start_url, server.region, server.organisation)
        environment = {**server.environment(home), "PYTHONPATH": str(tmp_path)}
        services = Services(environment)
        (session,) = services.sign_in.sessions()
        token = server.sign_in()
        services.inventory.crawl(session, token).run(lambda event: None)
        SsoCache(services.locations.sso_cache, services.locations.state).save_token(session, token)
        with Terminal([sys.executable, "-m", "rolecall"], env=environment, lines=90) as terminal:
            terminal.wait_for("41 accounts")
            received = bytes(terminal.received)
    painted = received[: received.index(b"\x1b]7777;import rolecall.services.services")]
    assert b"]7777;import" not in painted
    words = [account.name.split()[-1] for account in server.organisation.accounts]
    assert all(word.encode() in painted for word in words)
