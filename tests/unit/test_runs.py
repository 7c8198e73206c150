"""Runs: what is kept, how it is read and checked, and that it can be made again."""

import json
import shutil
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from lessonlib import runs
from lessonlib.data import load, split
from lessonlib.data.augment import Shift
from lessonlib.data.digits import writer_is_in_view
from lessonlib.models.ablations import OtherActivation, OtherTable
from lessonlib.runs import RunFileError
from lessonlib.runs import files as run_files
from lessonlib.runs.formats import NEEDED, OPTIONAL
from lessonlib.runs.quotable import is_quotable
from lessonlib.training import Recipe, evaluate
from lessonlib.training.recipes import CROSS_ENTROPY_LONG
from tests.unit.run_examples import COMMIT, SHORT, make


@pytest.fixture(scope="module")
def original(tmp_path_factory) -> Path:
    """The JSON of the short recording's run, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LESSONLIB_DEVICE", "cpu")
        patch.setattr("os.getloadavg", lambda: (1.25, 0, 0))
        patch.setattr("os.cpu_count", lambda: 2)
        return make(tmp_path_factory.mktemp("original"))


@pytest.fixture
def made(original, tmp_path, monkeypatch) -> Path:
    """A copy of that run for each test, in the folder that `runs` reads from."""
    folder = tmp_path / "kept"
    shutil.copytree(original.parent, folder)
    monkeypatch.setattr("lessonlib.runs.run.kept", lambda: folder)
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    return folder / original.name


def edit(path: Path, **fields: object) -> None:
    """Give a run's file other fields, and the checksum that fits them."""
    run = {**json.loads(path.read_text()), **fields}
    table = path.with_suffix(".csv").read_text()
    path.write_text(json.dumps({**run, "checksum": run_files.checksum(run, table)}))


def test_a_run_says_all_that_is_needed_to_repeat_it(made):
    assert runs.names() == ["short"]
    run = runs.load("short")
    assert (run.network, run.trainer, run.recipe) == ("LeNetModern", "fit", SHORT.recipe)
    assert (run.commit, run.ablations) == (COMMIT, ())
    sets = [load("digits", subset=6), load("digits", train=False)]
    assert run.data == {
        "name": "digits",
        "view": None,
        "subset": 6,
        "distorted": 0,
        "train": 60,
        "train_fingerprint": sets[0].fingerprint,
        "test": 2000,
        "test_fingerprint": sets[1].fingerprint,
    }
    assert run.measured == {
        name: {"name": "digits", "size": len(one), "fingerprint": one.fingerprint}
        for name, one in zip(SHORT.measurements, sets, strict=True)
    }
    assert run.results["seed"].tolist() == [0, 3]
    assert set(run.results["torch"]) == {torch.__version__}
    hardware = {"precision": "fp32", "channels_last": False, "compiled": False, "workers": 0}
    for name, value in {**hardware, "processes": 1, "device": "cpu"}.items():
        assert set(run.results[name]) == {value}, name
    assert run.history["epoch"].tolist() == [1, 2, 1, 2]
    last = run.history[run.history["epoch"] == 2]
    assert run.results["test_error"].tolist() == last["test_error"].tolist()
    assert list(run.history) == [
        *("seed", "epoch", "lr", "train_loss", "test_error", "seconds", "load"),
    ]


def test_the_network_that_was_kept_gives_the_results_that_were_recorded(made):
    model, result = runs.network("short"), runs.load("short").results.iloc[0]
    assert not model.training
    assert evaluate(model, load("digits", False)).error_rate == result["test_error"]
    assert evaluate(model, load("digits", False)).error_rate == result["embedded_test_error"]
    assert evaluate(model, load("digits", subset=6)).error_rate == result["train_error"]


def test_a_short_recording_gives_the_same_again(made, tmp_path):
    again = make(tmp_path / "again")
    first, second = (json.loads(path.read_text()) for path in (made, again))
    assert first["weights"] == second["weights"]
    for one, other in zip(first["results"], second["results"], strict=True):
        varying = {key: other[key] for key in ("seconds", "load", "date", "cores")}
        assert {**one, **varying} == other
    tables = [pd.read_csv(path.with_suffix(".csv")) for path in (made, again)]
    assert (
        tables[0]
        .drop(columns=["seconds", "load"])
        .equals(tables[1].drop(columns=["seconds", "load"]))
    )


