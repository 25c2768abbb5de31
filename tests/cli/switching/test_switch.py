"""`awsp` in real shells: what it sets and unsets, and what it leaves alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_powershell

from rolecall.domain.shells import Shell
from tests.support.programs import completed, program
from tests.support.shells import RUN

ROLECALL = Path(sys.executable).parent / "rolecall"
ODD = 'it\'s "my" $HOME `touch ran` $(touch ran) !odd; *?{a,b} \\ #x'
CONFIG = r"""
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile audit-admin]
sso_session = corp
sso_account_id = 038410265977
sso_role_name = AWSAdministratorAccess
region = eu-west-1

[profile audit-readonly]
sso_session = corp
sso_account_id = 038410265977
sso_role_name = AWSReadOnlyAccess

[profile billing]
region = us-east-1

[profile acme-prod]
region = us-east-1

[profile "it's \"my\" $HOME `touch ran` $(touch ran) !odd; *?{a,b} \\ #x"]
region = us-east-1
"""
INIT = {
    Shell.BASH: 'eval "$("{rolecall}" init bash)"',
    Shell.ZSH: 'eval "$("{rolecall}" init zsh)"',
    Shell.FISH: "'{rolecall}' init fish | source",
    Shell.TCSH: 'eval "`{rolecall} init tcsh`"',
    Shell.NU: "source {home}/awsp.nu",
}
SHOW = (
    "import os; e = os.environ;"
    " print('=', *[e.get(n, '-') for n in ('AWS_PROFILE', 'AWS_REGION', 'AWS_ACCESS_KEY_ID',"
    " 'AWS_SESSION_TOKEN', 'AWS_DEFAULT_REGION')], sep='|')"
)
OVERRULING = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"),
    *("AWS_CREDENTIAL_EXPIRATION", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    "AWS_ROLE_ARN",
)
shells = pytest.mark.parametrize("shell", INIT, ids=lambda shell: shell.value)


class ShellMachine:
    program: str | Path = ROLECALL

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / ".aws").mkdir(parents=True)
        (home / ".aws" / "config").write_text(CONFIG)
        (home / "show.py").write_text(SHOW)
        self.environment = {
            "PATH": f"{ROLECALL.parent}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(home),
            "LANG": "C.UTF-8",
        }

    def rolecall(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return completed([self.program, *arguments], {**self.environment, **variables}, check=False)

    def offered_by_nu(self, source: str, line: str) -> list[str]:
        """What Nushell completes the line with, as an editor asks for it."""
        script = self.home / "line.nu"
        script.write_text(text := f"source {self.home / source}\n{line}")
        asked = [*RUN[Shell.NU], "--ide-complete", str(len(text)), str(script)]
        answer: dict[str, list[str]] = json.loads(completed(asked, self.environment).stdout)
        return answer["completions"]

    def run(self, shell: Shell, *lines: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the lines in a shell that has `awsp`; `show` prints its environment."""
        program(RUN[shell][0])
        if shell is Shell.NU:
            (self.home / "awsp.nu").write_text(self.rolecall("init", "nu").stdout)
        show = f"{sys.executable} {self.home / 'show.py'}"
        script = self.home / f"script.{shell.value}"
        init = INIT[shell].format(rolecall=self.program, home=self.home)
        body = [line.replace("show", show) for line in lines]
        script.write_text("\n".join([init, *body, ""]))
        environ = {**self.environment, **variables}
        return completed([*RUN[shell], str(script)], environ, check=False, cwd=self.home)


@pytest.fixture
def machine(tmp_path: Path) -> ShellMachine:
    return ShellMachine(tmp_path / "home")


def shown(result: subprocess.CompletedProcess[str]) -> list[str]:
    return [line[2:] for line in result.stdout.splitlines() if line.startswith("=|")]


