"""accounts.toml: read the same with and without tomllib, written whole, nothing lost."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import tomli_w
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rolecall.domain.errors.file_errors import FileChanged, TomlInvalid
from rolecall.domain.inventory.annotations import NOTHING, Annotation, annotations_of, merged
from rolecall.files.locations import Locations
from rolecall.files.own.accounts_file import AccountsFile, text_of
from rolecall.files.own.annotations import parse, read_both
from rolecall.files.own.toml_text import line_of
from rolecall.files.paths import known_paths
from rolecall.services.switching.switching import Switching
from rolecall.services.team.annotations import AnnotationsService
from tests.support.for_each import for_each

ONE, TWO = "1" * 12, "2" * 12
GROUPS_OF_ONE = "[accounts.111111111111]\ngroups = [\n{}]\n"
GROUPS = st.lists(st.sampled_from(["a", "payments", "eu-west", "決済"]), unique=True, max_size=3)
SAID = st.builds(
    lambda alias, note, groups: annotations_of(
        {ONE: {"alias": alias, "note": note, "groups": groups}}
    )[ONE],
    st.text(max_size=12),
    st.text(max_size=12),
    GROUPS,
)


def file_of(folder: Path, text: str | bytes | None = None) -> AccountsFile:
    path = folder / "rolecall" / "accounts.toml"
    if text is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return AccountsFile(path, folder / "state")


@given(st.dictionaries(st.sampled_from([ONE, TWO, "0" * 12]), SAID, max_size=3))
def test_what_is_written_is_read_again(said: dict[str, Annotation]) -> None:
    said = {id_: each for id_, each in said.items() if any(each)}
    text = text_of(said)
    assert parse(text) == said
    assert annotations_of(tomllib.loads(text).get("accounts", {})) == said


ODD_LINES = [
    *("", "# mine", "  # mine", "# \x00", f"[accounts.{ONE}]", f"[accounts.{TWO}]"),
    *(f"[accounts.{TWO}] # mine", f'["accounts".{TWO}]', "[accounts]", "[accounts.1]", "[other]"),
    *('alias = "a"', "alias = 'a'", 'alias = "\\u001b[31m"', 'alias = "\\ud800"', 'note = "n"'),
    *('note = """', 'groups = [\n    "a",\n    "b",\n]', 'groups = ["a"]', 'run = "x"', "\ufeff"),
]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(ODD_LINES), max_size=8), st.sampled_from(["\n", "\n", "\r\n", "\r"])
)
@example([f"[accounts.{ONE}]", 'alias = "a"', "# mine", "", f"[accounts.{TWO}]"], "\n")
@example(["# mine", f"[accounts.{ONE}]", 'alias = "a"', ""], "\n")
def test_the_quick_way_gives_the_answer_of_tomllib(lines: list[str], ending: str) -> None:
    text = ending.join(lines)
    if (found := parse(text.replace("\r\n", "\n"))) is not None:
        assert annotations_of(tomllib.loads(text).get("accounts", {})) == found


@for_each(
    "text",
    [
        '[accounts.111111111111]\nalias = "a" # mine\n',
        "[accounts.111111111111]\nalias = 'a'\n",
        '[accounts]\n111111111111 = { alias = "a" }\n',
        '[accounts.111111111111]\nalias = "a"\n\n[accounts.111111111111.x]\n',
        '[accounts.111111111111]\nalias = "a"\n[accounts.111111111111]\nalias = "b"\n',
        f'[accounts.111111111111]\nalias = "{"a" * 65}"\n',
        '[accounts.111111111111]\nalias = "a"\nrun = "b"\n',
        "[accounts.1]\n",
        f'[accounts.{chr(0x661) * 12}]\nalias = "a"\n',  # digits of another script
        '[accounts.111111111111]\nalias = "\\ud800"\n',  # half of a character
        GROUPS_OF_ONE.format("".join(f'    "g{n}",\n' for n in range(33))),
        GROUPS_OF_ONE.format('    "a",\n    "a",\n'),
    ],
)
def test_a_file_of_another_form_is_left_to_tomllib(text: str) -> None:
    assert parse(text) is None


def test_a_file_that_somebody_has_edited_is_read_too(tmp_path: Path) -> None:
    text = "# mine\r\naccounts = { 111111111111 = { alias = 'a', groups = [ 'x' ] } }\r\n"
    assert file_of(tmp_path, text).read() == {ONE: Annotation("a", "", ("x",))}
    assert file_of(tmp_path / "none").read() == {}


def test_a_change_is_planned_written_and_taken_back(tmp_path: Path) -> None:
    file = file_of(tmp_path)
    assert file.plan(ONE, Annotation()).is_empty
    change = file.plan(ONE, Annotation("a", "n", ("g",)))
    assert '+alias = "a"' in change.diff()
    file.commit(change)
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.commit(file.plan(TWO, Annotation("b")))
    assert file.read() == {ONE: Annotation("a", "n", ("g",)), TWO: Annotation("b")}
    assert file.plan(ONE, Annotation("a", "n", ("g",))).is_empty
    file.commit(file.plan(ONE, Annotation()))
    assert file.read() == {TWO: Annotation("b")}
    file.commit(file.plan(TWO, Annotation()))
    assert file.read() == {}


