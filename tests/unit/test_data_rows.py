"""Rows of digits, and digits with neighbours: where each pixel goes."""

import pytest
import torch

from lessonlib.data import flanked, load, row_of, rows_of
from lessonlib.data.rows import MARGIN
from lessonlib.models.fields import place_digits


@pytest.fixture(scope="module")
def digits():
    return load("digits", train=False)


def ink(field: torch.Tensor) -> list[int]:
    """The columns of a field (1, H, W) that have ink."""
    return field[0].amax(0).nonzero().flatten().tolist()


def bar(first: int, last: int) -> torch.Tensor:
    """A picture with ink in these columns, of row 5."""
    picture = torch.zeros(1, 28, 28, dtype=torch.uint8)
    picture[0, 5, first : last + 1] = 200
    return picture


def test_a_row_keeps_its_gaps_and_its_heights():
    row = row_of(torch.stack([bar(4, 6), bar(20, 20), bar(0, 27)]), [3, 1, 7], gap=5)
    starts = (MARGIN, MARGIN + 3 + 5, MARGIN + 3 + 5 + 1 + 5)
    expected = [*range(starts[0], starts[0] + 3), starts[1], *range(starts[2], starts[2] + 28)]
    assert ink(row.field) == expected
    assert row.field.shape == (1, 32, starts[2] + 28 + MARGIN)
    assert row.field[0].amax(1).nonzero().flatten().tolist() == [7]  # 2 rows of ground above
    assert row.labels == (3, 1, 7)
    assert repr(row) == f"Row(3 1 7, {row.field.shape[2]} pixels wide)"
    assert row.centres == (starts[0] + 1, starts[1], starts[2] + 13.5)


def test_one_digit_alone_is_what_the_network_reads(digits):
    row = row_of(digits.images[:1], [int(digits.labels[0])], gap=0)
    field = place_digits(digits.images[:1])[0] * 255
    assert torch.equal(row.field.sum(2), field.round().to(torch.uint8).sum(2))


def test_where_digits_overlap_the_darker_pixel_counts():
    light, dark = bar(4, 9) // 2, bar(4, 9)
    field = row_of(torch.stack([light, dark]), [0, 1], gap=-2).field
    assert field[0, 7, MARGIN : MARGIN + 10].tolist() == [100] * 4 + [200] * 6
    field = row_of(torch.stack([dark, light]), [0, 1], gap=-2).field
    assert field[0, 7, MARGIN : MARGIN + 10].tolist() == [200] * 6 + [100] * 4


def test_rows_of_one_seed_have_the_same_digits_at_every_gap(digits):
    near, far = (rows_of(digits, 3, length=4, gap=gap) for gap in (0, 9))
    assert [row.labels for row in near] == [row.labels for row in far]
    assert [row.field.shape[2] + 3 * 9 for row in near] == [row.field.shape[2] for row in far]
    other = rows_of(digits, 3, length=4, gap=0, seed=1)
    assert [row.labels for row in near] != [row.labels for row in other]


def test_no_digit_is_in_two_rows(digits):
    few = digits.take(torch.arange(12))
    rows = rows_of(few, 3, length=4, gap=2)
    assert sorted(sum((row.labels for row in rows), ())) == sorted(few.labels.tolist())


def test_what_makes_no_row_is_refused(digits):
    with pytest.raises(ValueError, match="nothing but ground"):
        row_of(torch.zeros(1, 1, 28, 28, dtype=torch.uint8), [0], gap=0)
    with pytest.raises(ValueError, match="wider than they overlap, got a gap of -4"):
        row_of(torch.stack([bar(4, 6), bar(4, 9)]), [0, 1], gap=-4)
    with pytest.raises(ValueError, match="N labels"):
        row_of(digits.images[:2], [1], gap=0)
    with pytest.raises(ValueError, match="501 x 4 digits in the set"):
        rows_of(digits, 501, length=4, gap=0)


def test_neighbours_stand_at_their_gaps_and_the_middle_stays():
    """Bars of three columns, each of its own grey, so that one can see whose pixel is whose."""
    count = 40
    images = torch.stack([bar(12, 14) // 200 * (i + 1) for i in range(count)])
    given = load("digits").take(torch.arange(count))
    given = type(given)("bars", images, given.labels, given.classes, "a test", "none")
    made = flanked(given, (2, 4), seed=3)
    seen = set()
    for i, picture in enumerate(made.images):
        line = picture[0, 7]
        assert line[14:17].tolist() == [i + 1] * 3  # 12 to 14, and 2 pixels of ground
        left = max(ink(line[None, None, :14]), default=-9)
        right = 17 + min(ink(line[None, None, 17:]), default=99)
        assert 2 <= 13 - left <= 4
        assert 2 <= right - 17 <= 4
        seen |= {13 - left, right - 17}
        assert line[left - 2 : left + 1].unique().numel() == 1  # the whole neighbour, of one grey
    assert seen == {2, 3, 4}
    assert torch.equal(made.labels, given.labels)
    assert made.images.shape == (count, 1, 32, 32)
    neighbours = made.images[:, 0, 7, 8:14].amax(1)
    assert len(neighbours.unique()) == count  # each digit is the left neighbour of one


def test_neighbours_follow_from_the_seed(digits):
    few = digits.take(torch.arange(50))
    first, again, other = (flanked(few, (0, 4), seed=s).images for s in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    with pytest.raises(ValueError, match="gaps from least to largest"):
        flanked(few, (4, 0))
