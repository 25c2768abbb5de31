"""What of a home is hidden, opened and protected."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import rolecall
from rolecall.domain.errors.lending_errors import SealImpossible
from rolecall.domain.lending.seal import METADATA, Seal
from rolecall.domain.model import Profile
from rolecall.domain.profile_kind import ProfileKind
from rolecall.services.lending import sealing
from rolecall.services.lending.hidden import Wanted
from rolecall.services.lending.sealing import config_of, seal_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a working folder, which is the current one of the test."""
    home = tmp_path / "home"
    for each in ("src", ".aws/sso/cache", ".config", ".awsvault", ".pulumi", ".ssh", ".claude"):
        (home / each).mkdir(parents=True)
    (home / ".aws/sso/cache/token.json").write_text("{}")
    monkeypatch.chdir(home / "src")
    return home


def seal(home: Path, *, wanted: Wanted = Wanted(), **environ: str) -> Seal:  # noqa: B008
    variables = {"HOME": str(home), "PATH": os.environ["PATH"], **environ}
    return seal_of(variables, wanted, b"", own_network=False)


def problem(home: Path, wanted: Wanted = Wanted()) -> str:  # noqa: B008
    with pytest.raises(SealImpossible) as raised:
        seal(home, wanted=wanted)
    return raised.value.problem


def test_stores_of_tokens_and_keys_are_hidden_also_before_they_have_any(home: Path) -> None:
    found = seal(home)
    own = (".config/rolecall", ".cache/rolecall", ".local/state/rolecall")
    for each in (".aws", ".awsvault", ".pulumi", ".ssh", *own):
        assert str(home / each) in found.hidden
    assert found.writable == [str(home / "src")]


def test_the_targets_of_links_are_hidden(home: Path) -> None:
    elsewhere = home / "src" / "dotfiles"
    (elsewhere / "cache").mkdir(parents=True)
    (elsewhere / "credentials").write_text("x")
    (home / ".aws/credentials").symlink_to(elsewhere / "credentials")
    (home / ".aws/cli").symlink_to(elsewhere / "cache")
    found = seal(home)
    assert str(elsewhere / "credentials") in found.hidden_files
    assert str(elsewhere / "cache") in found.hidden
    assert str(elsewhere) in {str(each) for each in found.arguments()}  # it cannot be renamed


def test_files_that_variables_name_are_hidden(home: Path) -> None:
    config = home / "src" / "aws.ini"
    config.write_text("")
    assert str(config) in seal(home, AWS_CONFIG_FILE=str(config)).hidden_files
    assert str(config) in seal(home, AWS_WEB_IDENTITY_TOKEN_FILE=str(config)).hidden_files


def test_options_hide_open_and_keep_more(home: Path) -> None:
    wanted = Wanted(write=[str(home / ".claude")], hide=[str(home / "src")], keep=["ssh"])
    (home / "other").mkdir()
    os.chdir(home / "other")
    found = seal(home, wanted=wanted)
    assert found.writable == [str(home / "other"), str(home / ".claude")]
    assert str(home / "src") in found.hidden
    assert str(home / ".ssh") not in found.hidden


def test_start_up_files_that_lie_in_the_working_folder_stay_as_they_are(home: Path) -> None:
    (home / "src/bashrc").write_text("")
    (home / ".bashrc").symlink_to("src/bashrc")
    assert str(home / "src/bashrc") in seal(home).guarded


def test_a_hard_link_to_a_token_is_refused(home: Path) -> None:
    (home / "src/copy").hardlink_to(home / ".aws/sso/cache/token.json")
    assert problem(home) == "hard-link"


def test_a_hard_link_to_keys_elsewhere_is_refused(home: Path) -> None:
    keys = home / "src" / "keys"
    keys.write_text("")
    (home / "src/copy").hardlink_to(keys)
    (home / ".aws/credentials").symlink_to(keys)
    assert problem(home) == "hard-link"


