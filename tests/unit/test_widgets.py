"""The interactive convolution: what it takes, what it computes, what it leaves in a notebook."""

import base64
import importlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from torch.nn import functional as F

from lessonlib.data import load
from lessonlib.widgets import KERNELS, ConvolutionExplorer
from lessonlib.widgets.base import HINT, STATE_MIME, WIDGET_MIME, module_source
from lessonlib.widgets.still import exact

ROOT = Path(__file__).resolve().parents[2]
PICTURE = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)


@pytest.fixture
def explorer() -> ConvolutionExplorer:
    return ConvolutionExplorer(PICTURE)


@pytest.mark.parametrize("kernel", [*KERNELS, [[0.3, -2, 7], [1e-3, 0, 99], [-99, 5, 1]]])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("padding", [0, 1, 3])
def test_output_is_pytorchs(kernel, stride, padding):
    explorer = ConvolutionExplorer(PICTURE / 255, kernel, stride, padding)
    conv = torch.nn.Conv2d(1, 1, 3, stride, padding, bias=False, dtype=torch.float64)
    weight = KERNELS[kernel] if isinstance(kernel, str) else kernel
    with torch.no_grad():
        conv.weight[0, 0] = torch.tensor(weight)
        expected = conv(torch.from_numpy(PICTURE / 255)[None, None])[0, 0]
    np.testing.assert_allclose(explorer.output, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 3), (4, 2)])
def test_a_window_times_the_kernel_is_its_unit(explorer, stride, padding):
    explorer.stride, explorer.padding = stride, padding
    for place, unit in np.ndenumerate(explorer.output):
        explorer.row, explorer.column = place
        assert (explorer.window * explorer.kernel).sum() == pytest.approx(unit)


def test_named_kernels_do_what_their_names_say():
    bar = np.zeros((9, 9), np.uint8)
    bar[:, 4] = 200  # a vertical line
    sums = {name: ConvolutionExplorer(bar, name).output for name in KERNELS}
    assert (sums["identity"] == bar[1:-1, 1:-1]).all()
    assert abs(sums["vertical edge"]).max() == 600
    assert not sums["horizontal edge"].any()
    assert sums["blur"].max() == 100
    assert sums["sharpen"].max() == 600
    assert np.sum(KERNELS["blur"]) == np.sum(KERNELS["sharpen"]) == 1


@pytest.mark.parametrize(
    "image",
    [PICTURE, PICTURE[None], torch.from_numpy(PICTURE), load("digits", train=False).images[0]],
    ids=["array", "one channel", "tensor", "digit"],
)
def test_takes_pictures_as_they_come(image):
    explorer = ConvolutionExplorer(image)
    assert explorer.image.shape == (28, 28)
    assert explorer.image.dtype == np.uint8


def test_the_unit_is_the_middle_one_unless_given(explorer):
    assert (explorer.row, explorer.column) == (13, 13)
    placed = ConvolutionExplorer(PICTURE, row=0, column=25)
    assert (placed.row, placed.column) == (0, 25)


BAD = {
    "an image .H, W.": {"image": np.zeros((3, 8, 8))},
    "3 to 64 pixels per side, got .65, 65.": {"image": np.zeros((65, 65))},
    "3 to 64 pixels per side, got .2, 9.": {"image": np.zeros((2, 9))},
    "0 to 1, got -0.1 to 1": {"image": np.linspace(-0.1, 1, 81).reshape(9, 9)},
    "0 to 1, got 0 to 255": {"image": np.eye(9) * 255},
    "finite numbers": {"image": np.full((9, 9), np.nan)},
    "got 'edges'": {"kernel": "edges"},
    "got shape .5, 5.": {"kernel": np.ones((5, 5))},
    "got shape .3, 3. with 0 to 100": {"kernel": np.eye(3) * 100},
    "3×3 numbers, got .*nan": {"kernel": [[float("nan")] * 3] * 3},
    r"got \[\[1, 2\], \[3\]\]": {"kernel": [[1, 2], [3]]},
    "stride to be a whole number 1 to 4, got 5": {"stride": 5},
    "stride to be a whole number 1 to 4, got 0": {"stride": 0},
    "stride to be a whole number 1 to 4, got 1.5": {"stride": 1.5},
    "stride to be a whole number 1 to 4, got True": {"stride": True},
    "padding to be a whole number 0 to 3, got '1'": {"padding": "1"},
    "row to be a whole number 0 to 25, got 26": {"row": 26},
    "column to be a whole number 0 to 25, got -1": {"column": -1},
}


@pytest.mark.parametrize(("message", "arguments"), BAD.items(), ids=list(BAD))
def test_refuses_and_says_what_came(message, arguments):
    with pytest.raises(ValueError, match=message):
        ConvolutionExplorer(**{"image": PICTURE, **arguments})


@pytest.mark.parametrize(("message", "arguments"), BAD.items(), ids=list(BAD))
def test_refuses_what_is_set_later_and_stays_as_it_was(explorer, message, arguments):
    before = explorer.state()
    ((name, value),) = arguments.items()
    with pytest.raises(ValueError, match=message):
        setattr(explorer, name, value)
    assert explorer.state() == before


def test_a_kernel_may_be_set_by_its_name(explorer):
    explorer.kernel = "sharpen"
    assert (explorer.kernel == np.array(KERNELS["sharpen"])).all()


def test_arrays_cannot_be_changed_behind_the_screens_back(explorer):
    with pytest.raises(ValueError, match="read-only"):
        explorer.kernel[0, 0] = 5
    with pytest.raises(ValueError, match="read-only"):
        explorer.image[0, 0] = 5


