"""The seeds of a recording: trained one by one, kept at once, merged at the end."""

import errno
import json
import os
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from lessonlib.data.crops import Centre, RandomCrop
from lessonlib.runs import RunFileError, seed
from lessonlib.runs import files as run_files
from lessonlib.runs.seed import TimeIsUpError
from lessonlib.runs.worker import work
from lessonlib.training import Recipe
from tests.unit.run_examples import COMMIT, SHORT, make, place_in, recorder_in

QUICK = replace(SHORT, measurements=(), keep_weights=False)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """On the CPU, idle, and with a test part of a few digits."""
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    monkeypatch.setattr("os.getloadavg", lambda: (0.5, 0, 0))
    load = seed.load
    monkeypatch.setattr(
        seed, "load", lambda name, train, view, subset=6: load(name, train, subset=6)
    )


@pytest.fixture
def trained(monkeypatch) -> list[int]:
    """The seeds whose training was begun or continued."""
    seeds, begin = [], seed.SeedRecorder.record
    monkeypatch.setattr(
        seed.SeedRecorder, "record", lambda self, one: seeds.append(one) or begin(self, one)
    )
    return seeds


def timeless(path: Path) -> dict:
    """A run or a seed without what differs from day to day."""
    run = json.loads(path.read_text())
    for row in [*run["results"], *run.get("rows", [])]:
        row["seconds"] = 0
    return {**run, "checksum": None}


def test_a_finished_seed_is_a_file_of_its_own_until_all_are_there(tmp_path, trained, capsys):
    recorder = recorder_in(tmp_path)
    assert work(recorder, (3,)) is None
    path = recorder.place.seed_file(3)
    assert f"ready to be committed: {path}" in capsys.readouterr().out
    assert sorted(recorder.place.seeds.iterdir()) == [path]
    run, rows = run_files.read_seed(path)
    assert (run["name"], run["commit"], len(run["results"])) == ("short", COMMIT, 1)
    assert [(row["seed"], row["epoch"]) for row in rows] == [(3, 1), (3, 2)]
    assert work(recorder, (3,)) is None
    whole = work(recorder)
    assert trained == [3, 0]
    assert sorted(path.name for path in whole.parent.iterdir()) == [
        *("short.csv", "short.json", "short.safetensors"),
    ]
    assert json.loads(whole.read_text())["results"][1] == run["results"][0]


def test_a_seed_that_was_stopped_goes_on_after_its_last_epoch(tmp_path, trained):
    recording = replace(SHORT, recipe=Recipe(epochs=4, lr=0.02, batch_size=32), seeds=(0,))
    recorder = recorder_in(tmp_path / "stopped", recording, until=0.0)
    with pytest.raises(TimeIsUpError):
        work(recorder)  # the time was up before
    assert trained == []
    for _ in range(3):
        with pytest.raises(TimeIsUpError):
            recorder.record(0)  # but one epoch is always done
    assert recorder.place.describe(0) == "seed 0 has done 3 of 4 epochs"
    stopped = work(replace(recorder, until=None))
    assert trained == [0, 0, 0, 0]
    left_alone = make(tmp_path / "left-alone", recording)
    assert timeless(stopped) == timeless(left_alone)
    ends = [load_file(path.with_suffix(".safetensors")) for path in (stopped, left_alone)]
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[1])


def test_time_for_another_epoch_is_looked_at_before_it_begins(tmp_path, monkeypatch):
    """Epochs of 100 s in a limit of 250 s: two fit, and a third would not."""
    clock = count(1000.0, 100.0)
    monkeypatch.setattr(seed.time, "time", lambda: next(clock))
    recording = replace(QUICK, recipe=Recipe(epochs=4, lr=0.02, batch_size=32), seeds=(0,))
    recorder = recorder_in(tmp_path, recording, until=1250.0)
    with pytest.raises(TimeIsUpError):
        recorder.record(0)
    assert recorder.place.describe(0) == "seed 0 has done 2 of 4 epochs"


