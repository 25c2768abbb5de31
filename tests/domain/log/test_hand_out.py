"""A line of the log of what was handed out, whole, cut off or odd."""

from __future__ import annotations

import shlex

import pytest

from rolecall.domain.log.command_redaction import shown_command, shown_text
from rolecall.domain.log.hand_out import HandOut

ENTRY = HandOut("2026-11-27T09:00:00Z", "use", "é", reason="a\nb")


@pytest.mark.parametrize("entry", [ENTRY, HandOut("2026-11-27T09:00:00Z", "use")])
def test_what_is_written_is_read(entry: HandOut) -> None:
    line = entry.line()
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert HandOut.read(line) == entry
    assert HandOut.read(b'{"time": "2026-11' + line) == entry  # behind one that was cut off


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[1]",
        b"3",
        b'{"time": "x"}',
        b'{"kind": "use"}',
        b'{"time": "x", "kind": 3}',
        b'{"time": "x", "kind": "use"',
        b"[" * 100_000,
    ],
)
def test_an_odd_line_is_no_entry(line: bytes) -> None:
    assert HandOut.read(line) is None


def test_members_of_later_versions_are_ignored() -> None:
    found = HandOut.read(b'{"time": "x", "kind": "use", "later": [1]}')
    assert found == HandOut("x", "use")


SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "IQoJb3JpZ2luX2VjEHsaCWV1LXdlc3QtMSJGMEQCIHx7+Yz0/ab=="


@pytest.mark.parametrize(
    "command",
    [
        "aws s3 ls s3://my-bucket/path/to/object --recursive",
        "terraform plan -out plan.tfplan -var-file=prod.tfvars",
        "aws sts assume-role --role-arn arn:aws:iam::123456789012:role/"
        "aws-reserved/sso.amazonaws.com/AWSReservedSSO_AWSAdministratorAccess_0123456789abcdef",
        "kubectl get pods -n kube-system",
        "curl -u me https://example.com",
        "git log --author someone --since=2026-01-01",
        "find . -print -path ./a",
        "sh -c 'aws ec2 describe-vpcs | wc -l'",
        "aws iam get-access-key-info --id ASIAIOSFODNN7EXAMPLE",
        "curl https://a.example/@scope/pkg@1.2",
        "scp me@a.example:file .",
        "mysql -p shop",
        "env PATH=/opt/bin make --bypass checks --passes 3 --pattern x --compat y",
    ],
)
def test_an_ordinary_command_is_kept_as_it_is(command: str) -> None:
    assert shown_command(shlex.split(command), {}) == command


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("deploy --password hunter2 now", "deploy --password … now"),
        ("deploy --db-password=hunter2 now", "deploy --db-password=… now"),
        ("env API_KEY=hunter2 make", "env API_KEY=… make"),
        ("curl -u me:hunter2 https://example.com", "curl -u me:… https://example.com"),
        ("curl https://me:hunter2@example.com/x", "curl https://…@example.com/x"),
        ("curl 'https://example.com/x?hunter2=1'", "curl https://example.com/x?…"),
        ("curl https://me:hun@ter2@example.com/@x", "curl https://…@example.com/@x"),
        ("curl -x me:hunter2@proxy:8080 a.example", "curl -x …@proxy:8080 a.example"),
        ("curl --proxy=me:hunter2@proxy a.example", "curl --proxy=…@proxy a.example"),
        ("curl -ume:hunter2 a.example", "curl -ume:… a.example"),
        ("env DB_PASSWORD=hun,ter2 make", "env DB_PASSWORD=… make"),
        ("env 'DB_PASSWORD=hun ter2;x' make", "env DB_PASSWORD=… make"),
        ("deploy '--password=hun ter2&x' now", "deploy --password=… now"),
        ("sh -c 'PGPASSWORD=hun,ter2 psql x'", "sh -c 'PGPASSWORD=… psql x'"),
        ("env DB_PASS=hunter2 make", "env DB_PASS=… make"),
        ("env GITLAB_PAT=hunter2 make", "env GITLAB_PAT=… make"),
        ("env STRIPE_KEY=hunter2 make", "env STRIPE_KEY=… make"),
        ("deploy --pass hunter2 now", "deploy --pass … now"),
        ("openssl rsa -passin pass:hunter2 -in a", "openssl rsa -passin … -in a"),
        ("sshpass -p hunter2 ssh a.example", "sshpass -p … ssh a.example"),
        ("mongosh -p hunter2 db", "mongosh -p … db"),
        ("curl -H 'Authorization: Bearer hunter2'", "curl -H 'Authorization: …'"),
        ("mysql -phunter2 -h db", "mysql -p… -h db"),
        ("sh -c 'PGPASSWORD=hunter2 psql x'", "sh -c 'PGPASSWORD=… psql x'"),
        ("sh -c 'login --token hunter2 && ls'", "sh -c 'login --token … && ls'"),
        ("""put '{"secret": "hunter2", "a": 1}'""", """put '{"secret": "…", "a": 1}'"""),
        (f"tool {SECRET}", "tool …"),
        (f"tool {TOKEN}", "tool …"),
        (f"tool key:{SECRET}", "tool key:…"),
        (f"tool --x={SECRET}", "tool --x=…"),
        ("tool 0123456789abcdef0123456789abcdef", "tool …"),
        ("tool Ab3Ab3Ab3Ab3Ab3Ab3Ab", "tool …"),  # as short as a random run can be
    ],
)
def test_what_looks_secret_is_hidden(command: str, shown: str) -> None:
    assert shown_command(shlex.split(command), {}) == shown


def test_the_value_of_a_variable_with_such_a_name_is_hidden() -> None:
    environ = {"DEPLOY_TOKEN": "correct horse", "HOME": "/home/me", "PIN_TOKEN": "1234"}
    assert shown_command(["deploy", "correct horse", "/home/me", "1234"], environ) == (
        "deploy … /home/me 1234"
    )
    assert shown_text("with correct horse", environ) == "with …"


def test_a_reason_is_kept_and_its_secrets_are_not() -> None:
    assert shown_text("INC-4711: restart the api", {}) == "INC-4711: restart the api"
    assert shown_text(f"because {SECRET}, password: hunter2", {}) == "because …, password: …"
    assert shown_text("password=hunter2, for me@a.example", {}) == "password=…, for me@a.example"
    assert shown_text("by me:hunter2@proxy", {}) == "by …@proxy"


def test_a_long_command_is_cut() -> None:
    assert shown_text("a " * 500, {}) == "a " * 500
    shown = shown_command(["echo", "a " * 5000], {})
    assert len(shown) == 1001
    assert shown.endswith("…")
