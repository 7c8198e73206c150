"""The recorder: one commit's code from the beginning to the end, whatever happens meanwhile."""

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from filelock import FileLock
from safetensors.torch import load_file

import lessonlib
from lessonlib import settings
from lessonlib.cli import record_worker
from lessonlib.runs import RECORDINGS, recorder
from lessonlib.runs.checkout import Checkout
from lessonlib.runs.overview import overview
from lessonlib.runs.recorder import Outcome, UnderWayError, record
from lessonlib.runs.under_way import UnderWay, under_way
from lessonlib.runs.worker import work
from lessonlib.training import Recipe
from tests.unit.run_examples import SHORT, recorder_in

LONG = replace(
    SHORT,
    name="long",
    network="LeNet5",
    recipe=Recipe(epochs=12, lr=0.002, batch_size=4),
    seeds=(0,),
    measurements=(),
)


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A change")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def _prepared(monkeypatch, tmp_path):
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    monkeypatch.setitem(RECORDINGS, "long", LONG)


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    """A repository whose lessonlib is next to nothing, committed."""
    package = tmp_path / "course" / "lessonlib"
    (package / "runs" / "kept").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    git(package.parent, "init", "--quiet")
    commit(package.parent)
    return Checkout(package)


@pytest.fixture
def _heeds_ctrl_c():
    """Python's own handler of Ctrl-C: a shell's background jobs begin with none, and so may we."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def call(checkout, said, monkeypatch):
    """`record("long")` with a worker that only says which commit it would run, and how it ends."""
    commits = []

    def pretend(place: UnderWay, checkout: Checkout, commit: str, *_: object) -> int:
        place.begin(commit)
        commits.append(commit)
        return ends.pop(0)

    ends: list[int] = []
    monkeypatch.setattr(recorder, "_run_worker", pretend)

    def call(end: int, **options: object) -> tuple[Outcome, list[str]]:
        ends[:] = [end]
        return record("long", checkout=checkout, say=said.append, **options), commits

    return call


def test_a_recording_goes_on_at_the_commit_it_began_with(call, checkout):
    first = checkout.commit()
    assert call(recorder.TIME_IS_UP) == (Outcome.TIME_IS_UP, [first])
    (checkout.package / "layer.py").write_text("changed")
    assert call(recorder.STOPPED) == (Outcome.STOPPED, [first, first])
    second = commit(checkout.package.parent)
    assert call(1) == (Outcome.FAILED, [first, first, first])
    assert call(recorder.TIME_IS_UP, restart=True)[1][-1] == second


def test_a_restart_gives_up_finished_seeds_but_only_where_it_can_begin(call, checkout):
    call(recorder.TIME_IS_UP)
    place = under_way("long", checkout.kept)
    place.seeds.mkdir()
    place.seed_file(0).write_text("{}")
    place.checkpoint(0).write_text("trained")
    (checkout.package / "layer.py").write_text("changed")
    with pytest.raises(ValueError, match=r"commit them first:\n.*layer\.py"):
        call(recorder.DONE, restart=True)
    assert place.seed_file(0).exists()
    assert place.checkpoint(0).exists()
    commit(checkout.package.parent)
    call(recorder.TIME_IS_UP, restart=True)
    assert not place.seeds.exists()
    assert not place.checkpoint(0).exists()


def test_what_is_recorded_is_recorded_again_only_when_asked(call, checkout, said):
    (checkout.kept / "long.json").write_text("{}")
    assert call(recorder.DONE) == (Outcome.RECORDED, [])
    assert said[-1].endswith("lessonlib record long --restart")
    assert call(recorder.TIME_IS_UP, restart=True)[1] == [checkout.commit()]
    assert call(recorder.STOPPED)[0] == Outcome.STOPPED  # it is under way: no --restart is needed


def test_each_end_says_how_to_go_on(call, checkout, said):
    call(recorder.TIME_IS_UP, seeds=(3, 4), minutes=30)
    assert said[-1] == (
        "The time is up; what was trained is kept: no seed has begun. Go on with: "
        "lessonlib record long --seeds 3,4 --minutes 30"
    )
    place = under_way("long", checkout.kept)
    place.note(3, {"epochs": 12, "loads": {"1": 0.5, "2": 0.5}})
    place.seeds.mkdir()
    place.seed_file(0).write_text("{}")
    call(recorder.STOPPED)
    assert said[-1] == (
        "Stopped; what was trained is kept: seed 0 is done, seed 3 has done 2 of 12 epochs. "
        "Go on with: lessonlib record long"
    )
    assert call(recorder.DONE)[0] == Outcome.SEEDS_MISSING
    assert said[-1].endswith("Go on with the other seeds: lessonlib record long")
    place.forget_seeds()
    assert call(recorder.DONE)[0] == Outcome.RECORDED
    assert not place.folder.exists()


def test_a_recording_begun_elsewhere_goes_on_from_its_committed_seeds(call, checkout, tmp_path):
    recording = recorder_in(tmp_path, replace(LONG, recipe=SHORT.recipe, seeds=(0, 3)))
    recording.record(0)
    shutil.copytree(recording.place.seeds, checkout.kept / "long")
    assert call(recorder.TIME_IS_UP)[1] == [recording.commit]


def test_two_recordings_at_once_are_refused(call):
    folder = settings.data_dir() / "recordings"
    folder.mkdir(parents=True)
    with FileLock(folder / "lock"), pytest.raises(UnderWayError, match="another recording"):
        call(recorder.DONE)


def test_an_unknown_recording_lists_the_known(checkout):
    with pytest.raises(ValueError, match="unknown recording 'x'; known: classic-mnist"):
        record("x", checkout=checkout)


def test_only_what_a_commit_holds_can_begin(checkout, tmp_path):
    (checkout.kept / "other.json").write_text("a finished run")
    checkout.commit()
    (checkout.package / "__init__.py").write_text("changed")
    with pytest.raises(ValueError, match=r"commit them first:\n.*__init__\.py"):
        checkout.commit()
    copy = checkout.package.parent / ".venv" / "lessonlib"
    copy.mkdir(parents=True)
    (copy / "__init__.py").write_text("")
    (copy.parents[1] / ".gitignore").write_text(".venv/")
    with pytest.raises(ValueError, match="needs a git checkout of the course"):
        Checkout(copy).commit()
    with pytest.raises(ValueError, match="needs a git checkout of the course"):
        Checkout(tmp_path).commit()


def test_a_worktree_is_of_its_commit_or_made_again(checkout, tmp_path):
    first = checkout.commit()
    (checkout.package / "layer.py").write_text("later")
    commit(checkout.package.parent)
    package = checkout.worktree(tmp_path / "code", first)
    assert package == tmp_path / "code" / "lessonlib"
    assert not (package / "layer.py").exists()
    before = (package / "__init__.py").stat().st_ino
    checkout.worktree(tmp_path / "code", first)
    assert (package / "__init__.py").stat().st_ino == before
    (package / "__init__.py").write_text("edited")
    checkout.worktree(tmp_path / "code", first)
    assert (package / "__init__.py").read_text() == ""
    shutil.rmtree(tmp_path / "code")
    checkout.worktree(tmp_path / "code", first)
    with pytest.raises(ValueError, match=r"code of commit beefbeefbeef.*--restart"):
        checkout.worktree(tmp_path / "other", "beef" * 10)
    checkout.remove_worktree(tmp_path / "code")
    assert "code" not in git(checkout.package, "worktree", "list")


def test_the_overview_tells_recorded_under_way_and_not_begun(tmp_path, monkeypatch):
    for module in ("run", "overview"):
        monkeypatch.setattr(f"lessonlib.runs.{module}.kept", lambda: tmp_path / "kept")
    (tmp_path / "kept").mkdir()
    kept = Path(lessonlib.__file__).parent / "runs" / "kept"
    for suffix in ("json", "csv", "safetensors"):
        shutil.copy(kept / f"lenet5-unembedded.{suffix}", tmp_path / "kept")
    for name in ("long", "gone"):
        place = under_way(name, tmp_path / "kept")
        place.begin("c0ffee" * 7)
        place.note(0, {"epochs": 4, "loads": {"1": 0.5}})
    said = {paragraph.partition(":")[0]: paragraph for paragraph in overview()}
    assert "recorded on " in said["lenet5-unembedded"]
    assert said["modern-mnist"].endswith("not begun")
    assert said["long"].endswith(
        "under way, with the code of commit c0ffeec0ffee: seed 0 has done 1 of 4 epochs"
    )
    assert "no longer among the recordings" in said["gone"]


def test_a_worker_whose_parent_is_gone_stops_even_in_a_shells_background(tmp_path, monkeypatch):
    def train(*_: object) -> None:
        time.sleep(20)

    monkeypatch.setattr(record_worker, "_train", train)
    monkeypatch.setattr(record_worker, "_check_code", lambda _: None)
    monkeypatch.setattr("os.read", lambda *_: b"")  # the other end of the pipe is closed
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(SystemExit) as ended:
            record_worker.train_seeds("long", "c0ffee", tmp_path, tmp_path)
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.value.code == recorder.STOPPED


def test_the_recorder_and_its_worker_mean_the_same_by_a_status():
    for name in ("DONE", "TIME_IS_UP", "STOPPED"):
        assert getattr(recorder, name) == getattr(record_worker, name)
    assert record_worker.__name__ == recorder.WORKER


@pytest.fixture
def course(tmp_path) -> Checkout:
    """A repository that holds a copy of lessonlib with the long recording, committed."""
    package, own = tmp_path / "whole" / "lessonlib", Path(lessonlib.__file__).parent
    shutil.copytree(own, package, ignore=shutil.ignore_patterns("__pycache__"))
    with (package / "runs" / "recordings.py").open("a") as stream:
        stream.write(f"\nfrom lessonlib.training import Recipe\nRECORDINGS['long'] = {LONG!r}\n")
    git(package.parent, "init", "--quiet")
    commit(package.parent)
    return Checkout(package)


@pytest.mark.slow
@pytest.mark.usefixtures("_heeds_ctrl_c")
def test_a_layer_changed_meanwhile_changes_nothing(course, tmp_path):
    """Begun, stopped by Ctrl-C after an epoch, a layer changed and committed, gone on."""
    first, place = course.commit(), under_way("long", course.kept)
    ended = threading.Event()

    def interrupt() -> None:
        while not place.checkpoint(0).exists():
            if ended.wait(0.005):
                return
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    assert record("long", checkout=course) == Outcome.STOPPED
    ended.set()
    assert 1 <= len(place.notes(0)["loads"]) < LONG.recipe.epochs

    layer = course.package / "layers" / "activation.py"
    assert "1.7159" in layer.read_text()
    layer.write_text(layer.read_text().replace("1.7159", "1.2"))
    commit(course.package.parent)
    assert record("long", checkout=course) == Outcome.RECORDED

    left_alone = recorder_in(tmp_path / "left-alone", LONG)
    work(left_alone)
    paths = [course.kept / "long.json", left_alone.place.seeds.parent / "long.json"]
    runs = [json.loads(path.read_text()) for path in paths]
    assert runs[0]["commit"] == first
    assert runs[0]["results"][0]["test_error"] == runs[1]["results"][0]["test_error"]
    ends = [load_file(path.with_suffix(".safetensors")) for path in paths]
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[1])
    assert not place.folder.exists()
    assert git(course.package, "status", "--porcelain").splitlines() == [
        f"?? lessonlib/runs/kept/long.{suffix}" for suffix in ("csv", "json", "safetensors")
    ]
