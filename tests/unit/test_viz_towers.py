"""Two towers at work: what is drawn is what was given."""

import matplotlib as mpl
import numpy as np
import pytest
import torch

from lessonlib.viz import plot_towers

STATES = {"conv1": torch.rand(32, 27, 27), "conv3": torch.rand(8, 6, 6)}
GUESSES = {"tabby": 0.5, "a name that is much too long for its place": 0.25}


def towers(**changes):
    options = {"picture": 255 * torch.rand(3, 56, 56), "states": STATES, "guesses": GUESSES}
    options |= {"meet": ["conv3"]} | changes
    return plot_towers(options.pop("picture"), options.pop("states"), options.pop("guesses"),
                       **options)  # fmt: skip


def arrows(figure) -> int:
    return sum(isinstance(patch, mpl.patches.FancyArrowPatch) for patch in figure.axes[0].patches)


def test_the_first_sixteen_maps_of_each_tower_are_drawn():
    images = towers().axes[0].images
    picture, *maps = images
    assert picture.get_array().shape == (56, 56, 3)
    conv1, conv3 = maps[:32], maps[32:]
    assert len(conv3) == 8  # four of each tower
    for drawn, layer in ((conv1, "conv1"), (conv3, "conv3")):
        for image, values in zip(drawn, STATES[layer], strict=True):
            np.testing.assert_allclose(image.get_array(), values.numpy(), rtol=1e-6)
        assert len({(image.norm.vmin, image.norm.vmax) for image in drawn}) == 1


def test_towers_cross_where_they_meet():
    assert arrows(towers()) == arrows(towers(meet=())) + 2


def test_guesses_are_bars_of_their_probability():
    figure = towers()
    bars = [p for p in figure.axes[0].patches if ": " in str(p.get_label())]
    assert [bar.get_label() for bar in bars] == [f"{n}: {p:.3f}" for n, p in GUESSES.items()]
    assert bars[0].get_width() == pytest.approx(2 * bars[1].get_width())
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert "tabby" in texts
    assert any(text.endswith("…") for text in texts)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"states": {}}, "at least one layer"),
        ({"states": {"conv1": torch.rand(3, 6, 6)}}, "conv1: expected an even number of maps"),
        ({"states": {"fc6": torch.rand(8)}}, r"fc6: maps \(C, H, W\)"),
        ({"picture": torch.rand(56, 56)}, r"a picture \(3, H, W\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        towers(**changes)
