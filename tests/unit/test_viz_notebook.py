"""A figure that ends a cell is shown once, uncropped, with a text that does not change."""

import re
from base64 import b64decode
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
    "import numpy as np\nplt.imshow(np.random.default_rng(0).random((300, 300, 3)))\nplt.show()",
)


def size_of(shown):
    """Width and height of an output's SVG, in CSS pixels."""
    found = re.match(r'<svg [^>]*width="([0-9.]+)" height="([0-9.]+)"', shown.data["image/svg+xml"])
    return tuple(float(side) for side in found.groups())


@pytest.mark.slow
def test_a_cell_shows_its_figure_once(monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel sets its own
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, kernel_name="python3", timeout=250).execute()
    outputs = [cell.outputs for cell in notebook.cells]
    assert [len(shown) for shown in outputs] == [0, 1, 0, 1, 1, 1, 1]
    for (shown,) in (outputs[1], *outputs[4:6]):
        assert shown.data["text/plain"] == "<Figure size 960x326.4 with 1 Axes>"
        assert set(shown.data) == {"text/plain", "image/svg+xml", "image/png"}
        assert Image.open(BytesIO(b64decode(shown.data["image/png"]))).width == 600
        assert size_of(shown) == (480, 163.2)
    assert size_of(outputs[3][0]) == (480, 316.8)  # pyplot's, in the style's size
    assert set(outputs[6][0].data) == {"text/plain", "image/png"}  # too heavy for SVG
