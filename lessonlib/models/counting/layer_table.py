"""A network's layers with their shapes, parameters, connections and work."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

import torch
from torch import Tensor, nn

from lessonlib.layers import RBFOutput
from lessonlib.models.counting.count import count
from lessonlib.models.modes import eval_mode

if TYPE_CHECKING:
    import pandas as pd


class LayerRow(NamedTuple):
    """One use of one layer, for one picture, or a parameter that belongs to no such layer.

    Attributes:
        name: the layer's name in the network, such as `c1`; `c1 (use 2)` for its second use.
        kind: the layer's class, such as `Conv2d`, or `Parameter`.
        shape: its output, (maps, height, width) or (units,); a parameter's own shape.
        parameters: trainable numbers, each counted in the first row that has it.
        connections: inputs of every unit, its bias included; 0 for a parameter by itself.
        multiply_adds: products of an input and a weight, biases not counted.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    connections: int
    multiply_adds: int

    @property
    def neurons(self) -> int:
        """Outputs that are weighted sums, as papers count them; 0 for pooling and normalisation."""
        sums = self.multiply_adds > 0 and self.kind not in _NO_SUMS
        return math.prod(self.shape) if sums else 0


class LayerTable(Sequence[LayerRow]):
    """The rows of `layer_table`, first layer first, and their totals.

    Indexing takes a number, a slice or a layer's name.
    """

    def __init__(self, rows: Sequence[LayerRow], input_shape: tuple[int, int, int]) -> None:
        self._rows = tuple(rows)
        self.input_shape = input_shape

    @overload
    def __getitem__(self, key: int | str) -> LayerRow: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[LayerRow, ...]: ...
    def __getitem__(self, key):
        """A row by place or by name, or a slice of rows."""
        if isinstance(key, str):
            for row in self._rows:
                if row.name == key:
                    return row
            raise KeyError(f"no layer {key!r}; there are {[row.name for row in self._rows]}")
        return self._rows[key]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self._rows)

    @property
    def parameters(self) -> int:
        """Trainable numbers of the whole network."""
        return sum(row.parameters for row in self._rows)

    @property
    def connections(self) -> int:
        """Connections of the whole network."""
        return sum(row.connections for row in self._rows)

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds of the whole network, for one picture."""
        return sum(row.multiply_adds for row in self._rows)

    @property
    def neurons(self) -> int:
        """Neurons of the whole network, without the input."""
        return sum(row.neurons for row in self._rows)

    def frame(self, *, neurons: bool = False) -> pd.DataFrame:
        """The rows as a pandas table indexed by layer, with a last row `total`.

        Args:
            neurons: add a column of neurons.
        """
        import pandas as pd

        frame = pd.DataFrame(self._rows, columns=LayerRow._fields).set_index("name")
        frame["shape"] = ["x".join(map(str, row.shape)) for row in self._rows]
        totals = {name: getattr(self, name) for name in _THOUSANDS}
        if neurons:
            frame["neurons"] = [row.neurons for row in self._rows]
            totals["neurons"] = self.neurons
        last = pd.DataFrame([{"kind": "", "shape": "", **totals}], index=["total"])
        return pd.concat([frame, last]).rename_axis("layer")

    def _repr_html_(self) -> str:
        return self.frame().to_html(formatters=_THOUSANDS)

    def __repr__(self) -> str:
        """The table as text."""
        return self.frame().to_string(formatters=_THOUSANDS)


_NO_SUMS = ("AvgPool2d", "BatchNorm2d")  # these multiply, but have no inputs of their own to weigh
_THOUSANDS = dict.fromkeys(("parameters", "connections", "multiply_adds"), "{:,}".format)


def layer_table(
    model: nn.Module, input_size: int | tuple[int, int] | tuple[int, int, int] | None = None
) -> LayerTable:
    """Shapes, parameters, connections and multiply-adds of a network's layers, measured.

    One picture of zeros is sent through the network, and each layer is counted from what it puts
    out. A layer that is used twice has two rows: its work is counted twice, its parameters once.
    Parameters that two layers share are counted at the first. Those that no counted layer has, such
    as a network's own, have rows at the end. So the table's total is the number that training
    changes. The network, its mode and its gradients are left as they were.

    Args:
        model: a network of `lessonlib.models`, or any other that `counting.count` can count.
        input_size: the side in pixels, (height, width) or (channels, height, width); None is the
            network's own `input_shape`.

    Raises:
        ValueError: the size is missing, of another form, or refused by the network.
        TypeError: the network has a layer that cannot be counted.
    """
    shape = _input_shape(model, input_size)
    ledger = _Ledger(model)
    hooks = [
        layer.register_forward_hook(ledger.enter)
        for layer in model.modules()
        if not any(True for _ in layer.children())
    ]
    try:
        with eval_mode(model), torch.no_grad():
            model(_blank(model, shape))
    finally:
        for hook in hooks:
            hook.remove()
    return LayerTable([*ledger.rows, *ledger.left_over()], shape)


class _Ledger:
    """The rows so far, and the parameters that they have counted."""

    def __init__(self, model: nn.Module) -> None:
        self.rows: list[LayerRow] = []
        self._model = model
        self._names = {layer: name for name, layer in model.named_modules()}
        self._uses: Counter[nn.Module] = Counter()
        self._counted: set[nn.Parameter] = set()

    def enter(self, layer: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        """Count one use of a layer, where it has a row."""
        counted = count(layer, output)
        if counted is None:
            return
        self._uses[layer] += 1
        name = self._names[layer] or type(layer).__name__
        if self._uses[layer] > 1:
            name = f"{name} (use {self._uses[layer]})"
        trainable = sum(self._new(parameter) for parameter in layer.parameters())
        kind = type(layer).__name__
        self.rows.append(LayerRow(name, kind, _shape(layer, output), trainable, *counted))

    def left_over(self) -> list[LayerRow]:
        """A row for each trainable parameter that no layer's row has counted."""
        return [
            LayerRow(name, "Parameter", tuple(parameter.shape), numbers, 0, 0)
            for name, parameter in self._model.named_parameters()
            if (numbers := self._new(parameter))
        ]

    def _new(self, parameter: nn.Parameter) -> int:
        """How many numbers a trainable parameter has, the first time that it is seen; then 0."""
        if parameter in self._counted or not parameter.requires_grad:
            return 0
        self._counted.add(parameter)
        return parameter.numel()


