"""The unified diff: `patch` accepts it, and it is fast for thousands of profiles."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rolecall.domain.config.file_change import Change, unified_diff
from tests.support.for_each import for_each
from tests.support.programs import program

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "[x]", "[y]"]), max_size=10)


@given(LINES, LINES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_patch_turns_the_old_file_into_the_new_one(
    tmp_path: Path, old: list[str], new: list[str]
) -> None:
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    diff = unified_diff(before.encode(), after.encode(), "config")
    assert bool(diff) == (before != after)
    file = tmp_path / "config"
    file.write_text(before)
    if diff:
        subprocess.run(
            [program("patch"), "-s", str(file)],
            input=f"{diff}\n",
            text=True,
            check=True,
            timeout=30,
        )
    assert (file.read_text() if file.exists() else "") == after


@pytest.mark.parametrize("moved", [False, True])
def test_a_line_in_each_of_many_profiles_is_one_line_of_the_difference(moved: bool) -> None:
    names = [f"p{i}" for i in range(3000)]
    text = "[profile {}]\nregion = {}\noutput = json\n"
    before = "".join(text.format(name, "eu-west-1") for name in names)
    later = [*names[1:], names[0]] if moved else names
    after = "".join(text.format(name, "us-east-1") for name in later)
    lines = unified_diff(before.encode(), after.encode(), "config").splitlines()
    assert sum(line == "+region = us-east-1" for line in lines) == len(names)


def test_a_line_among_many_equal_ones_is_the_only_difference() -> None:
    lines = ["a\n", "b\n"] * 150
    before, after = "".join(lines), "".join([*lines[:10], "c\n", *lines[10:]])
    diff = unified_diff(before.encode(), after.encode(), "config").splitlines()
    assert [line for line in diff if line[:1] in "+-" and line[1:2] not in "+-"] == ["+c"]


def test_a_line_that_occurs_twice_in_one_file_is_compared_with_its_neighbours() -> None:
    once, twice = b"a\np\np\n", b"a\np\np\na\n"
    assert unified_diff(twice, once, "x").splitlines()[3:] == [" a", " p", " p", "-a"]
    assert unified_diff(once, twice, "x").splitlines()[3:] == [" a", " p", " p", "+a"]


@for_each(
    ("before", "after", "shown"),
    [
        (b"[a]\r\nb = 1\r\n", b"[a]\nb = 1\n", "-[a]␍ -b=1␍ +[a] +b=1"),
        (b"[a]\nb = 1\nc = 2\n", b"[a]\nb = 1\r\nc = 3\n", "[a] -b=1 -c=2 +b=1␍ +c=3"),
        (b"[a]\r\nb = 1\r\n", b"[a]\r\nb = 2\r\n", "[a] -b=1 +b=2"),
        (b"[a]\r\nb = 1", b"[a]\r\nb = 1\r\nc = 2\r\n", "[a] b=1 +c=2"),
        (b"a_key = x\r\nrest==\r\n", b"a_key = x\nrest==\n", "-a_key=… -… +a_key=… +…"),
    ],
)  # fmt: skip
def test_other_line_endings_are_a_difference(before: bytes, after: bytes, shown: str) -> None:
    """An editor may change nothing else."""
    lines = Change(Path("config"), before, after, "").diff().splitlines()[3:]
    assert " ".join(line.replace(" ", "") for line in lines) == shown


def test_a_difference_shows_three_lines_around_a_change() -> None:
    before = "".join(f"{n}\n" for n in range(20)).encode()
    change = Change(Path("x"), before, before.replace(b"10\n", b"ten\n"), "")
    assert change.diff().splitlines()[2:] == [
        "@@ -8,7 +8,7 @@", " 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13"
    ]  # fmt: skip
    assert change.lines_written == ["ten"]


def test_no_text_of_a_change_has_the_contents_of_its_file() -> None:
    edits: Any = ("hunter2",)
    change = Change(Path("x"), b"aws_secret_access_key = hunter2", b"hunter2", "x", edits)
    assert "hunter2" not in repr(change)


def test_a_secret_is_hidden_also_if_its_key_is_above_the_difference() -> None:
    before = b"[x]\naws_session_token =\n  p1=\n# note\n\n  p2=\n  p3=\n  p4=\n"
    change = Change(Path("config"), before, before + b"[y]\n", "")
    assert change.diff().splitlines()[2:] == ["@@ -6,3 +6,4 @@", *["   …"] * 3, "+[y]"]


def test_a_change_of_a_missing_file_adds_all_its_lines() -> None:
    change = Change(Path("x"), None, b"a\n", "")
    assert not change.is_empty
    assert change.diff().splitlines() == ["--- x", "+++ x", "@@ -0,0 +1 @@", "+a"]
    assert change.lines_written == ["a"]
    assert Change(Path("x"), None, b"", "").is_empty
