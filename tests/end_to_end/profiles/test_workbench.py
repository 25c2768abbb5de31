"""The naming workbench: profiles are named, checked, written in one change, and undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rolecall.demo.organisation import Organisation
from rolecall.domain.model import Account
from tests.end_to_end.conftest import TerminalDesk, filter_for, wait_for_field
from tests.support.terminal import Terminal

READ, ADMIN = "AWSReadOnlyAccess", "AWSAdministratorAccess"
ALIKE = Organisation(
    [
        (Account("1" * 12, "audit", "aws+audit@example.com"), (READ, ADMIN)),
        (Account("9" * 12, "log archive", "aws+log-archive@example.com"), (READ,)),
        (Account("222222221111", "sandbox", "aws+kim@example.com"), (READ,)),
        (Account("333333332222", "sandbox", "aws+noor@example.com"), (READ,)),
        (Account("4" * 12, "[prod] データ基盤", "aws+data-prod@example.com"), (READ,)),
    ]
)


def open_workbench(terminal: Terminal) -> None:
    """Open the workbench with all rows marked, one of them through a filter."""
    terminal.press("2", then="6 permission sets")
    filter_for(terminal, "log")
    terminal.wait_for("1 of 6 permission sets")
    terminal.press("space", then="1 marked")
    terminal.press("escape", then="6 permission sets")
    terminal.press("a", then="6 marked")
    terminal.press("s", then="3 new · 1 unchanged · 2 collide")
    wait_for_field(terminal, "Template")


@pytest.mark.quick
def test_marked_rows_become_profiles_and_are_undone(a_desk: Callable[..., TerminalDesk]) -> None:
    desk = a_desk(organisation=ALIKE)
    desk.create_home()
    desk.leave_token()
    before = desk.config.read_text()
    with desk.open(columns=100, lines=24) as terminal:
        terminal.wait_for("5 accounts")
        open_workbench(terminal)

        terminal.press("x{acount}", then=r"^ {35}\^ There is no field “acount”. Try account.")
        terminal.wait_for("the names of the last valid template")
        for _ in range(7):
            terminal.press("backspace")
        terminal.wait_for("Tab: account or alias, permission_set")
        terminal.press("tab", then=r"\{short\}x\{account *$")
        terminal.press("tab", then=r"\+ +audit-readonlyxaudit ")
        for note in (
            "as rolecall does",
            "as the AWS CLI does",
            "as aws-sso-util does",
            "as aws-sso-cli does",
            r"Template +{account\|slug}-{short}x{account} *$",  # what was typed is not lost
            "as rolecall does",
        ):
            terminal.press("ctrl+n", then=note)

        terminal.press("}", then="This “}” has no “{”")
        terminal.press("tab")
        wait_for_field(terminal, "Region")
        terminal.press("x", then="“eu-west-1x” is not an AWS region")
        terminal.press("backspace", "enter")
        terminal.wait_for(
            "This “}” has no “{”.(.|\\n)*This “}” has no “{”."
        )  # also in the status line
        terminal.press("ctrl+n", then="Template +{account\\|slug}-{short} *$")

        terminal.wait_for("One for all, or by account name")
        terminal.press("backspace", "9")
        terminal.wait_for("rolecall does not know the region eu-west-9. It is saved as typed.")
        terminal.press("backspace", "1", then="One for all, or by account name")
        terminal.press("escape")
        wait_for_field(terminal, "")
        terminal.press("N", then="▌ +! +sandbox-readonly +sandbox-readonly-1111 +sandbox ")
        terminal.wait_for("Another row would also have the name sandbox-readonly.")
        terminal.press("s", then="Not written, they stay here: 2 collide")
        terminal.press("escape", gone="Not written")
        terminal.press("F", then="2 names repaired")
        terminal.wait_for(r"sandbox-readonly-1111 +sandbox ")
        terminal.press("N", then="Every row can be written")

        terminal.press("g", "e")
        wait_for_field(terminal, "Name")
        terminal.press(" a", then="! +audit-readonly a .* bad name")
        terminal.press("ctrl+u", then="audit-readonly +audit ")
        terminal.send("mine\rN")  # N is a letter in the field
        terminal.wait_for("Every row can be written")
        terminal.press("ctrl+n")
        terminal.wait_for(r"\+ +AWSAdministratorAccess-1")
        terminal.wait_for("Named as the AWS CLI does.")
        terminal.press("escape", then="6 marked")
        terminal.press("s", then=r"Template +{account\|slug}-{short}")
        wait_for_field(terminal, "Template")
        terminal.press("escape")
        wait_for_field(terminal, "")
        terminal.press("F", then="2 names repaired")
        terminal.wait_for("▌ +[+] +mine +audit ")
        assert desk.config.read_text() == before

        desk.config.write_text(f"{before}\n[profile audit-admin]\nregion = eu-west-1\n")
        terminal.press("s", then="Not written, they stay here: 1 collides")
        terminal.press("escape", gone="Not written")
        desk.config.write_text(before)
        terminal.press("s", then="Write 5 new")
        terminal.wait_for(r"\+\[profile mine\]")
        terminal.press("enter", then="Ask AWS whether they work")
        terminal.press("escape", then="5 new written to ~/.aws/config. z undoes it.")
        assert "marked" not in terminal.screen_text()
        names = desk.aws("configure", "list-profiles").stdout.split()
        assert {"mine", "audit-admin", "sandbox-readonly-1111", "sandbox-readonly-2222"} < {*names}
        written = "\n".join(line for line in desk.config.read_text().splitlines() if line)
        assert all(line in written for line in before.splitlines())

        terminal.press("3", then="mine +audit")
        terminal.press("z", then="Undo: 5 profiles written")
        terminal.press("enter", then="Undone: 5 profiles written")
        terminal.wait_until(lambda: desk.config.read_text() == before, what="the file as before")
