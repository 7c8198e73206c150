"""Gabor filters are found where there are some, and compared with kernels that are nothing."""

from math import cos, exp, pi, radians, sin

import pytest
import torch

from lessonlib.inside import fit_gabor, other_kernels


def gabor(degrees: float, frequency: float, width: float, phase: float, x: float = 0.0) -> list:
    """A 5x5 Gabor filter, weight by weight."""
    turn = radians(degrees)
    rows = []
    for down in range(-2, 3):
        row = []
        for right in range(-2, 3):
            along = (right - x) * cos(turn) + down * sin(turn)
            across = down * cos(turn) - (right - x) * sin(turn)
            bell = exp(-(along**2 + across**2) / (2 * width**2))
            row.append(0.3 * bell * cos(2 * pi * frequency * along + phase))
        rows.append(row)
    return rows


MADE = [
    gabor(0, 0.25, 1.5, 0.0),
    gabor(30, 0.2, 1.2, pi / 2),
    gabor(75, 0.35, 2.0, 1.0),
    gabor(120, 0.15, 1.0, 2.0),
    gabor(160, 0.3, 1.5, 0.5, x=0.7),
]


def test_gabor_filters_are_found_to_the_last_weight():
    kernels = torch.tensor(MADE)
    fit = fit_gabor(kernels)
    assert (fit.explained > 0.995).all()
    torch.testing.assert_close(fit.filters, kernels, atol=0.02, rtol=0)


def test_size_and_sign_of_the_weights_do_not_matter():
    kernels = torch.tensor(MADE[1:3])
    for factor in (-1.0, 100.0):
        torch.testing.assert_close(
            fit_gabor(factor * kernels).explained, fit_gabor(kernels).explained, atol=0.01, rtol=0
        )


def test_noise_is_less_well_explained_though_much_of_it_is():
    explained = fit_gabor(other_kernels(torch.zeros(10, 5, 5), "random", 1)).explained
    assert 0.3 < explained.median() < 0.9
    assert explained.max() < 0.99


def test_explained_is_what_it_says():
    kernels = other_kernels(torch.zeros(3, 5, 5), "random", 1)
    fit = fit_gabor(kernels, steps=5)
    for kernel, filtered, share in zip(kernels, fit.filters, fit.explained, strict=True):
        left = (kernel - filtered).square().sum()
        assert share == pytest.approx(float(1 - left / (kernel.var() * 24)), abs=1e-4)


def test_shuffled_kernels_have_the_same_weights_elsewhere():
    kernels = torch.tensor(MADE[:2])
    shuffled = other_kernels(kernels, "shuffled", 3)
    assert shuffled.shape == (6, 5, 5)
    for number, each in enumerate(shuffled):
        own = kernels[number % 2]
        assert torch.equal(each.flatten().sort().values, own.flatten().sort().values)
        assert not torch.equal(each, own)


def test_smooth_kernels_are_smoother_than_random_ones():
    kernels = torch.zeros(20, 5, 5)
    rough, smooth = (other_kernels(kernels, kind, 5) for kind in ("random", "smooth"))
    assert rough.shape == smooth.shape == (100, 5, 5)

    def alike(those: torch.Tensor) -> float:
        pairs = torch.stack([those[..., 1:].flatten(), those[..., :-1].flatten()])
        return float(pairs.corrcoef()[0, 1])

    assert abs(alike(rough)) < 0.1
    assert alike(smooth) == pytest.approx(2 / 3, abs=0.06)  # (1*2 + 2*1) / (1 + 4 + 1)


def test_other_kernels_follow_from_the_seed():
    kernels = torch.zeros(2, 5, 5)
    first, again, other = (other_kernels(kernels, "random", 1, seed=s) for s in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_what_is_no_kernel_is_refused():
    with pytest.raises(ValueError, match="one with all weights equal"):
        fit_gabor(torch.ones(1, 5, 5))
    with pytest.raises(ValueError, match=r"at least 3x3, got \(16, 6, 5, 5\)"):
        fit_gabor(torch.rand(16, 6, 5, 5))
    with pytest.raises(ValueError, match="shuffled, random or smooth, got 'noise'"):
        other_kernels(torch.rand(1, 5, 5), "noise", 1)
