"""How a notebook shows figures."""

import importlib

import matplotlib as mpl
from IPython import get_ipython
from matplotlib.figure import Figure

from lessonlib.viz.png import png_bytes
from lessonlib.viz.style import SHEET
from lessonlib.viz.svg import svg_text

HEAVIEST = 150_000  # bytes of SVG that a page is given
STAND_IN = 120  # dots per inch of a PNG beside an SVG: 600 pixels wide


def use_style() -> None:
    """Set the course's style for all figures to come; in a notebook, show them as SVG.

    It begins from Matplotlib's own defaults, so that a chapter looks the same on every machine:
    a `matplotlibrc` and earlier changes to `rcParams` no longer apply, except for the backend.
    What you set afterwards holds for your own figures; those of `lessonlib.viz` always
    have the course's style.

    As SVG a figure has real text, in the page's typeface, and sharp lines at every size. Beside it
    each output holds a PNG, because JupyterLab shows no SVG of a notebook that it does not trust.
    A figure whose SVG would weigh more than 150 KB, such as a large photograph, is a PNG only.
    """
    mpl.rcdefaults()
    mpl.style.use(SHEET)
    if (shell := get_ipython()) is not None:
        # If it were loaded later, at pyplot's first figure, it would change how figures are shown.
        importlib.import_module("matplotlib_inline.backend_inline")
        formatters = shell.display_formatter.formatters
        formatters["image/svg+xml"].for_type(Figure, as_svg)
        formatters["image/png"].for_type(Figure, as_png)


def as_svg(figure: Figure) -> str | None:
    """The figure as SVG; None if that is too heavy."""
    text = svg_text(figure)
    return text if len(text.encode()) <= HEAVIEST else None


def as_png(figure: Figure) -> bytes:
    """The figure as PNG, uncropped: smaller where it only stands in for an SVG."""
    return png_bytes(figure, dpi=STAND_IN if as_svg(figure) else None)