@pytest.mark.quick
@shells
def test_a_shell_can_be_switched_several_times(shell: Shell, machine: ShellMachine) -> None:
    """By name, by the best match, with a region, back, back again, and to no profile."""
    result = machine.run(
        shell,
        *("awsp audit-admin", "show", "awsp bill", "show", "awsp -r eu-central-1 odd", "show"),
        *("awsp -", "show", "awsp -", "show", "awsp --clear", "show"),
        **dict.fromkeys(OVERRULING, "x"),
    )
    assert shown(result) == [
        "audit-admin|-|-|-|-",
        "billing|-|-|-|-",
        f"{ODD}|eu-central-1|-|-|eu-central-1",
        "billing|eu-central-1|-|-|eu-central-1",
        f"{ODD}|eu-central-1|-|-|eu-central-1",
        "-|-|-|-|-",
    ], result.stderr
    assert "038410265977 · AWSAdministratorAccess · signed out of corp" in result.stderr
    names = ", ".join(OVERRULING)
    assert f"{names} would override the profile, so they are unset." in result.stderr
    assert "AWS_REGION and AWS_DEFAULT_REGION are set to eu-central-1." in result.stderr
    assert "No profile is set." in result.stderr
    assert not (machine.home / "ran").exists()


@shells
def test_the_previous_profile_is_not_exported(shell: Shell, machine: ShellMachine) -> None:
    script = machine.home / "values.py"
    script.write_text("import os; print(sorted(v for v in os.environ.values() if 'billing' in v))")
    result = machine.run(
        shell,
        *("awsp billing", "awsp audit-admin", f"{sys.executable} {script}"),
        ROLECALL_PROFILE="billing",  # set by `rolecall exec`; the switch unsets it
    )
    assert result.stdout.splitlines()[-1] == "[]", result.stdout + result.stderr


_STATE = {
    Shell.BASH: "{ set +o; shopt -p; trap -p; alias -p; }",
    Shell.ZSH: "{ setopt; unsetopt; trap; alias; }",
}


@pytest.mark.parametrize("options", ["set -euo pipefail", "set -o noglob; set -o noclobber"])
@pytest.mark.parametrize("shell", [Shell.BASH, Shell.ZSH])
def test_options_traps_and_aliases_stay(shell: Shell, options: str, machine: ShellMachine) -> None:
    look = _STATE[shell]
    result = machine.run(
        shell,
        "trap 'echo bye' EXIT; trap 'echo usr1' USR1; alias ls='ls -l'",
        options,
        f"before=$({look})",
        "awsp audit-admin",
        "awsp -r eu-west-1 billing",
        "awsp nonesuch || true",
        f"after=$({look})",
        '[[ "$before" == "$after" ]] && echo same',
    )
    assert "same" in result.stdout.splitlines(), result.stdout + result.stderr
    assert result.returncode == 0


def test_zsh_loads_it_with_the_arrays_of_ksh(machine: ShellMachine) -> None:
    script = machine.home / "init"
    script.write_text(machine.rolecall("init", "zsh").stdout)
    command = f"setopt KSH_ARRAYS; compdef() {{ echo $2; }}; . {script}"
    result = completed([program("zsh"), "-f", "-c", command], machine.environment, check=False)
    assert (result.stderr, result.stdout) == ("", "awsp\nrolecall\n")


@shells
def test_the_exit_status_says_whether_the_switch_succeeded(
    shell: Shell, machine: ShellMachine
) -> None:
    ask = {Shell.FISH: "echo status $status", Shell.NU: "print $'status ($env.LAST_EXIT_CODE)'"}
    look = ask.get(shell, "echo status $?" if shell is not Shell.TCSH else "echo status $status")
    result = machine.run(shell, "awsp billing", look, "awsp nonesuch", look, "show")
    found = [line for line in result.stdout.splitlines() if line.startswith("status")]
    assert found == ["status 0", "status 1"], result.stdout + result.stderr
    assert shown(result) == ["billing|-|-|-|-"]
    assert "No profile matches “nonesuch”" in result.stderr


@shells
def test_other_commands_work_as_without_the_integration(
    shell: Shell, machine: ShellMachine
) -> None:
    result = machine.run(shell, "rolecall --version", "rolecall init nonesuch")
    assert result.stdout.startswith("rolecall "), result.stderr
    assert "'nonesuch' is not one of" in result.stderr


