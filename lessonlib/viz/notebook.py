"""How a notebook shows figures."""

import importlib

import matplotlib as mpl
from IPython import get_ipython
from matplotlib.figure import Figure

from lessonlib.viz.png import png_bytes
from lessonlib.viz.style import SHEET


def use_style() -> None:
    """Set the course's style for all figures to come; in a notebook, show figures uncropped.

    It begins from Matplotlib's own defaults, so that a chapter looks the same on every machine:
    a `matplotlibrc` and whatever was set in `rcParams` before count no longer, apart from the
    backend. What is set afterwards holds for your own figures; those of `lessonlib.viz` always
    have the course's style.

    Notebooks crop figures to their contents by default, which changes their width and so the
    size of the text on a page.
    """
    mpl.rcdefaults()
    mpl.style.use(SHEET)
    if (shell := get_ipython()) is not None:
        # Loaded later, at pyplot's first figure, it would set its own way of showing figures.
        importlib.import_module("matplotlib_inline.backend_inline")
        shell.display_formatter.formatters["image/png"].for_type(Figure, png_bytes)
