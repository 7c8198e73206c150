import torch

from lessonlib.data.augment import REACH, shift


def test_a_shift_moves_each_picture_as_a_whole():
    images = torch.randint(1, 256, (50, 2, 9, 7), dtype=torch.uint8)
    moved = shift(images, torch.Generator().manual_seed(0))
    assert moved.shape == images.shape
    assert moved.dtype == torch.uint8
    padded = torch.nn.functional.pad(images, (REACH,) * 4)
    seen = set()
    for before, after in zip(padded, moved, strict=True):
        places = [
            (dy, dx)
            for dy in range(2 * REACH + 1)
            for dx in range(2 * REACH + 1)
            if torch.equal(before[:, dy : dy + 9, dx : dx + 7], after)
        ]
        assert len(places) == 1
        seen.add(places[0])
    assert len(seen) > 10  # not all the same way


def test_the_generator_decides():
    images = torch.randint(0, 256, (20, 1, 8, 8), dtype=torch.uint8)
    kept = images.clone()
    a, b, c = (shift(images, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    assert torch.equal(images, kept)
