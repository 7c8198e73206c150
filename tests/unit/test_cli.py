"""The command `lessonlib`, as a shell calls it."""

import os
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from idx_files import LABELS, checksums, idx
from typer.testing import CliRunner, Result

from lessonlib import __version__, models
from lessonlib.cli import app
from lessonlib.cli.explain import PACKAGE
from lessonlib.cli.names import command_name
from lessonlib.cli.recipe_options import changed, in_short
from lessonlib.cli.train_command import LOSS_HELP, RECIPE_DEFAULT, RECIPE_OF, USUAL
from lessonlib.data.mnist import FILES
from lessonlib.models import NETWORKS
from lessonlib.training import LOSSES, RECIPES, Recipe, load_weights
from tests.network_kinds import READ_DIGITS
from tests.unit.picture_folders import write

RUN = "lessonlib.cli.training_job.TrainingJob.run"  # what trains
TINY = ("--subset", "2", "--epochs", "1")


@pytest.fixture(autouse=True)
def _quiet(monkeypatch, tmp_path):
    """Without numba, which would compile for seconds; test_sdlm_engines.py has it."""
    monkeypatch.setitem(sys.modules, "numba", None)
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("LESSONLIB_SUBSET", raising=False)


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def failed(*words: str | Path) -> str:
    """What a call that must fail says on stderr: one paragraph, no traceback."""
    result = call(*words)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    message = result.stderr.strip().splitlines()[-1]
    assert message.startswith("lessonlib: ")
    assert "Traceback" not in result.output
    return message


def test_version():
    assert call("--version").stdout == f"lessonlib {__version__}\n"


@pytest.mark.parametrize("words", [(), ("data",), ("data", "fetch"), ("data", "check"), ("train",)])
def test_help_has_an_example(words):
    result = call(*words, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout


def test_help_needs_no_slow_import():
    code = "import sys, lessonlib.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=250
    )
    assert not {"torch", "torchvision", "pandas", "matplotlib"} & set(done.stdout.split())


def test_data_lists_the_sets(tmp_path):
    result = call("data")
    assert result.exit_code == 0
    digits, mnist = result.stdout.split("mnist:", 1)
    assert "digits: 8,000 pictures to train on, 2,000 to test on" in digits
    assert "state: complete" in digits
    assert "60,000 pictures to train on, 10,000 to test on" in mnist
    assert f"where: {tmp_path / 'data' / 'MNIST' / 'raw'}" in mnist
    for name in FILES:
        assert f"{name}.gz" in mnist
    assert "'lessonlib data fetch mnist' (11.6 MB in all)" in mnist


def test_data_fetch_of_an_embedded_set_says_it_is_there():
    result = call("data", "fetch", "digits")
    assert result.exit_code == 0
    assert "state: complete" in result.stdout


def test_data_fetch_calls_it_complete(monkeypatch, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / LABELS).write_bytes(idx(4))
    monkeypatch.setattr("lessonlib.data.mnist.FILES", checksums({LABELS: idx(4)}))
    monkeypatch.setattr("lessonlib.data.mnist.MIRRORS", [f"{source.as_uri()}/"])
    result = call("data", "fetch", "mnist")
    assert result.exit_code == 0, result.output
    assert "state: complete" in result.stdout
    assert (tmp_path / "data" / "MNIST" / "raw" / LABELS).read_bytes() == idx(4)


def test_data_check_reads_all_pictures_and_lists_those_left_out(tmp_path):
    root = write(tmp_path / "pictures")
    broken = root / "val" / "dog" / "001.png"
    broken.write_bytes(b"")
    result = call("data", "check", f"folder:{root}")
    assert result.exit_code == 0, result.output
    assert f"to train on: folder, pictures in {root / 'train'}\n" in result.stdout
    assert "    12 of 12 pictures were read: 12 in colour\n" in result.stdout
    assert "    12 of 12 pictures were read: 11 in colour, 1 unreadable\n" in result.stdout
    assert result.stderr == (
        f"lessonlib: 1 of 12 pictures cannot be read: {broken} (the file is empty). They are left "
        f"out\n"
    )
    assert "500 pictures, all in memory" in call("data", "check", "photos").stdout


