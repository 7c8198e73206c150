"""Sets changed by a known amount: how much, which way, and nothing else."""

import pytest
import torch

from lessonlib.data import ImageSet, in_field, load, noisy, scaled, thickened, turned
from lessonlib.data.changed import CHANGES


def of(*pictures: torch.Tensor) -> ImageSet:
    images = torch.stack(pictures)[:, None].to(torch.uint8)
    labels = torch.zeros(len(pictures), dtype=torch.int64)
    return ImageSet("few", images, labels, ("a",), "a test", "none", writers=labels)


def square(side: int, size: int = 40) -> torch.Tensor:
    picture = torch.zeros(size, size)
    first = (size - side) // 2
    picture[first : first + side, first : first + side] = 255
    return picture


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.5, 2.0])
def test_sides_grow_by_the_factor(factor):
    area = scaled(of(square(16)), factor).images.double().sum() / 255
    assert area.sqrt() == pytest.approx(16 * factor, rel=0.03)


@pytest.mark.parametrize("degrees", [90, -90, 180])
def test_a_turn_is_clockwise(degrees):
    picture = torch.zeros(20, 20)
    picture[2:5, 9:11] = 255  # above the middle
    got = turned(of(picture), degrees).images[0, 0]
    expected = torch.rot90(picture, -degrees // 90).to(torch.uint8)
    assert (got.int() - expected.int()).abs().max() <= 1


def test_a_turn_of_45_degrees_goes_the_same_way():
    picture = torch.zeros(41, 41)
    picture[4, 20] = 255
    where = turned(of(picture), 45).images[0, 0].argmax().item()
    assert abs(where // 41 - (20 - 16 * 0.5**0.5)) < 1
    assert abs(where % 41 - (20 + 16 * 0.5**0.5)) < 1


@pytest.mark.parametrize(("pixels", "width"), [(-3, 3), (-1, 5), (0, 6), (1, 7), (2, 8), (3, 9)])
def test_strokes_get_wider_by_so_many_pixels_and_stay(pixels, width):
    got = thickened(of(square(6, 20)), pixels).images[0, 0]
    rows, columns = got.amax(1).nonzero(), got.amax(0).nonzero()
    assert len(rows) == len(columns) == width
    assert abs(float(rows.double().mean()) - 9.5) <= 0.5
    assert got.unique().tolist() == [0, 255]


def test_thinning_does_not_eat_from_the_border():
    assert torch.equal(
        thickened(of(torch.full((6, 6), 255)), -2).images, of(torch.full((6, 6), 255)).images
    )


def test_noise_hits_its_share_and_half_of_it_is_ink():
    blank = of(*(torch.zeros(50, 50) for _ in range(8)))
    hit = (noisy(blank, 0.2).images == 255).double().mean()
    assert hit == pytest.approx(0.1, abs=0.01)
    full = of(*(torch.full((50, 50), 255) for _ in range(8)))
    assert (noisy(full, 0.2).images == 0).double().mean() == pytest.approx(0.1, abs=0.01)
    assert set(noisy(of(torch.full((50, 50), 7)), 0.5).images.unique().tolist()) == {0, 7, 255}


def test_more_noise_holds_the_noise_of_less():
    blank = of(torch.zeros(50, 50))
    less, more = noisy(blank, 0.1).images, noisy(blank, 0.3).images
    assert ((less == 255) <= (more == 255)).all()
    assert not torch.equal(noisy(blank, 0.1, seed=1).images, less)


STILL = {"scaled": 1, "turned": 0, "thickened": 0, "noisy": 0}


@pytest.mark.parametrize("name", CHANGES)
def test_the_amount_that_changes_nothing(name):
    digits = in_field(load("digits", train=False).take(torch.arange(20)))
    same = CHANGES[name](digits, STILL[name])
    assert torch.equal(same.images, digits.images)
    other = CHANGES[name](digits, STILL[name] + 1)
    assert not torch.equal(other.images, digits.images)
    assert torch.equal(other.labels, digits.labels)
    assert torch.equal(other.writers, digits.writers)
    assert other.images.shape == digits.images.shape


def test_amounts_that_mean_nothing_are_refused():
    with pytest.raises(ValueError, match="factor above 0, got 0"):
        scaled(of(square(4)), 0)
    with pytest.raises(ValueError, match=r"from 0 to 1, got 1\.5"):
        noisy(of(square(4)), 1.5)
