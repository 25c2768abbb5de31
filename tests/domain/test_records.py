"""The records of rolecall behave as those of the standard library, but compile nothing early."""

from __future__ import annotations

import builtins
import copy
import pickle
import sys
import typing
from typing import Any, ClassVar

import pytest

from rolecall.domain.records import (
    FrozenInstanceError,
    NamedTuple,
    astuple,
    dataclass,
    field,
    fields,
    replace,
)
from tests.support.programs import completed


@dataclass(frozen=True, slots=True)
class Point:
    """A point."""

    dimensions: ClassVar[int] = 2
    x: int
    y: int = 0
    note: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Point3(Point):
    """A subclass that gives a field of its base another default, and adds one."""

    y: int = 7
    z: int = 1


@dataclass
class Basket:
    items: list[str] = field(default_factory=list)
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.items)


@dataclass(eq=False)
class Failed(Exception):
    reason: str


class FailedWell(Failed):
    """A subclass that is not decorated."""


@dataclass(frozen=True)
class Empty:
    pass


def test_fields_are_set_by_position_by_name_and_by_default() -> None:
    assert astuple(Point(1)) == (1, 0, "")
    assert astuple(Point(1, note="n", y=2)) == (1, 2, "n")
    assert astuple(Point3(1)) == (1, 7, "", 1)
    assert [each.name for each in fields(Point3(1))] == ["x", "y", "note", "z"]
    assert Point.dimensions == Point(1).dimensions == 2


@pytest.mark.parametrize("arguments", [{}, {"x": 1, "w": 2}])
def test_missing_and_unknown_fields_are_type_errors(arguments: dict[str, Any]) -> None:
    for _ in range(2):  # the first call compiles
        with pytest.raises(TypeError, match=r"Point\.__init__\(\)"):
            Point(**arguments)


def test_instances_are_equal_if_the_compared_fields_of_the_same_class_are() -> None:
    assert Point(1) == Point(1, note="other")
    assert Point(1) != Point(2)
    assert Point(1, 7) != Point3(1)
    assert Empty() == Empty()
    assert Basket(["a"]) == Basket(["a"])
    assert Failed("a") != Failed("a")


def test_frozen_instances_are_hashable_and_the_others_are_not() -> None:
    assert len({Point(1), Point(1, note="other"), Point(2)}) == 2
    assert len({Empty(), Empty()}) == 1
    with pytest.raises(TypeError):
        hash(Basket())


def test_a_frozen_instance_cannot_be_changed() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del point.x
    with pytest.raises(AttributeError):
        point.w = 2  # type: ignore[attr-defined]
    assert not hasattr(point, "__dict__")


def test_a_default_factory_is_called_for_each_instance() -> None:
    first, second = Basket(), Basket()
    first.items.append("a")
    assert (second.items, second.size) == ([], 0)
    assert Basket(["a", "b"]).size == 2


def test_replace_copies_with_changes() -> None:
    assert astuple(replace(Point3(1, note="n"), y=3)) == (1, 3, "n", 1)
    assert replace(Basket(["a"]), items=[]).size == 0


def test_instances_can_be_copied_pickled_and_matched() -> None:
    point = Point3(1, 2, "n", 3)
    assert astuple(copy.deepcopy(point)) == astuple(pickle.loads(pickle.dumps(point)))
    match point:
        case Point3(1, y):
            assert y == 2
        case _:
            pytest.fail("no match")


def test_the_text_has_the_fields_but_not_those_that_are_left_out() -> None:
    assert repr(Point(1, 2, "secret")) == "Point(x=1, y=2)"


def test_an_exception_has_its_fields_also_in_a_subclass() -> None:
    with pytest.raises(Failed, match="full") as failed:
        raise FailedWell("full")
    assert failed.value.reason == "full"


def test_a_class_compiles_nothing_until_it_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    run = builtins.exec

    def watched(code: str, names: dict[str, Any]) -> None:
        compiled.append(code)
        run(code, names)

    monkeypatch.setattr(builtins, "exec", watched)

    @dataclass(frozen=True, slots=True)
    class Late:
        x: int

    assert compiled == []
    assert (Late(1).x, Late(2).x) == (1, 2)
    assert len(compiled) == 1


def test_the_data_classes_of_the_program_do_not_need_dataclasses() -> None:
    code = "import sys; from rolecall.domain.inventory import catalogue; print(*sys.modules)"
    result = completed([sys.executable, "-c", code])
    assert "dataclasses" not in result.stdout.split()


class Theirs(typing.NamedTuple):
    first: str
    second: int = 2

    @property
    def both(self) -> str:
        return f"{self.first}{self.second}"


class Ours(NamedTuple):
    """A named tuple."""

    first: str
    second: int = 2

    @property
    def both(self) -> str:
        return f"{self.first}{self.second}"


class SubclassOfOurs(Ours):
    """A subclass that adds no fields."""


@pytest.mark.parametrize("kind", [Theirs, Ours, SubclassOfOurs])
def test_a_named_tuple_behaves_as_that_of_typing(kind: type[Ours]) -> None:
    one = kind("a")
    assert one == ("a", 2) == kind(second=2, first="a")
    assert type(one) is kind
    assert (one.first, one.second, one.both) == ("a", 2, "a2")
    assert hash(one) == hash(("a", 2))
    assert one._replace(second=5) == ("a", 5)
    assert type(one._replace(first="b")) is kind
    assert one._asdict() == {"first": "a", "second": 2}
    assert kind._make(["x", 1]) == ("x", 1)
    assert kind._fields == ("first", "second")
    assert repr(one) == f"{kind.__name__}(first='a', second=2)"
    assert pickle.loads(pickle.dumps(one)) == copy.copy(one) == one
    assert not hasattr(one, "__dict__")
    match one:
        case kind(first, second):
            assert (first, second) == one
    with pytest.raises(AttributeError):
        one.first = "b"  # type: ignore[misc]


@pytest.mark.parametrize("kind", [Theirs, Ours])
@pytest.mark.parametrize("arguments", [{}, {"first": "a", "third": 3}])
def test_missing_and_unknown_fields_of_a_tuple_are_type_errors(
    kind: type[Ours], arguments: dict[str, Any]
) -> None:
    for _ in range(2):  # the first call compiles
        with pytest.raises(TypeError, match=r"__new__\(\)"):
            kind(**arguments)
