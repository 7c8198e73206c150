"""`make bench`: AlexNet's update, what training takes and what is read, in the small."""

from dataclasses import replace

import pytest
from bench_alexnet import spread
from bench_table import alexnet, sliding
from torch import nn

from lessonlib.models import AlexNetSmall, layer_table
from lessonlib.training.recipes import ALEXNET_SMALL


@pytest.mark.slow
def test_updates_training_and_reading_are_measured_and_shown(monkeypatch):
    import bench_pictures

    recipe = replace(ALEXNET_SMALL, batch_size=10)
    small = {"AlexNet": (AlexNetSmall, recipe, 20), "AlexNetSmall": (AlexNetSmall, recipe, 20)}
    for name, value in {"TRAINED": small, "FILES": 40, "SIZE": (40, 30), "BATCH": 10}.items():
        monkeypatch.setattr(bench_pictures, name, value)
    monkeypatch.setattr(bench_pictures, "NETWORK", lambda: nn.Linear(30, 20))
    found = bench_pictures.measure(2, 1, spread)
    assert found["update"]["parameters"] == 620
    for name in ("sgd_2012", "adam"):
        assert set(found["update"][name]) == {"fused", "default", "default / fused"}
        assert found["update"][name]["default / fused"]["min"] > 0
    assert set(found["read"]["pictures_per_second"]) == {"0", "1"}
    assert found["trained"]["AlexNet"]["pictures_per_second"]["min"] > 0
    norm = {"CrossMapNorm": spread([1]), "LocalResponseNorm": spread([2]), "r": spread([2])}
    shown = alexnet(
        {
            "date": "2026-11-26",
            "threads": 1,
            "batch_size": 3,
            "network": norm,
            "norm1": norm,
            "norm2": norm,
            **found,
        }
    )
    assert "| norm1 | 1.00 (1.00 to 1.00) | 2.00 (2.00 to 2.00) | 2.00 (2.00 to 2.00) |" in shown
    assert "One update of 620 parameters" in shown
    assert "JPEG files of 40x30 pixels" in shown


def test_the_update_of_alexnet_is_measured():
    from bench_pictures import NETWORK, OPTIMIZERS

    assert layer_table(NETWORK()).parameters == 60_965_224
    parameters = [nn.Linear(2, 2).weight]
    for make in OPTIMIZERS.values():
        assert make(parameters, fused=True).defaults["fused"] is True
        assert not make(parameters).defaults["fused"]


def test_wide_fields_are_measured_and_shown(monkeypatch):
    import bench_sliding

    monkeypatch.setattr(bench_sliding, "REPEATS", 1)
    monkeypatch.setattr(bench_sliding, "FIELDS", ((32, 64),))
    found = bench_sliding.measure(2, spread)
    assert found["32x64"]["places"] == 9
    assert found["32x64"]["times faster"]["min"] > 0
    shown = sliding(found)
    assert shown.splitlines()[-1].startswith("| 32x64 | 9 | ")
    work = found["32x64"]["multiply_adds"]
    assert shown.endswith(f"| {work['crop by crop'] / work['one pass']:.1f} |")


def test_without_a_measurement_nothing_is_said():
    assert alexnet(None) == ""
    assert sliding(None) == ""
