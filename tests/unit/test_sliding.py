"""LeNet-5 over wide fields: the same scores as crop by crop, and how much less work."""

import pytest
import torch

from lessonlib.models import (
    LeNet5,
    LeNetClassic,
    crop_by_crop,
    slide,
    window_centre,
    window_places,
    work,
)
from lessonlib.models.ablations import LinearOutput
from lessonlib.runs import network as trained
from lessonlib.training import new_network
from tests import paper_tables as paper


@pytest.fixture(scope="module")
def network() -> LeNet5:
    return trained("lenet5-unembedded")


def pictures(height: int, width: int, count: int = 2) -> torch.Tensor:
    draw = torch.Generator().manual_seed(height * width)
    return torch.randint(0, 256, (count, 1, height, width), dtype=torch.uint8, generator=draw)


@pytest.mark.parametrize("size", [(32, 32), (32, 71), (36, 36), (47, 65)])
def test_one_pass_gives_the_scores_of_every_crop(network, size):
    """Each window is cut out by hand, and every one agrees: at the borders too."""
    images = pictures(*size)
    scores = slide(network, images)
    rows, columns = window_places(*size)
    assert scores.shape == (2, 10, rows, columns)
    assert rows == len(range(0, size[0] - 31, 4))
    assert columns == len(range(0, size[1] - 31, 4))
    fields = network.prepare(images)
    for i in range(rows):
        for j in range(columns):
            window = fields[:, :, 4 * i : 4 * i + 32, 4 * j : 4 * j + 32]
            with torch.no_grad():
                expected = network(window)
            torch.testing.assert_close(scores[:, :, i, j], expected, rtol=1e-5, atol=1e-4)
    torch.testing.assert_close(crop_by_crop(network, images), scores, rtol=1e-5, atol=1e-4)


def test_windows_between_the_places_are_not_read(network):
    """A pass over a field moved by 4 pixels is the same pass; moved by 1 to 3 it is another."""
    fields = network.prepare(pictures(32, 72, 1))
    scores = slide(network, fields)
    moved = slide(network, fields[..., 4:])
    torch.testing.assert_close(moved, scores[..., 1:], rtol=1e-5, atol=1e-4)
    assert (slide(network, fields[..., 2:]) - scores[..., :-1]).abs().max() > 0.01


def test_pixels_that_fill_no_step_are_in_no_window(network):
    fields = network.prepare(pictures(33, 67, 1))
    changed = fields.clone()
    changed[..., 64:] = 1.175
    changed[..., 32:, :] = 1.175
    assert torch.equal(slide(network, changed), slide(network, fields))
    changed[..., 63] = 1.175
    assert not torch.equal(slide(network, changed), slide(network, fields))


def test_a_small_picture_gets_one_place(network):
    images = pictures(28, 20)
    torch.testing.assert_close(slide(network, images)[:, :, 0, 0], network(network.prepare(images)))


def test_a_linear_output_slides_too():
    network = new_network(LeNet5, 0)
    LinearOutput().apply(network)
    images = pictures(32, 64)
    torch.testing.assert_close(slide(network, images), crop_by_crop(network, images))


def test_the_mode_of_the_network_is_kept(network):
    network.train()
    assert not slide(network, pictures(32, 40)).requires_grad
    assert network.training


def test_networks_and_fields_that_cannot_be_slid_are_refused(network):
    with pytest.raises(ValueError, match="LeNetClassic reads prepared float images"):
        slide(LeNetClassic(), pictures(32, 64))
    with pytest.raises(ValueError, match="kernel 32 is larger"):
        slide(network, torch.zeros(1, 1, 32, 28))
    with pytest.raises(ValueError, match="kernel 32 is larger"):
        crop_by_crop(network, torch.zeros(1, 1, 31, 32))

    class OneAnswer(LeNet5):
        def forward(self, images):
            return super().forward(images).flatten(2).mean(2)

    with pytest.raises(ValueError, match=r"expected scores \(N, classes, 1, 9\).*OneAnswer"):
        slide(OneAnswer(), pictures(32, 64))


def test_centres_are_the_middles_of_the_windows():
    assert [window_centre(place) for place in (0, 1)] == [15.5, 19.5]


def test_work_of_one_window_is_the_papers(network):
    one = work(network, 32, 32)
    assert one == (1, paper.LENET5_MULTIPLY_ADDS, paper.LENET5_MULTIPLY_ADDS)


def test_work_counted_by_hand(network):
    """Of a field of 32x64: nine windows; each layer's maps by its size."""
    per_unit = {"c1": 25, "c3": 25 * 60, "c5": 400, "f6": 120, "output": 84}
    units = {"c1": 6 * 28 * 60, "c3": 10 * 26, "c5": 120 * 9, "f6": 84 * 9, "output": 10 * 9}
    subsampled = 6 * 14 * 30 + 16 * 5 * 13
    expected = sum(per_unit[name] * units[name] for name in units) + subsampled
    counted = work(network, 32, 64)
    assert counted.one_pass == expected
    assert counted.crop_by_crop == 9 * paper.LENET5_MULTIPLY_ADDS
    assert counted.times == pytest.approx(9 * paper.LENET5_MULTIPLY_ADDS / expected)
