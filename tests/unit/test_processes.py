"""Two processes that share each batch, against one."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from quick_profile import ROOT

from lessonlib import settings
from lessonlib.data.face import STAND_IN
from lessonlib.training import CheckpointError, fit
from lessonlib.training.processes import check_same_place, weight_of_share
from tests.unit import shared_runs
from tests.unit.training_examples import blobs, small

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared(tmp_path_factory) -> Path:
    """The folder of what two processes trained together."""
    folder = tmp_path_factory.mktemp("shared")
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    path = f"{ROOT}:{ROOT / 'tests'}:{ROOT / 'scripts'}"
    subprocess.run(
        [sys.executable, *launch, shared_runs.__file__, folder],
        env=settings.for_child(OMP_NUM_THREADS="1", PYTHONPATH=path),
        check=True,
        timeout=280,
    )
    return folder


def results(folder: Path, name: str) -> list[dict]:
    """What the main process has, and what the other has."""
    return [torch.load(folder / f"{name}-{number}.pt") for number in (0, 1)]


def check_close(found: dict, expected: dict) -> None:
    for name, value in expected["weights"].items():
        torch.testing.assert_close(found["weights"][name], value, rtol=0, atol=1e-5)
    for row, other in zip(found["rows"], expected["rows"], strict=True):
        assert row == pytest.approx(other, abs=1e-5)


def check_equal(one: dict, other: dict) -> None:
    for name, value in one["weights"].items():
        assert torch.equal(other["weights"][name], value), name


@pytest.mark.parametrize("name", shared_runs.RUNS)
def test_two_processes_give_the_weights_of_one(shared, name):
    expected = shared_runs.train(name)
    main, other = results(shared, name)
    check_close(main, expected)
    check_equal(main, other)
    assert main["rows"] == other["rows"]
    assert main["hardware"] == {**expected["hardware"], "processes": 2}


def test_they_go_on_together_from_the_main_ones_checkpoint(shared):
    whole, resumed = results(shared, "equal shares"), results(shared, "resumed")
    for one, other in zip(whole, resumed, strict=True):
        assert one["rows"] == other["rows"]
        assert all(
            torch.equal(one["weights"][key], other["weights"][key]) for key in one["weights"]
        )


def test_one_process_goes_on_alone_from_it_with_a_warning(shared):
    model, (count, recipe) = small(), shared_runs.RUNS["equal shares"]
    with pytest.warns(UserWarning, match="under other conditions: processes was 2 and is now 1. I"):
        fit(model, blobs(count), recipe, device="cpu", checkpoint=shared / "run.ckpt")
    assert torch.equal(
        model.hidden.weight, results(shared, "resumed")[0]["weights"]["hidden.weight"]
    )
    with pytest.raises(CheckpointError, match="recipe's epochs is 3, this run's is 4"):
        fit(model, blobs(count), replace(recipe, epochs=4), checkpoint=shared / "run.ckpt")


def machine(index: int, counts: list[int]) -> SimpleNamespace:
    """One of several processes whose shares have so many pictures."""

    def reduce(value, how):
        assert (float(value), how) == (counts[index], "sum")
        return torch.tensor(float(sum(counts)))

    return SimpleNamespace(
        num_processes=len(counts), process_index=index, device=torch.device("cpu"), reduce=reduce
    )


@pytest.mark.parametrize("counts", [[8, 8], [8, 7], [3, 0], [5, 5, 4], [0, 0]])
def test_the_weights_of_the_shares_make_the_mean_over_the_pictures(counts):
    """Also where a share lost pictures that cannot be read, which no size of a batch tells."""
    losses, total = [1.0, 3.0, 10.0][: len(counts)], 0.0
    for index, count in enumerate(counts):
        indices = torch.arange(count) if count else torch.tensor([STAND_IN])
        total += float(weight_of_share(indices, machine(index, counts))) * losses[index]
    wanted = sum(n * loss for n, loss in zip(counts, losses, strict=True)) / max(1, sum(counts))
    assert total / len(counts) == pytest.approx(wanted)


def test_a_process_alone_counts_whole_unless_nothing_could_be_read():
    alone = machine(0, [4])
    assert weight_of_share(torch.arange(4), alone) == 1.0
    assert weight_of_share(torch.tensor([0]), alone) == 1.0
    assert weight_of_share(torch.tensor([STAND_IN]), alone) == 0.0


def test_checkpoints_that_differ_between_machines_are_refused(monkeypatch):
    monkeypatch.setattr("lessonlib.training.processes.gather_object", lambda _: [2, 0])
    with pytest.raises(ValueError, match=r"2 processes found checkpoints after \[2, 0\] ep"):
        check_same_place(2, machine(0, [1, 1]))
