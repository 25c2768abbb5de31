"""Python may have no sqlite3, or one that does not load. Then nothing is kept, which is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    AUDIT,
    AUDIT_ROLE,
    TerminalDesk,
    filter_for,
    wait_for_wrapped,
)

SAID = "cannot load its module sqlite3"
NOT_BUILT = "ModuleNotFoundError(\"No module named '_sqlite3'\", name='_sqlite3')"
NO_LIBRARY = "ImportError('libsqlite3.so.0: cannot open shared object file', name='_sqlite3')"


@pytest.fixture(params=[NOT_BUILT, NO_LIBRARY], ids=["not built", "no library"])
def without_sqlite(
    desk: TerminalDesk, tmp_path: Path, request: pytest.FixtureRequest
) -> dict[str, str]:
    """The variables for a Python without sqlite3, on a machine that is signed in, with a cache."""
    desk.leave_token()
    desk.run("list")
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "sqlite3.py").write_text(f"raise {request.param}")
    return {"PYTHONPATH": str(folder)}


def test_the_full_screen_works_and_says_that_nothing_is_kept(
    desk: TerminalDesk, without_sqlite: dict[str, str]
) -> None:
    with desk.open(env=without_sqlite, columns=160) as terminal:
        terminal.wait_for(ACCOUNTS)
        wait_for_wrapped(terminal, SAID)
        filter_for(terminal, "audit")
        terminal.press("enter")
        terminal.wait_for(rf"▌ +{AUDIT_ROLE}")


@pytest.mark.parametrize(
    ("words", "is_said"),
    [
        (("list",), True),
        (("doctor",), True),
        (("sign-in",), False),
        (("tokens",), False),
        (("prompt",), False),
        (("whoami",), False),
        (("switch", "--shell=bash", "nobody"), False),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_commands_work_and_those_that_list_say_that_nothing_is_kept(
    desk: TerminalDesk, without_sqlite: dict[str, str], words: tuple[str, ...], is_said: bool
) -> None:
    result = desk.run(*words, **without_sqlite)
    assert "internal error" not in result.stderr
    assert (SAID in result.stdout + result.stderr) == is_said
    if words == ("list",):
        assert result.returncode == 0
        assert AUDIT in result.stdout