def test_a_network_of_other_classes_is_kept_and_built_again(made, tmp_path):
    recording = replace(
        SHORT,
        name="eleven",
        network="AlexNetSmall",
        classes=11,
        data="photos",
        recipe=Recipe(epochs=1, lr=0.001, batch_size=32),
        subset=2,
        seeds=(0,),
        measurements=("colour_histogram_error",),
    )
    assert make(tmp_path, recording).parent == made.parent
    assert runs.load("short").classes is None
    run, model = runs.load("eleven"), runs.network("eleven")
    assert run.classes == model.fc8.out_features == 11
    error = evaluate(model, load("photos", train=False)).error_rate
    assert error == run.results["test_error"][0]
    assert 0 < run.results["colour_histogram_error"][0] < 1
    assert run.measured["colour_histogram_error"]["size"] == 500


def test_seconds_on_a_shared_machine_are_not_quotable():
    cases = [  # load, cores, threads
        ((0.4, 2, 1), True),
        ((2.5, 2, 2), True),
        ((2.51, 2, 2), False),
        ((2.0, None, 2), True),
        ((6.8, None, 1), False),
        ((None, 8, 1), False),
    ]
    for (load_, cores, threads), quotable in cases:
        result = {"load": load_, "cores": cores, "threads": threads}
        assert is_quotable(result) == quotable, result


def test_the_source_says_which_seconds_not_to_quote(made):
    threads = torch.get_num_threads()
    some = f"cpu, {threads} thread" + ("" if threads == 1 else "s")
    run = runs.load("short")
    assert run.source() == f"recorded on {run.results['date'][0]} ({some})"
    assert run.quotable_seconds == run.results["seconds"].tolist()
    results = json.loads(made.read_text())["results"]
    edit(made, results=[results[0], {**results[1], "load": 6.8, "date": "2999-01-01"}])
    run = runs.load("short")
    assert run.source() == (
        f"recorded on {run.results['date'][0]} and 2999-01-01 ({some}); the seconds of seed 3 are "
        f"not to be quoted, because about 7 programs ran at once, more than the machine's 2 cores"
    )
    assert run.quotable_seconds == [results[0]["seconds"]]
    edit(made, results=[{**result, "load": None} for result in results])
    assert (
        runs.load("short")
        .source()
        .endswith("its seconds are not to be quoted, because how busy the machine was is not known")
    )
    assert runs.load("short").quotable_seconds == []


def test_a_run_of_the_first_format_is_read(monkeypatch):
    """None is in the package any more, but readers may have kept one."""
    monkeypatch.setattr(
        "lessonlib.runs.run.kept", lambda: Path(__file__).parent / "runs_of_format_1"
    )
    run = runs.load("classic-mnist")
    assert run.recipe == CROSS_ENTROPY_LONG
    assert (run.trainer, run.ablations, run.measured) == ("fit", (), {})
    assert run.results["seed"].tolist() == [0, 1, 2]
    assert run.results["test_error"].tolist() == [0.0083, 0.0079, 0.0089]
    assert set(run.results["device"]) == {"cpu"}
    assert run.source() == (
        "recorded on 2026-11-21 (cpu, 1 thread); its seconds are not to be quoted, because about "
        "7 programs ran at once, more than its 1 thread"
    )
    assert len(run.history) == 36


def test_a_format_that_cannot_be_read_says_what_to_do(made):
    cases = [
        (3, r"format 3, newer than this lessonlib reads \(2\); take a newer version of the course"),
        (0, r"format 0, expected one of \[1, 2\]; restore it from git"),
        (None, r"format None, expected"),
        ("2", r"format '2', expected"),
    ]
    for number, said in cases:
        edit(made, format=number)
        with pytest.raises(RunFileError, match=rf"short\.json has {said}"):
            runs.load("short")


