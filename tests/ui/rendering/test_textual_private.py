"""Private names of Textual: used in one file only, all there, and not needed to start."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.pilot import Pilot
from textual.strip import Strip

import rolecall.ui
from rolecall.ui.rendering import textual_private
from rolecall.ui.rendering.frame import Frame
from rolecall.ui.rendering.full_screen_driver import FullScreenDriver
from rolecall.ui.rendering.private_names import MISSING, PRIVATE_NAMES, PrivateName, is_there
from rolecall.ui.rendering.textual_private import PaintedScreen, _pieces
from rolecall.ui.rendering.tty_driver import TtyDriver
from tests.support.for_each import for_each

PACKAGE = Path(rolecall.ui.__file__).parents[1]
ONLY_FILE = Path(textual_private.__file__)
LIBRARIES = ("textual", "rich")
# Private names of the standard library: of named tuples and enumerations, and `os._exit`.
STANDARD = {"_replace", "_asdict", "_fields", "_exit", "_value2member_map_"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def sources() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != ONLY_FILE]


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def private_names_in(node: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield line, owner and name of private attributes; the owner of a method is its class."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and is_private(each.attr):
            yield each.lineno, ast.unparse(each.value), each.attr
        elif isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_private(each.name):
            yield each.lineno, "self", each.name


@cache
def names_of_class(cls: type) -> frozenset[str]:
    """Return the private methods and attributes that the source of a class has."""
    path = inspect.getsourcefile(cls)
    assert path is not None
    found = next(
        node
        for node in ast.walk(tree_of(Path(path)))
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__
    )
    owners = {"self", "cls", "super()"}
    return frozenset(name for _, owner, name in private_names_in(found) if owner in owners)


def is_of_library(cls: type) -> bool:
    return cls.__module__.partition(".")[0] in LIBRARIES


def ui_classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(rolecall.ui.__path__, "rolecall.ui."):
        for cls in vars(importlib.import_module(module.name)).values():
            if isinstance(cls, type) and cls.__module__ == module.name:
                yield cls


@pytest.mark.thorough
def test_no_other_file_imports_a_private_module_or_name() -> None:
    found = []
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            else:
                continue
            found += [
                f"{path}:{node.lineno} {name}"
                for name in names
                if name.partition(".")[0] in LIBRARIES and any(map(is_private, name.split(".")))
            ]
    assert found == []


def test_no_other_file_uses_a_private_attribute_of_a_library() -> None:
    """A private name on anything but `self` is one that the package itself defines."""
    own = set(STANDARD)
    for path in sources():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                own.add(node.name)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                if ast.unparse(node.value) == "self":
                    own.add(node.attr)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                own.add(node.target.id)
    declared = {private.name for private in PRIVATE_NAMES if is_private(private.name)}
    found = [
        f"{path}:{line} {owner}.{name}"
        for path in sources()
        for line, owner, name in private_names_in(tree_of(path))
        if owner not in {"self", "cls", "super()"} and (name not in own or name in declared)
    ]
    assert found == []


def test_no_class_touches_a_private_name_of_its_textual_bases() -> None:
    """Neither on purpose nor by an attribute that happens to have the same name."""
    found = set()
    for cls in ui_classes():
        bases = [base for base in cls.__mro__ if is_of_library(base)]
        if not bases:
            continue
        textual = frozenset().union(*map(names_of_class, bases))
        for base in cls.__mro__:
            is_own = base.__module__.startswith("rolecall.")
            if is_own and base.__module__ != textual_private.__name__:
                found |= {f"{base.__qualname__}.{name}" for name in names_of_class(base) & textual}
    assert found == set()


def test_the_one_file_declares_every_private_name_that_it_uses() -> None:
    tree = tree_of(ONLY_FILE)
    own = {
        node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    } | {"_failure", "_laid_out"}
    declared = {private.name for private in PRIVATE_NAMES}
    assert {name for _, _, name in private_names_in(tree)} - own - declared == set()
    overridden = {name for name in own if is_private(name)} & {
        node.name
        for cls in ast.walk(tree)
        if isinstance(cls, ast.ClassDef)
        for node in ast.walk(cls)
        if isinstance(node, ast.FunctionDef)
    }
    assert overridden <= declared


def test_the_installed_textual_has_every_name() -> None:
    assert MISSING == ()
    assert len(PRIVATE_NAMES) == len(set(PRIVATE_NAMES))


@for_each("private", PRIVATE_NAMES)
def test_a_name_that_is_gone_or_has_other_parameters_is_missing(private: PrivateName) -> None:
    assert is_there(private)
    assert not is_there(private._replace(name=f"{private.name}_renamed"))
    assert not is_there(private._replace(owner=f"{private.owner}Renamed"))
    if private.parameters is not None:
        assert not is_there(private._replace(parameters=(*private.parameters, "more")))


async def test_a_running_app_and_its_screen_have_the_attributes() -> None:
    class SomeApp(App[None]):
        def get_default_screen(self) -> PaintedScreen[None]:
            return PaintedScreen()

    app = SomeApp()
    async with app.run_test() as pilot:
        for private in PRIVATE_NAMES:
            if private.owner.endswith(".App"):
                assert hasattr(app, private.name)
            elif private.owner.endswith(".Screen"):
                assert hasattr(app.screen, private.name)
        await check_screen(pilot)


async def check_screen(pilot: Pilot[None]) -> None:
    screen = pilot.app.screen
    assert isinstance(screen, PaintedScreen)
    assert screen.painted_size == pilot.app.size
    assert not screen.is_batching
    parts = screen.changed_parts(whole=True)
    assert parts is not None
    assert [y for y, _, _ in parts] == list(range(pilot.app.size.height))


@for_each("left", range(9))
def test_a_changed_region_that_divides_a_character_changes_nothing_else(left: int) -> None:
    texts = ["ab使cd", "e\u0301本🚀"]
    line = Strip([Segment(each, Style(bold=bool(n))) for n, each in enumerate(texts)])
    width = line.cell_length
    shown = Frame()
    whole = shown.update([(0, 0, line)], width, 1, ColorSystem.EIGHT_BIT)
    before = shown.cells()
    for right in range(left + 1, width + 1):
        region = ChopsUpdate([{0: line}], [(0, left, right)], [[width]])
        assert shown.update(_pieces(region), width, 1, ColorSystem.EIGHT_BIT) == ""
        assert shown.cells() == before
    assert "使" in whole


def test_the_drivers_are_before_those_of_textual() -> None:
    order = FullScreenDriver.__mro__
    assert order.index(TtyDriver) < order.index(LinuxDriver)
