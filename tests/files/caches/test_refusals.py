"""What AWS has refused: one record for all rolecalls, by the token itself."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall.domain.model import Secret
from rolecall.files.caches.refusals import ACCESS, REFRESH, Refusals, is_refused, record_of

STEM = "0a1b"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOKEN, OTHER, REFRESH_TOKEN = Secret("token"), Secret("other"), Secret("refresh")
APP = Path(__file__).resolve().parents[3] / "app" / "rolecall"


@pytest.fixture
def refusals(tmp_path: Path) -> Refusals:
    return Refusals(tmp_path)


def read_again(refusals: Refusals) -> Refusals:
    """Return what another rolecall reads."""
    another = Refusals(refusals.state)
    another.read(STEM)
    return another


def test_a_refusal_is_known_to_every_rolecall(refusals: Refusals) -> None:
    assert not refusals.has(TOKEN)
    refusals.note(STEM, ACCESS, TOKEN, NOW)
    refusals.note(STEM, REFRESH, REFRESH_TOKEN, NOW, "ended")
    for each in (refusals, read_again(refusals)):
        assert (each.has(TOKEN), each.has(REFRESH_TOKEN)) == (True, True)
        assert each.problem(REFRESH_TOKEN) == "ended"
        assert not each.has(OTHER)
        assert not each.has(None)
    record = record_of(str(refusals.state), STEM)
    assert is_refused(record, ACCESS, "token")
    assert not is_refused(record, REFRESH, "token")
    assert not {"token", "refresh"} & set(record.values())


def test_a_refusal_is_known_until_another_token_of_the_file_is_refused(refusals: Refusals) -> None:
    for each in (TOKEN, OTHER):
        refusals.note(STEM, ACCESS, each, NOW)
    assert read_again(refusals).has(OTHER)
    assert not read_again(refusals).has(TOKEN)


def test_what_is_forgotten_is_in_no_file(refusals: Refusals) -> None:
    refusals.note(STEM, ACCESS, TOKEN, NOW)
    assert refusals.files() == [refusals.state / "refused" / f"{STEM}.json"]
    refusals.forget(STEM)
    assert refusals.files() == []
    assert not read_again(refusals).has(TOKEN)


def test_each_change_is_reported_once(refusals: Refusals) -> None:
    changes: list[bool] = []
    refusals.on_change = lambda: changes.append(refusals.has(TOKEN))
    refusals.forget(STEM)
    assert changes == []
    refusals.note(STEM, ACCESS, TOKEN, NOW)
    refusals.forget(STEM)
    assert len(changes) == 2


def test_without_a_folder_a_refusal_is_known_to_its_process(refusals: Refusals) -> None:
    (refusals.state / "refused").write_text("in the way")
    refusals.note(STEM, ACCESS, TOKEN, NOW)
    assert refusals.has(TOKEN)
    refusals.forget(STEM)


@pytest.mark.parametrize("record", ["[]", "{", '{"accessToken": 5, "refreshToken": ["x"]}', None])
def test_a_record_that_cannot_be_read_says_nothing(refusals: Refusals, record: str | None) -> None:
    path = refusals.state / "refused" / f"{STEM}.json"
    path.parent.mkdir()
    if record is None:
        path.mkdir()
    else:
        path.write_text(record)
    assert not read_again(refusals).has(TOKEN)
    assert not is_refused(record_of(str(refusals.state), STEM), ACCESS, "token")


@pytest.mark.thorough
def test_nothing_else_reads_or_writes_the_records() -> None:
    """The fast readers of both token files are the only others that ask the records."""
    readers = set()
    for path in APP.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        if "record_of" in names or "refusedAt" in strings:
            readers.add(str(path.relative_to(APP)))
    fast = {"files/caches/token_file.py", "files/caches/login_file.py"}
    assert readers == {"files/caches/refusals.py", *fast}
