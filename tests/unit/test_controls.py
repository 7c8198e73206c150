"""Plain sliders: their picture says where they are set, with and without a kernel."""

import base64
from types import SimpleNamespace

import ipywidgets
import pytest
from matplotlib.text import Text

from lessonlib.widgets import Controls
from lessonlib.widgets.base import WIDGET_MIME


@pytest.fixture
def batch():
    return ipywidgets.SelectionSlider(options=[1, 8, 32], value=8, description="batch")


def bold(figure):
    words = [text for text in figure.findobj(Text) if text.get_weight() == "bold"]
    return [text.get_text() for text in words if text.get_text()]


def test_the_picture_shows_every_option_and_marks_the_chosen_one(batch):
    words = {text.get_text() for text in Controls(batch).still().findobj(Text)}
    assert {"batch", "1", "8", "32"} <= words
    assert bold(Controls(batch).still()) == ["batch", "8"]


def test_the_picture_follows_the_slider(batch):
    controls = Controls(batch)
    batch.value = 32
    assert bold(controls.still()) == ["batch", "32"]
    assert repr(controls) == "batch 32"


def test_an_output_holds_the_live_sliders_and_a_picture(batch):
    data = Controls(batch)._repr_mimebundle_()
    assert data[WIDGET_MIME]["model_id"]
    assert data["text/plain"] == "batch 8"
    assert "<svg" in data["image/svg+xml"]
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")


def test_two_sliders_have_a_row_each(batch):
    rate = ipywidgets.SelectionSlider(options=[0.001, 0.01], value=0.01, description="rate")
    one, two = (Controls(*sliders).still().get_figheight() for sliders in ([batch], [rate, batch]))
    assert two > 1.5 * one
    assert repr(Controls(rate, batch)) == "rate 0.01, batch 8"


def test_one_option_alone_can_be_drawn():
    alone = ipywidgets.SelectionSlider(options=[5], description="map")
    assert bold(Controls(alone).still()) == ["map", "5"]


@pytest.mark.parametrize(
    ("sliders", "message"),
    [
        ([], "at least one"),
        ([ipywidgets.IntSlider(description="map")], "got IntSlider"),
        ([SimpleNamespace(options=[1], value=1, description="")], "a description"),
    ],
)
def test_what_cannot_be_drawn_is_refused(sliders, message):
    with pytest.raises(ValueError, match=message):
        Controls(*sliders)
