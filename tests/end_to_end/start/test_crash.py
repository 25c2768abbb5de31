"""An internal error: neither the terminal nor the report has what the files or the screen have."""

from __future__ import annotations

from pathlib import Path

from tests.end_to_end.conftest import ACCOUNTS, TerminalDesk, filter_for

SECRET = "hunter2"
# The import of the help fails, with the config in the message and in a local variable.
_HOOK = """
import sys
class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == "rolecall.ui.screens.base.help":
            held = open("{config}").read()
            raise RuntimeError(held) from ValueError(held)
sys.meta_path.insert(0, Hook())
"""


def test_a_crash_shows_no_secret(desk: TerminalDesk, tmp_path: Path) -> None:
    token = desk.leave_token()
    with desk.config.open("a") as file:
        file.write(f"\n[profile tool]\ncredential_process = tool --password {SECRET}\n")
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_HOOK.replace("{config}", str(desk.config)))
    with desk.open(env={"PYTHONPATH": str(folder)}, columns=160) as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("3")
        filter_for(terminal, "tool")
        terminal.wait_for("credential_process = tool …")
        shown = len(terminal.received)
        terminal.press("?")
        assert terminal.wait_exit() == 1
        after = bytes(terminal.received[shown:])
    report = (desk.home / ".local/state/rolecall/crash.txt").read_text()
    assert "RuntimeError" in report
    assert "ValueError" in report
    for text in (report, after.decode()):
        assert SECRET not in text
        assert token not in text
        assert "password" not in text
