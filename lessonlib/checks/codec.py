"""Cases and outcomes as JSON, so that answers can run in another process than the judge.

JSON and not pickle: what comes back from a process that ran a learner's code is read, and
nothing in it is executed.
"""

import base64
import dataclasses
import json
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lessonlib.checks.outcome import Case, Outcome, Raised, State
from lessonlib.checks.plain import TENSOR_TYPES, Thing

_RECORDS = {kind.__name__: kind for kind in (Case, Outcome, Raised, Thing)}
_TYPES = {str(dtype).removeprefix("torch."): dtype for dtype in TENSOR_TYPES}


def dumps(things: list[Case] | list[Outcome]) -> str:
    """Cases or outcomes as JSON text.

    Raises:
        TypeError: something in them is not plain.
    """
    return json.dumps(_encode(things))


def loads(text: str) -> list[Any]:
    """The cases or outcomes that `dumps` made the text of.

    Raises:
        ValueError: the text is something else.
    """
    try:
        things = _decode(json.loads(text))
    except (KeyError, TypeError, IndexError, AttributeError, RuntimeError) as error:
        raise ValueError(f"expected cases or outcomes as JSON: {error!r}") from error
    if not isinstance(things, list):
        raise ValueError(f"expected a list of cases or outcomes, got {type(things).__name__}")
    return things


def _encode(thing: Any) -> Any:
    kind = type(thing)
    if thing is None or kind in (bool, int, float, str):
        return thing
    if kind is list:
        return [_encode(item) for item in thing]
    if kind is tuple:
        return {"tuple": [_encode(item) for item in thing]}
    if kind is dict:
        return {"dict": [[_encode(key), _encode(value)] for key, value in thing.items()]}
    if kind is complex:
        return {"complex": [thing.real, thing.imag]}
    if kind is State:
        return {"State": thing.value}
    if kind is Tensor:
        return {"tensor": _values(thing)}
    if kind is np.ndarray:
        return {
            "array": _values(torch.from_numpy(np.ascontiguousarray(thing)).reshape(thing.shape))
        }
    if kind.__name__ in _RECORDS:
        names = [field.name for field in dataclasses.fields(thing)]
        return {kind.__name__: {name: _encode(getattr(thing, name)) for name in names}}
    raise TypeError(f"expected plain data, got {kind.__name__}")


def _values(tensor: Tensor) -> dict[str, Any]:
    raw = tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    name = str(tensor.dtype).removeprefix("torch.")
    return {
        "dtype": name,
        "shape": list(tensor.shape),
        "base64": base64.b64encode(raw).decode(),
    }


def _decode(data: Any) -> Any:
    if isinstance(data, list):
        return [_decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    ((name, content),) = data.items()
    if name == "tuple":
        return tuple(_decode(item) for item in content)
    if name == "dict":
        return {_decode(key): _decode(value) for key, value in content}
    if name == "complex":
        return complex(*content)
    if name == "State":
        return State(content)
    if name == "tensor":
        return _tensor(content)
    if name == "array":
        return _tensor(content).numpy()
    return _RECORDS[name](**{key: _decode(value) for key, value in content.items()})


def _tensor(content: dict[str, Any]) -> Tensor:
    dtype, shape = _TYPES[content["dtype"]], tuple(content["shape"])
    raw = base64.b64decode(content["base64"])
    if not raw:
        return torch.empty(shape, dtype=dtype, device="cpu")
    return torch.frombuffer(bytearray(raw), dtype=dtype).reshape(shape)