def test_data_colours_prints_the_directions_of_a_set():
    result = call("data", "colours", "photos", "--view", "raw")
    assert result.exit_code == 0, result.output
    first, mean, *rows = result.stdout.splitlines()
    assert first.startswith("photos, view raw, embedded")
    assert re.fullmatch(r"mean:( 0\.\d{4}){3}", mean)
    values = [float(re.match(r"eigenvalue (\S+), direction( -?\d\.\d{4}){3}$", r)[1]) for r in rows]
    assert values == sorted(values, reverse=True)
    assert len(values) == 3
    assert "but those of 'digits' have 1" in failed("data", "colours", "digits")


def test_data_fetch_that_fails_is_explained(monkeypatch):
    monkeypatch.setattr("lessonlib.data.mnist.MIRRORS", ["http://127.0.0.1:9/"])
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    said = failed("data", "fetch", "mnist")
    assert "train-images-idx3-ubyte.gz is missing" in said
    assert "http://127.0.0.1:9/train-images-idx3-ubyte.gz: " in said
    assert "load('digits')" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("train", "lenet6"), "unknown network 'lenet6'; did you mean lenet5? known: zipnet1989, "),
        (("train", "lenet5", "--recipe", "long"), "unknown recipe 'long'; known: lecun1998, "),
        (("train", "lenet5", "--data", "mnits"), "unknown set 'mnits'; known: digits, mnist"),
        (("data", "fetch", "mnits"), "unknown set 'mnits'; known: digits, mnist"),
        (("data", "check", "folder"), "expected folder:PATH, with the folder of train and val"),
        (("data", "check", "photos:here"), "expected photos, got 'photos:here'"),
        (("train", "lenet5", "--epochs", "many"), "--epochs"),
        (("trian",), "trian"),
    ],
)
def test_usage_errors_exit_2(words, said):
    result = call(*words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_names_are_typed_as_the_shell_has_them():
    named = {
        "LeNet5": "lenet5",
        "LeNetClassic": "lenet-classic",
        "LeNetHistorical": "lenet-historical",
        "LeNetModern": "lenet-modern",
        "MLP": "mlp",
        "ZipNet1989": "zipnet1989",
        "OneWideLayer": "one-wide-layer",
        "AlexNetTwoTowers": "alexnet-two-towers",
        "AlexNet2012Source": "alexnet2012-source",
        "CROSS_ENTROPY_SHORT": "cross-entropy-short",
        "ALEXNET_2012": "alexnet-2012",
    }
    assert {name: command_name(name) for name in named} == named
    for register in (NETWORKS, RECIPES):
        assert len({command_name(name) for name in register}) == len(register)


def test_every_network_that_reads_digits_trains_for_an_epoch():
    for name in READ_DIGITS:
        network = command_name(name)
        result = call("train", network, *TINY)
        assert result.exit_code == 0, (network, result.output)
        assert result.stdout.startswith(f"{network} on cpu; 20 pictures: digits, 2 per class")
        assert result.stdout.splitlines()[-1].startswith("test error ")
        assert "of 20 pictures, after" in result.stdout


def test_a_network_can_be_named_as_in_python():
    assert call("train", "LeNetClassic", *TINY).stdout.startswith("lenet-classic on")


def test_without_a_network_all_networks_and_recipes_are_listed():
    result = call("train")
    assert result.exit_code == 0
    for name in NETWORKS:
        recipe = RECIPE_OF.get(name, USUAL)
        assert f"  {command_name(name)}: {command_name(recipe)}\n" in result.stdout
    for name, recipe in RECIPES.items():
        assert f"  {command_name(name)}: epochs {recipe.epochs}, learning rate " in result.stdout
        if isinstance(recipe, Recipe):
            assert f"batches of {recipe.batch_size}, loss {recipe.loss}" in result.stdout
    said = (
        "  lush2002: epochs 30, learning rate 0.0001 to 1e-06 (divided by mu and the curvature: "
        "stochastic diagonal Levenberg-Marquardt), single pictures, loss targets\n"
    )
    assert said in result.stdout


DEFAULTS = [
    ("lenet5", "epochs: 6, loss: discriminative, learning rate: 0.002"),
    ("lenet5-lush", "epochs: 5, loss: targets, learning rate: 0.0001"),
    ("zipnet1989", "epochs: 6, loss: targets, learning rate: 0.01"),
    ("lenet-classic", "epochs: 4, loss: cross_entropy, learning rate: 0.02"),
    ("lenet-historical", "epochs: 4, loss: cross_entropy, learning rate: 0.02"),
    ("lenet-modern", "epochs: 4, loss: cross_entropy, learning rate: 0.02"),
]


def test_the_published_networks_keep_their_defaults():
    for network, said in DEFAULTS:
        assert said in call("train", network, "--subset", "2").stdout


def test_the_defaults_of_the_help_are_those_that_are_followed():
    assert set(RECIPE_OF) <= set(NETWORKS)
    assert {USUAL, *RECIPE_OF.values()} <= set(RECIPES)
    said = " ".join(call("train", "--help").stdout.split())
    assert RECIPE_DEFAULT in said
    assert all(loss in said for loss in LOSSES)
    assert "load_weights(LeNetModern(), 'modern.pt')" in said


def test_a_recipe_of_the_register_can_be_asked_for():
    result = call("train", "lenet-classic", *TINY, "--recipe", "discriminative-long")
    assert "epochs: 1, loss: discriminative, learning rate: 0.002" in result.stdout


def test_options_reach_the_recipe():
    options = ("--lr", "0.5", "--loss", "mse", "--batch-size", "7", "--seed", "3")
    result = call("train", "lenet-classic", *TINY, *options)
    assert "epochs: 1, loss: mse, learning rate: 0.5" in result.stdout


def test_the_recipe_of_1998_trains_and_says_which_engine_there_is():
    result = call("train", "lenet5", *TINY, "--recipe", "lecun1998", "--loss", "mse")
    assert result.exit_code == 0, result.output
    first, engine, last = result.stdout.splitlines()
    assert first.startswith("lenet5 on cpu; 20 pictures: digits, 2 per class")
    assert first.endswith("; epochs: 1, loss: mse, learning rate: 0.0005")
    assert engine.startswith("numba is not installed, so the readable engine trains")
    assert "pip install 'lessonlib[fast]'" in engine
    assert last.startswith("test error ")


def test_the_first_passes_keep_their_rates_and_what_is_measured_before_them():
    for recipe, epochs, rate, before in (
        ("LUSH2002", 12, "0.0001 to 1e-05", (1, 11)),
        ("LUSH2002", 3, "0.0001", (1,)),
        ("LECUN1998", 20, "0.0005 to 1e-05", None),
    ):
        found = changed(recipe, {"epochs": epochs, "seed": 3, "lr": None})
        assert found.eta_by_pass == RECIPES[recipe].eta_by_pass[:epochs]
        assert (found.curvature_before, found.seed) == (before, 3)
        assert in_short(found).endswith(f"learning rate: {rate}")


NOT_OF_1998 = [
    (("--lr", "0.1"), "--lr does not go with lecun1998, which takes one picture per update"),
    (("--batch-size", "8"), "--batch-size does not go with lecun1998"),
    (("--epochs", "21"), "expected --epochs from 1 to 20, because lecun1998 has rates for so many"),
    (("--epochs", "0"), "expected --epochs from 1 to 20"),
    (("--loss", "cross_entropy"), "unknown loss 'cross_entropy'; known: discriminative, mse"),
]


@pytest.mark.parametrize(("options", "said"), NOT_OF_1998)
def test_options_that_the_recipe_of_1998_has_not_are_explained(monkeypatch, options, said):
    monkeypatch.setattr(
        "lessonlib.cli.training_job.TrainingJob.run", lambda *_: pytest.fail("it trained")
    )
    assert said in failed("train", "lenet5", "--recipe", "lecun1998", *options)


def test_a_network_that_the_recipe_of_1998_cannot_train_is_explained():
    for network, said in (
        ("lenet-modern", "expected a network with a child `squash`"),
        ("lenet-classic", "LeNetClassic has s2 (AvgPool2d)"),
        ("lenet5-lush", "LeNet5Lush gives squashed outputs; expected a recipe with loss targets"),
    ):
        assert said in failed("train", network, *TINY, "--recipe", "lecun1998")


def test_the_subset_of_the_environment_is_used(monkeypatch):
    monkeypatch.setenv("LESSONLIB_SUBSET", "3")
    assert "3 per class" in call("train", "lenet-classic", "--epochs", "1").stdout


def saved(path: Path, *options: str) -> dict[str, torch.Tensor]:
    result = call("train", "lenet5", *TINY, "--save", path, *options)
    assert result.exit_code == 0, result.output
    assert f"weights written to {path}" in result.stdout.replace("\n", "")
    return torch.load(path, weights_only=True)


def test_saved_weights_load_and_follow_the_seed(tmp_path):
    state = saved(tmp_path / "a.pt")
    model = models.LeNet5()
    load_weights(model, tmp_path / "a.pt")
    assert torch.equal(model.c1.weight, state["c1.weight"])
    again, other = saved(tmp_path / "b.pt"), saved(tmp_path / "c.pt", "--seed", "1")
    assert all(torch.equal(state[name], again[name]) for name in state)
    assert not torch.equal(state["c1.weight"], other["c1.weight"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pt", "b.pt", "c.pt"]


@pytest.mark.parametrize(
    ("place", "said"),
    [("missing/a.pt", "there is no folder"), ("", "is a folder"), ("file/a.pt", "no folder")],
)
def test_a_place_that_cannot_be_written_is_refused_before_training(
    tmp_path, monkeypatch, place, said
):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setattr(
        "lessonlib.cli.training_job.TrainingJob.run", lambda *_: pytest.fail("it trained")
    )
    assert said in failed("train", "lenet5", "--save", tmp_path / place)


def test_a_folder_without_permission_is_refused_before_training(tmp_path, monkeypatch):
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path))

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    monkeypatch.setattr(
        "lessonlib.cli.training_job.TrainingJob.run", lambda *_: pytest.fail("it trained")
    )
    said = failed("train", "lenet5", "--save", tmp_path / "a.pt")
    assert said == f"lessonlib: {tmp_path}: Permission denied"


def test_a_disk_that_is_full_leaves_no_half_file(tmp_path, monkeypatch):
    (tmp_path / "a.pt").write_bytes(b"older")

    def write_half(path: Path, data: bytes) -> None:
        with path.open("wb") as out:
            out.write(data[:10])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", write_half)
    assert "No space left" in failed("train", "lenet5", *TINY, "--save", tmp_path / "a.pt")
    assert [path.name for path in tmp_path.iterdir()] == ["a.pt"]
    assert (tmp_path / "a.pt").read_bytes() == b"older"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--epochs", "-1"), "epochs"),
        (("--lr", "0"), "lr above 0"),
        (("--loss", "mean"), "known: cross_entropy, discriminative, mse"),
        (("--subset", "0"), "subset as a whole number, at least 1"),
    ],
)
def test_bad_values_are_explained(options, said):
    assert said in failed("train", "lenet5", *options)


