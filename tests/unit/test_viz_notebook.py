"""A figure that ends a cell is shown once, uncropped, with a text that does not change."""

import base64
from io import BytesIO

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image

CELLS = (
    "from lessonlib.viz import plot_bars, use_style\nuse_style()",
    "plot_bars({'a': 1, 'b': 2}, xlabel='count')",
    "figure = plot_bars({'a': 1, 'b': 2}, xlabel='count')",
    "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])",
    "plot_bars({'a': 1, 'b': 2}, xlabel='count')",
    "%matplotlib inline\nplot_bars({'a': 1, 'b': 2}, xlabel='count')",
)


def look_of(shown):
    """Size in pixels and mode (P has a palette) of an output's picture."""
    with Image.open(BytesIO(base64.b64decode(shown.data["image/png"]))) as picture:
        return picture.size, picture.mode


@pytest.mark.slow
def test_a_cell_shows_its_figure_once(monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel sets its own
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    outputs = [cell.outputs for cell in notebook.cells]
    assert [len(shown) for shown in outputs] == [0, 1, 0, 1, 1, 1]
    for (shown,) in (outputs[1], *outputs[4:]):
        assert shown.data["text/plain"] == "<Figure size 1020x289 with 1 Axes>"
        assert look_of(shown) == ((1020, 289), "P")
    assert look_of(outputs[3][0]) == ((1020, 612), "P")  # pyplot's, in the style's size
