"""Records that cost next to nothing until they are used: `dataclass`, `field`, `replace`, `NamedTuple` of the hot path.

The standard library takes half a millisecond to make a frozen data class with slots and a tenth of one to make a named
tuple; the import of `dataclasses` takes several. A check of one template imports a hundred such classes and makes
objects of half of them. Here a class is given its `__init__` or `__new__` when its first object is made. To type
checkers the names are the standard library's own.

Two differences. All data classes have slots. `frozen` is held by the type checker: at run time nothing stops an
assignment, which makes an object in a third of the time.
"""

from __future__ import annotations

from collections import _tuplegetter  # type: ignore[attr-defined]  # reads the fields of `collections.namedtuple`
from operator import attrgetter, ge, gt, le, lt
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from dataclasses import dataclass, field, replace
    from typing import NamedTuple

__all__ = ["NamedTuple", "dataclass", "field", "replace"]

_Class = TypeVar("_Class", bound=type)
_Object = TypeVar("_Object")
_FIELDS = "__record_fields__"
_UNSET: Any = object()
"""Stands for a default or an argument that is not given."""


class _Field:
    """One field: its default, or what makes one, and what it takes part in."""

    __slots__ = ("compare", "default", "default_factory", "hash", "init", "name", "repr")

    def __init__(
        self,
        *,
        default: Any = _UNSET,
        default_factory: Callable[[], Any] | None = None,
        init: bool = True,
        repr: bool = True,  # noqa: A002 - see above
        hash: bool | None = None,  # noqa: A002
        compare: bool = True,
    ) -> None:
        self.name = ""
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.hash = compare if hash is None else hash
        self.compare = compare


class _StandardFields:
    """Lets `dataclasses.replace`, `fields` and `asdict` work on a class: its fields, made when they are asked for."""

    def __get__(self, instance: object, owner: type) -> dict[str, Any]:
        import dataclasses

        made = {
            each.name: dataclasses.field(
                default=dataclasses.MISSING if each.default is _UNSET else each.default,
                default_factory=each.default_factory or dataclasses.MISSING,
                init=each.init,
                repr=each.repr,
                hash=each.hash,
                compare=each.compare,
            )
            for each in _fields(owner)
        }
        twin = dataclasses.make_dataclass(owner.__name__, [(name, Any, each) for name, each in made.items()])
        return {each.name: each for each in dataclasses.fields(twin)}


def _record(*, frozen: bool = False, slots: bool, order: bool = False, eq: bool = True) -> Callable[[_Class], _Class]:
    """The decorator: gives a class its slots, and methods that come to be when they are called."""
    assert slots, "a record has slots"  # noqa: S101 - a mistake of whoever writes the class

    def made(cls: _Class) -> _Class:
        members = {key: value for key, value in cls.__dict__.items() if key not in {"__dict__", "__weakref__"}}
        own = [
            _named(name, members.pop(name, _UNSET))
            for name, said in members.get("__annotations__", {}).items()
            if not said.startswith("ClassVar")
        ]
        fields = {each.name: each for base in reversed(cls.__mro__[1:]) for each in base.__dict__.get(_FIELDS, ())}
        fields.update((each.name, each) for each in own)
        members[_FIELDS] = tuple(fields.values())
        members["__slots__"] = tuple(each.name for each in own)
        members["__match_args__"] = tuple(each.name for each in fields.values() if each.init)
        members["__dataclass_fields__"] = _StandardFields()
        members["__init__"] = _first_init
        members.setdefault("__repr__", _repr)
        if eq:
            members["__eq__"] = _first_eq
            members["__hash__"] = _first_hash if frozen else None
        if order:
            members.update(_ordering(_key(fields.values(), "compare")))
        new = type(cls)(cls.__name__, cls.__bases__, members)
        new.__qualname__ = cls.__qualname__
        return new

    return made


def _named(name: str, default: Any) -> _Field:
    each = default if isinstance(default, _Field) else _Field(default=default)
    each.name = name
    return each


def _fields(cls: type) -> tuple[_Field, ...]:
    return getattr(cls, _FIELDS)  # type: ignore[no-any-return]


def _first_init(self: Any, *arguments: Any, **named: Any) -> None:
    """The `__init__` of a class of which there is no object yet: makes the real one, and calls it."""
    cls = _owner(self, "__init__", _first_init)
    made = _init(cls)
    cls.__init__ = made  # type: ignore[misc]
    made(self, *arguments, **named)


