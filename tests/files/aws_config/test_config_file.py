"""Reading ~/.aws/config: parsed once for each version of the file."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall.demo.home import create_home
from rolecall.demo.options import TENANT, DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.account_access import TENANT_KEY
from rolecall.domain.errors.file_errors import EditRefused, EditRule, FileMalformed
from rolecall.domain.model import SsoSession
from rolecall.files.aws_config.config_edits import SetProfile
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.ini import Document
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.safe import atomic
from tests.files.clients import Reading, boto3_reads, cli_reads, javascript_reads
from tests.support.programs import aws_cli


@pytest.fixture
def file(tmp_path: Path) -> ConfigFile:
    path = tmp_path / "config"
    path.write_text("[profile dev]\nregion = eu-west-1\n")
    return ConfigFile(path, tmp_path / "state")


def test_readers_of_the_same_bytes_share_one_parse(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    parse = Document.parse

    def counted(data: bytes, path: Path) -> Document:
        parsed.append(data)
        return parse(data, path)

    monkeypatch.setattr(Document, "parse", counted)
    assert file.read() is file.read()
    assert len(parsed) == 1


def test_a_change_of_the_same_length_is_seen(file: ConfigFile) -> None:
    assert file.read().profiles[0].region == "eu-west-1"
    file.path.write_text("[profile dev]\nregion = eu-west-2\n")
    assert file.read().profiles[0].region == "eu-west-2"
    file.path.unlink()
    assert file.read().profiles == ()


def test_a_file_that_another_program_writes_in_place_is_read_when_it_is_complete(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The AWS CLI and editors empty the file and write it again."""
    complete = file.path.read_bytes() + b"[profile test]\nregion = eu-west-3\n"
    rest = [complete[:20], complete]
    monkeypatch.setattr(time, "sleep", lambda _: file.path.write_bytes(rest.pop(0)))
    file.read()
    file.path.write_bytes(b"")
    assert [each.name for each in file.read().profiles] == ["dev", "test"]
    assert not rest


