"""What a page shows of controls that need a kernel."""

import ipywidgets
import pytest
from course.widgets import STATE_MIME, VIEW_MIME, without_kernel
from sphinx.errors import ExtensionError

from lessonlib.widgets import Controls

VIEW = {"version_major": 2, "version_minor": 0, "model_id": "abc"}
SLIDER = ipywidgets.SelectionSlider(options=[1, 8], description="batch")


def test_controls_leave_their_picture_and_no_view():
    data = Controls(SLIDER)._repr_mimebundle_()
    assert set(without_kernel(data, "here")) == {"text/plain", "image/svg+xml", "image/png"}


@pytest.mark.parametrize(
    "data",
    [
        {"text/plain": repr(SLIDER)},
        {"text/plain": ["VBox(children=(", "IntSlider(value=0),))"]},
        {"text/plain": "Chooser()", VIEW_MIME: VIEW},
        {VIEW_MIME: VIEW},
    ],
)
def test_a_control_without_a_picture_is_refused(data):
    with pytest.raises(ExtensionError, match=r"07, cell knobs: .*lessonlib\.widgets\.Controls"):
        without_kernel(data, "07, cell knobs")


@pytest.mark.parametrize(
    "data",
    [
        {"text/plain": "42"},
        {"text/plain": "tensor([1, 2])"},
        {"text/plain": "Box of chocolates"},
        {"text/plain": "<Figure>", "image/png": "abc"},
        {"text/plain": "", "text/html": "<table></table>"},
    ],
)
def test_any_other_output_stays_as_it_is(data):
    assert without_kernel(data, "here") == data


def test_an_interactive_becomes_html():
    data = {STATE_MIME: {"module": "m", "state": {}, "alt": "a"}, "image/png": "abc"}
    assert set(without_kernel(data, "here")) == {"text/html"}
