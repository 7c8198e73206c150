"""Chapter 2's checks: right answers pass, and each common mistake is refused with a hint."""

import math
from collections.abc import Callable

import numpy as np
import paper_tables
import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks import convolution
from lessonlib.checks.sizes import border_cases, size_cases
from lessonlib.checks.windows import convolve_cases
from lessonlib.data import load

SEEDS = [0, 1, 2, 3, 4]
FIELDS = [size for _, size, _ in paper_tables.LENET5_RECEPTIVE_FIELDS]


# Receptive fields


@pytest.mark.parametrize("kind", [list, tuple, torch.tensor, np.array])
def test_receptive_fields_are_right(kind: Callable):
    result = convolution.receptive_fields(kind(FIELDS))
    assert (result.points, result.out_of) == (4, 4), result


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        ([5, 7, 17, 21, 41], 0, "a window of a single pixel"),  # k instead of k - 1
        ([6, 8, 18, 22, 42], 0, "a window of a single pixel"),  # the same, from 1 on
        ([5, 7, 12, 14, 19], 0, "You add up the sides"),
        ([5, 6, 10, 11, 15], 1, "Right up to S2. Where are the strides?"),
        ([5, 7, 15, 19, 35], 0, "Right up to C1. Does a layer's own stride"),  # too early
        ([5, 6, 10, 12, 20], 1, "From which layer on does a stride count"),  # too late
        ([5, 10, 50, 100, 500], 0, "not overlap"),
        ([28, 14, 10, 5, 1], 0, "the sides of the maps"),
        ([32, 16, 14, 6, 5], 0, "The first layer comes first"),
        ([25, 36, 196, 256, 1024], 0, "areas"),
        ([5, 6, 14, 18, 34], 2, "Right up to C3. For S4 18 came. How many units"),
        ([5, 6, 14, 16, 30], 3, "Right up to S4. For C5 30 came"),
        ([5, 6, 13, 16, 32], 1, "Right up to S2. For C3 13 came"),
        ([5, 6, 14, None, None], 2, "Right up to C3. S4: `None` came"),
        ([5, 6, "14", 16, 32], 1, "without quotes"),
        ([4, 6, 14, 16, 32], 0, "For C1 4 came. How many pixels a side"),
        ([5, 6, 14.5, 16, 32], 1, "whole number"),
        (FIELDS[:4], 0, "Expected five numbers, such as `[1, 2, 3, 4, 5]`, got a list of length 4"),
        ([[5, 6, 14, 16, 32]], 0, "got a list of length 1"),
        (32, 0, "got `32`"),
        (torch.tensor(32), 0, "got a tensor of shape ()"),
    ],
)
def test_wrong_receptive_fields(answer: object, points: float, hint: str):
    result = convolution.receptive_fields(answer)
    assert result.points == points, result
    assert hint in result.message


# The size of a map


def counted(size: int, kernel: int, stride: int, padding: int) -> int:
    """By trying every place."""
    last = size + 2 * padding - kernel
    if last < 0:
        raise ValueError("no window fits")
    return len([place for place in range(0, last + 1, stride)])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answer", [counted, lambda *n: float(counted(*n))])
def test_out_size_is_right(answer: Callable, seed: int):
    result = convolution.out_size(answer, seed)
    assert (result.points, result.out_of) == (3, 3), result


def refusing(count: Callable) -> Callable:
    """The same function, with the right refusals."""
    return lambda n, k, s, p: count(n, k, s, p) if counted(n, k, s, p) > 1 else counted(n, k, s, p)


