"""The rate that waits for the validation error to stall."""

import pytest
import torch
from torch import nn

from lessonlib.training import Recipe
from lessonlib.training.optimizers import make_optimizer
from lessonlib.training.schedules import after_update, follow, make_schedule

RECIPE = Recipe(epochs=90, lr=0.01, schedule="plateau", patience=2)


def rates(errors: list[float], recipe: Recipe = RECIPE, stops: tuple[int, ...] = ()) -> list[float]:
    """The rate of each epoch, if the validation errors after them are these."""
    optimizer = make_optimizer([nn.Parameter(torch.zeros(1))], recipe)
    schedule, found = make_schedule(optimizer, recipe, 10), []
    for epoch, error in enumerate(errors):
        if epoch in stops:
            kept = optimizer.state_dict(), schedule.state_dict()
            optimizer = make_optimizer([nn.Parameter(torch.zeros(1))], recipe)
            schedule = make_schedule(optimizer, recipe, 10)
            optimizer.load_state_dict(kept[0])
            schedule.load_state_dict(kept[1])
        found.append(optimizer.param_groups[0]["lr"])
        for _ in range(3):
            optimizer.step()
            after_update(schedule)
        follow(schedule, {"validation_error": error})
    return found


def test_the_rate_is_cut_by_ten_when_the_error_has_stalled():
    #         lower, lower, same, higher: cut; lower: waits again
    errors = [0.9, 0.8, 0.8, 0.85, 0.7, 0.7, 0.7, 0.6]
    assert rates(errors) == pytest.approx([0.01] * 4 + [0.001] * 3 + [0.0001])


@pytest.mark.parametrize("cuts", [1, 3])
def test_it_is_cut_so_often_and_no_more(cuts):
    found = rates([0.5] * 20, Recipe(**{**vars(RECIPE), "cuts": cuts}))
    assert sorted(set(found)) == pytest.approx([0.01 / 10**cut for cut in range(cuts, -1, -1)])
    assert len(set(found)) == cuts + 1


def test_a_run_that_was_stopped_waits_as_long_as_one_that_was_not():
    errors = [0.9, 0.8, 0.8, 0.85, 0.7, 0.7, 0.7, 0.6]
    for stop in range(len(errors)):
        assert rates(errors, stops=(stop,)) == rates(errors)


@pytest.mark.parametrize("field", ["patience", "cuts"])
def test_numbers_that_mean_nothing_are_refused(field):
    with pytest.raises(ValueError, match=f"{field} as a whole number, at least 1, got 0"):
        Recipe(**{**vars(RECIPE), field: 0})
