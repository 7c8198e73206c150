"""Figures as files whose bytes depend on the figure alone."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from lessonlib.viz.png import png_bytes
from lessonlib.viz.style import style_file


def save(figure: Figure, path: str | Path, title: str | None = None) -> Path:
    """Write a figure as SVG or PNG; the same figure gives the same bytes.

    Args:
        figure: of any function of `lessonlib.viz`.
        path: where to, ending in .svg or .png; its folder must exist.
        title: what the picture shows, kept in the file for those who do not see it.

    Raises:
        ValueError: another ending.
    """
    path = Path(path)
    if path.suffix not in (".svg", ".png"):
        raise ValueError(f"expected a path that ends in .svg or .png, got {path.name!r}")
    with mpl.style.context(style_file()):
        if path.suffix == ".png":
            path.write_bytes(png_bytes(figure, title))
        else:
            metadata = {"Date": None, "Creator": None} | ({"Title": title} if title else {})
            figure.savefig(path, metadata=metadata)
    return path