def test_a_file_that_another_program_has_just_emptied_is_read_when_it_is_complete(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command that starts in this moment does not know what the file contained."""
    complete = file.path.read_bytes()
    file.path.write_bytes(b"")
    monkeypatch.setattr(time, "sleep", lambda _: file.path.write_bytes(complete))
    assert [each.name for each in file.read().profiles] == ["dev"]


def test_a_change_of_a_file_that_was_just_emptied_waits_for_the_other_program(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = file.path.read_bytes()

    def go_on(_: float) -> None:
        if not file.path.read_bytes():
            file.path.write_bytes(complete)

    monkeypatch.setattr(time, "sleep", go_on)
    file.path.write_bytes(b"")
    assert file.plan([SetProfile("new", {"region": "eu-west-3"})]).before == complete

    file.path.write_bytes(b"")
    os.utime(file.path, (0, 0))  # so that the plan does not wait
    change = file.plan([SetProfile("new", {"region": "eu-west-3"})])
    assert change.before == b""
    file.path.write_bytes(b"")
    file.commit(change)
    assert [each.name for each in file.read().profiles] == ["dev", "new"]


@pytest.mark.parametrize("command", ["read", "document", "plan"])
def test_a_file_of_which_another_program_has_written_a_part_is_read_when_it_is_complete(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    complete = file.path.read_bytes()
    file.path.write_bytes(complete[:-14])
    rest = [complete[:-14], b"", complete[:-13], complete]
    monkeypatch.setattr(time, "sleep", lambda _: file.path.write_bytes(rest.pop(0)))
    if command == "read":
        assert [each.region for each in file.read().profiles] == ["eu-west-1"]
    elif command == "document":
        assert file.document().to_bytes() == complete
    else:
        assert file.plan([SetProfile("new", {"region": "eu-west-3"})]).before == complete
    assert not rest


def test_a_file_that_stays_malformed_is_waited_for_a_second_if_it_is_new(
    file: ConfigFile, waits: list[float]
) -> None:
    file.path.write_bytes(file.path.read_bytes()[:-14])
    with pytest.raises(FileMalformed):
        file.read()
    assert 0 < round(sum(waits), 2) <= 1
    waits.clear()
    os.utime(file.path, (0, 0))
    with pytest.raises(FileMalformed):
        file.read()
    assert not waits


@pytest.mark.parametrize("written", [b"", b"[profile de"])
def test_a_reader_that_a_prompt_waits_for_does_not_wait(
    file: ConfigFile, waits: list[float], written: bytes
) -> None:
    file.path.write_bytes(written)
    with suppress(FileMalformed):
        ConfigFile(file.path, file.state, waits=False).read()
    assert not waits


@pytest.mark.parametrize("is_known", [False, True])
def test_an_empty_file_that_is_deleted_meanwhile_is_no_file(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch, *, is_known: bool
) -> None:
    if is_known:
        file.read()
    file.path.write_bytes(b"")
    monkeypatch.setattr(time, "sleep", lambda _: file.path.unlink(missing_ok=True))
    assert file.read().profiles == ()


def test_a_file_that_is_deleted_is_not_waited_for(file: ConfigFile, waits: list[float]) -> None:
    file.read()
    file.path.write_bytes(file.path.read_bytes()[:-14])
    with pytest.raises(FileMalformed):
        file.read()
    waits.clear()
    file.path.unlink()
    assert file.read().profiles == ()
    assert file.document().sections == []
    assert not waits


def test_an_empty_path_is_no_file_that_is_waited_for(
    tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The current folder may be new, but it is not the config."""
    monkeypatch.chdir(tmp_path)
    os.utime(tmp_path)
    assert ConfigFile(Path(), tmp_path / "state").read().profiles == ()
    assert not waits


def test_a_new_file_that_is_well_formed_but_not_plain_is_not_waited_for(
    file: ConfigFile, waits: list[float]
) -> None:
    file.path.write_text("[profile dev]\nRegion = eu-west-1\n")
    assert [each.region for each in file.read().profiles] == ["eu-west-1"]
    assert not waits


def test_an_empty_file_is_not_waited_for_later(file: ConfigFile, waits: list[float]) -> None:
    file.path.write_bytes(b"")
    os.utime(file.path, (0, 0))
    assert file.read().profiles == ()
    assert not waits


def test_a_file_that_stays_empty_is_empty(file: ConfigFile, waits: list[float]) -> None:
    file.read()
    file.path.write_bytes(b"")
    assert file.read().profiles == file.read().profiles == ()
    assert 0 < round(sum(waits), 2) <= 1


def test_a_file_that_stays_cut_off_and_malformed_is_waited_for_once(
    file: ConfigFile, waits: list[float]
) -> None:
    file.read()
    file.path.write_bytes(file.path.read_bytes()[:-14])
    with pytest.raises(FileMalformed):
        file.read()
    assert waits
    waits.clear()
    with pytest.raises(FileMalformed):
        file.read()
    assert not waits


def test_a_shorter_file_that_replaces_the_old_one_is_complete(
    file: ConfigFile, waits: list[float]
) -> None:
    """As after an undo: rolecall replaces files."""
    file.read()
    atomic.write(file.path, b"[profile dev]\n")
    assert [each.region for each in file.read().profiles] == [None]
    assert not waits


def test_a_value_that_no_file_can_have_is_refused(file: ConfigFile) -> None:
    before = file.path.read_bytes()
    with pytest.raises(EditRefused) as caught:
        file.plan([SetProfile("new", {"sso_role_name": "a\ud800"})])
    assert caught.value.problem == EditRule.VALUE_CONTROL.value
    assert file.path.read_bytes() == before


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("", EditRule.VALUE_EMPTY),
        ("a\nb", EditRule.VALUE_CONTROL),
        (" a", EditRule.VALUE_SPACE),
        ("a ; b", EditRule.VALUE_COMMENT),
        ("#a", EditRule.VALUE_COMMENT),
    ],
)
def test_a_value_that_a_client_would_read_differently_is_refused(
    file: ConfigFile, value: str, rule: EditRule
) -> None:
    with pytest.raises(EditRefused) as caught:
        file.plan([SetProfile("dev", {"region": value})])
    assert (caught.value.problem, caught.value.subject) == (rule.value, "region")