def test_a_loss_that_is_not_finite_is_explained(tmp_path):
    options = ("--lr", "3e38", "--subset", "20", "--epochs", "2")
    said = failed("train", "lenet-classic", *options, "--save", tmp_path / "a.pt")
    assert "learning rate" in said
    assert list(tmp_path.glob("a.pt*")) == []


def as_of_lessonlib(source: str) -> Callable[..., None]:
    """A function `broken` made of source that seems to be a file of lessonlib."""
    names: dict[str, Any] = {}
    exec(compile(source, str(PACKAGE / "made_up.py"), "exec"), names)
    return names["broken"]


def test_an_error_that_lessonlib_raises_is_explained(monkeypatch):
    broken = as_of_lessonlib("def broken(*_): raise ValueError('expected 1, got 2')")
    monkeypatch.setattr(RUN, broken)
    assert failed("train", "lenet5") == "lessonlib: expected 1, got 2"


MISTAKES = {
    "PyTorch's": "import torch\ndef broken(*_): torch.nn.Conv2d(1, 1, 1, groups=0)",
    "NumPy's": "import numpy\ndef broken(*_): numpy.zeros(3).reshape(2)",
    "Python's": "def broken(*_): int('x')",
    "one of a kind that no reader can mend": "def broken(*_): raise KeyError('a')",
    "what was not written": "def broken(*_): raise NotImplementedError",
}