def _input_shape(
    model: nn.Module, size: int | tuple[int, int] | tuple[int, int, int] | None
) -> tuple[int, int, int]:
    own = getattr(model, "input_shape", None)
    if size is None and own is not None:
        return own
    if isinstance(size, tuple) and len(size) == 3:
        return size
    sides = (size, size) if isinstance(size, int) else size
    if own is None or not isinstance(sides, tuple) or len(sides) != 2:
        raise ValueError(
            f"expected input_size as one side, (height, width) or (channels, height, width), got "
            f"{size!r}; a network without `input_shape` needs all three"
        )
    return (own[0], *sides)


def _shape(layer: nn.Module, output: Tensor) -> tuple[int, ...]:
    if isinstance(layer, nn.Linear):  # its units come last
        output = output.movedim(-1, 1)
    shape = tuple(output.shape[1:])
    is_vector = isinstance(layer, nn.Linear | RBFOutput) and all(side == 1 for side in shape[1:])
    return shape[:1] if is_vector else shape


def _blank(model: nn.Module, shape: tuple[int, int, int]) -> Tensor:
    """One picture of zeros, of the type and on the device of the network's parameters."""
    parameter = next((p for p in model.parameters() if p.is_floating_point()), None)
    like = torch.empty(0) if parameter is None else parameter
    return torch.zeros(1, *shape, dtype=like.dtype, device=like.device)
