"""What is read in one's own digit, and where "none of these" begins."""

import re
from dataclasses import replace

import pytest
import torch

from lessonlib import runs
from lessonlib.data import as_grey, load
from lessonlib.runs.own_reading import READER, Reading, read_digits
from lessonlib.runs.rejection import Rejection, measured_rejection, rejection, rubbish_distance
from lessonlib.training.recipes import CROSS_ENTROPY_SHORT, DISCRIMINATIVE_SHORT, LECUN1998

SEVEN = Reading(7, 9.8, 1, 41.2, limit=30.0, rubbish_from=40.0)


def test_the_kept_threshold_is_the_one_that_is_chosen_again():
    kept, again = rejection(READER), measured_rejection(READER)
    assert kept.threshold == pytest.approx(again.threshold, rel=1e-4)
    assert replace(kept, threshold=0) == replace(again, threshold=0)


def test_one_training_digit_in_a_hundred_is_rejected():
    """Counted a hair above the threshold: it is the distance of a digit, give or take rounding."""
    readings = read_digits(load("digits").images)
    assert sum(reading.distance > 1.0001 * reading.limit for reading in readings) == 80


def test_the_answer_is_the_networks():
    digits = load("digits", train=False)
    readings = read_digits(digits.images[:200])
    network = runs.network(READER)
    with torch.no_grad():
        scores = network(network.prepare(digits.images[:200]))
    ordered = scores.sort(1, descending=True)
    assert [each.digit for each in readings] == ordered.indices[:, 0].tolist()
    assert [each.runner_up for each in readings] == ordered.indices[:, 1].tolist()
    assert all(each.distance <= each.runner_up_distance for each in readings)
    wrong = sum(
        each.digit != label for each, label in zip(readings, digits.labels.tolist(), strict=False)
    )
    assert wrong <= 6


def test_most_of_what_is_no_digit_is_rejected():
    photographs = as_grey(load("photos", train=False, view="raw")).images
    rejected = [reading.is_none_of_these for reading in read_digits(photographs)]
    assert sum(rejected) > 0.7 * len(rejected)


def test_equation_9_s_rule_is_where_the_rubbish_class_is_likelier():
    # e^-j > e^-(scale y), so y > j / scale
    assert rubbish_distance(LECUN1998) == LECUN1998.j / LECUN1998.distance_scale == 40
    assert rubbish_distance(DISCRIMINATIVE_SHORT) == 1
    with pytest.raises(ValueError, match="trained by equation 9, got the loss 'cross_entropy'"):
        rubbish_distance(CROSS_ENTROPY_SHORT)


def test_sentences():
    assert SEVEN.sentence() == (
        "7, distance 9.8 (runner-up 1, distance 41.2; equation 9's own rule says a digit)"
    )
    far = replace(SEVEN, distance=45.0)
    assert far.is_rubbish
    assert far.sentence().startswith("none of these (nearest is 7, but its distance, 45.0, is")
    assert "says no digit" in far.sentence()
    assert "says a digit" in replace(SEVEN, distance=35.0).sentence()


def test_a_run_without_threshold_or_without_such_a_network_is_refused():
    with pytest.raises(ValueError, match=r"toml is missing; choose it with"):
        read_digits(torch.zeros(1, 1, 28, 28, dtype=torch.uint8), "lenet5-unembedded")
    with pytest.raises(ValueError, match="keeps no weights"):
        rejection("lecun1998")
    with pytest.raises(ValueError, match="no run 'lenet6'"):
        rejection("lenet6")


def test_a_threshold_for_other_weights_is_refused(tmp_path, monkeypatch):
    for file in runs.run.kept().glob(f"{READER}.*"):
        text = file.read_bytes()
        if file.suffix == ".toml":
            text = re.sub(rb'weights = "\w', b'weights = "_', text)
        (tmp_path / file.name).write_bytes(text)
    monkeypatch.setattr("lessonlib.runs.run.kept", lambda: tmp_path)
    with pytest.raises(ValueError, match="chosen for other weights"):
        rejection(READER)
    (tmp_path / f"{READER}.toml").write_text("threshold = 3\n")
    with pytest.raises(ValueError, match="cannot be read"):
        rejection(READER)


def test_a_file_is_read_as_it_was_written():
    kept = rejection(READER)
    assert Rejection.from_toml(kept.as_toml()) == kept
