"""Holding a part of a set back."""

import pytest
import torch

from lessonlib.data import ImageSet, split
from tests.unit.picture_folders import in_memory, write
from tests.unit.training_examples import blobs


def test_each_class_gives_the_same_share_and_no_picture_is_in_both():
    whole = blobs(count=60)
    rest, held = split(whole, 0.2)
    assert (len(rest), len(held)) == (48, 12)
    assert torch.bincount(held.labels).tolist() == [4, 4, 4]
    assert rest.classes == held.classes == whole.classes
    pictures = [*rest.images.flatten(1).tolist(), *held.images.flatten(1).tolist()]
    assert sorted(pictures) == sorted(whole.images.flatten(1).tolist())


def test_the_seed_decides_and_the_order_is_kept():
    one, again, other = (split(blobs(), seed=seed)[1] for seed in (0, 0, 1))
    assert torch.equal(one.images, again.images)
    assert not torch.equal(one.images, other.images)
    whole = blobs()
    places = [
        next(place for place, image in enumerate(whole.images) if torch.equal(image, each))
        for each in one.images
    ]
    assert places == sorted(places)


def test_a_class_gives_at_least_one_and_never_all():
    labels = torch.tensor([0] * 30 + [1] * 2 + [2])
    images = torch.zeros(33, 1, 2, 2, dtype=torch.uint8)
    rest, held = split(ImageSet("made", images, labels, ("a", "b", "c"), "", ""), 0.5)
    assert torch.bincount(held.labels, minlength=3).tolist() == [15, 1, 0]
    assert torch.bincount(rest.labels, minlength=3).tolist() == [15, 1, 1]


def test_a_folder_is_split_as_pictures_in_memory_are(tmp_path):
    from lessonlib.data import load

    on_disk = split(load("folder", root=write(tmp_path)), 0.25)
    for read, kept in zip(on_disk, split(in_memory(), 0.25), strict=True):
        images = torch.cat([batch for batch, _ in read.with_workers(0).ordered(5)])
        assert torch.equal(images, kept.images)


@pytest.mark.parametrize("share", [0, 1, -0.5, float("nan")])
def test_a_share_of_nothing_or_all_is_refused(share):
    with pytest.raises(ValueError, match="a share to hold back above 0 and below 1"):
        split(blobs(), share)


def test_a_set_of_single_pictures_is_refused():
    with pytest.raises(ValueError, match=r"a class of at least two pictures.* 3 pictures of 3 cl"):
        split(blobs(count=3))
