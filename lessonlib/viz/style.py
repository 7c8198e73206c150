"""The course's one figure style: colours, line styles, fonts and ground."""

import importlib
from collections.abc import Callable
from functools import wraps
from importlib.resources import files
from typing import ParamSpec

import matplotlib as mpl
import matplotlib.style
from IPython import get_ipython
from matplotlib.figure import Figure

from lessonlib.viz.png import png_bytes

GROUND = "#FCFAF4"  # near-white paper, on light and dark pages alike
TEXT = "#1F2328"
MUTED = "#5A6068"  # notes and axes; 6:1 on the ground

# Okabe and Ito's colours as published (2008). For areas, with an edge or text beside them.
COLORS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#CC79A7",
    "black": "#000000",
    "sky blue": "#56B4E9",
    "orange": "#E69F00",
    "yellow": "#F0E442",
}

# The same for lines and markers. Purple, sky blue and orange have a contrast below 3 on the
# ground and are darkened; yellow (1.3) would turn olive and is left out.
LINE_COLORS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#C2739F",
    "black": "#000000",
    "sky blue": "#4794BF",
    "orange": "#BA8100",
}
LINE_STYLES = ("-", "--", "-.", ":", "-", "--", "-.")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

SEQUENTIAL = "viridis"  # magnitudes
DIVERGING = "RdBu_r"  # weights, centred on 0: blue below, red above
INK = "gray_r"  # pictures of digits: large values dark

P = ParamSpec("P")


def style_file() -> str:
    """Path of the style sheet, which ships with the package."""
    return str(files("lessonlib.viz") / "lessonlib.mplstyle")


def use_style() -> None:
    """Set the course's style for all figures to come; in a notebook, show figures uncropped.

    Notebooks crop figures to their contents by default, which changes their width and so the
    size of the text on a page.
    """
    mpl.style.use(style_file())
    if (shell := get_ipython()) is not None:
        # Loaded later, at pyplot's first figure, it would set its own way of showing figures.
        importlib.import_module("matplotlib_inline.backend_inline")
        shell.display_formatter.formatters["image/png"].for_type(Figure, png_bytes)


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let `draw` work in the course's style, whatever style the caller has set.

    Its figure is laid out once and stays so: laid out anew at each drawing, it would differ in
    the last digits from one file to the next.
    """

    @wraps(draw)
    def in_style(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.style.context(style_file()):
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()
        figure.set_layout_engine("none")
        return figure

    return in_style


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21, as the Web Content Accessibility Guidelines 2.2 define it.

    Args:
        one: any colour that Matplotlib knows.
        other: another.
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def tint(color: str, strength: float) -> tuple[float, float, float]:
    """A colour mixed with the ground.

    Args:
        color: any colour that Matplotlib knows.
        strength: 0 (the ground) to 1 (the colour).
    """
    pairs = zip(mpl.colors.to_rgb(color), mpl.colors.to_rgb(GROUND), strict=True)
    red, green, blue = (strength * c + (1 - strength) * g for c, g in pairs)
    return red, green, blue


def _luminance(color: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in mpl.colors.to_rgb(color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
