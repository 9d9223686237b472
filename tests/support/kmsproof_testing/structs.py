"""Makes instances of our message and event types for property tests."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st

from kmsproof.vocabulary import HexBytes

T = TypeVar("T")


def instances_of(kind: type[T]) -> st.SearchStrategy[T]:
    """Return a strategy for a struct whose fields, at whatever depth, take all their values."""
    made: st.SearchStrategy[T] = _values(msgspec.inspect.type_info(kind))
    return made


def _values(node: msgspec.inspect.Type) -> st.SearchStrategy[Any]:
    match node:
        case msgspec.inspect.StructType(cls=kind, fields=fields):
            return st.builds(kind, **{field.name: _values(field.type) for field in fields})
        case msgspec.inspect.UnionType(types=types):
            return st.one_of([_values(one) for one in types])
        case msgspec.inspect.EnumType(cls=kind):
            return st.sampled_from(kind)
        case msgspec.inspect.CustomType():
            return st.binary(max_size=20).map(HexBytes)
        case msgspec.inspect.VarTupleType(item_type=item):
            return st.lists(_values(item), max_size=3).map(tuple)
        case msgspec.inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(_values(key), _values(value), max_size=3)
        case _:
            return _SCALARS[type(node)]


_SCALARS: dict[type[msgspec.inspect.Type], st.SearchStrategy[Any]] = {
    msgspec.inspect.IntType: st.integers(-(2**63), 2**63 - 1),
    msgspec.inspect.FloatType: st.floats(allow_nan=False, allow_infinity=False),
    msgspec.inspect.StrType: st.text(max_size=12),
    msgspec.inspect.BoolType: st.booleans(),
    msgspec.inspect.NoneType: st.none(),
}