@shells
def test_a_program_whose_path_needs_quoting(shell: Shell, machine: ShellMachine) -> None:
    odd = "" if shell is Shell.TCSH else "$HOME `x`"  # tcsh cannot quote these in eval
    folder = machine.home / f"my to'ols;{odd}"
    folder.mkdir()
    (folder / "rolecall").symlink_to(ROLECALL)
    machine.program = "rolecall"
    machine.environment["PATH"] = f"{folder}:/usr/bin:/bin"
    complete = ["complete -C 'awsp bil'"] if shell is Shell.FISH else []
    result = machine.run(shell, "awsp billing", "show", "rolecall --version", *complete)
    lines = [line for line in result.stdout.splitlines() if line]
    assert lines[0] == "=|billing|-|-|-|-", result.stdout + result.stderr
    assert lines[1].startswith("rolecall ")
    assert lines[2:] == ["billing"] * len(complete)


@pytest.mark.parametrize("shell", [Shell.BASH, Shell.ZSH])
def test_an_alias_of_the_same_name_is_removed(shell: Shell, machine: ShellMachine) -> None:
    """Both shells expand an alias in place of a function's name."""
    aliases = "shopt -s expand_aliases" if shell is Shell.BASH else "setopt aliases"
    init = INIT[shell].format(rolecall=ROLECALL)
    result = machine.run(shell, aliases, "alias awsp='echo old'", init, "awsp billing", "show")
    assert shown(result) == ["billing|-|-|-|-"], result.stdout + result.stderr


def test_help_is_not_evaluated(machine: ShellMachine) -> None:
    result = machine.run(Shell.BASH, "awsp --help", "echo $?", "show")
    assert result.stdout.splitlines() == ["0", "=|-|-|-|-|-"]
    assert "Usage: " in result.stderr


def test_the_script_for_powershell_can_be_parsed(machine: ShellMachine) -> None:
    """It is not run, because there is no PowerShell here."""
    language = tree_sitter.Language(tree_sitter_powershell.language())
    script = machine.rolecall("init", "pwsh").stdout
    assert not tree_sitter.Parser(language).parse(script.encode()).root_node.has_error
    assert "function global:awsp" in script


def test_the_command_can_have_another_name(machine: ShellMachine) -> None:
    script = machine.rolecall("init", "bash", "--cmd", "aw").stdout
    assert "\naw() {" in script
    assert "awsp" not in script
    for name in ("a b", "a;id", "$(id)", "rolecall", ""):
        assert machine.rolecall("init", "bash", "--cmd", name).returncode == 2


@pytest.mark.parametrize(
    ("shell", "name", "how"),
    [
        *((Shell.BASH, "if", ()), (Shell.ZSH, "foreach", ()), (Shell.FISH, "switch", ())),
        *((Shell.NU, "def", ()), (Shell.TCSH, "then", ()), (Shell.POWERSHELL, "If", ())),
        (Shell.BASH, "local", ("--install", "--yes")),
    ],
)
def test_a_word_of_the_shell_is_no_name_of_the_command(
    machine: ShellMachine, shell: Shell, name: str, how: tuple[str, ...]
) -> None:
    """The shell would not read the script, or never run the command."""
    result = machine.rolecall("init", shell.value, "--cmd", name, *how)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"“{name}” is a word of {shell.value} itself" in " ".join(result.stderr.split())
    assert not (machine.home / ".bashrc").exists()


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("audit", 1, "“audit” matches several profiles equally well:\n  audit-admin\n"),
        ("audit admin", 0, "audit-admin"),
        ("AUDIT-ADMIN", 0, "audit-admin"),
        ("0384-1026-5977 read", 0, "audit-readonly"),
        ("readonly", 0, "audit-readonly"),
        ("acme", 1, "acme-prod is a production profile"),
        ("acme-prod", 0, "acme-prod · PROD"),
        ("zzz", 1, "No profile matches “zzz”. `awsp` without a name"),
        ("audit-amdin", 1, "No profile matches “audit-amdin”. Did you mean audit-admin?"),
        ("bllng", 1, "No profile matches “bllng”. Did you mean billing?"),
        ("adrl", 1, "No profile matches “adrl”. Did you mean audit-readonly?"),
        ("-", 1, "This shell has no previous profile."),
    ],
)
def test_a_query_finds_one_profile_or_explains(
    query: str, status: int, words: str, machine: ShellMachine
) -> None:
    result = machine.rolecall("switch", "--shell=bash", "--previous=", *query.split(" "))
    assert result.returncode == status, result.stderr
    assert words in result.stderr
    assert bool(result.stdout) == (status == 0)