@pytest.mark.parametrize("key", ["Region", "region ", "a=b", "1", ""])
def test_a_key_that_a_client_would_read_differently_is_refused(file: ConfigFile, key: str) -> None:
    with pytest.raises(EditRefused) as caught:
        file.plan([SetProfile("dev", {key: "x"})])
    assert (caught.value.problem, caught.value.subject) == (EditRule.KEY.value, key)


def test_a_value_that_goes_on_in_the_next_line_of_a_services_section_is_not_nested(
    file: ConfigFile,
) -> None:
    """As in botocore: only a value whose first line is empty has keys."""
    file.path.write_text("[services dev]\nsso = eu-west-1\n  a = b\ns3 =\n  endpoint_url = x\n")
    assert file.read().profiles == ()


def test_what_was_read_is_no_part_of_the_file(file: ConfigFile) -> None:
    same = ConfigFile(file.path, file.state, file.clock)
    file.read()
    assert same == file
    assert "eu-west-1" not in repr(file)


def test_the_section_of_a_profile_is_shown_without_its_neighbours_and_secrets(
    file: ConfigFile,
) -> None:
    section = ["[profile mid]", "aws_secret_access_key = …", "s3 =", "  max_queue_size = 1"]
    text = "\n".join(section).replace("…", "hunter2")
    file.path.write_text(f"[profile a]\nx = 1\n# of mid\n{text}\n\n# of z\n[profile z]\ny = 2\n")
    config = file.read()
    (mid,) = (each for each in config.profiles if each.name == "mid")
    assert config.section(mid) == ["# of mid", *section]


PROFILE = "log-archive-readonly"


def home_of(server: DemoServer, home: Path) -> SsoSession:
    """Create a home with a session that has a tenant, signed in. Return the session."""
    create_home(home, server.start_url, server.region, server.organisation, tenant=server.tenant)
    (session,) = ConfigFile(home / ".aws" / "config", home).read().sso_sessions
    assert session.tenant == server.tenant
    cache = SsoCache(home / ".aws" / "sso" / "cache", home)
    cache.save_token(session, server.sign_in(session.scopes or ()))
    return session


@pytest.mark.parametrize("read", [boto3_reads, cli_reads, javascript_reads])
def test_every_client_reads_the_file(
    tmp_path: Path, read: Callable[[Sequence[Path]], list[Reading]]
) -> None:
    with DemoServer(DemoOptions(tenant=TENANT)) as server:
        home_of(server, tmp_path)
        (found,) = read([tmp_path / ".aws" / "config"])
        assert found is not None
        kind = "sso_sessions" if "sso_sessions" in found else "sso-session"
        assert found[kind]["demo"]["sso_start_url"] == server.start_url
        assert found[kind]["demo"][TENANT_KEY] == (server.tenant.address if server.tenant else "")
        assert found["profiles" if "profiles" in found else "profile"][PROFILE]


def test_the_aws_cli_uses_a_profile_of_the_session(tmp_path: Path) -> None:
    with DemoServer(DemoOptions(tenant=TENANT, clock=lambda: datetime.now(UTC))) as server:
        home_of(server, tmp_path)
        command = [aws_cli(), "configure", "export-credentials", "--profile", PROFILE]
        environ = {"PATH": "/usr/bin:/bin", **server.environment(tmp_path)}
        answer = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        assert json.loads(answer.stdout)["AccessKeyId"].startswith("ASIA")