def test_a_missing_field_is_refused_and_a_strange_one_too(made):
    whole = made.read_text()
    for field in sorted(NEEDED[2] - {"format"}):
        run = json.loads(whole)
        del run[field]
        made.write_text(json.dumps(run))
        with pytest.raises(RunFileError, match=rf"lacks \['{field}'\].*restore it from git"):
            run_files.read(made)
    made.write_text(whole)
    edit(made, mood="good")
    with pytest.raises(RunFileError, match=r"has \['mood'\] besides"):
        run_files.read(made)


def test_optional_fields_may_be_missing(made):
    run = json.loads(made.read_text())
    left = {key: run[key] for key in run if key not in OPTIONAL[2]}
    made.write_text(json.dumps(left))
    edit(made)
    assert runs.load("short").measured == {}


def test_an_edited_result_or_table_is_refused(made):
    run = json.loads(made.read_text())
    edited = json.loads(made.read_text())
    edited["results"][0]["test_error"] = 0.001
    made.write_text(json.dumps(edited))
    with pytest.raises(RunFileError, match="changed after it was recorded"):
        run_files.read(made)
    made.write_text(json.dumps(run))
    run_files.read(made)
    table = made.with_suffix(".csv")
    table.write_text(table.read_text().replace("\n0,1,", "\n0,7,", 1))
    with pytest.raises(RunFileError, match="changed after it was recorded"):
        run_files.read(made)
    table.unlink()
    with pytest.raises(RunFileError, match=r"short\.csv is missing"):
        run_files.read(made)


def test_a_damaged_file_is_named(made):
    for damage, said in [
        ("{", "is not valid JSON"),
        ("[]", "holds list"),
        ("", "is not valid JSON"),
    ]:
        made.write_text(damage)
        with pytest.raises(RunFileError, match=rf"short\.json .*{said}.*record it again"):
            run_files.read(made)


def test_damaged_or_missing_weights_are_named(made):
    weights = made.with_suffix(".safetensors")
    weights.write_bytes(weights.read_bytes()[:-4] + b"oops")
    with pytest.raises(RunFileError, match=r"short\.safetensors is missing or damaged"):
        runs.network("short")
    weights.unlink()
    with pytest.raises(RunFileError, match=r"short\.safetensors is missing or damaged"):
        runs.network("short")


def test_ablations_are_kept_and_applied_again(tmp_path, monkeypatch):
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    ablations = (OtherActivation("Tanh"), OtherTable(("X" * 16,) * 6))
    recipe = Recipe(epochs=1, lr=0.002, batch_size=32)
    recording = replace(SHORT, network="LeNet5", ablations=ablations, recipe=recipe, seeds=(0,))
    folder = make(tmp_path, recording).parent
    monkeypatch.setattr("lessonlib.runs.run.kept", lambda: folder)
    assert runs.load("short").ablations == ablations
    model = runs.network("short")
    assert (type(model.squash), model.c3.table) == (torch.nn.Tanh, ablations[1].table)
    error = evaluate(model, load("digits", False)).error_rate
    assert error == runs.load("short").results["test_error"][0]


def test_a_rate_that_waits_follows_pictures_that_are_held_back(tmp_path, monkeypatch):
    recipe = replace(SHORT.recipe, schedule="plateau")
    asked = replace(SHORT, recipe=recipe, seeds=(0,), measurements=(), keep_weights=False)
    path = make(tmp_path, asked)
    monkeypatch.setattr("lessonlib.runs.run.kept", lambda: path.parent)
    run = runs.load("short")
    assert (run.recipe, run.data["train"], run.data["held_back"]) == (recipe, 50, 10)
    assert run.data["train_fingerprint"] == split(load("digits", subset=6))[0].fingerprint
    assert run.history["validation_error"].between(0, 1).all()


def test_an_ablation_that_does_not_fit_is_refused_before_anything_is_trained(tmp_path):
    recording = replace(SHORT, ablations=(OtherTable(("X" * 16,) * 6),))
    with pytest.raises(ValueError, match="c3"):
        make(tmp_path, recording)
    with pytest.raises(ValueError, match="unknown ablation 'Shift'; known: "):
        replace(SHORT, ablations=(Shift(pixels=2),))


def test_a_run_without_weights_says_so(made):
    run = json.loads(made.read_text())
    del run["weights"]
    made.write_text(json.dumps(run))
    edit(made)
    with pytest.raises(RunFileError, match="short keeps no weights"):
        runs.network("short")