def test_the_unit_stays_inside_a_map_that_becomes_smaller(explorer):
    explorer.row = explorer.column = 25
    explorer.stride = 4
    assert (explorer.row, explorer.column) == (6, 6)
    assert explorer.output.shape == (7, 7)


def test_state_from_the_screen_is_taken_over(explorer):
    kernel = [[1, 2, 3], [4, 5, 6], [7, 8, 9.5]]
    explorer.set_state({"kernel": kernel, "padding": 3, "row": 31, "column": 0})
    assert explorer.kernel.tolist() == kernel
    assert (explorer.padding, explorer.row, explorer.column) == (3, 31, 0)


def test_state_is_plain_json(explorer):
    state = json.loads(json.dumps(explorer.state()))
    assert state["image"] == {"rows": PICTURE.tolist(), "top": 255}
    assert state["kernel"] == [[-1, 0, 1]] * 3
    assert list(state["kernels"]) == list(KERNELS)
    assert ConvolutionExplorer(PICTURE / 255).state()["image"]["top"] == 1


def bundle(explorer: ConvolutionExplorer) -> dict:
    return explorer._repr_mimebundle_()[0]


def test_a_stored_output_holds_widget_picture_state_and_words(explorer):
    data = bundle(explorer)
    assert set(data) == {"text/plain", "image/png", STATE_MIME, WIDGET_MIME}
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert len(data["image/png"]) < 60_000
    assert data[STATE_MIME]["module"] == "convolution"
    assert data[STATE_MIME]["state"] == explorer.state()
    assert "stride 1 and padding 0" in data[STATE_MIME]["alt"]


def test_the_stored_output_is_the_same_from_run_to_run():
    """All but the widget's random id, which nbval leaves out."""
    one, other = bundle(ConvolutionExplorer(PICTURE)), bundle(ConvolutionExplorer(PICTURE))
    assert one.pop(WIDGET_MIME) != other.pop(WIDGET_MIME)
    assert one == other


def test_the_still_picture_follows_the_state(explorer):
    before = bundle(explorer)["image/png"]
    explorer.row = 3
    assert bundle(explorer)["image/png"] != before


@pytest.mark.parametrize("shape", [(3, 3), (64, 64), (12, 40), (40, 12)])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (4, 3)])
def test_still_pictures_of_other_shapes(shape, stride, padding):
    image = np.random.default_rng(1).random(shape)
    explorer = ConvolutionExplorer(image, "blur", stride, padding, ink=False)
    figure = explorer.still()
    right = figure.bbox.x1
    for text in figure.findobj(Text):
        assert text.get_window_extent().x1 <= right, f"cut off: {text.get_text()}"


def test_numbers_are_written_as_in_the_module():
    assert [exact(v) for v in (-0.0, 2.0, -1.5, 1 / 3, 1e-9)] == ["0", "2", "−1.5", "0.3333", "0"]


@pytest.fixture
def without_anywidget(monkeypatch):
    """The module as it is imported where anywidget is missing."""
    names = [name for name in sys.modules if name.startswith("lessonlib.widgets")]
    for name in names:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "anywidget", None)
    widgets = importlib.import_module("lessonlib.widgets")
    yield widgets
    for name in [name for name in sys.modules if name.startswith("lessonlib.widgets")]:
        monkeypatch.delitem(sys.modules, name)


def test_without_anywidget_there_is_a_line_and_a_still_picture(
    without_anywidget, explorer, monkeypatch, capsys
):
    still = without_anywidget.ConvolutionExplorer(PICTURE)
    shown = []
    base = sys.modules["lessonlib.widgets.base"]
    monkeypatch.setattr(base, "display", lambda data, **_: shown.append(data))
    still._ipython_display_()
    assert capsys.readouterr().out == HINT + "\n"
    assert 'pip install "lessonlib[widgets]"' in HINT
    with_it = bundle(explorer)
    del with_it[WIDGET_MIME]
    assert shown == [with_it]


def test_without_anywidget_the_state_can_be_read_and_set(without_anywidget):
    still = without_anywidget.ConvolutionExplorer(PICTURE, stride=2)
    still.kernel = "blur"
    assert still.output.shape == (13, 13)
    weight = torch.tensor(KERNELS["blur"], dtype=torch.float64)[None, None]
    picture = torch.from_numpy(PICTURE.astype(np.float64))[None, None]
    np.testing.assert_allclose(still.output, F.conv2d(picture, weight, stride=2)[0, 0])
    with pytest.raises(ValueError, match="got 9"):
        still.stride = 9


def test_a_notebook_gets_the_module_and_what_it_imports_as_one_text():
    text = module_source("convolution")
    assert "import" not in re.findall(r"^\w+", text, re.MULTILINE)
    assert text.count("export default") == 1
    names = re.findall(r"^(?:export )?(?:const|function) (\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(set(names)), "a name is declared twice"
    assert {"signedColor", "followPointer", "convolve"} <= set(names)
    assert str(ConvolutionExplorer(PICTURE)._esm) == text


@pytest.fixture
def extension(monkeypatch):
    """The part of the book's extension that makes pages of stored outputs."""
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("course.widgets")


def test_the_book_knows_the_stored_output(extension, explorer):
    from bs4 import BeautifulSoup

    assert extension.STATE_MIME == STATE_MIME
    box = BeautifulSoup(extension.widget_html(bundle(explorer)), "html.parser").div
    assert json.loads(box["data-state"]) == explorer.state()
    assert box.img["alt"] == explorer.describe()
    module = ROOT / "lessonlib" / "widgets" / f"{box['data-module']}.js"
    assert module.is_file()


def test_the_book_refuses_an_output_without_a_picture(extension, explorer):
    data = bundle(explorer)
    del data["image/png"]
    with pytest.raises(Exception, match="no still picture"):
        extension.widget_html(data)
