"""How well a recorded LeNet-5 reads redrawn digits: a table by thickness, size, slant and light.

    python scripts/read_table.py                     # 500 digits in each of 36 ways, on one core
    python scripts/read_table.py --count 50          # fewer digits
    python scripts/read_table.py --out read_table.md

The digits are embedded test digits, which the network has not seen, nor their writers. Each is
thinned to a pen path, drawn and photographed (`redrawn_digits.py`), and read three ways: by
`as_mnist`, and without that step, the whole picture only shrunk to 28x28, as it is and inverted.
A picture that `as_mnist` refuses counts as wrong.
"""

import argparse
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from PIL import Image
from redrawn_digits import Drawing, pen_paths, photographed
from torch import Tensor

from lessonlib import runs
from lessonlib.data import ImageSet, NoDigitError, as_mnist, load
from lessonlib.runs.rejection import rejection
from lessonlib.writing import write_whole

THICKNESSES = (0.04, 0.08, 0.12, 0.18)  # of the digit's longer side
SIZES = (48, 110, 240)  # pixels: the longer side, on paper of 400x600
SLANTS = (-0.3, 0.0, 0.3)  # of the height, to the right
LIGHTS = ("even", "side", "shadow")
WAYS = ("step", "shrunk", "inverted")
PER_CLASS = 50


def digits_to_redraw(count: int = 10 * PER_CLASS) -> ImageSet:
    """So many of 500 embedded test digits, 50 per class, spread evenly over them."""
    digits = load("digits", train=False, subset=PER_CLASS)
    return digits.take(torch.arange(count) * len(digits) // count)


def ways_to_draw(count: int) -> list[tuple[int, Drawing]]:
    """Each digit in every thickness, size and slant; light and all else change from one to next."""
    cells = list(product(THICKNESSES, SIZES, SLANTS))
    return [
        (digit, Drawing(*cell, LIGHTS[(digit + number) % 3], 1_000 * number + digit))
        for number, cell in enumerate(cells)
        for digit in range(count)
    ]


def read_redrawn(digits: ImageSet, ways: Iterable[tuple[int, Drawing]]) -> pd.DataFrame:
    """One row per drawing: how it was drawn, and whether each way of reading it was right.

    Args:
        digits: what is redrawn.
        ways: which of the digits, and how.

    Returns:
        Columns thickness, size, slant, light; right by `step`, `shrunk` and `inverted`;
        `refused`, and `none`, whether the distance was above the threshold.
    """
    paths = pen_paths(digits.images[:, 0].numpy())
    rows, pictures = [], []
    for digit, drawing in ways:
        three, is_refused = _three_ways(photographed(paths[digit], drawing))
        pictures.append(three)
        rows.append({**vars(drawing), "digit": digit, "refused": is_refused})
    table = pd.DataFrame(rows)
    labels = digits.labels[torch.tensor(table["digit"].to_numpy())]
    network, limit = runs.network(runs.READER), rejection(runs.READER).threshold
    for way, images in zip(WAYS, torch.stack(pictures, 1), strict=True):
        scores = torch.cat(list(_scores(network, images)))
        table[way] = (scores.argmax(1) == labels).numpy()
        if way == "step":
            table["none"] = (scores.amax(1) < -limit).numpy()
    table.loc[table["refused"], ["step", "none"]] = False
    return table


def _three_ways(photograph: bytes) -> tuple[Tensor, bool]:
    """(3, 1, 28, 28): by `as_mnist`, shrunk, and shrunk and inverted; whether it was refused."""
    with Image.open(BytesIO(photograph)) as picture:
        small = picture.resize((28, 28), Image.Resampling.BOX)
    shrunk = torch.from_numpy(np.array(small))[None]
    try:
        step, is_refused = as_mnist(BytesIO(photograph)), False
    except NoDigitError:
        step, is_refused = torch.zeros_like(shrunk), True
    return torch.stack([step, shrunk, 255 - shrunk]), is_refused


def _scores(network: torch.nn.Module, images: Tensor) -> Iterator[Tensor]:
    with torch.no_grad():
        for batch in images.split(500):
            yield network(network.prepare(batch))


def own_error(digits: ImageSet) -> float:
    """Share of the digits themselves (0..1) that the network misreads."""
    return float((_own_scores(digits).argmax(1) != digits.labels).double().mean())


def own_rejected(digits: ImageSet) -> float:
    """Share of the digits themselves (0..1) whose distance is above the threshold."""
    limit = rejection(runs.READER).threshold
    return float((_own_scores(digits).amax(1) < -limit).double().mean())


def _own_scores(digits: ImageSet) -> Tensor:
    return torch.cat(list(_scores(runs.network(runs.READER), digits.images)))


def by_cell(table: pd.DataFrame) -> pd.DataFrame:
    """Share that is read right (0..1) for each thickness, size and slant."""
    return table.groupby(["thickness", "size", "slant"])[list(WAYS)].mean()


def in_words(table: pd.DataFrame, digits: ImageSet) -> str:
    """The table as Markdown, in percent.

    Args:
        table: what `read_redrawn` has returned.
        digits: which were redrawn, to be compared with.
    """
    parts = [_lines(table.groupby(name)) for name in ("thickness", "size", "slant", "light")]
    cells = by_cell(table)
    worst = cells["step"].nsmallest(5)
    listed = "\n".join(
        f"- thickness {key[0]:g}, size {key[1]}, slant {key[2]:g}: {100 * share:.1f} % right"
        for key, share in worst.items()
    )
    count = table["digit"].nunique()
    return (
        f"{count} digits, each in {len(cells)} ways ({len(table):,} pictures). Of the digits "
        f"themselves, {100 * own_error(digits):.1f} % are misread, and "
        f"{100 * own_rejected(digits):.1f} % are none of these.\n\n"
        f"| drawn with | error | refused | none of these | only shrunk | shrunk, inverted |\n"
        f"|---|---|---|---|---|---|\n"
        + "\n".join([_line("all", table), *parts])
        + f"\n\nWorst of thickness by size by slant:\n\n{listed}\n"
    )


def _lines(groups: Iterable[tuple[object, pd.DataFrame]]) -> str:
    name = groups.keys
    return "\n".join(_line(f"{name} {key}", rows) for key, rows in groups)


def _line(name: str, rows: pd.DataFrame) -> str:
    errors = {way: 100 * (1 - rows[way].mean()) for way in WAYS}
    return (
        f"| {name} | {errors['step']:.1f} % | {100 * rows['refused'].mean():.1f} % | "
        f"{100 * rows['none'].mean():.1f} % | {errors['shrunk']:.1f} % | "
        f"{errors['inverted']:.1f} % |"
    )


def main() -> None:
    """Print the table, and write it where asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10 * PER_CLASS, help="digits, at most 500")
    parser.add_argument("--out", type=Path, help="a file to write the table to")
    given = parser.parse_args()
    digits = digits_to_redraw(given.count)
    words = in_words(read_redrawn(digits, ways_to_draw(given.count)), digits)
    print(words)
    if given.out:
        write_whole(given.out, words)


if __name__ == "__main__":
    main()
