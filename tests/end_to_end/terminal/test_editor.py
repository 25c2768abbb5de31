"""`E` opens the section of a profile in the user's editor, and writes what was typed there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.conftest import ROLECALL, TerminalDesk, wait_for_wrapped
from tests.support.screens import later_textual

SECTION = "# a comment of mine\n[profile mine]\nregion = eu-west-1\n"
REST = "\n# of the next\n[profile other]\noutput = json\n"


def editor(folder: Path, script: str) -> dict[str, str]:
    """An editor that keeps what it was given as `seen`, and runs a script on its file."""
    path = folder / "my editor"
    path.write_text(f'#!/bin/sh\ncp "$2" "{folder}/seen"\n{script}\n')
    path.chmod(0o700)
    return {"VISUAL": f"'{path}' --wait", "EDITOR": "/bin/false"}


@pytest.mark.quick
def test_the_text_is_checked_shown_written_and_undone(desk: TerminalDesk, tmp_path: Path) -> None:
    desk.leave_token()
    before = f"{desk.config.read_text()}\n{SECTION}{REST}"
    desk.config.write_text(before)
    script = (
        f'if [ -e "{tmp_path}/refused" ]\n'
        'then printf "[profile mine]\\nregion = eu-north-1" >"$2"\n'
        f'else touch "{tmp_path}/refused"; echo "not an entry" >>"$2"; fi'
    )
    env = editor(tmp_path, f'echo "$2" >"{tmp_path}/opened"\n{script}')
    with desk.open(env=env) as terminal:
        terminal.press("3", then=" mine ")
        terminal.press("/", "mine", "enter", "E")
        wait_for_wrapped(terminal, "profile.ini, line 4")
        wait_for_wrapped(terminal, "E opens your text again")
        assert (tmp_path / "seen").read_text() == SECTION
        assert desk.config.read_text() == before
        terminal.press("E", then="Write the section of mine")
        terminal.wait_for(r" -# a comment of mine")
        terminal.wait_for(r" \+region = eu-north-1")
        assert "not an entry" in (tmp_path / "seen").read_text()
        assert desk.config.read_text() == before
        terminal.press("enter", then="profile mine written")
        written = before.replace(SECTION, "[profile mine]\nregion = eu-north-1\n")
        assert desk.config.read_text() == written
        terminal.press("z", then="Undo")
        terminal.press("enter")
        terminal.wait_until(lambda: desk.config.read_text() == before, what="the old file")
    folder = Path((tmp_path / "opened").read_text()).parent
    assert folder.parent == desk.home / ".local" / "state" / "rolecall"
    assert not folder.exists()


def test_the_draft_of_a_killed_rolecall_is_offered_once(desk: TerminalDesk, tmp_path: Path) -> None:
    desk.leave_token()
    before = f"{desk.config.read_text()}\n{SECTION}{REST}"
    desk.config.write_text(before)
    typed = SECTION.replace("eu-west-1", "eu-north-1")
    script = f'[ -e "{tmp_path}/typed" ] || printf "{typed}" >"$2"; touch "{tmp_path}/typed"; cat'

    def drafts() -> list[Path]:
        return list((desk.home / ".local" / "state" / "rolecall").glob("rolecall-edit-*"))

    def be_killed() -> None:
        (tmp_path / "typed").unlink(missing_ok=True)
        with desk.open(env=editor(tmp_path, script)) as killed:
            killed.press("3", then=" mine ")
            killed.press("/", "mine", "enter", "E")
            killed.wait_until((tmp_path / "typed").exists, what="the editor")
            killed.process.kill()
            killed.process.wait()

    be_killed()
    (left,) = drafts()
    with desk.open(env=editor(tmp_path, "true")) as terminal:
        terminal.press("3", then="There is an unfinished draft of profile mine")
        terminal.press("enter", then="Write the section of mine")
        assert (tmp_path / "seen").read_text() == typed
        terminal.press("enter", then="profile mine written")
        terminal.wait_until(lambda: not drafts(), what="the end of the draft")
        assert desk.config.read_text() == before.replace(SECTION, typed)
    desk.config.write_text(before)
    be_killed()
    (again,) = drafts()
    assert again != left
    with desk.open() as terminal:
        terminal.press("3", then="There is an unfinished draft of profile mine")
        terminal.press("escape", gone="an unfinished draft")
        terminal.wait_until(lambda: not drafts(), what="the end of the draft")
    assert desk.config.read_text() == before


def test_text_that_is_not_utf8_is_refused_and_comes_back_as_it_was(
    desk: TerminalDesk, tmp_path: Path
) -> None:
    desk.leave_token()
    before = f"{desk.config.read_text()}\n{SECTION}{REST}"
    desk.config.write_text(before)
    typed = f"{tmp_path}/typed"
    script = f'test -e "{typed}" || printf "# caf\\351\\n" >>"$2"; touch "{typed}"'
    with desk.open(env=editor(tmp_path, script)) as terminal:
        terminal.press("3", then=" mine ")
        terminal.press("/", "mine", "enter", "E")
        wait_for_wrapped(terminal, "profile.ini, line 4")
        wait_for_wrapped(terminal, "E opens your text again")
        (tmp_path / "seen").unlink()
        terminal.press("E")
        terminal.wait_until((tmp_path / "seen").exists, what="the editor again")
        wait_for_wrapped(terminal, "E opens your text again")
        assert (tmp_path / "seen").read_bytes() == f"{SECTION}# caf".encode() + b"\xe9\n"
    assert desk.config.read_text() == before


def test_the_question_says_what_credentials_override(desk: TerminalDesk, tmp_path: Path) -> None:
    desk.leave_token()
    desk.config.write_text(f"{desk.config.read_text()}\n{SECTION}{REST}")
    desk.config.with_name("credentials").write_text("[mine]\nregion = us-east-2\n")
    with desk.open(env=editor(tmp_path, 'echo "output = text" >>"$2"')) as terminal:
        terminal.press("3", then=" mine ")
        terminal.press("/", "mine", "enter", "E", then="Write the section of mine")
        wait_for_wrapped(terminal, "clients use region from ~/.aws/credentials and ignore what")
        terminal.press("escape")


@pytest.mark.parametrize("key", ["ctrl+c", "\x1c"])
def test_ctrl_c_and_ctrl_backslash_are_for_the_editor(
    desk: TerminalDesk, tmp_path: Path, key: str
) -> None:
    desk.leave_token()
    with desk.open(env=editor(tmp_path, "echo EDITING >&2; exec sleep 1000")) as terminal:
        terminal.press("3", then=" vault ")
        terminal.press("/", "vault", "enter", "E", then="EDITING")
        terminal.press(key, then="Nothing was changed")
        terminal.quit()


def test_what_an_editor_leaves_in_the_terminal_is_gone_after_rolecall(
    desk: TerminalDesk, tmp_path: Path
) -> None:
    desk.leave_token()
    modes = r"\033[?1002h\033[?2004h\033[?1h\033[?25l"
    script = f"stty raw -echo; printf '{modes}' >&2; exit 3"
    with desk.open(env=editor(tmp_path, script)) as terminal:
        terminal.press("3", then=" vault ")
        terminal.press("E", then="Nothing was changed")
        terminal.quit()
        assert terminal.attributes() == terminal.attributes_at_start
        assert terminal.changed_modes() == set()


@pytest.mark.parametrize("status", [0, 3])
def test_an_editor_that_fails_or_changes_nothing_writes_nothing(
    status: int, desk: TerminalDesk, tmp_path: Path
) -> None:
    desk.leave_token()
    before = desk.config.read_text()
    typed = "" if status == 0 else 'echo "[profile x]" >"$2"\n'
    with desk.open(env=editor(tmp_path, f"{typed}exit {status}")) as terminal:
        terminal.press("3", then=" vault ")
        terminal.press("E", then="Nothing was changed")
        terminal.quit()
    assert desk.config.read_text() == before


def test_the_editor_draws_on_the_terminal_also_in_a_substitution(
    desk: TerminalDesk, tmp_path: Path
) -> None:
    desk.leave_token()
    script = f'test -t 0 && test -t 1 && test -t 2 && echo drawn && touch "{tmp_path}/drawn"'
    inside = ("sh", "-c", 'chosen=$("$0"); echo "chosen: $chosen"', str(ROLECALL))
    commands: list[tuple[str, ...]] = [(), inside]
    for command in commands:
        (tmp_path / "drawn").unlink(missing_ok=True)
        with desk.open(*command, env=editor(tmp_path, script)) as terminal:
            terminal.press("3", then=" vault ")
            terminal.press("E", then="Nothing was changed")
            terminal.quit()
        assert (tmp_path / "drawn").exists()


@pytest.mark.parametrize(
    "own",
    [
        {"TERM": "xterm-256color", "COLORTERM": "", "NO_COLOR": ""},
        {"CLICOLOR": "0"},
        {"TERM": "xterm-256color", "TEXTUAL_FPS": "30", "TEXTUAL_COLOR_SYSTEM": "truecolor"},
    ],
    ids=str,
)
@pytest.mark.parametrize("is_later_textual", [False, True])
def test_the_editor_gets_the_environment_of_the_user(
    desk: TerminalDesk, tmp_path: Path, own: dict[str, str], *, is_later_textual: bool
) -> None:
    desk.leave_token()
    with desk.config.open("a") as file:
        file.write(f"\n{SECTION}{REST}")
    env = {**editor(tmp_path, f'env -0 >"{tmp_path}/env"'), **own}
    if is_later_textual:
        env |= later_textual.environment(tmp_path / "later", {"_compositor_refresh"})

    def noted() -> set[str]:
        own = ("PWD=", "OLDPWD=", "SHLVL=", "_=")  # of a shell
        lines = (tmp_path / "env").read_text().split("\0")
        return {line for line in lines if not line.startswith(own)}

    with desk.open("sh", "-c", f'env -0 >"{tmp_path}/env"', env=env) as terminal:
        assert terminal.wait_exit() == 0
    expected = noted()
    with desk.open(env=env, pipe_stdout=is_later_textual) as terminal:
        terminal.press("3", then=" mine ")
        terminal.press("/", "mine", "enter", "E", then="Nothing was changed")
    assert noted() == expected
