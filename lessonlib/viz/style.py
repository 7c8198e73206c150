"""The course's one figure style: colours, line styles, fonts and ground."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from pathlib import Path
from typing import ParamSpec
from weakref import WeakSet

import matplotlib as mpl
import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

# A page turns these four into its own, light or dark; every other colour stays as it is.
GROUND = "#FCFAF4"  # near-white paper
TEXT = "#1F2328"
MUTED = "#5A6068"  # notes and axes; 6:1 on the ground
LINE = "#DDD8CC"  # grids
DARK_GROUND = "#16191D"  # what a dark page puts in the ground's place

# The letters of the page, in the two weights that figures use; others come from Matplotlib's own.
FAMILIES = ("Lessonlib Inter", "DejaVu Sans")
FONTS = Path(__file__).parent / "fonts"
for _file in sorted(FONTS.glob("*.ttf")):
    fontManager.addfont(_file)

# Okabe and Ito's colours as published (2008).
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

# The same for all that is drawn on the ground, light or dark: with a contrast of 3 or more on both.
# Purple, sky blue and orange are too bright for paper and are darkened; yellow would turn olive,
# and black would vanish on a dark page, so these two are left out.
LINE_COLORS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "purple": "#C2739F",
    "sky blue": "#4794BF",
    "orange": "#BA8100",
}
LINE_STYLES = ("-", "--", "-.", ":", "-", "--")
MARKERS = ("o", "s", "^", "D", "v", "P")

SEQUENTIAL = "viridis"  # magnitudes
DIVERGING = "RdBu_r"  # weights, centred on 0: blue below, red above
INK = "gray_r"  # pictures of digits: large values dark

SHEET = "lessonlib.viz.lessonlib"  # lessonlib.mplstyle, as Matplotlib names a package's sheet

P = ParamSpec("P")

_styled_figures: WeakSet[Figure] = WeakSet()


def course_style() -> AbstractContextManager[None]:
    """Matplotlib's own defaults, and the course's style on top of them, until the block ends.

    What the caller has set, in a `matplotlibrc` or in `rcParams`, has no effect in it.
    """
    return mpl.style.context(SHEET, after_reset=True)


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Let `draw` work in the course's style, whatever style the caller has set.

    Its figure is laid out only once, because a new layout at each drawing would differ in the
    last digits from one file to the next.
    """

    @wraps(draw)
    def in_style(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with course_style():
            figure = draw(*args, **kwargs)
            figure.draw_without_rendering()
        figure.set_layout_engine("none")
        _styled_figures.add(figure)
        return figure

    return in_style


def is_styled(figure: Figure) -> bool:
    """Whether the figure was drawn by a function of the course, so that its style holds for it."""
    return figure in _styled_figures


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21, as the Web Content Accessibility Guidelines 2.2 define it.

    Args:
        one: any colour that Matplotlib knows.
        other: another.
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def tint(color: str, strength: float) -> tuple[float, float, float, float]:
    """A colour through which the ground shows, whether that is light or dark.

    Args:
        color: any colour that Matplotlib knows.
        strength: 0 (the ground) to 1 (the colour).
    """
    return mpl.colors.to_rgba(color, strength)


def _luminance(color: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in mpl.colors.to_rgb(color)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
