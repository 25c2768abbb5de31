"""Data classes and named tuples that are cheap to import.

The standard library compiles up to six functions for each data class, and a type for each field of
a named tuple, although most classes of a process never have an instance. Data classes were a tenth
of the time to the first paint, named tuples a twentieth of the time of a prompt. Here all classes
share their methods, and a class compiles its `__init__` or `__new__` when it is first called.

It has the part of `dataclasses` and of `typing.NamedTuple` that rolecall uses. For type checkers it
is those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, Final, NoReturn

__all__ = [
    "FrozenInstanceError",
    "NamedTuple",
    "astuple",
    "dataclass",
    "field",
    "fields",
    "replace",
]

_FIELDS: Final = "__record_fields__"
_MISSING: Final = object()


class _TupleType(type):
    """The type of named tuples."""

    def __new__(mcs, name: str, bases: tuple[type, ...], content: dict[str, Any]) -> type:
        names = tuple(content.get("__annotations__", ()))
        if not names:
            return super().__new__(mcs, name, bases, {"__slots__": (), **content})
        defaults = {each: content.pop(each) for each in names if each in content}
        items = {each: property(itemgetter(index)) for index, each in enumerate(names)}
        own = {"__slots__": (), "__match_args__": names, "_fields": names}
        cls = super().__new__(mcs, name, bases, content | items | own)
        cls.__new__ = _first_new(cls, names, defaults)  # type: ignore[method-assign]
        return cls


class _NamedTuple(tuple[Any, ...], metaclass=_TupleType):
    @classmethod
    def _make(cls, values: Iterable[Any]) -> Any:
        return tuple.__new__(cls, values)

    def _replace(self, /, **changes: Any) -> Any:
        return type(self)(**{**self._asdict(), **changes})

    def _asdict(self) -> dict[str, Any]:
        names = self.__match_args__  # type: ignore[attr-defined]
        return dict(zip(names, self, strict=True))

    def __repr__(self) -> str:
        values = (f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({', '.join(values)})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)


def _first_new(cls: Any, names: tuple[str, ...], defaults: dict[str, Any]) -> Callable[..., Any]:
    def __new__(kind: Any, /, *values: Any, **named: Any) -> Any:
        known = {f"_default_{name}": value for name, value in defaults.items()}
        given = (f"{name}=_default_{name}" if name in defaults else name for name in names)
        made = f"_tuple(_kind, ({', '.join(names)},))"
        known["_tuple"] = tuple.__new__
        exec(f"def __new__(_kind, {', '.join(given)}):\n return {made}", known)  # our own names
        cls.__new__ = known["__new__"]
        return cls.__new__(kind, *values, **named)

    return __new__


if TYPE_CHECKING:
    from typing import NamedTuple
else:
    NamedTuple = _NamedTuple


class _FrozenInstanceError(AttributeError):
    """Raised for a change of a frozen instance."""


class _Field(NamedTuple):
    name: str = ""
    default: Any = _MISSING
    factory: Any = _MISSING
    init: bool = True
    repr: bool = True
    compare: bool = True


def _field(
    *,
    default: Any = _MISSING,
    default_factory: Any = _MISSING,
    init: bool = True,
    repr: bool = True,  # its name in dataclasses
    compare: bool = True,
) -> Any:
    return _Field("", default, default_factory, init, repr, compare)


def _dataclass(
    cls: type | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True
) -> Any:
    def decorate(cls: type) -> type:
        return _made(cls, frozen=frozen, slots=slots, eq=eq)

    return decorate if cls is None else decorate(cls)


def _fields(instance: Any) -> tuple[_Field, ...]:
    return tuple(getattr(instance, _FIELDS).values())


def _astuple(instance: Any) -> tuple[Any, ...]:
    """Unlike that of `dataclasses`, it does not copy the values."""
    return tuple(getattr(instance, name) for name in getattr(instance, _FIELDS))


def _replace(instance: Any, /, **changes: Any) -> Any:
    for each in _fields(instance):
        if each.init and each.name not in changes:
            changes[each.name] = getattr(instance, each.name)
    return type(instance)(**changes)


def _made(cls: type, *, frozen: bool, slots: bool, eq: bool) -> type:
    inherited = getattr(cls, _FIELDS, {})
    own = {
        name: _own_field(cls, name)
        for name, annotation in cls.__annotations__.items()
        if "ClassVar[" not in str(annotation)
    }
    found: dict[str, _Field] = {**inherited, **own}
    for name, each in own.items():
        if each.default is not _MISSING and not slots:
            setattr(cls, name, each.default)
        elif name in vars(cls):
            delattr(cls, name)
    if slots:
        cls = _with_slots(cls, tuple(name for name in own if name not in inherited))
    setattr(cls, _FIELDS, found)
    cls.__init__ = _first_init(cls, frozen, slots)  # type: ignore[misc]
    methods: dict[str, Any] = {
        "__match_args__": tuple(each.name for each in found.values() if each.init),
        "__repr__": _repr,
    }
    if eq:
        values = _getter([each.name for each in found.values() if each.compare])
        methods |= {"__eq__": _eq(values), "__hash__": _hash(values) if frozen else None}
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse, "__reduce__": _reduce}
    for name, method in methods.items():
        if vars(cls).get(name) is None:  # a class with `__eq__` has no `__hash__`
            setattr(cls, name, method)
    return cls


def _own_field(cls: type, name: str) -> _Field:
    default = vars(cls).get(name, _MISSING)
    return default._replace(name=name) if isinstance(default, _Field) else _Field(name, default)


def _with_slots(cls: type, names: tuple[str, ...]) -> type:
    """Return the class again: slots are possible only when a class is created."""
    hidden = {"__dict__", "__weakref__"}
    content = {name: value for name, value in vars(cls).items() if name not in hidden}
    made = type(cls)(cls.__name__, cls.__bases__, {**content, "__slots__": names})
    made.__qualname__ = cls.__qualname__
    return made


def _first_init(cls: type, frozen: bool, slots: bool) -> Callable[..., None]:
    def __init__(self: Any, *values: Any, **named: Any) -> None:
        init = _compiled_init(cls, frozen, slots)
        cls.__init__ = init  # type: ignore[misc]
        init(self, *values, **named)

    return __init__


def _compiled_init(cls: type, frozen: bool, slots: bool) -> Callable[..., None]:
    names: dict[str, Any] = {"_missing": _MISSING, "_set": object.__setattr__}
    parameters, body = ["self"], []
    for name, default, factory, init, *_ in getattr(cls, _FIELDS).values():
        value = name
        if default is not _MISSING:
            names[f"_default_{name}"] = default
            parameter, value = f"{name}=_default_{name}", name if init else f"_default_{name}"
        elif factory is not _MISSING:
            names[f"_new_{name}"] = factory
            new = f"_new_{name}()"
            parameter, value = f"{name}=_missing", f"{new} if {name} is _missing else {name}"
            value = value if init else new
        elif not init:
            continue
        else:
            parameter = name
        parameters += [parameter] if init else []
        if frozen and slots:
            names[f"_set_{name}"] = getattr(cls, name).__set__
            body.append(f"_set_{name}(self, {value})")
        else:
            body.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    lines = "\n ".join(body or ["pass"])
    exec(f"def __init__({', '.join(parameters)}):\n {lines}", names)  # our own names
    init = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init  # type: ignore[no-any-return]


def _getter(names: list[str]) -> Callable[[Any], object]:
    return attrgetter(*names) if names else lambda _: ()


def _eq(values: Callable[[Any], object]) -> Callable[[Any, object], bool]:
    def __eq__(self: Any, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return values(self) == values(other)

    return __eq__


def _hash(values: Callable[[Any], object]) -> Callable[[Any], int]:
    return lambda self: hash(values(self))


def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in _fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(_: object, name: str, *__: object) -> NoReturn:
    raise _FrozenInstanceError(f"{name} cannot be changed")


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    return type(self), _astuple(self)


if TYPE_CHECKING:
    from dataclasses import FrozenInstanceError, astuple, dataclass, field, fields, replace
else:
    FrozenInstanceError = _FrozenInstanceError
    astuple, dataclass, field, fields, replace = _astuple, _dataclass, _field, _fields, _replace
