"""A convolution to try out: picture, kernel, stride and padding, and the sum written out."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import torch
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from torch.nn import functional as F
from traitlets import Any as AnyTrait
from traitlets import Bool, Dict, observe, validate

from lessonlib.geometry import out_size
from lessonlib.viz.arrays import as_array
from lessonlib.widgets.base import Interactive, module_source
from lessonlib.widgets.still import convolution_figure, exact
from lessonlib.widgets.values import frozen, whole

SIDE = 3  # of a kernel
LEAST, MOST = 3, 64  # pixels per side of the picture
STRIDES = (1, 4)
PADDINGS = (0, 3)
LIMIT = 99.0  # of a kernel's numbers

KERNELS: Mapping[str, tuple[tuple[float, ...], ...]] = MappingProxyType(
    {
        "identity": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
        "blur": ((0.0625, 0.125, 0.0625), (0.125, 0.25, 0.125), (0.0625, 0.125, 0.0625)),
        "vertical edge": ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
        "horizontal edge": ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
        "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    }
)


def _picture_to_json(image: np.ndarray, _: object) -> dict[str, Any]:
    """Rows of numbers, and the value of full ink or full light."""
    return {"rows": image.tolist(), "top": _top(image)}


def _kernel_to_json(kernel: np.ndarray, _: object) -> list[list[float]]:
    return [[int(w) if float(w).is_integer() else float(w) for w in row] for row in kernel]


class ConvolutionExplorer(Interactive):
    """A window that slides over a picture, its kernel, and the map of its sums.

    As in PyTorch, the convolution is a cross-correlation, and padding is with zeros. What the
    reader sets can be read, and set, in the next cell: `kernel`, `stride`, `padding`, and `row`
    and `column`, the place in the map of the unit that is written out.

    Args:
        image: (H, W) or (1, H, W), 3 to 64 px per side; uint8, or numbers from 0 to 1.
        kernel: (3, 3) numbers from -99 to 99, or a name in `KERNELS`.
        stride: step of the window, 1 to 4 px.
        padding: zeros added on each side, 0 to 3 px.
        row: of the unit in the map, from 0; None is the middle.
        column: of the unit in the map, from 0; None is the middle.
        ink: show large values dark, as ink is; False is for photographs.

    Raises:
        ValueError: another shape, type or range; the message says what was given.
    """

    module: ClassVar[str] = "convolution"
    drawn: ClassVar[tuple[str, ...]] = (
        "image", "ink", "kernel", "kernels", "stride", "padding", "row", "column",
    )  # fmt: skip
    _esm = module_source("convolution")

    image = AnyTrait().tag(sync=True, to_json=_picture_to_json)
    kernel = AnyTrait().tag(sync=True, to_json=_kernel_to_json)
    kernels = Dict().tag(sync=True)
    stride = AnyTrait(1).tag(sync=True)
    padding = AnyTrait(0).tag(sync=True)
    row = AnyTrait(0).tag(sync=True)
    column = AnyTrait(0).tag(sync=True)
    ink = Bool(True).tag(sync=True)

    def __init__(
        self,
        image: ArrayLike,
        kernel: str | ArrayLike = "vertical edge",
        stride: int = 1,
        padding: int = 0,
        *,
        row: int | None = None,
        column: int | None = None,
        ink: bool = True,
    ) -> None:
        image, kernel = _picture(image), _kernel(kernel)
        stride, padding = whole("stride", stride, *STRIDES), whole("padding", padding, *PADDINGS)
        rows, columns = _map_shape(image, stride, padding)
        super().__init__(
            image=image,
            kernel=kernel,
            kernels={name: [list(line) for line in rows] for name, rows in KERNELS.items()},
            stride=stride,
            padding=padding,
            row=whole("row", rows // 2 if row is None else row, 0, rows - 1),
            column=whole("column", columns // 2 if column is None else column, 0, columns - 1),
            ink=bool(ink),
        )

    @property
    def output(self) -> np.ndarray:
        """(rows, columns) float64: the map, computed by PyTorch, in the picture's own units."""
        image, kernel = (torch.tensor(a, dtype=torch.float64) for a in (self.image, self.kernel))
        sums = F.conv2d(image[None, None], kernel[None, None], None, self.stride, self.padding)
        return sums[0, 0].numpy()

    @property
    def window(self) -> np.ndarray:
        """(3, 3): what the unit at (row, column) sees, zeros of the padding included."""
        padded = np.pad(self.image, self.padding)
        top, left = self.row * self.stride, self.column * self.stride
        return padded[top : top + SIDE, left : left + SIDE]

    def still(self) -> Figure:
        """Window, kernel and map side by side, and the sum written out."""
        return convolution_figure(self)

    def describe(self) -> str:
        """The same in a few sentences."""
        height, width = self.image.shape
        rows, columns = self.output.shape
        weights = " / ".join(" ".join(map(exact, line)) for line in self.kernel)
        total = exact(float((self.window * self.kernel).sum()))
        return (
            f"Left, a picture of {height}×{width} pixels with a window of 3×3 outlined. "
            f"Middle, the kernel, row by row: {weights}. Right, the map of {rows}×{columns} units "
            f"for stride {self.stride} and padding {self.padding}. "
            f"The window's sum, {total}, is the unit at row {self.row}, column {self.column}."
        )

    def __repr__(self) -> str:
        height, width = self.image.shape
        return (
            f"ConvolutionExplorer({height}×{width} picture, "
            f"kernel={_kernel_to_json(self.kernel, self)}, stride={self.stride}, "
            f"padding={self.padding}, row={self.row}, column={self.column})"
        )

    @validate("image", "kernel", "stride", "padding", "row", "column")
    def _check(self, proposal: Any) -> Any:
        name, value = proposal.trait.name, proposal.value
        if name == "image":
            return _picture(value)
        if name == "kernel":
            return _kernel(value)
        if name in ("stride", "padding"):
            return whole(name, value, *(STRIDES if name == "stride" else PADDINGS))
        units = _map_shape(self.image, self.stride, self.padding)[name == "column"]
        return whole(name, value, 0, units - 1)

    @observe("image", "stride", "padding")
    def _keep_inside(self, _: Any) -> None:
        """Move the unit to the map's edge where the map has become smaller."""
        rows, columns = _map_shape(self.image, self.stride, self.padding)
        self.row, self.column = min(self.row, rows - 1), min(self.column, columns - 1)


