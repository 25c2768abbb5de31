"""`.rolecall.toml`: a directory's own account, with `rolecall pin`, `rolecall trust`, `awsp .` and
`rolecall exec .`.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

_PIN = f'account_id = "{ACCOUNT}"\npermission_set = "{PERMISSION_SET}"\n'
_ARN = f'role_arn = "arn:aws:iam::{ACCOUNT}:role/x"\n'
_SHOW = "import os; print(os.environ.get('ROLECALL_PROFILE'), os.environ['AWS_REGION'])"


class Repository:
    """A directory with a repository, and commands that run in it or below."""

    def __init__(self, desk: CommandLine, root: Path) -> None:
        self.desk = desk
        self.root = root
        (root / ".git").mkdir(parents=True)
        (root / "deep" / "er").mkdir(parents=True)
        self.file = root / ".rolecall.toml"

    @property
    def environ(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], **self.desk.environ}

    def run(self, *arguments: str, at: str = ".", **environ: str) -> CompletedProcess[str]:
        return self.desk.rolecall(*arguments, at=str(self.root / at), **environ)

    def switch(self, at: str = ".", **environ: str) -> CompletedProcess[str]:
        return self.run("switch", "--shell=bash", "--previous=", ".", at=at, **environ)

    def trust(self, text: str) -> None:
        self.file.write_text(text)
        assert self.run("trust").returncode == 0

    def be_production(self) -> None:
        """Make the account of the pin one of production."""
        write_settings(self.desk.home, 'production = "audit"')

    def terminal(self, *arguments: str) -> Terminal:
        return Terminal(
            ["sh", "-c", f'cd "{self.root}" && exec "$@"', "sh", *command(*arguments)],
            env=self.environ,
        )


@pytest.fixture
def repository(signed_in: CommandLine, tmp_path: Path) -> Repository:
    return Repository(signed_in, tmp_path / "repository")


def test_a_pin_names_the_account_and_never_the_profile(repository: Repository) -> None:
    result = repository.run("pin", "--yes", PROFILE)
    assert result.returncode == 0, result.stderr
    assert repository.file.read_text() == (
        f'{_PIN}region = "eu-central-1"\nstart_url = "{repository.desk.session.start_url}"\n'
    )
    assert f'+account_id = "{ACCOUNT}"' in result.stdout
    assert stat.S_IMODE(repository.file.stat().st_mode) & 0o444
    # What you write, you trust; it counts below the directory too.
    for at in (".", "deep/er"):
        switched = repository.switch(at)
        assert (
            f"AWS_PROFILE='{PROFILE}'" in switched.stdout
            or f"AWS_PROFILE={PROFILE}" in switched.stdout
        )
    assert "already says so" in repository.run("pin", AWS_PROFILE=PROFILE).stdout


def test_a_pin_is_shown_before_it_is_written(repository: Repository) -> None:
    assert repository.run("pin", PROFILE).returncode == 1
    assert repository.run("pin", "--dry-run", PROFILE).returncode == 0
    with repository.terminal("pin", PROFILE) as terminal:
        terminal.wait_for(r"\+permission_set")
        terminal.wait_for(r"Write it\? \[y/N\]:")
        terminal.press("n", "enter")
        assert terminal.wait_exit(60) == 1
    assert not repository.file.exists()


@pytest.mark.quick
def test_an_untrusted_pin_is_shown_and_not_used(repository: Repository) -> None:
    repository.file.write_text(_PIN)
    for result in (repository.switch(), repository.run("exec", ".", "--", "echo", "ran")):
        assert result.returncode in {1, 125}
        assert result.stdout == ""
        assert f"{ACCOUNT} {PERMISSION_SET}" in result.stderr
        assert "`rolecall trust`" in result.stderr
    shown = repository.run("trust", at="deep")
    assert _PIN in shown.stdout
    assert repository.switch().returncode == 0


def test_a_pinned_region_counts_before_that_of_the_profile(repository: Repository) -> None:
    repository.trust(f'{_PIN}region = "us-west-2"\n')
    assert "AWS_REGION=us-west-2" in repository.switch().stdout.replace("'", "")
    found = repository.run("exec", ".", "--", sys.executable, "-c", _SHOW)
    assert found.stdout == f"{PROFILE} us-west-2\n"


def test_a_pinned_region_counts_before_that_of_the_shell(repository: Repository) -> None:
    """The profile has the same region, but the clients use the one of AWS_REGION."""
    repository.trust(f'{_PIN}region = "eu-central-1"\n')
    assert "AWS_REGION" not in repository.switch().stdout
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        switched = repository.switch(**{name: "us-east-1"})
        assert "AWS_REGION=eu-central-1" in switched.stdout.replace("'", ""), name
        assert "stays set" not in switched.stderr
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        assert "_REGION" not in repository.switch(**{name: "eu-central-1"}).stdout


def test_exec_needs_no_profile_for_a_pinned_permission_set(repository: Repository) -> None:
    repository.trust(_PIN.replace(PERMISSION_SET, "ViewOnlyAccess"))
    found = repository.run("exec", ".", "--", sys.executable, "-c", _SHOW)
    assert found.stdout == "None eu-west-1\n"
    repository.trust(_PIN.replace(PERMISSION_SET, "NotMine"))
    refused = repository.run("exec", ".", "--", "echo", "ran")
    assert (refused.returncode, refused.stdout) == (125, "")
    assert f"NotMine is not assigned to you in account {ACCOUNT}" in refused.stderr


def test_a_missing_profile_is_offered_under_its_suggested_name(repository: Repository) -> None:
    repository.desk.output_of("list", "audit")
    repository.trust(_PIN.replace(PERMISSION_SET, "ViewOnlyAccess"))
    missed = repository.switch()
    assert missed.returncode == 1
    assert f"no permission set for {ACCOUNT} ViewOnlyAccess" in missed.stderr
    for answer, status in (("n", 130), ("y", 0)):
        with repository.terminal("switch", "--shell=bash", "--previous=", ".") as terminal:
            terminal.wait_for(r"Save it as (\S+)\? \[y/N\]:")
            terminal.press(answer, "enter")
            assert terminal.wait_exit(60) == status
    assert "ViewOnlyAccess" in repository.desk.config.read_text()
    assert "AWS_PROFILE=audit-" in repository.switch().stdout.replace("'", "")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f'{_PIN}command = "rm"', "“command” is not a known key"),
        (_PIN.replace("AWS", "\\u001b[2J"), "permission_set is not valid"),
        ("<!doctype html>", "not TOML"),
    ],
    ids=str,
)
def test_a_bad_pin_says_what_is_wrong_and_is_not_trusted(
    repository: Repository, text: str, sentence: str
) -> None:
    repository.file.write_text(text)
    for result in (repository.run("trust"), repository.switch()):
        assert (result.returncode, result.stdout) == (1, "")
        assert sentence in result.stderr
        assert "\x1b" not in result.stderr


def test_a_terminal_asks_before_it_trusts(repository: Repository) -> None:
    repository.file.write_text(_PIN)
    for answer, status, trusted in (("n", 1, False), ("y", 0, True)):
        with repository.terminal("trust") as terminal:
            terminal.wait_for(r"^account_id = ")
            terminal.wait_for(r"Trust it\? \[y/N\]:")
            terminal.press(answer, "enter")
            assert terminal.wait_exit(60) == status
        assert (repository.switch().returncode == 0) == trusted


def test_a_link_to_a_trusted_pin_is_refused(repository: Repository, tmp_path: Path) -> None:
    repository.trust(_PIN)
    other = Repository(repository.desk, tmp_path / "other")
    other.file.symlink_to(repository.file)
    results = (
        other.switch(),
        other.run("exec", ".", "--", "echo", "ran"),
        other.run("trust"),
        other.run("pin", "--yes", PROFILE),
    )
    for result in results:
        assert result.returncode in {1, 125}
        assert "ran" not in result.stdout
        assert "AWS_PROFILE" not in result.stdout
        assert "link" in result.stderr
    assert repository.file.read_text() == _PIN
    assert other.file.is_symlink()


def test_trust_shows_the_account_and_whether_it_is_production(repository: Repository) -> None:
    repository.desk.output_of("list", "audit")
    repository.file.write_text(_PIN)
    assert f"Account: audit {ACCOUNT}\n" in repository.run("trust", "--yes").stdout
    repository.be_production()
    with repository.terminal("trust") as terminal:
        terminal.wait_for(rf"Account: audit {ACCOUNT} . PROD")
        terminal.wait_for(r"Trust it\?")


def test_without_a_terminal_a_pin_does_not_lead_to_production(repository: Repository) -> None:
    repository.trust(_PIN)
    repository.be_production()
    run = "--", "echo", "ran"
    for more in ([], ["--yes"]):
        for result in (
            repository.run("switch", "--shell=bash", "--previous=", *more, "."),
            repository.run("exec", *more, ".", *run),
            repository.run("exec", "--profile", ".", *more, *run),
        ):
            assert (result.returncode, result.stdout) in {(1, ""), (125, "")}
            assert f"{PROFILE} is production" in result.stderr
    assert repository.run("switch", "--shell=bash", "--previous=", PROFILE).returncode == 0
    assert repository.run("exec", PROFILE, *run).stdout == "ran\n"
    repository.trust(_PIN.replace(PERMISSION_SET, "ViewOnlyAccess"))
    refused = repository.run("exec", ".", *run)
    assert (refused.returncode, refused.stdout) == (125, "")
    assert "ViewOnlyAccess is production" in refused.stderr


def test_a_terminal_is_asked_before_a_pin_leads_to_production(repository: Repository) -> None:
    repository.trust(_PIN)
    repository.be_production()
    for answer, status in (("n", 130), ("y", 7)):
        with repository.terminal("exec", ".", "--", "sh", "-c", "exit 7") as terminal:
            terminal.wait_for(rf"{PROFILE} is production\. Use it\?")
            terminal.press(answer, "enter")
            assert terminal.wait_exit(60) == status
    with repository.terminal("exec", "--yes", ".", "--", "sh", "-c", "exit 7") as terminal:
        assert terminal.wait_exit(60) == 7


def test_a_pin_stands_for_one_profile_of_exec(repository: Repository) -> None:
    repository.trust(_PIN)
    run = "--", sys.executable, "-c", _SHOW
    assert repository.run("exec", "--profile", ".", *run).stdout == f"{PROFILE} eu-central-1\n"
    for several in (
        ("--jobs", "2", "."),
        ("--fail-fast", "."),
        ("--output", "json", "."),
        ("--profile", ".", "--profile", PROFILE),
    ):
        refused = repository.run("exec", *several, *run)
        assert (refused.returncode, refused.stdout) == (2, ""), several
        assert "“.” is one role" in refused.stderr
