"""The steps of one's own digit as a figure: all of them, each with its size, in its proportions."""

import numpy as np
import pytest

from lessonlib.data import mnist_steps
from lessonlib.viz import plot_steps
from lessonlib.viz.steps import LONGEST, NAMES
from tests.unit.own_pictures import ink, on_paper


@pytest.fixture(scope="module")
def steps():
    return mnist_steps(on_paper(ink()))


@pytest.fixture(scope="module")
def axes(steps):
    return plot_steps(steps).axes[0]


def test_every_step_has_its_name_and_its_size(steps, axes):
    words = [text.get_text() for text in axes.texts]
    assert words[::2] == list(NAMES.values())
    height, width = steps.cut.shape
    assert words[1::2] == [
        *["300x240 pixels"] * 3,
        f"{width}x{height} pixels",
        f"{steps.box.shape[1]}x20 pixels",
        "28x28 pixels",
    ]


def test_proportions_are_kept_and_large_steps_have_fewer_pixels(steps, axes):
    assert len(axes.images) == len(NAMES)
    for image, name in zip(axes.images, NAMES, strict=True):
        height, width = np.shape(getattr(steps, name))[-2:]
        left, right, bottom, top = image.get_extent()
        assert (right - left) / (bottom - top) == pytest.approx(width / height)
        assert max(image.get_array().shape) <= LONGEST
    assert (axes.images[-1].get_array() == steps.digit[0].numpy()).all()
