"""Small frozen objects with parameters, as plain data and back.

An augmentation or an ablation is a frozen dataclass, such as `Shift(pixels=2)`. A run file keeps
it as `{"kind": "Shift", "pixels": 2}`.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any


def as_data(thing: Any) -> dict[str, Any]:
    """A frozen dataclass as data: its class's name under `kind`, then its fields."""
    return {"kind": type(thing).__name__, **dataclasses.asdict(thing)}


def from_data(data: Mapping[str, Any], known: Mapping[str, type], what: str) -> Any:
    """The object that `as_data` made the data from; JSON's lists become tuples.

    Args:
        data: a kind and its fields.
        known: the classes, by name.
        what: the word for one of them, for messages, such as "augmentation".

    Raises:
        ValueError: an unknown kind, or fields that its class does not take.
    """
    fields = {
        key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
    }
    kind = fields.pop("kind", None)
    if kind not in known:
        raise ValueError(f"unknown {what} {kind!r}; known: {', '.join(sorted(known))}")
    try:
        return known[kind](**fields)
    except TypeError as error:
        own = ", ".join(field.name for field in dataclasses.fields(known[kind]))
        raise ValueError(f"{what} {kind} takes {own or 'no fields'}, got {fields}") from error