def test_of_the_home_only_what_is_there_is_seen(home: Path) -> None:
    (home / ".bashrc").write_text("")
    (home / ".bash_history").write_text("")
    (home / ".profile").symlink_to(".bashrc")
    found = seal(home)
    assert found.listed == [str(home)]
    names = {".bashrc": "", ".profile": ".bashrc"}
    names |= dict.fromkeys(("src", ".config", ".claude", ".cache", ".local"), "")
    assert found.entries == {str(home / name): target for name, target in names.items()}


def test_the_home_that_the_system_knows_is_not_opened_either(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = home / "src" / "other"
    other.mkdir()
    monkeypatch.setattr(sealing, "homes_of_user", lambda: [other])
    assert problem(home) == "opens-home"


@pytest.mark.parametrize("path", [sys.prefix, f"{sys.prefix}/bin", Path(rolecall.__file__).parent])
def test_the_program_of_rolecall_is_never_opened(home: Path, path: str) -> None:
    assert problem(home, Wanted(write=[str(path)])) == "opens-own"


def test_a_python_that_is_installed_into_the_home_is_protected(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "bin").mkdir()
    monkeypatch.setattr(sys, "prefix", str(home))
    assert seal(home).folder == str(home / "src")
    assert problem(home, Wanted(write=[str(home / "bin")])) == "opens-own"


@pytest.mark.parametrize("folder", [".", "..", "/"])
def test_the_home_is_never_opened(home: Path, folder: str) -> None:
    os.chdir(home / folder)
    assert problem(home) == "opens-home"
    os.chdir(home / "src")
    assert problem(home, Wanted(write=[str(home / folder)])) == "opens-home"


@pytest.mark.parametrize("path", [".aws", ".aws/sso", ".local/state/rolecall"])
def test_what_is_hidden_is_never_opened(home: Path, path: str) -> None:
    (home / path).mkdir(parents=True, exist_ok=True)
    assert problem(home, Wanted(write=[str(home / path)])) == "opens-hidden"


@pytest.mark.parametrize("path", ["/run", "/tmp", "/proc", "/dev"])
def test_what_belongs_to_the_system_is_never_opened(home: Path, path: str) -> None:
    assert problem(home, Wanted(write=[path])) in {"opens-system", "opens-home"}


def test_a_path_that_does_not_exist_is_refused(home: Path) -> None:
    assert problem(home, Wanted(write=["none"])) == problem(home, Wanted(hide=[""])) == "no-path"


def test_the_config_has_the_lent_profile_and_nothing_about_its_keys() -> None:
    settings = {"sso_session": "corp", "region": "eu-west-1", "credential_process": "x"}
    profile = Profile("pay ro", ProfileKind.SSO, settings=settings)
    assert config_of(profile) == b"[profile 'pay ro']\nregion = eu-west-1\n"
    assert config_of(Profile("default", ProfileKind.PLAIN)) == b"[default]\n"


def test_this_machine_is_cut_off_under_all_of_its_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trie, table = tmp_path / "fib_trie", tmp_path / "if_inet6"
    monkeypatch.setattr(sealing, "_ADDRESSES", trie)
    monkeypatch.setattr(sealing, "_ADDRESSES_6", table)
    assert sealing.addresses() == [*METADATA]
    trie.write_text(
        "Local:\n  +-- 127.0.0.0/8 2 0 2\n     |-- 127.0.0.1\n        /32 host LOCAL\n"
        "     |-- 172.17.0.0\n        /16 link UNICAST\n"
        "        |-- 172.17.0.1\n           /32 host LOCAL\n"
    )
    table.write_text(
        "00000000000000000000000000000001 01 80 10 80       lo\n"
        "fd000000000000000000000000000002 02 40 00 80     eth0\n"
        "fe8000000000000000fc00fffe000001 02 40 20 80     eth0\n"
    )
    assert sealing.addresses() == [*METADATA, "172.17.0.1", "fd00::2"]
