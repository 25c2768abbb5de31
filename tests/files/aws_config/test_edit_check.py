"""An edit that writes something other than what it means is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolecall.domain.errors.file_errors import EditRefused, EditRule
from rolecall.files.aws_config.config_edits import SetProfile
from rolecall.files.aws_config.edit_check import LinesBefore
from rolecall.files.aws_config.editor import _plan as plan
from rolecall.files.aws_config.ini import Document
from rolecall.files.aws_config.ini_edit import rename_section

PATH = Path("config")
THREE = b"[profile a]\nregion = x\n[profile b]\nregion = x\n[profile c]\nregion = x\n"


def problem_of(data: bytes, at: int, line: str) -> str:
    """Change the line of a section's region, but not what is meant; return why it is refused."""
    document = Document.parse(data, PATH)
    before = LinesBefore(document)
    document.sections[at].entries["region"].lines[:] = [line]
    with pytest.raises(EditRefused) as caught:
        before.verify(document)
    return caught.value.problem


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_with_another_value_than_the_meant_one_is_refused(at: int) -> None:
    """In the last section too: nothing below it shows where it ends."""
    assert problem_of(THREE, at, "region = y\n") == EditRule.UNSAFE.value


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_that_begins_another_section_is_refused(at: int) -> None:
    assert problem_of(THREE, at, "region = x\n[profile new]\n") == EditRule.UNSAFE.value


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_that_hides_a_key_from_javascript_is_refused(at: int) -> None:
    """Only botocore reads a key before a colon."""
    assert problem_of(THREE, at, "region : x\n") == EditRule.OTHERS_READ_IT.value


def test_nested_values_may_change() -> None:
    """JavaScript reads each of them as a key."""
    document = Document.parse(b"[profile a]\ns3 =\n  max = 1\n", PATH)
    before = LinesBefore(document)
    entry = document.sections[0].entries["s3"]
    entry.lines[:], entry.value = ["s3 =\n", "  max = 2\n"], "\nmax = 2"
    before.verify(document)


def test_a_line_that_becomes_another_key_for_javascript_is_refused() -> None:
    data = b"[profile a]\nRegion = x = 1\n"
    assert problem_of(data, 0, "Region : x = 1\n") == EditRule.OTHERS_READ_IT.value


def test_a_profile_below_empty_ones_can_be_changed() -> None:
    """The check begins at the right one of headers that are directly below each other."""
    data = b"[profile a]\n[profile b]\n[profile c]\nregion = x\n"
    change = plan(PATH, data, [SetProfile("c", {"region": "y"})])
    assert change.after == data.replace(b"x", b"y")


@pytest.mark.parametrize(("at", "window"), [(0, (0, 3)), (1, (2, 5)), (2, (4, 6))])
def test_only_the_lines_between_the_nearest_unchanged_headers_are_checked(
    at: int, window: tuple[int, int]
) -> None:
    document = Document.parse(THREE, PATH)
    before = LinesBefore(document)
    document.sections[at].entries["region"].lines[:] = ["region = y\n"]
    assert before._window(list(document.lines()))[:2] == window


@pytest.mark.parametrize("at", [0, 1])
def test_a_header_that_javascript_does_not_see_is_not_where_a_check_begins_or_ends(at: int) -> None:
    document = Document.parse(THREE.replace(b"b]", b"b]# glued"), PATH)
    before = LinesBefore(document)
    document.sections[at].entries["region"].lines[:] = ["region = y\n"]
    assert before._window(list(document.lines()))[:2] == (0, 5)


@pytest.mark.parametrize(
    ("at", "cut", "window"), [(2, b"[profile b]", (4, 6)), (0, b"[profile b]\nregion = x", (0, 3))]
)
def test_a_lone_carriage_return_two_lines_away_does_not_hide_a_header(
    at: int, cut: bytes, window: tuple[int, int]
) -> None:
    document = Document.parse(THREE.replace(cut + b"\n", cut + b"\r"), PATH)
    before = LinesBefore(document)
    document.sections[at].entries["region"].lines[:] = ["region = y\n"]
    assert before._window(list(document.lines()))[:2] == window


def test_a_section_with_the_header_of_another_is_refused() -> None:
    """Also if the other one is not among the lines that are checked."""
    document = Document.parse(b"[DEFAULT]\noutput = json\n" + THREE, PATH)
    before = LinesBefore(document)
    rename_section(document, document.sections[3], "profile a")
    with pytest.raises(EditRefused) as caught:
        before.verify(document)
    assert caught.value.problem == EditRule.UNSAFE.value


def test_the_defaults_may_be_in_several_sections() -> None:
    data = b"[DEFAULT]\nregion = x\n" + THREE + b"[DEFAULT]\noutput = json\n"
    change = plan(PATH, data, [SetProfile("c", {"region": "y"})])
    assert change.after.count(b"region = y") == 1


HIDDEN = b"[profile other]\nregion = eu-west-1\n  [profile default]\n  output = text\n"


@pytest.mark.parametrize("where", ["above", "below", "new"])
def test_a_value_that_a_header_inside_a_value_hides_is_refused(where: str) -> None:
    """JavaScript prefers `[profile default]` to `[default]`, wherever in the file they are."""
    default = b"[default]\noutput = json\n"
    far = b"".join(b"[profile p%d]\nregion = x\n" % number for number in range(3))
    data = {"above": HIDDEN + far + default, "below": default + far + HIDDEN, "new": HIDDEN + far}[
        where
    ]
    for output in ("yaml", "json"):
        with pytest.raises(EditRefused) as caught:
            plan(PATH, data, [SetProfile("default", {"output": output})])
        assert caught.value.problem == EditRule.OTHERS_READ_IT.value


def test_one_hidden_value_among_others_is_refused() -> None:
    """JavaScript reads the other ones as they are meant."""
    data = HIDDEN.replace(b"  output", b"  region = x\n  output") + b"[default]\nregion = x\n"
    with pytest.raises(EditRefused) as caught:
        plan(PATH, data, [SetProfile("default", {"region": "x", "output": "json"})])
    assert caught.value.problem == EditRule.OTHERS_READ_IT.value


def test_a_header_inside_a_value_hides_no_other_profile() -> None:
    data = HIDDEN + b"[profile dev]\noutput = json\n"
    change = plan(PATH, data, [SetProfile("dev", {"output": "yaml"})])
    assert change.after == data.replace(b"json", b"yaml")


@pytest.mark.parametrize(
    "data",
    [
        b"[profile a]\r[profile dev]\n",
        b"[profile a]\nregion = x\r[profile dev]\n",
        b"[profile a]\n[profile dev]\rregion = x\n",
    ],
)
def test_a_header_next_to_a_lone_carriage_return_is_read_with_the_lines_around_it(
    data: bytes,
) -> None:
    """For JavaScript no line ends there, so it does not see the header."""
    with pytest.raises(EditRefused) as caught:
        plan(PATH, data, [SetProfile("dev", {"region": "y"})])
    assert caught.value.problem == EditRule.OTHERS_READ_IT.value


def test_a_profile_that_would_get_keys_of_the_one_below_it_is_not_written() -> None:
    data = b"[profile a]\nsso_session = s\n[profile b]\rregion = z\noutput = text\n"
    with pytest.raises(EditRefused) as caught:
        plan(PATH, data, [SetProfile("new", {"sso_session": "s"})])
    assert caught.value.problem == EditRule.OTHERS_READ_IT.value
