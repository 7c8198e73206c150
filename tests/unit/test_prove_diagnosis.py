"""The proof of the diagnosis: what is planted, and what a row says."""

import prove_diagnosis
import pytest
from map_plateau import started
from prove_diagnosis import SHRUNK, planted_row

from lessonlib.data import load
from lessonlib.training.leaving import Leaving

CASE = {"start": "He", "rate": 0.01, "layers": 3, "seed": 0}


@pytest.fixture
def trained(monkeypatch) -> list:
    """The networks that are trained; none of them leaves the plateau, and none learns."""
    seen = []

    def train(model, train_set, recipe, steps):
        seen.append({name: value.clone() for name, value in model.state_dict().items()})
        return Leaving(False, steps, (2.3,))

    monkeypatch.setattr(prove_diagnosis, "train_until_left", train)
    return seen


def test_the_first_layers_are_shrunk_and_the_first_of_them_is_named(trained):
    photos = load("photos")
    row = planted_row(CASE, photos, next(photos.batches(1, 100, 0)))
    before = started("He", 0).state_dict()
    factors = {
        name.removesuffix(".weight"): float(value.abs().sum() / before[name].abs().sum())
        for name, value in trained[0].items()
        if name.endswith(".weight")
    }
    shrunk = ("conv1", "conv2", "conv3")
    assert factors == {n: pytest.approx(SHRUNK if n in shrunk else 1, 1e-4) for n in factors}
    assert (row["left_alone"], row["named"]) == (False, "conv1")
    named, other, both = trained[1:]
    assert named["conv1.weight"].norm() > 3 * trained[0]["conv1.weight"].norm()
    assert named["conv2.weight"].equal(trained[0]["conv2.weight"])
    assert other["conv1.weight"].equal(trained[0]["conv1.weight"])
    assert row["rescaled"].split() == ["conv1", "conv2"]  # then enough arrives at the scores
    grown = [n for n in shrunk if both[f"{n}.weight"].norm() > 3 * trained[0][f"{n}.weight"].norm()]
    assert grown == ["conv1", "conv2"]


def test_a_run_that_leaves_by_itself_is_not_freed(monkeypatch):
    left = Leaving(True, 65, (2.2,))
    monkeypatch.setattr(prove_diagnosis, "train_until_left", lambda *_: left)
    photos = load("photos")
    row = planted_row(CASE, photos, next(photos.batches(1, 100, 0)))
    assert row == {"left_alone": True, "steps_alone": 65}
