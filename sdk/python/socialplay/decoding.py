"""Turns JSON into the frozen dataclasses of :mod:`socialplay.models`.

A field ``friend_id`` is read from the member ``friendId``. Unknown members are ignored, so that the
service can grow; a missing member is an error unless the field has a default.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from .errors import UnreadableAnswer

Model = TypeVar("Model")

JSON_NAME = "json_name"
"""The key of a field's metadata that says what its member is called, where the rule above does not
hold.
"""


def decode(model: type[Model], value: object) -> Model:
    """One object.

    Raises :class:`UnreadableAnswer`, which names the member that is wrong and not its value.
    """
    decoded: Model = _value(model, value, "the answer")
    return decoded


def decode_list(model: type[Model], value: object) -> tuple[Model, ...]:
    """An array of objects. Raises :class:`UnreadableAnswer`."""
    arrays = tuple[model, ...]  # type: ignore[valid-type]
    decoded: tuple[Model, ...] = _value(arrays, value, "the answer")
    return decoded


def member_name(field: dataclasses.Field[Any]) -> str:
    """What a field is called in JSON."""
    name: str | None = field.metadata.get(JSON_NAME)
    if name is not None:
        return name
    first, *others = field.name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _value(kind: Any, value: object, place: str) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        (kind,) = (option for option in get_args(kind) if option is not type(None))
        return _value(kind, value, place)
    if origin is tuple:
        if not isinstance(value, list):
            raise UnreadableAnswer(f"{place} is not an array")
        element = get_args(kind)[0]
        return tuple(_value(element, item, f"{place}[{index}]") for index, item in enumerate(value))
    if origin is Mapping:
        element = get_args(kind)[1]
        return {
            name: _value(element, item, f"{place}.{name}")
            for name, item in _object(value, place).items()
        }
    if kind is datetime:
        return _time(value, place)
    if dataclasses.is_dataclass(kind):
        return _model(kind, _object(value, place), place)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    # A bool is an int to Python, but not to JSON.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise UnreadableAnswer(f"{place} is not a {kind.__name__}")
    return value


def _model(model: Any, members: dict[str, object], place: str) -> Any:
    found = {}
    for field, name, kind in _fields(model):
        if name in members:
            found[field.name] = _value(kind, members[name], f"{place}.{name}")
        elif field.default is dataclasses.MISSING:
            raise UnreadableAnswer(f"{place} has no {name}")
    return model(**found)


@functools.cache
def _fields(model: Any) -> tuple[tuple[dataclasses.Field[Any], str, Any], ...]:
    hints = get_type_hints(model)
    return tuple(
        (field, member_name(field), hints[field.name]) for field in dataclasses.fields(model)
    )


def _object(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise UnreadableAnswer(f"{place} is not an object")
    return value


def _time(value: object, place: str) -> datetime:
    try:
        time = datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise UnreadableAnswer(f"{place} is not a time") from None
    if time.tzinfo is None:
        raise UnreadableAnswer(f"{place} has no time zone")
    return time
