"""ImageSet: what it refuses, the order of its batches, its parts."""

import importlib
import pkgutil

import numpy as np
import pytest
import torch

from lessonlib.data import SETS, ImageSet, load

COUNT = 20


def numbered(count: int = COUNT, **changed) -> ImageSet:
    """Pictures of one pixel that holds the picture's number."""
    fields = {
        "name": "numbered",
        "images": torch.arange(count, dtype=torch.uint8).view(count, 1, 1, 1),
        "labels": torch.arange(count) % 3,
        "classes": ("a", "b", "c"),
        "source": "made for a test",
        "licence": "none",
    }
    return ImageSet(**{**fields, **changed})


def order(image_set: ImageSet, epoch: int, batch_size: int, seed: int) -> list[int]:
    batches = [images for images, _ in image_set.batches(epoch, batch_size, seed)]
    return torch.cat(batches).flatten().tolist()


REFUSED = [
    ({"images": np.zeros((COUNT, 1, 1, 1), np.uint8)}, "images as a torch tensor, got ndarray"),
    ({"labels": [0] * COUNT}, "labels as a torch tensor, got list"),
    ({"images": torch.zeros(COUNT, 1, 1, 1)}, r"expected uint8 .*float32 \(20, 1, 1, 1\)"),
    ({"images": torch.zeros(COUNT, 1, 1, dtype=torch.uint8)}, r"\(N, C, H, W\).*\(20, 1, 1\)"),
    ({"labels": torch.zeros(COUNT - 1, dtype=torch.int64)}, r"expected 20 int64.*\(19,\)"),
    ({"labels": torch.zeros(COUNT, 1, dtype=torch.int64)}, r"one per image.*\(20, 1\)"),
    ({"labels": torch.zeros(COUNT, dtype=torch.int32)}, r"int64 labels.*int32"),
    ({"labels": torch.full((COUNT,), 3)}, "run from 3 to 3, but there are 3 classes.*0 to 2"),
    ({"labels": torch.full((COUNT,), -1)}, "run from -1 to -1"),
    ({"classes": ()}, "0 classes"),
    ({"images": torch.zeros(COUNT, 1, 0, 1, dtype=torch.uint8)}, "empty"),
]


@pytest.mark.parametrize(("changed", "said"), REFUSED)
def test_what_does_not_fit_together_is_refused(changed, said):
    with pytest.raises(ValueError, match=f"numbered: .*{said}"):
        numbered(**changed)


def test_an_empty_set_is_refused():
    with pytest.raises(ValueError, match=r"empty.*at least one image"):
        numbered(0)


@pytest.mark.parametrize("batch_size", [1, 6, 20, 50])
def test_every_picture_comes_once_and_keeps_its_label(batch_size):
    pairs = [
        (image.item(), label.item())
        for images, labels in numbered().batches(1, batch_size, 0)
        for image, label in zip(images, labels, strict=True)
    ]
    assert sorted(pairs) == [(n, n % 3) for n in range(COUNT)]


def test_the_last_batch_may_be_short():
    assert [len(labels) for _, labels in numbered().batches(1, 6, 0)] == [6, 6, 6, 2]


# seed, epoch, first pictures; a change here changes every stored result of the course
ORDERS = [
    (0, 1, [7, 14, 8, 18, 6, 11]),
    (0, 2, [10, 5, 18, 3, 12, 0]),
    (1, 1, [19, 1, 17, 12, 3, 0]),
]


@pytest.mark.parametrize(("seed", "epoch", "first"), ORDERS)
def test_the_order_is_fixed_by_seed_and_epoch(seed, epoch, first):
    assert order(numbered(), epoch, 7, seed)[:6] == first


def test_the_order_depends_on_nothing_else():
    torch.manual_seed(1)
    once = order(numbered(), 3, 7, 0)
    torch.manual_seed(2)
    state = torch.get_rng_state()
    assert order(numbered(), 3, 5, 0) == once
    assert torch.equal(torch.get_rng_state(), state)


def test_a_batch_can_be_changed_without_harm():
    image_set = numbered()
    for images, labels in image_set.batches(1, 7, 0):
        images.zero_()
        labels.zero_()
    assert image_set.images.flatten().tolist() == list(range(COUNT))
    assert image_set.labels.max() == 2


def test_a_batch_size_below_1_is_refused_at_the_call():
    with pytest.raises(ValueError, match="batch_size of at least 1, got 0"):
        numbered().batches(1, 0, 0)


def test_take_gives_those_pictures_in_that_order():
    part = numbered().take(torch.tensor([7, 2, 7]))
    assert part.images.flatten().tolist() == [7, 2, 7]
    assert part.labels.tolist() == [1, 2, 1]
    assert (part.name, part.classes, part.source) == (
        "numbered",
        ("a", "b", "c"),
        numbered().source,
    )


def test_taking_nothing_is_refused():
    with pytest.raises(ValueError, match="empty"):
        numbered().take(torch.tensor([], dtype=torch.int64))


