"""Recorded runs: what is kept, how it is checked, and that it can be made again."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
import torch
from filelock import FileLock

from lessonlib import runs, settings
from lessonlib.data import load
from lessonlib.runs import Recording, RunFileError, record
from lessonlib.runs import files as run_files
from lessonlib.training import Recipe, evaluate

SHORT = Recording(
    about="A short run, for a test.",
    network="LeNetModern",
    data="digits",
    recipe=Recipe(epochs=2, lr=0.02, batch_size=64, schedule="cosine"),
    seeds=(0, 3),
    keep_weights=True,
)


@pytest.fixture(autouse=True)
def _prepared(tmp_path, monkeypatch):
    """A short recording, its own data folder, a committed library, and few digits."""
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    monkeypatch.setitem(runs.RECORDINGS, "short", SHORT)
    monkeypatch.setattr(record, "_commit", lambda: "a commit")
    monkeypatch.setattr(
        record, "load", lambda name, train, view: load(name, train=train, subset=30)
    )


@pytest.fixture
def made(tmp_path) -> Path:
    """The JSON of the short recording, made once for each test that asks."""
    return record.record("short", _folder(tmp_path), progress=False)


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "records").mkdir(exist_ok=True)
    return tmp_path / "records"


def _read_from(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("lessonlib.runs.run._folder", lambda: folder)


def test_a_recording_says_all_that_is_needed_to_repeat_it(made, monkeypatch):
    _read_from(made.parent, monkeypatch)
    assert runs.names() == ["short"]
    run = runs.load("short")
    assert run.recipe == SHORT.recipe
    assert (run.network, run.device, run.commit) == ("LeNetModern", "cpu", "a commit")
    assert run.data["train"] == run.data["test"] == 300
    assert run.versions["torch"] == torch.__version__
    assert run.results["seed"].tolist() == [0, 3]
    assert run.history["epoch"].tolist() == [1, 2, 1, 2]
    last = run.history[run.history["epoch"] == 2]["test_error"].tolist()
    assert run.results["test_error"].tolist() == last
    assert run.source().startswith(f"recorded on {run.date} (cpu, ")


def test_the_network_that_was_kept_gives_the_result_that_was_recorded(made, monkeypatch):
    _read_from(made.parent, monkeypatch)
    model = runs.network("short")
    assert not model.training
    error = evaluate(model, load("digits", False, subset=30)).error_rate
    assert error == runs.load("short").results["test_error"][0]


def test_a_short_recipe_gives_the_same_again(made, tmp_path, monkeypatch):
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "elsewhere"))
    (tmp_path / "again").mkdir()
    again = record.record("short", tmp_path / "again", progress=False)
    first, second = (json.loads(path.read_text()) for path in (made, again))
    assert first["weights"] == second["weights"]
    timeless = [{**result, "seconds": 0} for result in first["results"]]
    assert timeless == [{**result, "seconds": 0} for result in second["results"]]
    tables = [pd.read_csv(path.with_suffix(".csv")) for path in (made, again)]
    assert tables[0].drop(columns="seconds").equals(tables[1].drop(columns="seconds"))


def test_a_stopped_recording_goes_on_by_seed(tmp_path, monkeypatch):
    fit, trained = record.fit, []

    def interrupted(model, train_set, recipe, **options):
        trained.append(recipe.seed)
        if recipe.seed == 3 and len(trained) == 2:
            raise KeyboardInterrupt
        return fit(model, train_set, recipe, **options)

    monkeypatch.setattr(record, "fit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        record.record("short", _folder(tmp_path), progress=False)
    kept = sorted((tmp_path / "data" / "recordings").rglob("seed-*.pt"))
    assert [path.name for path in kept] == ["seed-0.pt"]
    before = kept[0].stat().st_mtime_ns
    record.record("short", _folder(tmp_path), progress=False)
    assert kept[0].stat().st_mtime_ns == before  # seed 0 was not trained again


def test_two_recordings_at_once_are_refused(tmp_path):
    work = settings.data_dir() / "recordings"
    work.mkdir(parents=True)
    with FileLock(work / "lock"), pytest.raises(record.UnderWayError, match="another recording"):
        record.record("short", _folder(tmp_path), progress=False)


@pytest.mark.parametrize("field", sorted(run_files.FIELDS))
def test_a_missing_field_is_refused(made, field):
    run = json.loads(made.read_text())
    del run[field]
    made.write_text(json.dumps(run))
    with pytest.raises(RunFileError, match=rf"lacks \['{field}'\].*restore it from git"):
        run_files.read(made)


def test_a_hand_edited_result_is_refused(made):
    run = json.loads(made.read_text())
    run["results"][0]["test_error"] = 0.001
    made.write_text(json.dumps(run))
    with pytest.raises(RunFileError, match="changed after it was recorded"):
        run_files.read(made)


def test_a_hand_edited_table_is_refused(made):
    table = made.with_suffix(".csv")
    table.write_text(table.read_text().replace("\n0,1,", "\n0,7,", 1))
    with pytest.raises(RunFileError, match="changed after it was recorded"):
        run_files.read(made)


@pytest.mark.parametrize(
    ("damage", "said"), [("{", "is no JSON"), ("[]", "lacks"), ("", "no JSON")]
)
def test_a_damaged_file_is_named(made, damage, said):
    made.write_text(damage)
    with pytest.raises(RunFileError, match=rf"short\.json .*{said}.*record it again"):
        run_files.read(made)


def test_damaged_or_missing_weights_are_named(made, monkeypatch):
    _read_from(made.parent, monkeypatch)
    weights = made.with_suffix(".safetensors")
    weights.write_bytes(weights.read_bytes()[:-4] + b"oops")
    with pytest.raises(RunFileError, match=r"short\.safetensors is missing or damaged"):
        runs.network("short")
    weights.unlink()
    with pytest.raises(RunFileError, match=r"short\.safetensors is missing or damaged"):
        runs.network("short")


def test_a_run_without_weights_says_so(tmp_path, monkeypatch):
    monkeypatch.setitem(runs.RECORDINGS, "short", replace(SHORT, keep_weights=False, seeds=(0,)))
    made = record.record("short", _folder(tmp_path), progress=False)
    _read_from(made.parent, monkeypatch)
    with pytest.raises(RunFileError, match="short keeps no weights"):
        runs.network("short")


def test_unknown_names_list_the_known():
    with pytest.raises(ValueError, match="unknown recording 'x'; known: classic-mnist"):
        record.record("x")
    with pytest.raises(ValueError, match="no recorded run 'x'; there are:"):
        runs.load("x")


def test_every_run_in_the_package_is_whole():
    """No missing field, no edited result, the recipe that is in the code, weights that load."""
    for name in runs.names():
        run = runs.load(name)
        recording = runs.RECORDINGS[name]
        assert run.recipe == recording.recipe, name
        assert run.results["seed"].tolist() == list(recording.seeds), name
        assert len(run.history) == recording.recipe.epochs * len(recording.seeds), name
        if recording.keep_weights:
            assert sum(p.numel() for p in runs.network(name).parameters()) > 0


def test_every_file_among_the_records_belongs_to_a_run():
    folder = Path(str(files("lessonlib.runs") / "records"))
    stems = {path.stem for path in folder.iterdir() if not path.name.startswith(".")}
    assert stems == set(runs.names())