@pytest.mark.parametrize("source", MISTAKES.values(), ids=MISTAKES)
def test_an_error_of_another_kind_keeps_its_traceback(monkeypatch, source):
    monkeypatch.setattr(RUN, as_of_lessonlib(source))
    result = call("train", "lenet5")
    assert isinstance(result.exception, ValueError | KeyError | NotImplementedError)
    assert "lessonlib: " not in result.stderr


def test_an_error_raised_elsewhere_keeps_its_traceback(monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("not in a file of lessonlib")

    monkeypatch.setattr(RUN, broken)
    assert isinstance(call("train", "lenet5").exception, ValueError)


def test_warnings_of_lessonlib_are_lines_and_are_shown_as_usual_afterwards(monkeypatch):
    ours = as_of_lessonlib("import warnings\ndef broken(*_): warnings.warn('of ours')")

    def warn(*_: object) -> None:
        ours()
        warnings.warn("of another", stacklevel=1)

    shown = []

    def usual(message: Warning, *_: object) -> None:
        shown.append(str(message))

    monkeypatch.setattr(warnings, "showwarning", usual)
    monkeypatch.setattr(RUN, warn)
    result = call("train", "lenet5")
    assert warnings.showwarning is usual
    assert result.stderr == "lessonlib: of ours\n"
    assert shown == ["of another"]


COMMANDS = ([], ["data"], ["data", "fetch"], ["data", "check"], ["train"], ["record"], ["student"])
PRINT_HELP = f"""
from typer.testing import CliRunner
from lessonlib.cli import app

for words in {COMMANDS}:
    print(CliRunner().invoke(app, [*words, "--help"], prog_name="lessonlib").stdout)
"""


@pytest.mark.parametrize("columns", [40, 60, 120])
def test_help_fits_the_terminal_and_loses_no_word(columns):
    environ = os.environ | {"COLUMNS": str(columns)}
    done = subprocess.run(
        [sys.executable, "-c", PRINT_HELP], capture_output=True, text=True, check=True, env=environ
    )
    room = min(columns, 100)
    lengths = [len(line) for line in done.stdout.splitlines()]
    assert room - 12 < max(lengths) <= room
    many = r"(ARGS\]|names\]?)\.\.\."  # dots that say "any number of these"
    assert not re.search(r"…|\.\.\.", re.sub(many, "", done.stdout))
    said = "".join(done.stdout.split())
    for text in (
        LOSS_HELP,
        RECIPE_DEFAULT,
        "without it, all are listed",
        "--batch-size <int>",
        "LESSONLIB_SUBSET or all",
    ):
        assert "".join(text.split()) in said


def test_record_lists_what_there_is():
    result = call("record")
    assert result.exit_code == 0
    assert "lenet5-unembedded" in result.stdout


def test_an_unknown_recording_is_a_usage_error_that_lists_the_names():
    result = call("record", "nothing")
    assert result.exit_code == 2
    assert "classic-mnist" in result.output.replace("\n", "")


def test_recording_what_is_not_committed_is_refused(monkeypatch):
    monkeypatch.setattr("lessonlib.runs.checkout._git", lambda *_: " M models/lenet5.py")
    assert "commit them first" in call("record", "classic-mnist", "--restart").stderr


def test_what_is_recorded_is_not_recorded_again_by_mistake():
    result = call("record", "lenet5-unembedded")
    assert result.exit_code == 0
    assert "lessonlib record lenet5-unembedded --restart" in result.stdout


def test_seeds_that_are_no_numbers_are_a_usage_error():
    result = call("record", "classic-mnist", "--seeds", "3;4")
    assert result.exit_code == 2
    assert "such as 3,4" in result.output.replace("\n", "")
