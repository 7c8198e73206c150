"""`lessonlib read`, as a shell calls it."""

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from lessonlib.cli import app
from tests.unit.own_pictures import ink, on_paper
from tests.unit.test_own_digit import BAD_FILES, paper_in_a_shadow, pure_noise, two_digits, writing


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LESSONLIB_DEVICE", "cpu")
    monkeypatch.setenv("TERM", "dumb")
    on_paper(ink()).save("seven.png")


def call(*words: str) -> Result:
    return CliRunner().invoke(app, ["read", *words])


def test_a_digit_its_distance_and_the_runner_up():
    result = call("seven.png")
    assert result.exit_code == 0, result.output
    first, second = result.stdout.splitlines()
    assert first.startswith("LeNet-5 as printed (lenet5-sdlm-unembedded) reads; above distance 30.")
    assert second.startswith("seven.png: 7, distance ")
    assert "runner-up" in second
    assert "equation 9's own rule says a digit" in second


def test_bad_files_get_a_line_each_and_the_others_are_read(tmp_path):
    for number, (content, _) in enumerate(BAD_FILES.values()):
        (tmp_path / f"bad{number}.png").write_bytes(content)
    Image.fromarray(np.zeros((1, 1), np.uint8)).save("tiny.png")
    Image.fromarray(pure_noise()).save("noise.png")
    writing().save("page.png")
    two_digits().save("two.png")
    paper_in_a_shadow(100).save("paper.jpg")
    bad = [f"bad{number}.png" for number in range(len(BAD_FILES))]
    bad += [
        "tiny.png",
        "noise.png",
        "page.png",
        "two.png",
        "paper.jpg",
        "missing.png",
        str(tmp_path),
    ]
    result = call(*bad[:4], "seven.png", *bad[4:])
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1].startswith("seven.png: 7, ")
    lines = result.stderr.splitlines()
    assert [line.split(": ")[0] for line in lines] == bad
    assert all(line.partition(": ")[2] for line in lines)
    assert "Traceback" not in result.output


def test_what_is_no_digit_is_none_of_these():
    ring = np.full((200, 200), 230, np.uint8)
    ring[40:160, 40:160] = 30  # a black square
    Image.fromarray(ring).save("square.png")
    result = call("square.png")
    assert result.exit_code == 0, result.output
    assert "square.png: none of these (nearest is " in result.stdout


def test_the_steps_are_written_once_and_never_over_another(tmp_path):
    (tmp_path / "steps").mkdir()
    result = call("seven.png", "--show", "steps")
    assert result.exit_code == 0, result.output
    (written,) = (tmp_path / "steps").iterdir()
    assert written.name == "seven-steps.png"
    assert Image.open(written).size[0] >= 480
    before = written.read_bytes()
    again = call("seven.png", "--show", "steps")
    assert again.exit_code == 1
    assert "seven-steps.png is there already" in again.stderr
    assert again.stderr.startswith("seven.png: 7, distance ")  # it was read nevertheless
    assert written.read_bytes() == before


def test_a_folder_for_the_steps_must_be_there():
    result = call("seven.png", "--show", "nowhere")
    assert result.exit_code == 1
    assert "--show nowhere: there is no such folder; make it first" in result.stderr


def test_help_has_an_example():
    result = call("--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
