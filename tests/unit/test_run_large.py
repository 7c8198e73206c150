"""The chapters with a large part, run as on a GPU: which, in which environment, on what."""

import re
import subprocess
import sys

import pytest
import run_checks
import run_large
import yaml
from quick_profile import ROOT

from lessonlib.data import imagenette, load

CHAPTER = ROOT / "notebooks" / "12_training_alexnet.ipynb"


def test_chapter_12_is_among_them_and_arithmetic_is_not():
    found = run_large.chapters()
    assert CHAPTER in found
    assert ROOT / "notebooks" / "10_alexnet.ipynb" not in found


def test_the_small_run_asks_for_a_gpu_s_profile_on_a_cpu(monkeypatch, tmp_path):
    monkeypatch.setenv("LESSONLIB_FOLDER", "mine")
    environ = run_large.small_environment(tmp_path)
    assert environ.items() >= run_large.SMALL.items()
    assert environ["LESSONLIB_PROFILE"] == "gpu"
    assert environ["LESSONLIB_SUBSET"] == "4"
    assert environ["LESSONLIB_DATA"].startswith(str(tmp_path))
    assert environ["OMP_NUM_THREADS"] == "1"
    assert "LESSONLIB_FOLDER" not in environ


def test_the_full_run_takes_all_pictures_and_the_gpu(monkeypatch):
    for name, value in {"SUBSET": "4", "DEVICE": "cpu", "DATA": "there"}.items():
        monkeypatch.setenv(f"LESSONLIB_{name}", value)
    environ = run_large.full_environment()
    assert environ["LESSONLIB_PROFILE"] == "full"
    assert environ["LESSONLIB_DATA"] == "there"
    assert environ.keys() & {"LESSONLIB_SUBSET", "LESSONLIB_DEVICE"} == set()


def test_its_pictures_are_a_small_imagenette(monkeypatch, tmp_path):
    run_large.write_pictures(tmp_path)
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path))
    for part in (True, False):
        found = load("imagenette", part).with_workers(0)
        assert len(found) == 4 * len(imagenette.NAMES)
        assert found.first().shape == (1, 3, 256, 256)


def test_weights_lie_where_torchvision_looks(monkeypatch, tmp_path):
    saved = []
    monkeypatch.setattr(run_large.torch, "save", lambda state, path: saved.append(path))
    monkeypatch.setattr(run_large, "alexnet", lambda: run_large.torch.nn.Linear(1, 1))
    run_large.write_weights(tmp_path)
    (path,) = saved
    assert path.parent == tmp_path / "hub" / "checkpoints"
    assert run_large.AlexNet_Weights.DEFAULT.url.endswith(f"/{path.name}")


@pytest.mark.parametrize(
    ("words", "profile", "limit"), [([], "gpu", 300), (["--full"], "full", 7200)]
)
def test_it_runs_from_the_wheel_without_comparing(monkeypatch, words, profile, limit):
    asked = {}

    def run_in(folder, notebooks, environ, options):
        asked.update(notebooks=notebooks, environ=environ, options=options)
        return 3

    monkeypatch.setattr(run_large, "run_in", run_in)
    monkeypatch.setattr(run_large, "write_weights", lambda home: None)
    monkeypatch.setattr(run_large.signal, "signal", lambda *_: None)
    assert run_large.main([*words, "-q"]) == 3
    assert asked["environ"]["LESSONLIB_PROFILE"] == profile
    assert asked["notebooks"] == run_large.chapters()
    two_at_once = () if words else ("-n", "2", "--dist", "loadfile")
    assert asked["options"] == [
        *("--nbval-lax", "--nbval-current-env", f"--nbval-cell-timeout={limit}"),
        *(*two_at_once, "-q"),
    ]


def test_make_test_runs_it_and_a_workflow_started_by_hand_runs_it_whole():
    commands = [command.arguments for command in run_checks.stages()["notebooks"]]
    assert [sys.executable, "scripts/run_large.py", "-q", "-rfE"] in commands
    made = subprocess.run(
        ["make", "-n", "notebooks-full"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "scripts/run_large.py --full" in made.stdout
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "gpu.yml").read_text())
    assert list(workflow[True]) == ["workflow_dispatch"]  # YAML reads `on` as true
    (job,) = workflow["jobs"].values()
    assert "gpu" in job["runs-on"]
    assert job["steps"][-1]["run"] == "make notebooks-full"


def test_the_chapter_asks_colab_for_a_gpu():
    for path in (CHAPTER, ROOT / "notebooks" / "colab" / CHAPTER.name):
        assert re.search(r'"accelerator": "GPU"', path.read_text(encoding="utf-8")), path
