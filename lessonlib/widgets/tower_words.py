"""What a unit of AlexNet reads, in words."""

from collections.abc import Sequence

from lessonlib.widgets.tower_reads import TOWERS, Part, TowerLayer, field_size, parts


def sentences(layers: Sequence[TowerLayer], layer: str, unit: Sequence[int]) -> list[str]:
    """Its layer, what it reads, how many numbers that is, its pixels, and the other tower.

    Args:
        layers: the picture first.
        layer: name of the unit's layer.
        unit: (tower, row, column), or (tower, number) in a fully connected layer.
    """
    top = [each.name for each in layers].index(layer)
    own, below = layers[top], layers[top - 1]
    found = parts(layers, layer, unit)
    return [
        _shape(own),
        f"{unit_name(own, unit)} reads {_reads(own, below, unit[0], found[0])}.",
        _numbers(own, below, found[0]),
        _pixels(found[-1], field_size(layers, layer), layers[0].width),
        _other_tower(layers[: top + 1]),
    ]


def unit_name(layer: TowerLayer, unit: Sequence[int]) -> str:
    """Where a unit is, such as `conv5, first tower, row 6, column 6`."""
    tower, *place = unit
    if layer.kind != "full":
        return f"{layer.name}, {TOWERS[tower]}, row {place[0]}, column {place[1]}"
    if layer.towers == 1:
        return f"{layer.name}, score {place[0]}"
    return f"{layer.name}, {TOWERS[tower]}, unit {place[0]}"


def _shape(own: TowerLayer) -> str:
    if own.towers == 1:
        return f"{own.name}: {own.width:,} scores, in the first tower."
    if own.kind == "full":
        return f"{own.name}: {own.width:,} units in each tower."
    return f"{own.name}: {own.maps} maps of {own.height}×{own.width} in each tower."


def _reads(own: TowerLayer, below: TowerLayer, tower: int, part: Part) -> str:
    """Which maps, and how much of each."""
    all_of_both = below.towers * below.maps
    if below.kind == "full":
        return f"the {below.towers * below.width:,} units of {below.name}, those of both towers"
    seen = f"{len(part.rows)}×{len(part.columns)}"
    if own.kind == "full":
        return f"{all_of_both} maps of {below.name}, those of both towers, all {seen} units of each"
    window = f"{own.kernel}×{own.kernel}"
    rest = "" if seen == window else f"; the rest of its {window} window is padding"
    if below.kind == "picture":
        return f"the {below.maps} colours of the picture, {seen} pixels of each{rest}"
    if own.kind == "pool":
        return f"one map of {below.name}, in its own tower, {seen} units of it{rest}"
    if own.crosses:
        maps = f"{all_of_both} maps of {below.name}, those of both towers"
    else:
        first = tower * below.maps
        maps = (
            f"{below.maps} maps of {below.name}, those of its own tower "
            f"({first} to {first + below.maps - 1})"
        )
    return f"{maps}, {seen} units of each{rest}"


def _numbers(own: TowerLayer, below: TowerLayer, part: Part) -> str:
    rows, columns = len(part.rows), len(part.columns)
    if own.kind == "pool":
        return f"Its value is the largest of these {rows * columns} numbers."
    towers = max(1, len(part.towers))
    if below.kind == "full":
        return f"That makes {towers} × {columns:,} = {towers * columns:,} inputs."
    maps = towers * below.maps
    total = maps * rows * columns
    return f"That makes {maps} × {rows} × {columns} = {total:,} inputs."


def _pixels(part: Part, size: int | None, side: int) -> str:
    rows, columns = part.rows, part.columns
    if len(rows) == len(columns) == side:
        return f"It sees the whole picture, {side}×{side} pixels."
    where = f"rows {rows[0]} to {rows[-1]}, columns {columns[0]} to {columns[-1]}"
    seen = f"It sees {len(rows)}×{len(columns)} pixels: {where}"
    if len(rows) == len(columns) == size:
        return f"{seen}."
    return f"{seen}; the border cuts off the rest of {size}×{size}."


def _other_tower(layers: Sequence[TowerLayer]) -> str:
    """How the other tower reaches the last of these layers."""
    own = layers[-1]
    if own.crosses:
        return "Half of what it reads comes from the other tower."
    if crossing := [each.name for each in layers if each.crosses]:
        return f"The other tower reaches it through {crossing[-1]}."
    if own.normalised:
        return (
            "Nothing of the other tower reaches it. The normalisation before it (not drawn) sums "
            f"over up to {own.normalised} maps of one tower."
        )
    return "Nothing of the other tower reaches it."
