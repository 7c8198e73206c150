"""Chapter 2's checks: right answers pass, and each common mistake gets a hint."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from check_examples import points_and_words
from torch import Tensor
from torch.nn import functional as F

from lessonlib.checks import cases_of, check, given, passed
from lessonlib.checks import runners as runners_module
from lessonlib.checks.tasks import receptive_fields
from lessonlib.checks.tasks.sizes import border_cases, size_cases

SEEDS = range(5)


# Receptive fields


def seen(seed: int) -> list[int]:
    """By following the outermost windows down to the picture."""
    windows, _ = given("02.receptive_fields", seed)
    sides = []
    for top in range(1, len(windows) + 1):
        units = 1
        for side, stride in reversed(windows[:top]):
            units = (units - 1) * stride + side
        sides.append(units)
    return sides


def test_receptive_fields_are_right():
    for seed in SEEDS:
        for kind in (list, tuple, torch.tensor, np.array):
            result = check("02.receptive_fields", kind(seen(seed)), seed)
            assert (result.points, result.out_of) == (4, 4), result


def test_known_mistakes_in_receptive_fields_get_their_hint():
    for seed in SEEDS:
        windows, side = given("02.receptive_fields", seed)
        right = seen(seed)
        for values, hint in receptive_fields.wrong_fields(windows, side):
            first = next(n for n in range(5) if values[n] != right[n])
            came, message = points_and_words("02.receptive_fields", values, seed)
            assert came == max(first - 1, 0)
            assert hint in message
    sides = [5, 2, 5, 2, 5]  # the hints' own numbers, once by hand: LeNet-5's windows
    wrong = dict((h, v) for v, h in receptive_fields.wrong_fields(receptive_fields.LENET5, 32))
    assert wrong["Where are the strides?"] == [5, 6, 10, 11, 15]
    assert wrong["Do the windows of neighbours not overlap?"] == list(np.cumprod(sides))
    assert wrong["From which layer on does a stride count?"] == [5, 6, 10, 12, 20]
    assert wrong["Does a layer's own stride change what its own units see?"] == [5, 7, 15, 19, 35]


def test_other_receptive_fields_are_right_up_to_the_first_wrong_one():
    a, b, c, d, e = seen(0)
    for answer, points, hint in [
        ([a, b, c, d + 50, e], 2, "Right up to C. For D you answered"),
        ([a, b, c, d, 1_000], 3, "Right up to D. For E you answered 1,000"),
        ([a, b, c + 0.5, d, e], 1, "C: Give a whole number"),
        ([a, b, c, None, None], 2, "Right up to C. D: Your answer is still `None`"),
        ([a, b, str(c), d, e], 1, "without quotes"),
        ([a + 100, b, c, d, e], 0, "How many pixels per side does one of its windows read?"),
        ([a, b, c, d], 0, "Give 5 values, such as `[1, 2, 3, 4, 5]`. You gave a list of length 4"),
        ([[a, b, c, d, e]], 0, "a list of length 1"),
        (([a, b, c, d, e],), 0, "a tuple of one. A comma"),
        (torch.tensor(e), 0, "a tensor of shape ()"),
    ]:
        came, message = points_and_words("02.receptive_fields", answer, 0)
        assert came == points, message
        assert hint in message


# The size of a map


def counted(size: int, kernel: int, stride: int, padding: int) -> int:
    """By trying every place."""
    last = size + 2 * padding - kernel
    if last < 0:
        raise ValueError("no window fits")
    return len(range(0, last + 1, stride))


def refusing(count: Callable) -> Callable:
    """The same function, with the right refusals."""
    return lambda n, k, s, p: count(n, k, s, p) if counted(n, k, s, p) > 1 else counted(n, k, s, p)


class NoRoomError(ValueError):
    """An error of the learner's own."""


def refuses_by_its_own_error(size: int, kernel: int, stride: int, padding: int) -> int:
    if kernel > size + 2 * padding:
        raise NoRoomError
    return counted(size, kernel, stride, padding)