def test_weights_that_do_not_fit_todays_network_say_what_to_do(made):
    weights = made.with_suffix(".safetensors")
    values = load_file(weights)
    values["another.weight"] = values.pop(next(iter(values)))
    save_file(values, weights)
    edit(made, weights=run_files.sha256(weights))
    advice = r"at commit c0ffeec0ffee .*another\.weight.*git checkout c0ffeec0ffee.*--restart"
    with pytest.raises(RunFileError, match=advice):
        runs.network("short")
    for fields, said in [
        ({"network": "LeNet6"}, "there is no network 'LeNet6'"),
        ({"ablations": [{"kind": "NoBias"}]}, "unknown ablation 'NoBias'"),
    ]:
        edit(made, **fields)
        with pytest.raises(RunFileError, match=said):
            runs.network("short")
        edit(made, network="LeNetModern", ablations=[])


def test_a_recipe_that_cannot_be_followed_today_says_what_to_do(made):
    run = json.loads(made.read_text())
    for fields, said in [
        ({"recipe": {**run["recipe"], "loss": "hinge"}}, "unknown loss 'hinge'"),
        ({"trainer": "evolve"}, "there is no trainer 'evolve'"),
    ]:
        edit(made, **fields)
        with pytest.raises(RunFileError, match=rf"{said}.*git checkout"):
            runs.load("short")


def test_an_unknown_run_lists_the_known():
    with pytest.raises(ValueError, match=r"no run 'x'; there are: .*modern-unembedded"):
        runs.load("x")


def test_a_recording_that_could_only_fail_later_is_refused():
    cases = [
        ({"name": "Has Spaces"}, "small letters, digits and hyphens"),
        ({"network": "LeNet6"}, "unknown network 'LeNet6'; known: .*LeNet5"),
        ({"trainer": "evolve"}, "unknown trainer 'evolve'; known: fit"),
        ({"measurements": ("speed",)}, "unknown measurement 'speed'; known: .*embedded_test_error"),
        ({"seeds": ()}, "at least one seed"),
        ({"seeds": (1, 1)}, "each once"),
        ({"classes": 3}, "LeNetModern has no choice of classes"),
    ]
    for fields, said in cases:
        with pytest.raises(ValueError, match=said):
            replace(SHORT, **fields)


def test_every_run_in_the_package_is_whole():
    """No missing field, no edited result, the recipe that is in the code, weights that load."""
    for name in runs.names():
        run, recording = runs.load(name), runs.RECORDINGS[name]
        assert run.recipe == recording.recipe, name
        assert run.results["seed"].tolist() == list(recording.seeds), name
        assert len(run.history) == recording.recipe.epochs * len(recording.seeds), name
        if recording.keep_weights:
            assert sum(p.numel() for p in runs.network(name).parameters()) > 0


def test_every_run_was_measured_on_todays_embedded_digits():
    """A run that was measured on other embedded digits must be recorded again."""
    today = {load("digits", train=part).fingerprint for part in (True, False)}
    for name in runs.names():
        measured = runs.load(name).measured
        assert set(measured) == set(runs.RECORDINGS[name].measurements), name
        for measurement in [key for key in measured if key.startswith("embedded_")]:
            assert measured[measurement]["fingerprint"] in today, (name, measurement)


@pytest.mark.parametrize("name", ["lenet5-unembedded", "modern-unembedded"])
def test_the_kept_networks_err_as_recorded_on_digits_that_they_have_not_seen(name):
    """Because of another machine's last bits, two of 2,000 digits may be classified otherwise."""
    digits = load("digits", train=False)
    assert not writer_is_in_view(train=False).any()
    error_rate = evaluate(runs.network(name), digits, device="cpu").error_rate
    recorded = runs.load(name).results["embedded_test_error"].iloc[0]
    assert error_rate == pytest.approx(recorded, abs=0.0011)
    assert 0.002 < error_rate < 0.03


def test_every_kept_file_belongs_to_a_run():
    folder = Path(str(files("lessonlib.runs") / "kept"))
    stems = {path.stem for path in folder.iterdir() if path.is_file()}
    assert stems == set(runs.names())
