"""What macOS and the BSDs lack is not needed: GNU tools, /proc, a new bash."""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import pytest

from rolecall import __main__
from rolecall.domain.errors.lending_errors import SealImpossible
from rolecall.domain.shells import Shell
from rolecall.services.lending import sealing
from rolecall.terminal import browser, capabilities, shell
from tests.cli.switching.test_switch import INIT, ShellMachine
from tests.support.for_each import for_each
from tests.support.programs import program
from tests.support.shells import RUN

PACKAGE = Path(__file__).resolve().parents[1] / "app" / "rolecall"
SCRIPTS = sorted((PACKAGE / "cli" / "integration").iterdir())
# What bash 3.2, the last of macOS, does not know.
_NEW_BASH = re.compile(
    r"mapfile|readarray|declare -[gAn]|local -n|nosort|&>>|\|&|\$\{\w+(,,|\^\^|@)|coproc|\[\[ -v"
)
# Programs whose options differ between GNU and BSD. The scripts use builtins only.
_PROGRAMS = re.compile(
    r"(^|[|;&(`]|\$\()\s*(sed|awk|grep|date|readlink|realpath|stat|xargs|find|sort|head|tail|cut|tr)\b",
    re.MULTILINE,
)


@for_each("path", SCRIPTS)
def test_a_script_calls_no_program_that_differs(path: Path) -> None:
    assert not _PROGRAMS.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["bash.sh", "bash-completion.sh"])
def test_the_bash_scripts_run_in_bash_3(name: str) -> None:
    text = (PACKAGE / "cli" / "integration" / name).read_text(encoding="utf-8")
    assert not _NEW_BASH.search(text)


@pytest.mark.parametrize("name", [Shell.BASH, Shell.ZSH, Shell.FISH], ids=lambda each: each.value)
def test_a_shell_switches_without_any_program(name: Shell, tmp_path: Path) -> None:
    """PATH has no folder, as if every tool were another than GNU's."""
    machine = ShellMachine(tmp_path / "home")
    start = program(RUN[name][0])
    script = tmp_path / "script"
    init = INIT[name].format(rolecall=machine.program, home=machine.home)
    show = "set -x" if name is Shell.FISH else "export -p"
    script.write_text(f"{init}\nawsp billing\n{show}\n")
    result = subprocess.run(
        [start, *RUN[name][1:], str(script)],
        env={**machine.environment, "PATH": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert re.search(r"AWS_PROFILE[= ][\"']?billing", result.stdout), result.stderr


def needed(name: str, extra: str = "") -> dict[str, metadata.Distribution]:
    """The packages that a package needs, and those that they need, as far as they are installed."""
    found = {}
    for each in metadata.distribution(name).requires or []:
        if "extra ==" not in each or (extra and f"extra == '{extra}'" in each.replace('"', "'")):
            package, its_extra = re.findall(r"^([\w.-]+)(?:\[(\w+)\])?", each)[0]
            with suppress(metadata.PackageNotFoundError):  # another system needs it
                found[package] = metadata.distribution(package)
                found |= needed(package, its_extra)
    return found


def test_only_awscrt_is_not_pure_python() -> None:
    """It has wheels for glibc, musl and macOS, on x86-64 and arm64: docs/getting-started.md."""
    packages = needed("rolecall", "login")
    assert {"textual", "awscrt", "markdown-it-py"} <= packages.keys()
    assert "awscrt" not in needed("rolecall")
    pure = "Root-Is-Purelib: true"
    compiled = {name for name, each in packages.items() if pure not in str(each.read_text("WHEEL"))}
    assert compiled == {"awscrt"}


def test_without_proc_the_variables_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: Path, *_: object, **__: object) -> bytes:
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "read_text", missing)
    monkeypatch.setattr(Path, "read_bytes", missing)
    monkeypatch.setattr("builtins.open", missing)
    assert shell.current_shell({"SHELL": "/opt/homebrew/bin/fish"}) is Shell.FISH
    assert capabilities.ancestors() == []
    assert shell.ignored_signals() == set()


def test_without_proc_the_locale_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(path: str, *_: object) -> None:
        raise FileNotFoundError(path)

    monkeypatch.setattr("builtins.open", missing)
    monkeypatch.setenv("LC_CTYPE", "UTF-8")
    __main__._forget_own_locale()
    assert os.environ["LC_CTYPE"] == "UTF-8"


def test_macos_opens_links_with_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert browser.opener({}) == ["open"]
    assert browser.opener({"BROWSER": "firefox"}) == ["firefox"]
    assert browser.opener({"SSH_TTY": "/dev/ttys000"}) is None


def test_macos_has_no_seal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(SealImpossible, match="system"):
        sealing.check_programs()


def test_proc_is_read_only_where_a_machine_may_lack_it() -> None:
    """Each of these modules has a test that /proc may be missing, or seals programs on Linux."""
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if '"/proc' in path.read_text(encoding="utf-8")
        or 'f"/proc' in path.read_text(encoding="utf-8")
    }
    files = {"files/inventory/database.py", "files/own/processes.py", "files/safe/replaceable.py"}
    lending = {f"services/lending/{name}.py" for name in ("check", "hidden", "sealing")}
    seal = {"domain/lending/seal.py", "terminal/escapes.py", *lending}
    terminal = {"terminal/capabilities.py", "terminal/shell.py"}
    assert users <= {"__main__.py", *terminal, *files, *seal}, users
