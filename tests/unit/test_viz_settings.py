"""What a reader has set in Matplotlib reaches no figure of the course, nor stderr."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from lessonlib import viz
from lessonlib.viz.png import png_bytes
from lessonlib.viz.svg import svg_text
from tests.unit.viz_examples import FIGURES, UNFRIENDLY

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["bars, log", "network", "receptive fields"])
def test_a_figure_begins_from_matplotlibs_defaults(name, tmp_path):
    """test_viz_style checks this for every figure, since it draws all in these settings."""
    plain = FIGURES[name]()
    with mpl.rc_context(UNFRIENDLY):
        figure = FIGURES[name]()
        shown = [png_bytes(figure), viz.save(figure, tmp_path / "shown.svg").read_bytes()]
    assert shown == [png_bytes(plain), viz.save(plain, tmp_path / "plain.svg").read_bytes()]


def test_a_readers_own_figure_keeps_what_is_set_after_use_style():
    def own() -> bytes:
        figure = Figure()
        figure.subplots().plot([1, 2])
        return png_bytes(figure)

    with mpl.rc_context():
        viz.use_style()
        plain = own()
        mpl.rcParams.update({"xtick.labelsize": 4, "savefig.transparent": True})
        assert own() != plain


PROGRAM = """
import hashlib
from matplotlib.figure import Figure
from lessonlib import viz
from lessonlib.viz.svg import svg_text

def digest(figure):
    return hashlib.sha256(svg_text(figure).encode()).hexdigest()

print(digest(viz.plot_curves([1, 2, 3], {"one": [1, 2, 4]}, xlabel="x", ylabel="y", title="T")))
viz.use_style()
own = Figure()
own.subplots().plot([1, 2], label="a line")
print(digest(own))
"""


@pytest.mark.slow
def test_a_matplotlibrc_reaches_neither_our_figures_nor_those_after_use_style(tmp_path):
    sheet = tmp_path / "matplotlibrc"
    lines = [f"{key}: {value}\n" for key, value in UNFRIENDLY.items()]
    sheet.write_text("".join(["backend: TkAgg\n", *lines]))
    environ = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    environ |= {"MATPLOTLIBRC": str(sheet), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environ, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    curve = viz.plot_curves([1, 2, 3], {"one": [1, 2, 4]}, xlabel="x", ylabel="y", title="T")
    with mpl.rc_context():
        viz.use_style()
        own = Figure()
        own.subplots().plot([1, 2], label="a line")
        shown = [svg_text(curve), svg_text(own)]
    assert done.stdout.split() == [hashlib.sha256(svg.encode()).hexdigest() for svg in shown]