def _init(cls: type) -> Callable[..., None]:
    """The `__init__` that `dataclasses` would have made."""
    known: dict[str, Any] = {"_UNSET": _UNSET}
    heads, body = ["self"], []
    for each in _fields(cls):
        name, value = each.name, each.name
        if each.default_factory is not None:
            known[f"_make_{name}"] = each.default_factory
            value = f"_make_{name}() if {name} is _UNSET else {name}" if each.init else f"_make_{name}()"
            head = f"{name}=_UNSET"
        elif each.default is not _UNSET:
            known[f"_default_{name}"] = each.default
            head = f"{name}=_default_{name}"
            value = name if each.init else f"_default_{name}"
        else:
            head = name
        if each.init:
            heads.append(head)
        elif value == name:
            continue
        body.append(f" self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append(" self.__post_init__()")
    source = "\n".join([f"def __init__({', '.join(heads)}):", *(body or [" pass"])])
    exec(source, known)  # noqa: S102 - the names of fields, which are written in our own classes
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _key(fields: Iterable[_Field], purpose: str) -> Callable[[Any], tuple[Any, ...]]:
    """What gives the fields of an object that take part in "compare" or "hash"."""
    names = [each.name for each in fields if getattr(each, purpose)]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda each: tuple(getattr(each, name) for name in names)


def _first_eq(self: object, other: object) -> bool:
    """The `__eq__` of a class of which no objects were compared yet: makes the real one, and calls it."""
    cls = _owner(self, "__eq__", _first_eq)
    key = _key(_fields(cls), "compare")

    def __eq__(self: object, other: object) -> bool:  # noqa: N807 - it becomes the method
        if other.__class__ is self.__class__:
            return self is other or key(self) == key(other)
        return NotImplemented

    cls.__eq__ = __eq__  # type: ignore[assignment]
    return __eq__(self, other)


def _first_hash(self: object) -> int:
    """The `__hash__` of a class of which no object was hashed yet: makes the real one, and calls it."""
    cls = _owner(self, "__hash__", _first_hash)
    key = _key(_fields(cls), "hash")

    def __hash__(self: object) -> int:  # noqa: N807 - it becomes the method
        return hash(key(self))

    cls.__hash__ = __hash__  # type: ignore[assignment]
    return __hash__(self)


def _owner(instance: object, name: str, first: Callable[..., Any]) -> type:
    """The class among an object's own and its bases that has this method."""
    return next(base for base in type(instance).__mro__ if base.__dict__.get(name) is first)


def _ordering(key: Callable[[Any], Any]) -> dict[str, Callable[[Any, Any], Any]]:
    """The methods that compare two objects of one class by their fields."""

    def method(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
        return lambda one, other: compare(key(one), key(other)) if other.__class__ is one.__class__ else NotImplemented

    return {"__lt__": method(lt), "__le__": method(le), "__gt__": method(gt), "__ge__": method(ge)}


def _repr(self: object) -> str:
    shown = [f"{each.name}={getattr(self, each.name)!r}" for each in _fields(type(self)) if each.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _replaced(instance: _Object, /, **changes: Any) -> _Object:
    """A copy of an object with other values for some fields."""
    fields = getattr(type(instance), _FIELDS, None)
    if fields is None:  # of a class that the standard library made
        import dataclasses

        return dataclasses.replace(instance, **changes)  # type: ignore[type-var]
    for each in fields:
        if each.init and each.name not in changes:
            changes[each.name] = getattr(instance, each.name)
    return type(instance)(**changes)


class _Tuple(tuple):  # type: ignore[type-arg]
    """What every named tuple inherits."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    @classmethod
    def _make(cls, values: Iterable[Any]) -> Any:
        """One of a sequence of as many values as there are fields."""
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"expected {len(cls._fields)} values, got {len(made)}")
        return made

    def _replace(self, /, **changes: Any) -> Any:
        """A copy with other values for some fields."""
        made = self._make(map(changes.pop, self._fields, self))
        if changes:
            raise ValueError(f"there are no fields {list(changes)}")
        return made

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({shown})"

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)


class _TupleMaker(type):
    """Makes an ordinary class, without this metaclass, of what is written as `class Name(NamedTuple)`."""

    def __new__(cls, name: str, bases: tuple[type, ...], members: dict[str, Any]) -> Any:
        """The class; with no bases it is `NamedTuple` itself."""
        if not bases:
            return super().__new__(cls, name, bases, members)
        fields = tuple(members.get("__annotations__", ()))
        defaults = {key: members.pop(key) for key in fields if key in members}
        getters = {key: _tuplegetter(at, None) for at, key in enumerate(fields)}
        own = {"__slots__": (), "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
        return type(name, (_Tuple,), {**members, **own, **getters, "__new__": _first_new})


def _first_new(cls: type, /, *arguments: Any, **named: Any) -> Any:
    """The `__new__` of a class of which there is no tuple yet: makes the real one, and calls it."""
    owner: Any = next(base for base in cls.__mro__ if isinstance(base.__dict__.get("__new__"), staticmethod))
    defaults = owner._field_defaults
    known = {"_new": tuple.__new__, **{f"_default_{name}": value for name, value in defaults.items()}}
    heads = [f"{name}=_default_{name}" if name in defaults else name for name in owner._fields]
    names = "".join(f"{name}, " for name in owner._fields)
    exec(f"def __new__({', '.join(['_cls', '/', *heads])}): return _new(_cls, ({names}))", known)  # noqa: S102 - as above
    made: Any = known["__new__"]
    owner.__new__ = staticmethod(made)
    return made(cls, *arguments, **named)


if not TYPE_CHECKING:
    dataclass, field, replace = _record, _Field, _replaced

    class NamedTuple(metaclass=_TupleMaker):
        """A tuple whose fields have names, as `typing.NamedTuple` makes it."""
