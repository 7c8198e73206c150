"""Maps are measured row by row, and go on where they were stopped."""

from dataclasses import replace
from functools import partial

import pytest
from map_plateau import cases, row, started
from plateau_rows import begin, measure

from lessonlib.data import load
from lessonlib.models import AlexNetSmall
from lessonlib.runs.plateau import plateau_map
from lessonlib.training import diagnose
from lessonlib.training.recipes import ALEXNET_SMALL_PLAIN

CASES = cases(["He"], [0.01], 3)


@pytest.fixture
def begun(tmp_path, monkeypatch):
    monkeypatch.setattr("lessonlib.runs.run.kept", lambda: tmp_path)
    monkeypatch.setattr("plateau_rows.own_checkout", lambda: Checkout)
    photos = load("photos", subset=20)
    return begin("recipe", "for a test", "AlexNetSmall", photos, ALEXNET_SMALL_PLAIN)


class Checkout:
    @staticmethod
    def commit() -> str:
        return "0" * 40


def counting(made: list):
    def measured(case):
        made.append(case["seed"])
        return {"left": True, "steps": 5, "first_loss": 2.0, "last_loss": 1.0}

    return measured


def test_what_was_measured_is_not_measured_again(begun):
    made = []
    measure(begun, CASES[:2], counting(made), restart=False)
    measure(begun, CASES, counting(made), restart=False)
    assert made == [0, 1, 2]
    assert plateau_map("recipe").rows["seed"].tolist() == [0, 1, 2]
    measure(begun, CASES[:1], counting(made), restart=True)
    assert plateau_map("recipe").rows["seed"].tolist() == [0]


def test_rows_of_other_code_are_not_mixed(begun):
    measure(begun, CASES[:1], counting([]), restart=False)
    with pytest.raises(ValueError, match="have another commit; go on in a worktree of commit 000"):
        measure(replace(begun, commit="1" * 40), CASES, counting([]), restart=False)


@pytest.mark.slow
def test_a_row_of_the_recipe_on_photos(begun):
    """The like of a row of the map, on the embedded pictures: He's start leaves, 2012's stays."""
    photos = load("photos", subset=40)
    smaller = {**begun.recipe, "augment": [], "momentum": 0.9}
    measured = partial(row, replace(begun, recipe=smaller), photos, partial(AlexNetSmall, side=28))
    left = measured(150)({"start": "He", "rate": 0.01, "seed": 0})
    stuck = measured(60)({"start": "as printed", "rate": 0.03, "seed": 0})
    assert left["left"]
    assert (stuck["left"], stuck["steps"]) == (False, 60)
    assert abs(stuck["last_loss"] - 2.3026) < 0.01


def test_starts_are_those_that_they_are_named_for():
    batch = next(load("photos", train=False).batches(1, 50, 0))
    healthy, printed = (diagnose(started(start, 0), batch) for start in ("He", "as printed"))
    assert healthy[-1].signal > 1e4 * printed[-1].signal
    own = AlexNetSmall(10)
    assert [r.layer for r in healthy] == [
        n for n, p in own.named_children() if hasattr(p, "weight")
    ]
