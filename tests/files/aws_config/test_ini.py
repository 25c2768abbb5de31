"""Small files: which lines are malformed, and what an edit writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.configloader import raw_config_parse
from botocore.exceptions import ConfigParseError

from rolecall.domain.config.file_change import Edit
from rolecall.domain.errors.file_errors import FileMalformed
from rolecall.files.aws_config.config_edits import CopyProfile, RenameProfiles, SetProfile
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.ini import Document
from rolecall.files.aws_config.ini_mistakes import IniProblem

_NESTED = b"[profile dev]\ns3 =\n  max_queue_size = 1\n"


def written(folder: Path, before: str, edit: Edit) -> str:
    """Return the file after an edit."""
    path = folder / "config"
    path.write_bytes(before.encode())
    file = ConfigFile(path, folder / "state")
    file.commit(file.plan([edit]))
    return path.read_bytes().decode()


@pytest.mark.parametrize(
    ("data", "line", "problem"),
    [
        (b"[DEFAULT]\nregion = a\n[DEFAULT]\nregion = b\n", 4, IniProblem.DUPLICATE_KEY),
        (_NESTED + b"  # a comment\n  wrong\n", 5, IniProblem.NESTED),
        (b"[profile dev]\nregion\n", 2, IniProblem.KEY_WITHOUT_DELIMITER),
        (b"[profile dev]\nregions\n", 2, IniProblem.NO_DELIMITER),
        (b"[profile dev]\nregion =\neu\n", 3, IniProblem.WRAPPED),
        (b"[profile dev]\nregion = eu\nwest\n", 3, IniProblem.NO_DELIMITER),
        (b"[dev]\naws_secret_access_key = a\n\nbc\n", 4, IniProblem.WRAPPED),
        (_NESTED + b"\n  wrong\n", 5, IniProblem.NESTED),
        (b"[profile dev\nregion = eu\n", 1, IniProblem.BAD_HEADER),
        (b"\n[default = a\n[x]\n", 2, IniProblem.BAD_HEADER),
    ],
)
def test_the_line_that_botocore_refuses_is_named(
    tmp_path: Path, data: bytes, line: int, problem: IniProblem
) -> None:
    path = tmp_path / "config"
    path.write_bytes(data)
    with pytest.raises(FileMalformed) as raised:
        Document.parse(data, path)
    assert (raised.value.line, raised.value.problem) == (line, problem.value)
    with pytest.raises(ConfigParseError):
        raw_config_parse(str(path))


def test_a_key_of_one_letter_is_a_key() -> None:
    (section,) = Document.parse(b"[profile dev]\nr=1\n", Path("config")).sections
    assert section.values == {"r": "1"}


def test_a_copy_goes_below_an_indented_header_that_would_continue_it(tmp_path: Path) -> None:
    before = "  [profile a]\n[profile b]\nregion = eu-west-1\n"
    assert written(tmp_path, before, CopyProfile("a", "c", {"region": "us-east-1"})) == (
        "  [profile a]\n[profile c]\nregion = us-east-1\n[profile b]\nregion = eu-west-1\n"
    )
    before = "[profile a]\n  [profile b]\nregion = eu-west-1\n"
    assert written(tmp_path, before, CopyProfile("a", "c", {"region": "us-east-1"})) == (
        "[profile a]\n  [profile b]\nregion = eu-west-1\n[profile c]\nregion = us-east-1\n"
    )


def test_a_rename_keeps_all_comments_of_the_twins_in_their_order(tmp_path: Path) -> None:
    before = (
        "# above one\n[profile dev] # next to one\nregion = eu\n  # in a value\n  west\n# in one"
        "\n\n"
        "# above two\n[profile 'dev'];next to two\noutput = json\n\n# apart\n\n"
        '# above three\n[profile "dev"]  # next to three\nregion = us-east-1\n'
    )
    assert written(tmp_path, before, RenameProfiles({"dev": "new"})) == (
        "# apart\n\n"
        "# above one\n# next to one\n  # in a value\n# in one\n"
        "# above two\n;next to two\n"
        "# above three\n[profile new]  # next to three\nregion = us-east-1\n"
    )


def test_the_comments_in_a_value_stay_below_its_new_line(tmp_path: Path) -> None:
    before = "[profile dev]\noutput = json\nregion = eu\n  # a comment\n  west\nx = 1\n"
    assert written(tmp_path, before, SetProfile("dev", {"region": "us-east-1"})) == (
        "[profile dev]\noutput = json\nregion = us-east-1\n  # a comment\nx = 1\n"
    )


def test_an_inline_comment_comes_above_the_new_line_and_the_comments_in_the_value_below(
    tmp_path: Path,
) -> None:
    before = "[profile dev]\noutput = json\nregion = # one\n  # two\n  west\nx = 1\n"
    assert written(tmp_path, before, SetProfile("dev", {"region": "us-east-1"})) == (
        "[profile dev]\noutput = json\n# one\nregion = us-east-1\n  # two\nx = 1\n"
    )


def test_a_renamed_section_is_one_that_botocore_ignores_or_no_longer_one() -> None:
    document = Document.parse(b"[mine]\n[profile a]\n", Path("config"))
    mine, a = document.sections
    assert document.others() == [mine]
    document.rename(mine, "profile b")
    assert document.others() == []
    document.rename(a, "else")
    assert document.others() == [a]


def test_a_key_comes_below_a_header_that_the_file_ends_with(tmp_path: Path) -> None:
    assert written(tmp_path, "[profile dev]", SetProfile("dev", {"region": "us-east-1"})) == (
        "[profile dev]\nregion = us-east-1\n"
    )


def test_a_new_key_is_written_like_the_one_above_it(tmp_path: Path) -> None:
    before = "[profile dev]\nx=1\nregion = eu\n"
    after = written(tmp_path, before, SetProfile("dev", {"output": "json"}))
    assert after == f"{before}output = json\n"


@pytest.mark.parametrize(("key", "line"), [("region=", "region=x"), ("region =", "region = x")])
def test_a_value_has_the_spaces_of_its_key(tmp_path: Path, key: str, line: str) -> None:
    edit = SetProfile("dev", {"region": "x"})
    assert written(tmp_path, f"[profile dev]\n{key}\n", edit) == f"[profile dev]\n{line}\n"