def test_nothing_is_renamed_across_file_systems(tmp_path, monkeypatch):
    """Checkpoints and kept runs may be on two disks, as a home folder and a scratch disk are."""
    rename = os.replace

    def within(source, target):
        if Path(source).parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(source))
        rename(source, target)

    for name in ("replace", "rename"):
        monkeypatch.setattr(os, name, within)
    whole = make(tmp_path)
    assert run_files.weights_file(whole, json.loads(whole.read_text())).exists()
    assert whole.with_suffix(".safetensors").stat().st_mode & 0o777 == 0o644


def test_the_largest_load_is_kept_whenever_it_was(tmp_path, monkeypatch):
    recording = replace(QUICK, recipe=Recipe(epochs=3, lr=0.02, batch_size=32), seeds=(0,))
    loads = iter([0.5, 9.0, 1.5])
    monkeypatch.setattr("os.getloadavg", lambda: (next(loads), 0, 0))
    recorder = recorder_in(tmp_path, recording)
    with pytest.raises(TimeIsUpError):
        replace(recorder, until=0.0).record(0)
    assert recorder.record(0)["load"] == 9.0
    rows = run_files.read_seed(recorder.place.seed_file(0))[1]
    assert [row["load"] for row in rows] == [0.5, 9.0, 1.5]


def test_a_machine_that_does_not_tell_its_load_is_no_fault(tmp_path, monkeypatch):
    monkeypatch.delattr("os.getloadavg")
    assert recorder_in(tmp_path, QUICK).record(0)["load"] is None


def test_a_seed_goes_on_under_the_conditions_it_began_with_or_not_at_all(tmp_path, monkeypatch):
    recorder = recorder_in(tmp_path, QUICK)
    with pytest.raises(TimeIsUpError):
        replace(recorder, until=0.0).record(0)
    now = seed.conditions()
    monkeypatch.setattr(seed, "conditions", lambda: {**now, "threads": 77})
    with pytest.raises(ValueError, match=r"threads was \d+ and is now 77.*OMP_NUM_THREADS"):
        work(recorder)


def test_a_network_too_large_to_keep_is_refused_before_it_is_trained(tmp_path, monkeypatch):
    monkeypatch.setattr(seed, "WEIGHTS_LIMIT", 1000)
    with pytest.raises(ValueError, match=r"takes \d+,\d+ bytes, but at most 1,000 are kept"):
        recorder_in(tmp_path).record(0)
    assert place_in(tmp_path).begun_seeds() == []


def test_seeds_that_are_not_of_one_run_are_not_merged(tmp_path):
    recorder = recorder_in(tmp_path, QUICK)
    work(recorder, (0,))
    with pytest.raises(RunFileError, match=r"seed-0\.json is of commit c0ffee.*began with beef"):
        work(replace(recorder, commit="beef" * 10))
    other = replace(QUICK, recipe=replace(QUICK.recipe, lr=0.01))
    with pytest.raises(RunFileError, match=r"seed-3\.json has a different recipe than seed-0"):
        work(replace(recorder, recording=other))


def test_an_edited_seed_is_refused(tmp_path):
    recorder = recorder_in(tmp_path, QUICK)
    work(recorder, (0,))
    path = recorder.place.seed_file(0)
    run = json.loads(path.read_text())
    run["rows"][0]["test_error"] = 0.001
    path.write_text(json.dumps(run))
    with pytest.raises(RunFileError, match=r"seed-0\.json was changed after it was recorded"):
        work(recorder)


def test_seeds_that_the_recording_does_not_have_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"short has no seeds \[4\]; it has: 0, 3"):
        work(recorder_in(tmp_path), (3, 4))


def test_a_network_that_was_trained_on_windows_is_tested_on_the_middle_ones(tmp_path, monkeypatch):
    seen, evaluate = [], seed.evaluate
    monkeypatch.setattr(
        seed, "evaluate", lambda *given, **more: seen.append(more) or evaluate(*given, **more)
    )
    recipe = replace(SHORT.recipe, augment=(RandomCrop(24),))
    recorder = recorder_in(tmp_path, replace(QUICK, seeds=(0,), recipe=recipe))
    result = recorder.record(0)
    _, rows = run_files.read_seed(recorder.place.seed_file(0))
    assert result["test_error"] == rows[-1]["test_error"]
    assert seen == [{"steps": (Centre(24),)}]
