"""Augmentations: what a shift does, and that a picture's draw does not depend on its batch."""

import pytest
import torch

from lessonlib.data.augment import AUGMENTATIONS, EpochDraws, Shift
from tests.unit.training_examples import blobs


def places(before: torch.Tensor, after: torch.Tensor, pixels: int) -> list[tuple[int, int]]:
    """All windows of the bordered picture that show what came out."""
    padded = torch.nn.functional.pad(before, (pixels,) * 4)
    height, width = before.shape[-2:]
    windows = [(row, column) for row in range(2 * pixels + 1) for column in range(2 * pixels + 1)]
    return [
        (row, column)
        for row, column in windows
        if torch.equal(padded[:, row : row + height, column : column + width], after)
    ]


def test_a_shift_moves_each_picture_as_a_whole():
    images = torch.randint(1, 256, (50, 2, 9, 7), dtype=torch.uint8)
    kept = images.clone()
    for pixels in (1, 2, 4):
        draws = EpochDraws((Shift(pixels),), 50, seed=0, epoch=1)
        moved = draws(images, torch.arange(50))
        assert moved.shape == images.shape
        assert moved.dtype == torch.uint8
        found = [places(a, b, pixels) for a, b in zip(images, moved, strict=True)]
        assert all(len(each) == 1 for each in found)
        assert len({each[0] for each in found}) > 2 * pixels + 1  # not all the same way
        assert torch.equal(images, kept)


def test_a_picture_gets_the_same_draw_in_any_batch_and_batch_size():
    data, augment = blobs(count=50), (Shift(2), Shift(1))
    alone = EpochDraws(augment, 50, seed=3, epoch=2)
    expected = torch.cat([alone(data.images[i : i + 1], torch.tensor([i])) for i in range(50)])
    for batch_size in (1, 7, 50):
        draws = EpochDraws(augment, 50, seed=3, epoch=2)
        for images, _, indices in data.batches(2, batch_size, seed=9, indices=True):
            assert torch.equal(draws(images, indices), expected[indices])


def test_seed_epoch_kind_and_repetition_name_a_table():
    def table(step: int, *augment: Shift, seed: int = 0, epoch: int = 1) -> torch.Tensor:
        return EpochDraws(augment, 40, seed=seed, epoch=epoch).steps[step][1]

    first = table(0, Shift(2))
    assert torch.equal(table(0, Shift(2), Shift(2)), first)
    for other in (
        table(0, Shift(2), seed=1),
        table(0, Shift(2), epoch=2),
        table(1, Shift(2), Shift(2)),
    ):
        assert not torch.equal(other, first)


def test_what_stands_before_an_augmentation_does_not_change_its_draw(monkeypatch):
    class Still(Shift):
        """Another kind, which draws as a shift does."""

    monkeypatch.setitem(AUGMENTATIONS, "Still", Still)
    alone, second = (
        EpochDraws(augment, 40, seed=0, epoch=1).steps[-1][1]
        for augment in ((Shift(2),), (Still(3), Shift(2)))
    )
    assert torch.equal(alone, second)


def test_a_table_for_a_million_pictures_is_some_megabytes():
    drawn = Shift(2).draw(1_000_000, torch.Generator())
    assert drawn.nbytes <= 8_000_000


def test_without_augmentations_nothing_is_drawn(monkeypatch):
    monkeypatch.setattr("lessonlib.data.augment.stream", lambda *_: pytest.fail("it drew"))
    images = blobs().images
    assert EpochDraws((), 60, seed=0, epoch=1)(images, torch.arange(60)) is images


@pytest.mark.parametrize("pixels", [0, -1, 1.5, "2"])
def test_a_shift_by_nothing_is_refused(pixels):
    with pytest.raises(ValueError, match="pixels as a whole number, at least 1, got"):
        Shift(pixels)
