"""The actions that rolecall brings list their choices with the real AWS CLI."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from rolecall.domain.errors import CommandNotRun
from rolecall.domain.errors.run_errors import ActionProblem, ActionRefused
from rolecall.domain.inventory.annotations import Annotation
from rolecall.domain.model import Assignment
from rolecall.domain.settings.action import Action
from rolecall.domain.settings.shipped_actions import SHIPPED
from rolecall.services.runs.action_programs import in_terminal
from rolecall.services.runs.actions import Choice, Prepared, columns_of
from tests.support.desk import Desk
from tests.support.network.web_server import web_server
from tests.support.programs import aws_cli
from tests.support.terminal import Terminal

INSTANCE = {
    "InstanceId": "i-1",
    "ComputerName": "web",
    "PlatformName": "Ubuntu",
    "IPAddress": "10.0.0.1",
}
REPOSITORY = {
    "name": "lib",
    "domainName": "dom",
    "domainOwner": "111122223333",
    "description": "of the team",
    "arn": "arn:aws:codeartifact:eu-west-1:111122223333:repository/dom/lib",
}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "answer", "choices"),
    [
        ("eks", {"clusters": ["blue", "green"]}, [{"": "blue"}, {"": "green"}]),
        (
            "ssm",
            {
                "InstanceInformationList": [
                    {**INSTANCE, "PingStatus": "Online"},
                    {"InstanceId": "i-2", "PingStatus": "ConnectionLost"},
                    {"InstanceId": "i-3", "PingStatus": "Online"},
                ]
            },
            [
                {"id": "i-1", "name": "web", "platform": "Ubuntu", "address": "10.0.0.1"},
                {"id": "i-3", "name": "", "platform": "", "address": ""},
            ],
        ),
        (
            "codeartifact",
            {"repositories": [REPOSITORY]},
            [
                {
                    "repository": "lib",
                    "domain": "dom",
                    "owner": "111122223333",
                    "description": "of the team",
                }
            ],
        ),
    ],
)
def test_the_choices_come_from_the_aws_cli(
    desk: Desk, tmp_path: Path, name: str, answer: dict[str, Any], choices: list[Choice]
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "aws").symlink_to(aws_cli())
    body = json.dumps(answer).encode()
    with web_server((200, {"Content-Type": "application/json"}, body)) as url:
        environ = {
            "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "example",
        }
        prepared = Prepared(SHIPPED[name], {"profile": "mine"}, environ)
        found = desk.services.actions.choices(prepared, Event())
    assert found == choices
    assert columns_of(found) == list(choices[0])
    command = prepared.with_choice(found[0]).command()
    assert next(iter(choices[0].values())) in command


def test_the_facts_of_a_row_are_the_values(desk: Desk, audit_admin: Assignment) -> None:
    runs, account = desk.services.runs, audit_admin.account
    desk.services.inventory.crawl(desk.session, desk.sign_in()).run(lambda _: None)
    said = Annotation("the auditors", groups=("a", "b"))
    desk.services.annotations.commit(desk.services.annotations.plan(account.id, said))
    [row] = runs.of_roles([(desk.session, audit_admin)])
    prepared = desk.services.actions.prepare(SHIPPED["shell"], row)
    assert prepared.values == {
        "profile": "audit-admin",
        "account_id": account.id,
        "account": "audit",
        "permission_set": "AWSAdministratorAccess",
        "role_arn": desk.session.role_arn(account.id, "AWSAdministratorAccess"),
        "region": "eu-west-1",
        "session": "corp",
        "account_email": account.email,
        "account_alias": "the auditors",
        "account_groups": "a b",
    }
    assert prepared.environ["ROLECALL_ACCOUNT_ALIAS"] == "the auditors"
    assert prepared.environ["AWS_PROFILE"] == "audit-admin"
    assert "AWS_SECRET_ACCESS_KEY" not in prepared.environ


def test_a_program_that_is_missing_needs_no_credentials(desk: Desk, audit: Assignment) -> None:
    desk.sign_in()
    [row] = desk.services.runs.of_roles([(desk.session, audit)])
    with pytest.raises(CommandNotRun):
        desk.services.actions.prepare(Action("x", "x", ("no-such-program",)), row)
    assert desk.server.calls.count("GetRoleCredentials") == 0


@pytest.mark.parametrize(
    ("script", "said"),
    [("echo first >&2; echo ' last' >&2; echo >&2; exit 3", "last"), ("echo []; exit 3", "3")],
)
def test_a_list_that_fails_is_an_error_with_the_last_line(
    desk: Desk, script: str, said: str
) -> None:
    action = Action("x", "mine", ("true",), choose=("sh", "-c", script))
    with pytest.raises(ActionRefused) as caught:
        desk.services.actions.choices(Prepared(action, {}, os.environ), Event())
    error = caught.value
    assert (error.action, error.problem) == ("mine", ActionProblem.LIST_FAILED)
    assert error.subject == said


@pytest.mark.parametrize(
    ("output", "choices"),
    [
        ('["b", 3, true, ""]', [{"": "b"}, {"": "3"}, {"": "True"}]),
        ('[{"id": "a", "tags": ["x", 2], "no": null, "in": {"x": 1}}, {"id": ""}]',
         [{"id": "a", "tags": "x 2", "no": "", "in": ""}]),
    ],
)  # fmt: skip
def test_choices_are_texts(desk: Desk, output: str, choices: list[Choice]) -> None:
    assert chosen(desk, output) == choices


@pytest.mark.parametrize(
    ("output", "problem", "subject"),
    [
        ("", ActionProblem.NO_CHOICES, ""),
        ("[]", ActionProblem.NO_CHOICES, ""),
        ('[{}, {"id": null}]', ActionProblem.NO_CHOICES, ""),
        ("null", ActionProblem.LIST_UNREADABLE, "null"),
        ('{"id": "a"}', ActionProblem.LIST_UNREADABLE, '{"id": "a"}'),
        (f" no json {'x' * 99}", ActionProblem.LIST_UNREADABLE, f"no json {'x' * 71}"),
        ("[" * 100_000, ActionProblem.LIST_UNREADABLE, "[" * 80),
    ],
)
def test_a_list_without_choices_is_an_error(
    desk: Desk, output: str, problem: ActionProblem, subject: str
) -> None:
    with pytest.raises(ActionRefused) as caught:
        chosen(desk, output)
    assert (caught.value.problem, caught.value.subject) == (problem, subject)


def chosen(desk: Desk, output: str) -> list[Choice]:
    """Return the choices of a program that prints this."""
    path = desk.home / "output"
    path.write_text(output)
    action = Action("x", "mine", ("true",), choose=("cat", str(path)))
    return desk.services.actions.choices(Prepared(action, {}, os.environ), Event())


def test_the_columns_are_those_of_all_choices() -> None:
    assert columns_of([{"id": "a", "name": "x"}, {"id": "b", "more": "y"}]) == [
        "id",
        "name",
        "more",
    ]


def test_the_values_of_a_choice_fill_the_command() -> None:
    action = Action("x", "mine", ("go", "{choice}", "{choice.name}", "{profile}"))
    prepared = Prepared(action, {"profile": "p"}, {}).with_choice({"id": "a", "name": "x"})
    assert prepared.command() == ["go", "a", "x", "p"]


def test_a_profile_has_the_role_that_it_assumes_or_none(
    desk: Desk, audit_admin: Assignment
) -> None:
    arn = f"arn:aws:iam::{audit_admin.account.id}:role/Ops"
    desk.add(f"[profile ops]\nrole_arn = {arn}\nsource_profile = audit-admin\nregion = eu-west-1")
    desk.add("[profile keys]\naws_access_key_id = AKIAX\naws_secret_access_key = x")
    desk.sign_in()
    for name, role in (("ops", arn), ("keys", "")):
        [row] = desk.services.runs.of_profiles([name])
        prepared = desk.services.actions.prepare(SHIPPED["shell"], row)
        values = prepared.values
        assert (values["profile"], values["role_arn"], values["session"]) == (name, role, "")


class TestInTheTerminal:
    def test_the_exit_status_is_that_of_a_shell(self) -> None:
        for script, status in (("exit 3", 3), ("kill -TERM $$", 143), ("true", 0)):
            asked: list[int] = []

            def pause(status: int, asked: list[int] = asked) -> str:
                asked.append(status)
                return ""

            assert in_terminal(["sh", "-c", script], os.environ, pause) == status
            assert asked == [status]

    def test_what_is_printed_is_on_standard_error(self, capfd: pytest.CaptureFixture[str]) -> None:
        """Standard output may be read by a shell."""
        in_terminal(["echo", "hello"], os.environ, lambda _: "")
        assert capfd.readouterr() == ("", "hello\n")

    def test_a_script_without_an_interpreter_runs_in_the_shell(self, tmp_path: Path) -> None:
        script = tmp_path / "script"
        script.write_text("exit 7\n")
        script.chmod(0o755)
        assert in_terminal([str(script)], os.environ, lambda _: "") == 7

    def test_it_waits_for_enter_after_a_text(self) -> None:
        code = (
            "import os; from rolecall.services.runs.action_programs import in_terminal\n"
            "status = in_terminal(['sh', '-c', 'exit 3'], os.environ, 'Failed: {}'.format)\n"
            "print('returned', status)"
        )
        with Terminal([sys.executable, "-c", code], env=os.environ) as terminal:
            terminal.wait_for("Failed: 3")
            terminal.press("typed", "enter")
            terminal.wait_exit()
            shown = terminal.screen_text()
        assert shown.startswith("\nFailed: 3typed\n")
        assert "returned 3" in shown

    def test_a_program_that_cannot_run_has_a_reason(self, tmp_path: Path) -> None:
        (tmp_path / "script").write_text("exit 7\n")
        for command, reason, is_missing in (
            (str(tmp_path / "none"), "No such file or directory", True),
            (str(tmp_path / "script"), "Permission denied", False),
            ("a\0b", "embedded null byte", False),
        ):
            with pytest.raises(CommandNotRun) as raised:
                in_terminal([command], os.environ, lambda _: "")
            assert (raised.value.reason, raised.value.is_missing) == (reason, is_missing)