def _picture(image: ArrayLike) -> np.ndarray:
    """(H, W), uint8 or float64 from 0 to 1, that cannot be written to."""
    array = as_array(image, "an image (H, W) or (1, H, W)", (2, 3))
    if array.ndim == 3 and len(array) != 1:
        raise ValueError(f"expected an image (H, W) or (1, H, W), got shape {array.shape}")
    array = array.reshape(array.shape[-2:])
    if not LEAST <= min(array.shape) <= max(array.shape) <= MOST:
        raise ValueError(
            f"expected {LEAST} to {MOST} pixels per side, got {array.shape}; cut out a part of it"
        )
    if array.dtype != np.uint8:
        array = array.astype(np.float64)
        if array.min() < 0 or array.max() > 1:
            raise ValueError(
                f"expected uint8, or numbers from 0 to 1, got {array.min():g} to {array.max():g}; "
                "give the bytes as uint8, or divide"
            )
    return frozen(array)


def _kernel(kernel: str | ArrayLike) -> np.ndarray:
    """(3, 3) float64 that cannot be written to."""
    if isinstance(kernel, str):
        if kernel not in KERNELS:
            raise ValueError(f"expected a kernel of {list(KERNELS)} or 3×3 numbers, got {kernel!r}")
        kernel = KERNELS[kernel]
    try:
        array = as_array(kernel, "a kernel of 3×3 numbers", 2).astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"expected a kernel of 3×3 numbers, got {kernel!r}") from error
    if array.shape != (SIDE, SIDE) or np.abs(array).max() > LIMIT:
        raise ValueError(
            f"expected a kernel of 3×3 numbers from {-LIMIT:g} to {LIMIT:g}, "
            f"got shape {array.shape} with {array.min():g} to {array.max():g}"
        )
    return frozen(array)


def _map_shape(image: np.ndarray, stride: int, padding: int) -> Sequence[int]:
    return [out_size(side, SIDE, stride, padding) for side in image.shape]


def _top(image: np.ndarray) -> int:
    return 255 if image.dtype == np.uint8 else 1
