"""The maps in app/README.md and tests/README.md name what exists, and every package."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import _THOROUGH

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "app" / "rolecall"
MAPS = [ROOT / "app" / "README.md", ROOT / "tests" / "README.md"]
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:[\w.-]+/)*[\w.-]+(?:/|\.(?:py|toml|pot|tcss|md))|(?:[\w.-]+/)+[\w-]+")
_NAMED = re.compile(rf"({_PATH.pattern}): ([\w.]+)")
_METHOD = re.compile(r"[A-Z]\w+\.\w+")


def quoted(text: str) -> list[str]:
    """The words in backquotes, outside of blocks of code."""
    return _CODE.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def find(path: str) -> Path | None:
    """The file or folder that a path of a map means, or None."""
    found = (base / path for base in (PACKAGE, ROOT))
    return next((each for each in found if each.exists()), None)


def names_in(path: Path) -> set[str]:
    """The names that a module defines, with members of classes as `Class.member`."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        found |= defined_by(node)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for each in node.body for name in defined_by(each)}
    return found


def defined_by(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def test_the_map_has_the_layers_of_the_contracts() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    text = " ".join(MAPS[0].read_text(encoding="utf-8").split())
    orders = {
        f"`{' > '.join(each['layers']).replace(' | ', ', ')}`"
        for each in contracts
        if each.get("containers")
    }
    assert len(orders) == 6
    assert {order for order in orders if order not in text} == set()


@pytest.mark.parametrize("page", MAPS, ids=lambda page: page.parent.name)
def test_every_path_and_name_of_the_map_exists(page: Path) -> None:
    codes = quoted(page.read_text(encoding="utf-8"))
    checked, wrong = 0, []
    for code in codes:
        path, name = code, ""
        if match := _NAMED.fullmatch(code):
            path, name = match.groups()
        elif not _PATH.fullmatch(code) or "<" in code:
            continue
        checked += 1
        found = find(path)
        if found is None or (name and name not in names_in(found)):
            wrong.append(code)
    assert wrong == []
    assert checked > 10


def test_every_method_that_the_map_names_alone_exists() -> None:
    known = {name for path in PACKAGE.rglob("*.py") for name in names_in(path) if "." in name}
    methods = [code for code in quoted(MAPS[0].read_text()) if _METHOD.fullmatch(code)]
    assert methods
    assert [method for method in methods if method not in known] == []


def test_every_package_is_on_the_map() -> None:
    text = MAPS[0].read_text(encoding="utf-8")
    packages = [
        path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("__init__.py")
    ]
    assert [each for each in packages if each != "." and f"`{each}/`" not in text] == []


def test_the_test_of_each_promise_is_quick() -> None:
    row = re.compile(r"^\| `docs/.*\| `tests/(.*): (?:\w+\.)?(test_\w+)` \|$", re.MULTILINE)
    promises = row.findall(MAPS[1].read_text(encoding="utf-8"))
    assert len(promises) > 40
    assert {f"tests/{path}: {name}" for path, name in promises if not is_quick(path, name)} == set()


def is_quick(path: str, name: str) -> bool:
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    (test,) = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == name
    ]
    marks = {ast.unparse(each).removeprefix("pytest.mark.") for each in test.decorator_list}
    return "quick" in marks if f"tests/{path}".startswith(_THOROUGH) else "thorough" not in marks


def test_every_folder_of_tests_is_on_the_map() -> None:
    text = MAPS[1].read_text(encoding="utf-8")
    folders = {
        path.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").glob("*/**/*.py")
    }
    assert folders
    assert [each for each in folders if f"tests/{each}/" not in text] == []