@pytest.mark.parametrize(
    ("account_id", "same", "other"),
    [(ONE, Annotation("a"), Annotation("b")), (TWO, Annotation(), Annotation("b"))],
)
def test_a_change_that_says_the_same_keeps_the_words_of_the_user(
    tmp_path: Path, account_id: str, same: Annotation, other: Annotation
) -> None:
    file = file_of(tmp_path, f"# mine\n[accounts.{ONE}]\nalias = 'a'\n")
    assert file.plan(account_id, same).is_empty
    assert not file.plan(account_id, other).is_empty
    file = file_of(tmp_path, "# mine\n")
    assert file.plan(account_id, Annotation()).is_empty
    assert not file.plan(account_id, other).is_empty


EDITED = """\
# the accounts of the platform team

[accounts.222222222222] # audit
alias = 'a'  # short
groups = [
  "x", # of the x team
]

# payments
[accounts.111111111111]
note = "n"

# the end
"""
GROUPS_OF_TWO = """\
groups = [
  "x", # of the x team
]
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\ufeff"])
@pytest.mark.parametrize(
    ("account_id", "said", "changes"),
    [
        (TWO, Annotation("b", "", ("x",)), {"alias = 'a'": 'alias = "b"'}),
        (TWO, Annotation("", "", ("x",)), {"alias = 'a'  # short\n": ""}),
        (TWO, Annotation("a", "new", ("x",)), {GROUPS_OF_TWO: f'{GROUPS_OF_TWO}note = "new"\n'}),
        (TWO, Annotation("a", "", ("x", "y")), {GROUPS_OF_TWO: 'groups = ["x", "y"]\n'}),
        (
            TWO,
            Annotation(),
            {f"[accounts.{TWO}] # audit\nalias = 'a'  # short\n{GROUPS_OF_TWO}\n": ""},
        ),
        (ONE, Annotation("p", "n"), {'note = "n"\n': 'note = "n"\nalias = "p"\n'}),
        (ONE, Annotation(), {f'[accounts.{ONE}]\nnote = "n"\n\n': ""}),
        (
            "0" * 12,
            Annotation("z", "", ("g",)),
            {"# the end\n": f'# the end\n\n[accounts.{"0" * 12}]\nalias = "z"\ngroups = ["g"]\n'},
        ),
    ],
)
def test_what_a_change_is_not_for_stays(
    tmp_path: Path, account_id: str, said: Annotation, changes: dict[str, str], ends: str
) -> None:
    def as_file(text: str) -> bytes:
        return (f"\ufeff{text}" if ends == "\ufeff" else text.replace("\n", ends)).encode()

    expected = EDITED
    for before, after in changes.items():
        assert before in EDITED
        expected = expected.replace(before, after)
    file = file_of(tmp_path, as_file(EDITED))
    file.commit(file.plan(account_id, said))
    assert file.path.read_bytes() == as_file(expected)


OTHER_WAYS = pytest.mark.parametrize(
    "text",
    [
        "accounts.111111111111.alias = 'a'\naccounts.222222222222.alias = 'b' # x\n# y\n",
        "[accounts]\n111111111111 = { alias = 'a' }\n# x\n222222222222 = { alias = 'b' } # y\n",
        "# x\naccounts = { 111111111111 = { alias = 'a' }, 222222222222.alias = 'b' } # y",
    ],
)


@OTHER_WAYS
def test_other_ways_to_write_a_table_stay(tmp_path: Path, text: str) -> None:
    file = file_of(tmp_path, text)
    for said in (Annotation("a", "n"), Annotation()):
        file.commit(file.plan(ONE, said))
        assert file.read().get(ONE, Annotation()) == said
        assert file.read()[TWO] == Annotation("b")
        written = file.path.read_text()
        assert "# x" in written
        assert "# y" in written
        assert "[accounts.1" not in written


@OTHER_WAYS
def test_an_account_is_added_to_tables_that_are_written_in_other_ways(
    tmp_path: Path, text: str
) -> None:
    file = file_of(tmp_path, text)
    before, said = file.read(), Annotation("c", "n", ("x",))
    file.commit(file.plan("3" * 12, said))
    assert file.read() == {**before, "3" * 12: said}
    written = file.path.read_text()
    assert "# x" in written
    assert "# y" in written


def test_a_change_of_another_rolecall_is_not_overwritten(tmp_path: Path) -> None:
    file = file_of(tmp_path)
    late = file.plan(ONE, Annotation("late"))
    file.commit(file.plan(TWO, Annotation("first")))
    with pytest.raises(FileChanged):
        file.commit(late)
    assert file.read() == {TWO: Annotation("first")}


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("<!DOCTYPE html>\n<html>", 1, "html"),
        ("\n\nx = ", 3, "not-toml"),
        (b"x = 1\ny = '\xff'\n", 2, "not-text"),
        ("[accounts.111111111111]\nalias = 'a'\n\n[accounts.111111111111]\n", 4, "twice"),
        ("[accounts.111111111111]\nalias = 'a'\ncommand = 'x'\n", 3, "runs"),
        ("[other]\n", 1, "unknown-key"),
        ("accounts = [\n", 2, "not-toml"),
        ("[accounts]\n111111111111 = { alias = 1 }\n", 2, "no-string"),
        ("x = " + "[" * 5000, 1, "not-toml"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_written(
    tmp_path: Path, text: str | bytes, line: int, problem: str
) -> None:
    file = file_of(tmp_path, text)
    before = file.path.read_bytes()
    for act in (file.read, lambda: file.plan(TWO, Annotation("b"))):
        with pytest.raises(TomlInvalid) as caught:
            act()
        assert (caught.value.line, caught.value.problem) == (line, problem)
        assert caught.value.place == str(file.path)
    assert file.path.read_bytes() == before


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TomlInvalid, match="too-large") as caught:
        file_of(tmp_path, b"x" * (16 * 1024 * 1024 + 1)).read()
    assert caught.value.problem == "too-large"


def test_lines_are_found_by_keys() -> None:
    text = 'a = 1\n["b".c]\nd = 1\n[[e]]\n f.g = 2\n'
    assert line_of(text, ("a",)) == 1
    assert line_of(text, ("b", "c", "d")) == 3
    assert line_of(text, ("b", "c", "x")) == 2
    assert line_of(text, ("e", "f", "g")) == 5
    assert line_of(text, ("x",)) == 0


def test_both_files_are_read_at_once(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "rolecall"
    folder.mkdir(parents=True)
    paths = known_paths({"HOME": str(tmp_path)})
    assert read_both(paths) == {}
    own, shared = {ONE: Annotation("a")}, {ONE: Annotation("b", "n"), TWO: Annotation("c")}
    (folder / "accounts.toml").write_text(text_of(own))
    (folder / "team.toml").write_text(text_of(shared, {"template": "{alias}"}))
    assert read_both(paths) == merged(own, shared)
    (folder / "accounts.toml").write_text("x = 1\n")
    with pytest.raises(TomlInvalid):
        read_both(paths)


def test_the_alias_of_one_account_is_the_users_or_else_the_teams(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "rolecall"
    folder.mkdir(parents=True)
    (folder / "accounts.toml").write_text(text_of({ONE: Annotation("a")}))
    shared = {ONE: Annotation("b"), TWO: Annotation("c")}
    (folder / "team.toml").write_text(text_of(shared, {"template": "{alias}"}))
    environ = {"HOME": str(tmp_path)}
    said = read_both(known_paths(environ))
    aliases = [said.get(each, NOTHING).alias for each in (ONE, TWO, "0" * 12)]
    assert aliases == ["a", "c", ""]


def test_all_readers_of_the_two_files_give_the_same_answer(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "rolecall"
    folder.mkdir(parents=True)
    environ = {"HOME": str(tmp_path)}
    service = AnnotationsService(Locations.from_environment(environ))
    shared = text_of({ONE: Annotation("b")}, {"template": "{alias}"})
    for own in (
        "",
        f"# mine\n[accounts.{TWO}]\nalias = 'a'\n",
        f"\ufeff[accounts.{TWO}]\r\nalias = 'a'\r\n",
        f"[accounts.{TWO}]\nalias = 'a'\n[accounts.{ONE}]\n" + "# more\n" * 20_000,
    ):
        (folder / "accounts.toml").write_bytes(own.encode())
        quoted = f"['accounts'.{ONE}]\nalias = 'b'\n"
        for team in ("", shared, f"# x\n{shared}", shared.replace('"', "'"), quoted):
            (folder / "team.toml").write_text(team)
            expected = {TWO: Annotation("a")} if own else {}
            expected |= {ONE: Annotation("b")} if team else {}
            found = service.read()
            assert {id_: each for id_, each in found.items() if any(each)} == expected
            assert Switching(environ).annotations() == read_both(known_paths(environ)) == found
    (folder / "team.toml").write_text(shared)
    for wrong in ("[accounts.1]\n", "x = 1\n", "accounts =", "<html>"):
        (folder / "accounts.toml").write_text(wrong)
        with pytest.raises(TomlInvalid):
            service.read()
        assert Switching(environ).annotations() == {ONE: Annotation("b")}


def test_tomli_w_writes_what_the_quick_way_expects() -> None:
    text = tomli_w.dumps({"accounts": {ONE: {"alias": "a", "note": "b", "groups": ["c"]}}})
    assert parse(text) == {ONE: Annotation("a", "b", ("c",))}