def test_out_size_is_right():
    for seed in SEEDS:
        for answer in (counted, lambda *n: float(counted(*n)), refuses_by_its_own_error):
            result = check("02.out_size", answer, seed)
            assert (result.points, result.out_of) == (3, 3), result


SIZES = {
    "last window lost": (lambda n, k, s, p: (n + 2 * p - k) // s, "you are one short"),
    "ceil": (lambda n, k, s, p: math.ceil((n + 2 * p - k) / s) + 1, "come out even"),
    "nearest": (lambda n, k, s, p: round((n + 2 * p - k) / s) + 1, "you round"),
    "fraction": (lambda n, k, s, p: (n + 2 * p - k) / s + 1, "not whole numbers"),
    "one inside": (lambda n, k, s, p: (n + 2 * p - k + 1) // s, "divide by the stride"),
    "no stride": (lambda n, k, s, p: n + 2 * p - k + 1, "right for a stride of 1"),
    "no padding": (lambda n, k, s, p: (n - k) // s + 1, "right without padding"),
    "padding once": (lambda n, k, s, p: (n + p - k) // s + 1, "On how many sides"),
}


@pytest.mark.parametrize("name", SIZES)
def test_a_wrong_size_gets_a_hint(name: str):
    count, hint = SIZES[name]
    for seed in SEEDS:
        came, message = points_and_words("02.out_size", refusing(count), seed)
        assert came == 2, message  # half of two, and the refusals
        assert hint in message
        assert "Too large kernels: right." in message


@pytest.mark.parametrize(
    ("answer", "points", "hint"),
    [
        (lambda n, k, s, p: (n + 2 * p) // s, 0, "as large as the picture"),  # no kernel
        (lambda n, s, k, p: counted(n, k, s, p), 0, "which of your numbers is the kernel"),
        (lambda n, k, s, p: 1, 0, "you give 1, which is not the number expected"),
        (lambda n, k, s, p: [counted(n, k, s, p)], 0, "length 1. It should return one number"),
        (lambda n, k, s, p: max((n + 2 * p - k) // s + 1, 0), 2, "Does a window fit?"),
        (lambda n, k, s, p: counted(n, k, s, p) if n + 2 * p > k else [][0], 2, "another number"),
        (lambda n, k, s, p: counted(n, k, s, p) if n + 2 * p >= k else [][0], 2,
         "you raise `IndexError`, and not a `ValueError`"),
        (lambda n, k, s, p: counted(n - (n + 2 * p == k), k, s, p), 2, "you refuse"),
        (lambda n, k, s: 1, 0, "cannot be called as `out_size(size, kernel, stride, padding)`"),
        (None, 0, "still `None`"),
    ],
)  # fmt: skip
def test_another_out_size_is_explained(answer: object, points: float, hint: str):
    for seed in SEEDS:
        came, message = points_and_words("02.out_size", answer, seed)
        assert came == points, message
        assert hint in message


def test_a_refusal_that_does_not_end_leaves_the_points_of_the_sizes(
    monkeypatch: pytest.MonkeyPatch,
):
    def out_size(size: int, kernel: int, stride: int, padding: int) -> int:
        while kernel > size + 2 * padding:
            pass
        return counted(size, kernel, stride, padding)

    monkeypatch.setattr(runners_module, "SECONDS", 0.3)
    came, message = points_and_words("02.out_size", out_size, 0)
    assert came == 2
    assert "did not end" in message


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


def conv(
    picture: Tensor, kernel: Tensor, stride: int | tuple[int, int] = 1, padding: int = 0
) -> Tensor:
    """All windows, cut out and weighted."""
    steps = stride if isinstance(stride, tuple) else (stride, stride)
    windows = pad(picture, padding).unfold(0, len(kernel), steps[0])
    windows = windows.unfold(1, kernel.shape[1], steps[1])
    return (windows * kernel).sum((2, 3))


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


def of_rows(*inputs: object) -> list[Tensor]:
    return list(conv(*inputs))


def in_half(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    return conv(picture.half() / 3, kernel.half(), stride, padding) * 3


@pytest.mark.parametrize("answer", [in_loops, in_numpy, conv, of_rows, in_half])
def test_convolve_is_right(answer: Callable):
    for seed in SEEDS:
        result = check("02.convolve", answer, seed)
        assert (result.points, result.out_of) == (4, 4), result
    shown = passed("02.convolve")(torch.ones(5, 5), torch.ones(3, 3), 1, 0)
    assert shown.tolist() == [[9, 9, 9]] * 3


def test_a_default_type_of_the_learners_makes_no_difference():
    torch.set_default_dtype(torch.float64)
    try:
        for answer in (in_loops, conv):
            assert check("02.convolve", answer).passed
    finally:
        torch.set_default_dtype(torch.float32)


def test_a_ready_made_convolution_is_looked_at():
    def by_function(x: Tensor, k: Tensor, s: int, p: int) -> Tensor:
        return F.conv2d(x[None, None], k[None, None], None, s, p)[0, 0]

    def by_layer(x: Tensor, k: Tensor, s: int, p: int) -> Tensor:
        layer = torch.nn.Conv2d(1, 1, tuple(k.shape), s, p, bias=False)
        layer.weight.data = k[None, None]
        return layer(x[None, None])[0, 0]

    for answer in (by_function, by_layer):
        came, message = points_and_words("02.convolve", answer, 0)
        assert came == 0
        assert "calls `conv2d`. The task is to write the loops yourself" in message


def windows_overwritten(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    x, out = pad(picture, padding).clone(), torch.zeros_like(conv(picture, kernel, stride, padding))
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


def sides(left: int, right: int, top: int, bottom: int, mode: str = "constant") -> Callable:
    """Padding of another kind, in units of the padding asked for."""

    def function(x: Tensor, k: Tensor, s: int, p: int) -> Tensor:
        widths = [p * side for side in (left, right, top, bottom)]
        return conv(F.pad(x[None], widths, mode=mode)[0], k, s)

    return function


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
    "left and top": (sides(1, 0, 1, 0), "and on which sides"),
    "right and bottom": (sides(0, 1, 0, 1), "On which sides"),
    "all in one corner": (sides(0, 2, 0, 2), "On which sides"),
    "no rows of zeros": (sides(1, 1, 0, 0), "On which sides"),
    "repeated border": (sides(1, 1, 1, 1, "replicate"), "Which numbers are around"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_convolve_gets_a_hint(name: str):
    answer, hint = MISTAKES[name]
    for seed in SEEDS:
        came, message = points_and_words("02.convolve", answer, seed)
        assert came == 2, message
        assert hint in message


def ceil(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
    x = pad(picture, padding)
    extra = [-(n - k) % stride for n, k in zip(x.shape, kernel.shape, strict=True)]
    return conv(F.pad(x, [0, extra[1], 0, extra[0]]), kernel, stride)


def corner(*inputs: object) -> Tensor:
    one = torch.zeros_like(conv(*inputs))
    one[0, 0] = 1
    return one


SHAPES = {
    "last window lost": (lambda *a: conv(*a)[:-1, :-1], 0, "Did you count the last window?"),
    "last column lost": (lambda *a: conv(*a)[:, :-1], 0, " wide, not "),
    "one row": (lambda *a: conv(*a)[:1], 0, "At how many places does the window fit?"),
    "a window outside": (ceil, 2, "Does the last window lie wholly inside?"),
    "four dimensions": (lambda *a: conv(*a)[None, None], 0, "give one map, with rows and columns"),
    "one number": (lambda *a: conv(*a).sum(), 0, "give one map"),
    "values": (lambda *a: conv(*a) + 1, 0, "Work that one out by hand"),
    "one corner": (lambda *a: conv(*a) + corner(*a), 0, "at (0, 0), by 1"),
    "stride 1 only": (
        lambda x, k, s, p: conv(x, k, 1, p) if s == 1 else 1 / 0,
        2,
        "Right for a picture of",
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_another_map_is_explained(name: str):
    answer, points, hint = SHAPES[name]
    for seed in SEEDS:
        came, message = points_and_words("02.convolve", answer, seed)
        assert came == points, message
        assert hint in message


def test_a_lost_window_is_told_in_numbers():
    rows, columns = conv(*given("02.convolve", 0)).shape
    _, message = points_and_words("02.convolve", lambda *a: conv(*a)[:, :-1], 0)
    said = f"Your map is {columns - 1} wide, not {columns}. Did you count the last window?"
    assert f"the shape ({rows}, {columns - 1}), not ({rows}, {columns}). {said}" in message


def test_a_changed_picture_costs_a_quarter_and_not_the_next_cell():
    def convolve(picture: Tensor, kernel: Tensor, stride: int, padding: int) -> Tensor:
        result = conv(picture, kernel, stride, padding)
        picture[0, 0] += 1
        return result

    came, message = points_and_words("02.convolve", convolve, 0)
    assert came == 3
    assert message.startswith("Your numbers are right. Your function changes the tensors")


def test_nothing_is_square_and_steps_do_not_come_out_even():
    for seed in range(50):
        for case in cases_of("02.convolve", seed):
            picture, kernel, stride, padding = case.inputs
            rows, columns = conv(*case.inputs).shape
            assert picture.dtype == kernel.dtype == torch.float32
            assert picture.shape[0] < picture.shape[1]
            assert kernel.shape[0] != kernel.shape[1]
            assert 1 < rows < columns
            for n, k in zip(picture.shape, kernel.shape, strict=True):
                assert (n + 2 * padding - k) % stride == stride - 1


# Units that do not move along


def maps(layers: int, paper: Tensor, kernel: Tensor, padding: int) -> tuple[Tensor, Tensor]:
    both = [paper[0, 0], torch.roll(paper[0, 0], 1, 1)]
    for _ in range(layers):
        both = [conv(x, kernel[0, 0], 1, padding) for x in both]
    return both[0], both[1]


def test_the_counts_are_columns_at_both_edges_whatever_the_digit():
    for seed in range(12):
        paper, kernel, padding = given("02.moved_units", seed)
        assert kernel.shape[-1] == 2 * padding + 1
        for layers in (1, 2):
            before, after = maps(layers, paper, kernel, padding)
            count = (before[:, :-1] != after[:, 1:]).sum().item()
            assert count == 2 * layers * padding * paper.shape[-2]


def test_units_that_do_not_move_along():
    for seed in range(6):
        paper, kernel, padding = given("02.moved_units", seed)
        rows = paper.shape[-2]
        one, two = (2 * n * padding * rows for n in (1, 2))
        all_maps = [maps(n, paper, kernel, padding) for n in (1, 2)]
        for answer, points, hint in [
            ((one, two), 3, "One layer: right. Two layers: right."),
            (torch.tensor([one, two]), 3, "right."),
            ((two, one), 0, "after another number of layers"),
            ((one, one), 1, f"Two layers: You answered {one}. That is the count after another"),
            ((one + rows, two + rows), 1.5, "Has the first column of the new map a partner"),
            ((one // rows, two // rows), 1.5, "Those are columns"),
            ((one // 2, two), 2.5, "both edges"),
            ((27 * rows - one, 27 * rows - two), 1.5, "the units that agree"),
            ((0, 0), 0, "Is the padding there"),
            (tuple((a != b).sum().item() for a, b in all_maps), 0, "one column on"),
            (tuple((a[:, 1:] != b[:, :-1]).sum().item() for a, b in all_maps), 0, "In which"),
            ((one, 3), 1, "Two layers: You answered 3. Compare column 0"),
            ((one, None), 1, "Two layers: Your answer is still `None`"),
            ((one + 0.5, two + 0.5), 0, "Give a whole number"),
            ((one,), 0, "a tuple of one. A comma"),
            (one, 0, f"Give 2 values, such as `(10, 20)`. You gave `{one}`"),
        ]:
            came, message = points_and_words("02.moved_units", answer, seed)
            assert came == points, (message, answer, one, two)
            assert hint in message
