"""Figures as files whose bytes depend on the figure alone."""

from pathlib import Path

from matplotlib.figure import Figure

from lessonlib.viz.png import png_bytes
from lessonlib.viz.svg import svg_text
from lessonlib.writing import write_whole


def save(figure: Figure, path: str | Path, title: str | None = None) -> Path:
    """Write a figure as SVG or PNG, completely or not at all; equal figures give equal bytes.

    Args:
        figure: of any function of `lessonlib.viz`.
        path: where to, ending in .svg or .png; its folder must exist.
        title: what the picture shows, kept in the file for those who do not see it.

    Raises:
        ValueError: another ending.
        OSError: the file cannot be written; what was there before is kept.
    """
    path = Path(path)
    if path.suffix not in (".svg", ".png"):
        raise ValueError(f"expected a path that ends in .svg or .png, got {path.name!r}")
    write = svg_text if path.suffix == ".svg" else png_bytes
    write_whole(path, write(figure, title))
    return path