WRONG_SIZES = {
    "last window lost": (lambda n, k, s, p: (n + 2 * p - k) // s, "one too few"),
    "ceil": (lambda n, k, s, p: math.ceil((n + 2 * p - k) / s) + 1, "come out even"),
    "nearest": (lambda n, k, s, p: round((n + 2 * p - k) / s) + 1, "you round"),
    "fraction": (lambda n, k, s, p: (n + 2 * p - k) / s + 1, "no whole numbers"),
    "one inside": (lambda n, k, s, p: (n + 2 * p - k + 1) // s, "divide by the stride"),
    "no stride": (lambda n, k, s, p: n + 2 * p - k + 1, "right for a stride of 1"),
    "no padding": (lambda n, k, s, p: (n - k) // s + 1, "right without padding"),
    "padding once": (lambda n, k, s, p: (n + p - k) // s + 1, "On how many sides"),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WRONG_SIZES)
def test_a_wrong_size_is_refused(name: str, seed: int):
    count, hint = WRONG_SIZES[name]
    result = convolution.out_size(refusing(count), seed)
    assert result.points == 2, result  # half of two, and the refusals
    assert hint in result.message
    assert result.message.endswith("Too large kernels: right.")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda n, k, s, p: (n + 2 * p) // s, "as large as the picture"),  # no kernel
        (lambda n, k, s, p: (n + 2 * p - s) // k + 1, "which the stride?"),
        (lambda n, k, s, p: n, "another number than expected"),
        (lambda n, k, s, p: 1, "another number than expected"),
        (lambda n, k, s, p: [counted(n, k, s, p)], "Return one number"),
        (lambda n, k, s, p: print(counted(n, k, s, p)), "is there a `return`"),
        (lambda n, k, s, p: 1 / 0, "ZeroDivisionError"),
        (lambda n, k, s: 1, "cannot be called as `out_size(size, kernel, stride, padding)`"),
    ],
)
def test_a_size_that_is_never_right_gets_nothing(answer: Callable, hint: str, seed: int):
    result = convolution.out_size(answer, seed)
    assert result.points == 0, result
    assert hint in result.message


def refuses_with(error: type[Exception], does_not_fit: Callable) -> Callable:
    def out_size(size: int, kernel: int, stride: int, padding: int) -> int:
        if does_not_fit(size, kernel, padding):
            raise error("too large")
        return (size + 2 * padding - kernel) // stride + 1

    return out_size


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (refuses_with(ValueError, lambda n, k, p: False), "you accept"),
        (refuses_with(RuntimeError, lambda n, k, p: k > n + 2 * p), "a `RuntimeError` is raised"),
        (refuses_with(ValueError, lambda n, k, p: k > n), "you refuse"),  # no padding
        (refuses_with(ValueError, lambda n, k, p: k >= n + 2 * p), "you refuse"),
        (refuses_with(ValueError, lambda n, k, p: k > n + p), "you refuse"),
        (lambda *n: max(0, (n[0] + 2 * n[3] - n[1]) // n[2] + 1), "raise a `ValueError`"),
    ],
)
def test_what_does_not_fit_is_to_be_refused(answer: Callable, hint: str, seed: int):
    result = convolution.out_size(answer, seed)
    assert result.points == 2, result
    assert hint in result.message


def test_out_size_that_does_not_end_where_nothing_fits_keeps_its_sizes(
    monkeypatch: pytest.MonkeyPatch,
):
    def out_size(size: int, kernel: int, stride: int, padding: int) -> int:
        while kernel > size + 2 * padding:
            pass
        return counted(size, kernel, stride, padding)

    monkeypatch.setattr("lessonlib.checks.attempt.SECONDS", 0.3)
    result = convolution.out_size(out_size)
    assert result.points == 2
    assert "did not end" in result.message


def test_the_cases_of_sizes_are_what_they_are_meant_to_be():
    for seed in range(50):
        for case in size_cases(seed):
            size, kernel, _, padding = case.inputs
            assert counted(*case.inputs) > 1
            assert counted(*case.inputs) != size > kernel
            assert padding < kernel
        room = [n + 2 * p - k for n, k, _, p in (case.inputs for case in border_cases(seed))]
        assert room == [0, -1, 0, -1]


# A convolution in loops


def pad(picture: Tensor, padding: int) -> Tensor:
    return F.pad(picture, [padding] * 4)


def conv(picture: Tensor, kernel: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    return F.conv2d(picture[None, None], kernel[None, None], None, stride, padding)[0, 0]


def in_loops(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> list:
    """With plain numbers."""
    x, w = pad(picture, padding).tolist(), kernel.tolist()
    rows = range(0, len(x) - len(w) + 1, stride)
    columns = range(0, len(x[0]) - len(w[0]) + 1, stride)
    spots = [(i, j) for i in range(len(w)) for j in range(len(w[0]))]
    return [[sum(x[r + i][c + j] * w[i][j] for i, j in spots) for c in columns] for r in rows]


def in_numpy(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> np.ndarray:
    x = np.pad(picture.numpy(), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, tuple(kernel.shape))
    return (windows[::stride, ::stride] * kernel.numpy()).sum((2, 3))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("answer", [in_loops, in_numpy, conv])
def test_convolve_is_right(answer: Callable, seed: int):
    result = convolution.convolve(answer, seed)
    assert (result.points, result.out_of) == (4, 4), result


def windows_overwritten(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    x, out = pad(picture, padding), torch.zeros_like(conv(picture, kernel, stride, padding))
    for r in range(out.shape[0]):
        for c in range(out.shape[1]):
            window = x[r * stride :, c * stride :][: kernel.shape[0], : kernel.shape[1]]
            window *= kernel
            out[r, c] = window.sum()
    return out


def not_moved(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    rows, columns = conv(picture, kernel, stride, padding).shape
    return conv(picture, kernel, 1, padding)[:rows, :columns]


def cut_short(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    rows, columns = conv(F.pad(picture, [0, padding, 0, padding]), kernel, stride).shape
    return conv(picture, kernel, stride, padding)[:rows, :columns]


MISTAKES = {
    "turned around": (lambda x, k, s, p: conv(x, k.flip(0, 1), s, p), "of mathematics"),
    "upside down": (lambda x, k, s, p: conv(x, k.flip(0), s, p), "mirrored"),
    "left to right": (lambda x, k, s, p: conv(x, k.flip(1), s, p), "mirrored"),
    "mean": (lambda x, k, s, p: conv(x, k / k.numel(), s, p), "averages"),
    "overwritten": (windows_overwritten, "your first window is right"),
    "on its side": (lambda x, k, s, p: conv(x.T, k.T, s, p), "rows or columns"),
    "windows not moved": (not_moved, "where does its second window begin"),
    "no stride": (lambda x, k, s, p: conv(x, k, 1, p), "How far is it"),
    "stride of rows only": (lambda x, k, s, p: conv(x, k, (s, 1), p), "in rows and columns"),
    "no padding": (lambda x, k, s, p: conv(x, k, s), "Where are the zeros"),
    "padding counted once": (cut_short, "padding make the picture larger"),
    "left and top": (lambda x, k, s, p: conv(F.pad(x, [p, 0, p, 0]), k, s), "and on which sides"),
    "right and bottom": (lambda x, k, s, p: conv(F.pad(x, [0, p, 0, p]), k, s), "On which sides"),
    "all in one corner": (
        lambda x, k, s, p: conv(F.pad(x, [0, 2 * p, 0, 2 * p]), k, s),
        "On which sides",
    ),
    "no rows of zeros": (lambda x, k, s, p: conv(F.pad(x, [p, p]), k, s), "On which sides"),
    "repeated border": (
        lambda x, k, s, p: conv(F.pad(x[None], [p] * 4, mode="replicate")[0], k, s),
        "Which numbers stand around",
    ),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_convolve_is_refused(name: str, seed: int):
    answer, hint = MISTAKES[name]
    result = convolution.convolve(answer, seed)
    assert result.points == 2, result
    assert hint in result.message


def ceil(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    x = pad(picture, padding)
    extra = [-(n - k) % stride for n, k in zip(x.shape, kernel.shape, strict=True)]
    return conv(F.pad(x, [0, extra[1], 0, extra[0]]), kernel, stride)


WRONG_SHAPES = {
    "last window lost": (lambda *a: conv(*a)[:-1, :-1], 0, ": is the last window counted?"),
    "last column lost": (lambda *a: conv(*a)[:, :-1], 0, "wide, expected"),
    "one row": (lambda *a: conv(*a)[:1], 0, "at how many places does the window fit?"),
    "a window outside": (ceil, 2, ": does the last window lie wholly inside?"),
    "four dimensions": (lambda *a: conv(*a)[None, None], 0, "give one map, with rows and columns"),
    "one number": (lambda *a: conv(*a).sum(), 0, "give one map"),
    "values": (lambda *a: conv(*a) + 1, 0, "Work that one out by hand"),
    "stride 1 only": (
        lambda x, k, s, p: conv(x, k, 1, p) if s == 1 else 1 / 0,
        2,
        "Right for a picture of",
    ),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", WRONG_SHAPES)
def test_another_map_is_explained(name: str, seed: int):
    answer, points, hint = WRONG_SHAPES[name]
    result = convolution.convolve(answer, seed)
    assert result.points == points, result
    assert hint in result.message


def test_a_lost_window_is_told_in_numbers():
    rows, columns = conv(*convolve_cases(0)[0].inputs).shape
    result = convolution.convolve(lambda *a: conv(*a)[:, :-1], seed=0)
    said = f"Your map is {columns - 1} wide, expected {columns}: is the last window counted?"
    assert f"({rows}, {columns - 1}) came, expected ({rows}, {columns}). {said}" in result.message


def test_a_changed_picture_costs_a_point():
    def convolve(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
        result = conv(picture, kernel, stride, padding)
        picture[0, 0] += 1
        return result

    result = convolution.convolve(convolve)
    assert result.points == 3
    assert result.message.startswith("The map is right. Your function changes the picture")


def test_an_error_is_told_with_the_line_of_the_learners_code():
    def convolve(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
        return picture[99, 99]

    result = convolution.convolve(convolve)
    assert result.points == 0
    assert "of your code, `return picture[99, 99]`" in result.message


def test_a_convolution_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch):
    def convolve(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
        while True:
            pass

    monkeypatch.setattr("lessonlib.checks.attempt.SECONDS", 0.3)
    result = convolution.convolve(convolve)
    assert result.points == 0
    assert "did not end" in result.message


def test_a_seed_gives_the_same_inputs_again_and_another_gives_others():
    first, again, other = (convolve_cases(seed)[0].inputs for seed in (0, 0, 1))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not (first[0].shape == other[0].shape and torch.equal(first[0], other[0]))
    assert size_cases(0) == size_cases(0) != size_cases(1)


def test_nothing_is_square_and_steps_do_not_come_out_even():
    for seed in range(50):
        for case in convolve_cases(seed):
            picture, kernel, stride, padding = case.inputs
            rows, columns = conv(*case.inputs).shape
            assert picture.shape[0] < picture.shape[1]
            assert kernel.shape[0] != kernel.shape[1]
            assert 1 < rows < columns
            for n, k in zip(picture.shape, kernel.shape, strict=True):
                assert (n + 2 * padding - k) % stride == stride - 1


# Units that do not move along


def moved(layers: int, padding: int = 2, kernel: int = 5, picture: int = 3) -> tuple:
    paper = 255 - load("digits", train=False).images[picture, 0].double()
    both = [paper, torch.roll(paper, 1, 1)]
    weights = torch.arange(1, kernel**2 + 1).double().reshape(kernel, kernel)
    for _ in range(layers):
        both = [conv(x, weights, 1, padding) for x in both]
    return both[0], both[1]


def differing(maps: tuple) -> int:
    before, after = maps
    return (before[:, :-1] != after[:, 1:]).sum().item()


ONE, TWO = differing(moved(1)), differing(moved(2))


def test_the_counts_are_columns_at_both_edges_whatever_the_digit():
    for picture in range(0, 2000, 200):
        assert differing(moved(1, picture=picture)) == ONE == 2 * 2 * 28
        assert differing(moved(2, picture=picture)) == TWO == 2 * 4 * 28


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        ((ONE, TWO), 3, "One layer: right. Two layers: right."),
        (torch.tensor([ONE, TWO]), 3, "right."),
        ((TWO, ONE), 0, "after another number of layers"),
        ((ONE, ONE), 1, "Two layers: 112 came. That is the count after another"),
        ((ONE + 28, TWO + 28), 1.5, "Has the first column of the new map a partner"),
        ((4, 8), 1.5, "Those are columns"),
        ((ONE // 2, TWO), 2.5, "both edges"),
        ((27 * 28 - ONE, 27 * 28 - TWO), 1.5, "the units that agree"),
        ((0, 0), 0, "Is the padding there"),
        ((differing(moved(1, 1)), differing(moved(2, 1))), 0, "a padding of 1"),
        (tuple((a != b).sum().item() for a, b in map(moved, (1, 2))), 0, "one column on"),
        (
            tuple((a[:, 1:] != b[:, :-1]).sum().item() for a, b in map(moved, (1, 2))),
            0,
            "In which direction",
        ),
        ((ONE, 300), 1, "Two layers: 300 came. Compare column 0"),
        ((ONE, None), 1, "Two layers: `None` came"),
        ((ONE / 756, TWO / 756), 0, "Expected a whole number"),
        ((ONE,), 0, "Expected two numbers, such as `(10, 20)`, got a tuple of length 1"),
        (ONE, 0, "got `112`"),
        (None, 0, "`None` came"),
    ],
)
def test_units_that_do_not_move_along(answer: object, points: float, hint: str):
    result = convolution.moved_units(answer)
    assert (result.points, result.out_of) == (points, 3), result
    assert hint in result.message