def test_describe_names_set_view_part_and_source():
    assert numbered().describe() == "numbered, made for a test"
    assert numbered(view="raw").describe() == "numbered, view raw, made for a test"
    assert numbered(subset=6).describe() == "numbered, 6 per class, made for a test"
    assert numbered(subset=9).describe() == (
        "numbered, up to 9 per class (the smallest class has 6), made for a test"
    )


def test_writers_are_one_for_each_picture():
    with pytest.raises(ValueError, match="expected 20 writers, one for each image, got"):
        numbered(writers=torch.arange(3))
    writers = torch.arange(COUNT)
    assert numbered(writers=writers).take(torch.tensor([4, 1])).writers.tolist() == [4, 1]


def test_a_subset_is_balanced_and_says_so():
    part = load("digits", subset=5)
    assert torch.bincount(part.labels).tolist() == [5] * 10
    assert part.subset == 5
    assert load("digits").subset is None


def test_a_subset_is_the_same_each_time():
    torch.manual_seed(1)
    once = load("digits", subset=5)
    torch.manual_seed(2)
    assert torch.equal(load("digits", subset=5).images, once.images)
    assert [int(image.sum()) for image in once.images[:4]] == [19200, 18502, 14088, 16284]


def test_a_class_that_has_fewer_gives_all_it_has():
    part = load("digits", train=False, subset=200)
    whole = torch.bincount(load("digits", train=False).labels)
    assert whole.min() == 190
    assert torch.bincount(part.labels).tolist() == whole.clamp(max=200).tolist()
    assert "up to 200 per class (the smallest class has 190)" in part.describe()
    assert len(load("digits", subset=200)) == 2_000


@pytest.mark.parametrize("subset", [0, -1, 2.5, True])
def test_a_subset_that_is_no_number_of_pictures_is_refused(subset):
    with pytest.raises(
        ValueError, match=f"subset as a whole number, at least 1, or None, got {subset}"
    ):
        load("digits", train=False, subset=subset)


def test_every_reader_of_a_set_is_registered():
    import lessonlib.data

    readers = set()
    for module in pkgutil.iter_modules(lessonlib.data.__path__):
        members = vars(importlib.import_module(f"lessonlib.data.{module.name}"))
        readers |= {value for name, value in members.items() if name.startswith("load_")}
    assert readers == {info.read for info in SETS.values()}


def test_unknown_names_are_refused_with_those_there_are():
    with pytest.raises(
        ValueError, match="unknown set 'mnits'; known: digits, mnist, usps, photos, tinyimagenet"
    ):
        load("mnits")
    assert list(SETS) == [
        *("digits", "mnist", "usps", "photos", "tinyimagenet"),
        *("cifar10", "imagenette", "folder"),
    ]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"name": "digits", "root": "somewhere"}, "'digits' takes no root, got 'somewhere'"),
        ({"name": "digits", "view": "raw"}, "'digits' has no view 'raw'; leave it out"),
        ({"name": "mnist", "view": "raw"}, "'mnist' has no view 'raw'; it has: unembedded"),
    ],
)
def test_arguments_of_other_sets_are_refused(arguments, complaint):
    with pytest.raises(ValueError, match=complaint):
        load(**arguments)


@pytest.mark.parametrize("train", ["test", "train", 0, None])
def test_a_part_that_is_no_bool_is_refused(train):
    with pytest.raises(ValueError, match=f"expected train=True or train=False, got {train!r}"):
        load("digits", train)


def test_indices_come_as_a_third_value_and_change_nothing_else():
    data = numbered()
    plain = list(data.batches(1, 6, 0))
    for (images, labels), (same, known, where) in zip(
        plain, data.batches(1, 6, 0, indices=True), strict=True
    ):
        assert torch.equal(images, same)
        assert torch.equal(labels, known)
        assert where.tolist() == images.flatten().tolist()


def test_the_fingerprint_tells_sets_of_equal_name_and_size_apart():
    data = numbered()
    changed = data.images.clone()
    changed[3, 0, 0, 0] += 1
    labels = data.labels.clone()
    labels[0] = 1
    others = [
        data.take(data.order(1, 0)),  # shuffled
        numbered(images=changed),
        numbered(labels=labels),
        numbered(classes=("a", "b", "d")),
        numbered(classes=("a", "b", "c", "d")),
        numbered(images=data.images.view(COUNT, 1, 1, 1).expand(-1, -1, 1, 2)),
    ]
    assert len({each.fingerprint for each in (data, *others)}) == 7
    again = numbered(source="elsewhere", licence="another")
    assert again.fingerprint == data.fingerprint == data.take(torch.arange(COUNT)).fingerprint
    assert len(data.fingerprint) == 64


def test_the_fingerprint_is_computed_once(monkeypatch):
    data = numbered()
    first = data.fingerprint
    monkeypatch.setattr("lessonlib.data.imageset.hashlib", None)
    assert data.fingerprint == first
