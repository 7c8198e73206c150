"""The face of all sets: shares of a batch, the set's order, and that training asks nothing else."""

import pytest
import torch
from torch import Tensor

from lessonlib.data import ImageSet, PictureSet
from lessonlib.data.augment import Shift
from lessonlib.data.face import STAND_IN
from lessonlib.training import Recipe, SDLMRecipe, evaluate, fit, sdlm_fit
from tests.unit.training_examples import Small, blobs, small, weights


class Read(PictureSet):
    """A set that has the face and no pictures of its own; what it leaves out cannot be read."""

    def __init__(self, behind: ImageSet, broken: tuple[int, ...] = ()) -> None:
        for name in ("name", "labels", "classes", "source", "licence", "subset", "view"):
            setattr(self, name, getattr(behind, name))
        self._behind, self._broken = behind, torch.tensor(broken, dtype=torch.int64)

    def _readable(self, batch: tuple[Tensor, Tensor, Tensor], indices: bool) -> tuple[Tensor, ...]:
        good = ~torch.isin(batch[2], self._broken)
        if not good.any():
            black = torch.zeros_like(batch[0][:1])
            batch = (black, torch.tensor([0]), torch.tensor([STAND_IN]))
            good = torch.tensor([True])
        return tuple(values[good] for values in batch)[: 3 if indices else 2]

    def batches(self, epoch, batch_size, seed, *, indices=False, share=(0, 1)):
        made = self._behind.batches(epoch, batch_size, seed, indices=True, share=share)
        return (self._readable(batch, indices) for batch in made)

    def ordered(self, batch_size, *, indices=False):
        made = self._behind.ordered(batch_size, indices=True)
        return (self._readable(batch, indices) for batch in made)

    @property
    def fingerprint(self) -> str:
        return self._behind.fingerprint

    def take(self, indices):
        return Read(self._behind.take(indices))


@pytest.mark.parametrize(("batch_size", "shares"), [(16, 2), (16, 3), (7, 4), (60, 1)])
def test_the_shares_of_a_batch_are_the_batch(batch_size, shares):
    data = blobs()
    whole = list(data.batches(3, batch_size, 5, indices=True))
    parts = [
        list(data.batches(3, batch_size, 5, indices=True, share=(number, shares)))
        for number in range(shares)
    ]
    for step, (images, labels, indices) in enumerate(whole):
        for number in range(shares):
            own = parts[number][step]
            assert torch.equal(own[0], images[number::shares])
            assert torch.equal(own[1], labels[number::shares])
            assert torch.equal(own[2], indices[number::shares])


def test_a_share_that_would_be_empty_gets_a_picture_that_stands_in():
    data = blobs(count=17)
    *_, (images, labels, indices) = data.batches(1, 16, 0, indices=True, share=(1, 2))
    assert indices.tolist() == [STAND_IN]
    *_, (same, label) = data.batches(1, 16, 0)
    assert torch.equal(images, same)
    assert torch.equal(labels, label)


@pytest.mark.parametrize("share", [(2, 2), (-1, 2), (0, 0)])
def test_a_share_that_is_none_is_refused_at_the_call(share):
    with pytest.raises(ValueError, match=r"share \(i, n\) with 0 <= i < n, got"):
        blobs().batches(1, 16, 0, share=share)


def test_ordered_is_the_sets_order():
    data = blobs()
    images, labels, indices = (
        torch.cat(parts) for parts in zip(*data.ordered(7, indices=True), strict=True)
    )
    assert torch.equal(images, data.images)
    assert torch.equal(labels, data.labels)
    assert indices.tolist() == list(range(60))
    assert [len(batch) for batch in data.ordered(7)] == [2] * 9
    assert torch.equal(data.first(), data.images[:1])
    with pytest.raises(ValueError, match="batch_size of at least 1, got 0"):
        data.ordered(0)


def test_a_set_that_is_on_the_device_already_is_given_back():
    data = blobs()
    assert data.to("cpu") is data
    assert data.with_workers(2) is data


@pytest.mark.skipif(not torch.cuda.is_available(), reason="is about machines with a GPU")
def test_pictures_and_labels_move_to_a_gpu_together():
    data = blobs()
    moved = data.to("cuda")
    assert moved.to("cuda") is moved
    assert moved.fingerprint == data.fingerprint
    for batch, same in zip(
        moved.batches(1, 7, 0, indices=True), data.batches(1, 7, 0, indices=True), strict=True
    ):
        assert all(values.is_cuda for values in batch)
        assert all(torch.equal(a.cpu(), b) for a, b in zip(batch, same, strict=True))


def test_a_set_that_does_not_fit_into_half_of_the_gpu_stays(monkeypatch):
    data = blobs()
    size = data.images.nbytes + data.labels.nbytes
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda _: (2 * size - 1, 10 * size))
    assert data.to("cuda") is data


def test_fit_and_evaluate_ask_nothing_but_the_face(tmp_path):
    recipe = Recipe(epochs=2, batch_size=16, lr=0.1, augment=(Shift(1),))
    results = []
    for data in (blobs(), Read(blobs())):
        model = small()
        path = tmp_path / f"{type(data).__name__}.pt"
        fit(model, data, recipe, test_set=data, device="cpu", checkpoint=path)
        results.append((weights(model), evaluate(model, data)))
    assert torch.equal(results[0][0], results[1][0])
    assert torch.equal(results[0][1].scores, results[1][1].scores)


def test_pictures_that_cannot_be_read_change_no_index():
    data = Read(blobs(), broken=(0, 3, 59))
    model = small()
    found, whole = evaluate(model, data), evaluate(model, blobs())
    assert found.indices.tolist() == [i for i in range(60) if i not in (0, 3, 59)]
    assert len(found.scores) == 57
    assert found.mistakes.tolist() == [i for i in whole.mistakes.tolist() if i not in (0, 3, 59)]


class Counting(Small):
    """Keeps the sizes of the batches that it was trained on."""

    def forward(self, x):
        if self.training:
            self.__dict__.setdefault("seen", []).append(len(x))
        return super().forward(x)


def test_a_batch_of_which_nothing_can_be_read_changes_no_weight():
    data = blobs(count=40)
    first = next(iter(data.batches(1, 8, 0, indices=True)))[2]
    torch.manual_seed(7)
    model = Counting()
    before = weights(model)
    recipe = Recipe(epochs=1, batch_size=8, lr=0.1, momentum=0.0)
    fit(model, Read(data, broken=tuple(range(40))), recipe, device="cpu")
    assert torch.equal(weights(model), before)
    tried = [1, 2]  # before the first step
    assert model.seen == [*tried, *[1] * 5]
    fit(model, Read(data, broken=tuple(first.tolist())), recipe, device="cpu")
    assert model.seen[7:] == [*tried, 1, 8, 8, 8, 8]
    assert not torch.equal(weights(model), before)


def test_sdlm_fit_needs_pictures_in_memory():
    recipe = SDLMRecipe(eta_by_pass=(0.001,), mu=0.02)
    with pytest.raises(ValueError, match=r"sdlm_fit .*in memory, but 'blobs' is read from a disk"):
        sdlm_fit(small(), Read(blobs()), recipe)