def test_a_profile_whose_session_is_gone(machine: ShellMachine) -> None:
    with (machine.home / ".aws" / "config").open("a") as config:
        config.write("\n[profile orphan]\nsso_session = gone\nsso_account_id = 1\n")
    result = machine.rolecall("switch", "--shell=bash", "orphan")
    assert "There is no sso-session gone in ~/.aws/config" in result.stderr
    assert "signs in" not in result.stderr


def test_an_invalid_config_is_reported(machine: ShellMachine) -> None:
    config = machine.home / ".aws" / "config"
    config.write_text(f"{CONFIG}\n[profile billing]\n")
    result = machine.rolecall("switch", "--shell=bash", "--previous=", "billing")
    assert result.returncode == 1
    assert not result.stdout
    assert str(config) in result.stderr


def test_a_name_that_a_shell_cannot_represent_is_refused(machine: ShellMachine) -> None:
    (machine.home / ".aws" / "config").write_text('[profile "a\tb"]\nregion = x\n')
    assert machine.rolecall("switch", "--shell=bash", "--previous=", "a\tb").returncode == 0
    previous = b"a\tb".hex()
    for words in (("a\tb",), (f"--previous={previous}", "-"), ("A\tB",)):
        result = machine.rolecall("switch", "--shell=tcsh", *words)
        assert (result.returncode, result.stdout) == (1, "")
        assert result.stderr == "a␉b has a character that tcsh cannot represent.\n"


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("awsp bil", ["billing"]),
        ("rolecall doc", ["doctor"]),
        ("rolecall exec bil", ["billing"]),
        ("rolecall serve --profile bil", ["billing"]),
        ("rolecall sign-in co", ["corp"]),
        ("rolecall init fi", ["fish"]),
        ("rolecall completion fi", ["fish"]),
        ("rolecall list --sso-session co", ["corp"]),
    ],
)
def test_nushell_completes_profiles_and_commands(
    line: str, offered: list[str], machine: ShellMachine
) -> None:
    """The other shells are tested on a terminal, in tests/end_to_end."""
    program("nu")
    (machine.home / "awsp.nu").write_text(machine.rolecall("init", "nu").stdout)
    assert machine.offered_by_nu("awsp.nu", line) == offered


def test_names_that_a_shell_cannot_complete_are_not_offered(machine: ShellMachine) -> None:
    (machine.home / ".aws" / "config").write_text(
        "".join(f"[profile {name}]\nregion = x\n" for name in ("plain", "bang!x", "'a b'", "a;b"))
    )
    offered = {
        shell: {
            line.partition("\t")[0]
            for line in machine.rolecall("complete", "profiles", shell).stdout.splitlines()
        }
        for shell in ("tcsh", "nu")
    }
    assert offered == {"tcsh": {"plain", "bang!x", "a;b"}, "nu": {"plain", "bang!x"}}


def test_a_region_variable_overrides_the_region_of_the_profile(machine: ShellMachine) -> None:
    result = machine.rolecall(
        "switch", "--shell=bash", "--previous=", "billing", AWS_REGION="eu-north-1"
    )
    assert "AWS_REGION=eu-north-1 stays set and overrides the profile's region." in result.stderr
    both = {"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "eu-north-1"}
    cleared = machine.run(
        Shell.BASH,
        *("awsp -r eu-north-1 billing", "awsp --clear", "show"),  # set before the first switch
        *("unset AWS_REGION AWS_DEFAULT_REGION", "awsp -r eu-west-1 billing"),
        *("export AWS_REGION=eu-west-2", "awsp --clear", "show"),  # changed by hand since
        **both,
    )
    assert shown(cleared) == ["-|eu-north-1|-|-|eu-north-1", "-|eu-west-2|-|-|-"], cleared.stderr
    assert "Unset AWS_DEFAULT_REGION, which a previous switch had set." in cleared.stderr
    refused = machine.rolecall("switch", "--shell=bash", "-r", "x;id", "billing")
    assert (refused.returncode, refused.stdout) == (2, "")


def test_without_awsp_it_names_awsp_and_what_sets_it_up(tmp_path: Path) -> None:
    machine = ShellMachine(tmp_path / "home")
    result = machine.rolecall("switch", "billing")
    assert (result.returncode, result.stdout) == (2, "")
    assert "Error: Use `awsp` instead" in result.stderr
    assert "--install` sets up awsp" in result.stderr
    assert "--shell" not in result.stderr
