"""AlexNet's two towers to touch: point at a unit, and see which maps and pixels it reads."""

from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import Any, ClassVar

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from PIL import Image
from traitlets import Any as AnyTrait
from traitlets import Dict, List, observe, validate

from lessonlib.data.photos import photograph
from lessonlib.viz.arrays import as_array
from lessonlib.widgets.base import Interactive, module_source
from lessonlib.widgets.still_tower import tower_figure
from lessonlib.widgets.tower_places import places
from lessonlib.widgets.tower_reads import (
    Part,
    TowerLayer,
    alexnet_layers,
    fitted,
    parts,
    sides_of,
)
from lessonlib.widgets.tower_words import sentences
from lessonlib.widgets.values import frozen, whole

QUALITY = 80  # of the JPEG that a page gets


def _picture_to_json(picture: np.ndarray, _: object) -> str:
    """A JPEG as an address that holds it."""
    written = BytesIO()
    Image.fromarray(picture.transpose(1, 2, 0)).save(written, "JPEG", quality=QUALITY)
    return f"data:image/jpeg;base64,{b64encode(written.getvalue()).decode()}"


class TowerExplorer(Interactive):
    """AlexNet as printed, in its two towers, and what one of its units reads.

    Krizhevsky, Sutskever and Hinton 2012, fig. 2. Sizes and windows are those of
    `lessonlib.models.AlexNet`. What the reader points at can be read, and set, in the next cell:
    `layer` and `unit`. `parts` has what the unit depends on, and `field` its pixels.

    Every map of a tower reads the same, except that a pool reads one map, so a unit is told by
    its place in the map. Maps are numbered as in `AlexNet`, where the first tower has the first
    half of a layer's maps.

    Args:
        layer: conv1 to conv5, pool1, pool2, pool5, or fc6 to fc8.
        unit: (tower, row, column), or (tower, number) in fc6 to fc8, all from 0; tower 0 is
            `AlexNetTwoTowers.tower1`, which has all of fc8. None is the middle of the first.
        picture: (3, H, W) uint8, of at least 224 px per side, of which the middle is shown, as
            `AlexNet.prepare` cuts it; None is an embedded photograph, a cat.

    Raises:
        ValueError: another layer, unit, shape or type; the message says what was given.
    """

    module: ClassVar[str] = "tower"
    drawn: ClassVar[tuple[str, ...]] = ("picture", "layers", "places", "layer", "unit")
    _esm = module_source("tower")

    picture = AnyTrait().tag(sync=True, to_json=_picture_to_json)
    layers = List().tag(sync=True)
    places = Dict().tag(sync=True)
    layer = AnyTrait("conv5").tag(sync=True)
    unit = AnyTrait((0, 6, 6)).tag(sync=True, to_json=lambda unit, _: list(unit))

    def __init__(
        self,
        layer: str = "conv5",
        unit: Sequence[int] | None = (0, 6, 6),
        picture: ArrayLike | None = None,
    ) -> None:
        own = _layer(layer)
        unit = fitted(own, (0,)) if unit is None else _unit(own, unit)
        super().__init__(
            picture=_picture(photograph("chelsea") if picture is None else picture),
            layers=[each._asdict() for each in alexnet_layers()],
            places=places(alexnet_layers()),
            layer=layer,
            unit=unit,
        )

    @property
    def network(self) -> tuple[TowerLayer, ...]:
        """The picture and the layers, as one tower has them."""
        return alexnet_layers()

    @property
    def parts(self) -> list[Part]:
        """What the unit depends on, from what it reads itself down to the pixels."""
        return parts(self.network, self.layer, self.unit)

    @property
    def field(self) -> Part:
        """Rows and columns of the picture that the unit sees."""
        return self.parts[-1]

    def sentences(self) -> list[str]:
        """What is written beside it."""
        return sentences(self.network, self.layer, self.unit)

    def still(self) -> Figure:
        """The towers, the unit, what it reads, and the sentences."""
        return tower_figure(self)

    def describe(self) -> str:
        """The same in a few sentences."""
        return (
            "A photograph, and below it AlexNet's two towers side by side, each layer as one map "
            "or bar; one unit is marked, and what it depends on in the layers below it and in the "
            "photograph. " + " ".join(self.sentences())
        )

    def __repr__(self) -> str:
        return f"TowerExplorer({self.layer!r}, {tuple(self.unit)})"

    @validate("layer", "unit", "picture")
    def _check(self, proposal: Any) -> Any:
        name, value = proposal.trait.name, proposal.value
        if name == "picture":
            return _picture(value)
        return _layer(value).name if name == "layer" else _unit(_layer(self.layer), value)

    @observe("layer")
    def _keep_inside(self, _: Any) -> None:
        """Go to the middle where the new layer has no such unit."""
        self.unit = fitted(_layer(self.layer), self.unit)


def _layer(name: object) -> TowerLayer:
    by_name = {layer.name: layer for layer in alexnet_layers()[1:]}
    if not isinstance(name, str) or name not in by_name:
        raise ValueError(f"expected a layer of {list(by_name)}, got {name!r}")
    return by_name[name]


def _unit(layer: TowerLayer, unit: Any) -> tuple[int, ...]:
    """The unit, checked against its layer."""
    sides = sides_of(layer)
    parts = ("tower", "row", "column") if len(sides) == 2 else ("tower", "number")
    try:
        found = dict(zip(parts, unit, strict=True))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"expected a unit of {layer.name} as ({', '.join(parts)}), got {unit!r}"
        ) from error
    limits = zip(found.items(), (layer.towers, *sides), strict=True)
    return tuple(whole(f"{name} in {layer.name}", v, 0, n - 1) for (name, v), n in limits)


def _picture(picture: ArrayLike) -> np.ndarray:
    """(3, 224, 224) uint8, the middle of the picture, that cannot be written to."""
    array, side = as_array(picture, "a picture (3, H, W)", 3), alexnet_layers()[0].width
    if array.dtype != np.uint8 or len(array) != 3 or min(array.shape[1:]) < side:
        raise ValueError(
            f"expected a uint8 picture (3, H, W) of at least {side}×{side} px, got {array.dtype} "
            f"{array.shape}"
        )
    top, left = ((n - side) // 2 for n in array.shape[1:])
    return frozen(array[:, top : top + side, left : left + side])
