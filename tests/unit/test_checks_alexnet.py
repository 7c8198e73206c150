"""Chapter 10's checks: right answers pass, and each common mistake gets a hint."""

from collections.abc import Callable

import paper_tables as paper
import pytest
import torch
from check_examples import check, points_and_words
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.checks import given
from lessonlib.checks.tasks import alexnet_built, alexnet_counts
from lessonlib.models import AlexNet
from lessonlib.puzzles import LineUp, tower_boxes
from lessonlib.puzzles.lineup import NAMES, NONE
from lessonlib.puzzles.tower_boxes import dealt_towers

SEEDS = range(4)


# Counts


def test_the_counts_of_2012():
    conv2 = dict((name, parameters) for name, parameters, *_ in paper.ALEXNET_LAYERS)["conv2"]
    assert alexnet_counts.group_question(256, 5, 96, 2).right == conv2
    maps = [(shape[0], shape[1]) for *_, shape in paper.ALEXNET_LAYERS if len(shape) == 3]
    layers = [list(maps[i]) for i in (0, 2, 4)]
    wanted = 4 * 128 * (sum(paper.ALEXNET_NEURONS[:3]) + 4096) / 1e6
    assert alexnet_counts.memory_question(layers, 4096, 128).right == pytest.approx(wanted)


def group_answers(maps: int, side: int, below: int, groups: int) -> dict[str, int]:
    weights = maps * below // groups * side**2
    return {
        "right": weights + maps,
        "all read": maps * below * side**2 + maps,
        "no bias": weights,
        "one group": (weights + maps) // groups,
    }


def memory_answers(layers: list[list[int]], units: int, pictures: int) -> dict[str, float]:
    numbers = pictures * (sum(maps * side * side for maps, side in layers) + units)
    return {
        "right": 4 * numbers / 1e6,
        "one picture": 4 * numbers / 1e6 / pictures,
        "numbers": numbers / 1e6,
        "bytes": 4 * numbers,
        "mebibytes": 4 * numbers / 1024 / 1024,
    }


WORDS = {
    "all read": "one kernel read",
    "no bias": "every weight",
    "one group": "one group",
    "one picture": "one picture",
    "numbers": "How many bytes",
    "bytes": "Those are bytes",
    "mebibytes": "mebibytes",
}


@pytest.mark.parametrize(
    ("task", "answers", "points"),
    [("10.group_parameters", group_answers, 1), ("10.batch_memory", memory_answers, 2)],
)
def test_a_count_and_its_mistakes(task: str, answers: Callable, points: int):
    for seed in SEEDS:
        for name, answer in answers(*given(task, seed)).items():
            got, message = points_and_words(task, answer, seed)
            assert (got == points) == (name == "right"), (seed, name, message)
            assert WORDS.get(name, "") in message, (seed, name, message)
    for value in (None, "12", (1, 2), paper.ALEXNET_PARAMETERS):
        assert check(task, value).points == 0


def test_memory_may_be_rounded():
    right = memory_answers(*given("10.batch_memory", 1))["right"]
    assert check("10.batch_memory", round(right), 1).passed
    assert check("10.batch_memory", round(right, 1), 1).passed


# The slip in a caption


def found(layers: list[list[int]], printed: list[int]) -> tuple[str, int, int, int]:
    """The wrong layer, what stands in place of a side, its side and its maps."""
    for i, ((maps, side), number) in enumerate(zip(layers, printed, strict=True), start=1):
        if maps * side * side != number:
            return f"conv{i}", number // maps // side, side, maps
    raise AssertionError("nothing is wrong")


def test_the_slip_is_found_by_dividing():
    for seed in range(40):
        layer, instead, side, maps = found(*given("10.printed_neurons", seed))
        assert points_and_words("10.printed_neurons", (layer, instead), seed)[0] == 2
        assert instead != side
        for wrong, words in [
            (side, "the side which should be there"),
            (maps * side * side, "should be printed"),
            (maps * side * instead, "whole product"),
            (1, "divide the printed number"),
        ]:
            points, message = points_and_words("10.printed_neurons", (layer, wrong), seed)
            assert points == 1
            assert words in message
        other = "conv1" if layer != "conv1" else "conv2"
        assert points_and_words("10.printed_neurons", (other, instead), seed)[0] == 0
        assert points_and_words("10.printed_neurons", (layer.upper(), float(instead)), seed)[0] == 2
    assert check("10.printed_neurons", (layer, "forty"), seed).points == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "still `None`"),
        ("conv1", "Give 2 values"),
        (("fc6", 3), "one of conv1, conv2"),
        ((3, 3), "Give a text in quotes"),
    ],
)
def test_what_is_no_slip_gets_a_sentence(answer: object, words: str):
    result = check("10.printed_neurons", answer)
    assert result.points == 0
    assert words in result.message


# AlexNet, built


def built(
    maps: tuple[int, ...] = (96, 256, 384, 384, 256),
    groups: tuple[int, int, int] = (2, 2, 2),
    first: tuple[nn.Module, ...] = (nn.ZeroPad2d((0, 3, 0, 3)),),
    fc6: int = 9216,
    padding: int = 0,
    relu: type[nn.Module] = nn.ReLU,
    flat: nn.Module | None = None,
) -> Callable[[], nn.Module]:
    a, b, c, d, e = maps
    g, h, i = groups
    return lambda: nn.Sequential(
        *(*first, nn.Conv2d(3, a, 11, 4, padding), relu(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(a, b, 5, padding=2, groups=g), relu(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(b, c, 3, padding=1), relu()),
        *(nn.Conv2d(c, d, 3, padding=1, groups=h), relu()),
        *(nn.Conv2d(d, e, 3, padding=1, groups=i), relu(), nn.MaxPool2d(3, 2)),
        *(flat or nn.Flatten(), nn.Linear(fc6, 4096), relu(), nn.Linear(4096, 4096), relu()),
        nn.Linear(4096, 1000),
    )


BUILT = {
    "rounded up": (built(), 3, "60,965,224"),
    "padded": (built(first=(), padding=2), 3, "60,965,224"),
    "no padding": (built(first=()), 0, "A row and a column were lost"),
    "all pictures in a row": (built(flat=nn.Flatten(0)), 0, "Which dimension has to stay"),
    "6,400 taken for right": (built(first=(), fc6=6400), 1, "has 55x55"),
    "without groups": (built(groups=(1, 1, 1)), 1, "AlexNet without towers. conv2 and conv4 and"),
    "both slips": (built(groups=(1, 1, 1), first=(), fc6=6400), 1, "50,844,008.*fc6 reads 6,400"),
    "one layer without groups": (built(groups=(2, 1, 2)), 1, "conv4 read all maps below"),
    "torchvision's": (
        built((64, 192, 384, 256, 256), (1, 1, 1), (), padding=2), 1, "torchvision, with one tower",
    ),
    "other maps": (built((96, 256, 384, 256, 256)), 1, "conv4 puts out 256 maps of 13x13"),
    "no rectifiers": (built(relu=nn.Identity), 1, "All numbers are right. But"),
    "the library's": (AlexNet, 0, "a whole network of a library"),
    "not called": (lambda: 3, 0, "should return a network"),
    "raises": (lambda: nn.Conv2d(3, 96), 0, "TypeError"),
    "a layer": (lambda: nn.Conv2d(3, 96, 11), 0, "1 convolutions and 0 fully"),
    "None": (None, 0, "still `None`"),
    "a network": (built()(), 3, "60,965,224"),
    "no network": (nn.Flatten(), 0, "0 convolutions"),
}  # fmt: skip


@pytest.mark.parametrize("name", BUILT)
def test_a_built_network_is_known_by_its_numbers(name: str):
    import re

    answer, points, words = BUILT[name]
    result = check("10.build_alexnet", answer)
    assert (result.points, bool(re.search(words, result.message))) == (points, True), result


def test_known_totals_are_the_papers():
    assert set(alexnet_built.KNOWN) == {
        paper.ALEXNET_WITHOUT_GROUPS,
        paper.ALEXNET_WITHOUT_PADDING,
        paper.ALEXNET_WITHOUT_EITHER,
        paper.ALEXNET_ONE_TOWER,
        paper.ALEXNET_ONE_GPU,
    }
    shapes = {name: list(shape) for name, _, _, shape in paper.ALEXNET_LAYERS}
    assert [shapes[f"conv{i}"] for i in range(1, 6)] == alexnet_built.MAPS
    assert [f"conv{i + 1}" for i, n in enumerate(alexnet_built.GROUPS) if n == 2] == [
        name for name, _, (depth, *_) in paper.ALEXNET_KERNELS if depth in (48, 192)
    ]


def test_a_start_of_ones_own_and_the_template():
    def own() -> nn.Module:
        network = built()()
        for layer in network:
            if isinstance(layer, nn.Linear):
                layer.bias.data = layer.bias.data + 0 * layer.bias.data.sum().item()
        return network

    def template():
        raise NotImplementedError

    assert check("10.build_alexnet", own).points == 3
    assert "still the template" in check("10.build_alexnet", template).message


# Six networks of two towers


def solve_towers(boxes: LineUp) -> dict[str, str]:
    """Five experiments, compared with what most boxes show."""
    picture = (torch.arange(300).reshape(3, 10, 10) * 37 % 19 - 6).double()
    dark = torch.full((3, 10, 10), -9.0)
    found = dict.fromkeys(NAMES, NONE)

    def seen(given: Tensor, layer: str, **options: object) -> dict[str, Tensor]:
        return boxes(given, layer, **options)._numbers

    def odd(out: dict[str, Tensor]) -> list[str]:
        """Boxes that differ from most of those without a fault so far."""
        texts = {n: str(out[n].round(decimals=6).tolist()) for n in NAMES if found[n] == NONE}
        usual = max(texts.values(), key=list(texts.values()).count)
        return [name for name, text in texts.items() if text != usual]

    late = [name for name, maps in seen(dark, "conv1").items() if (maps < 0).any()]
    found.update(dict.fromkeys(late, "rectifier after pooling"))
    sizes = {name: len(maps[0]) for name, maps in seen(picture, "conv1").items()}
    found.update({n: "last windows left out" for n, size in sizes.items() if size == 4})
    for layer, fault in [
        ("conv1", "padding on all sides"),
        ("norm1", "normalised across towers"),
    ]:
        found.update(dict.fromkeys(odd(seen(picture, layer)), fault))
    pooled, maps = seen(picture, "pool1"), seen(picture, "norm1")
    for name in NAMES:
        if found[name] == NONE:
            if torch.allclose(pooled[name], F.avg_pool2d(maps[name], 3, 2)):
                found[name] = "average pooling"
            elif not torch.allclose(pooled[name], F.max_pool2d(maps[name], 3, 2)):
                found[name] = "pooling without overlap"
    for layer, fault, reacts in [
        ("conv2", "conv2 without groups", True),
        ("conv3", "conv3 with groups", False),
    ]:
        one, other = (seen(given, layer, only=1) for given in (picture, -picture))
        for name in NAMES:
            changed = not torch.equal(one[name][4:], other[name][4:])  # of the second tower
            if found[name] == NONE and changed == reacts:
                found[name] = fault
    return found


def test_every_line_up_is_solved_by_looking_alone():
    met = set()
    for number in range(60):
        assert solve_towers(tower_boxes(number)) == dealt_towers(number), number
        met |= {*dealt_towers(number).values()}
    assert len(met) == 9  # every fault, and the right one


def test_a_box_says_what_it_takes_and_shows_pictures():
    box, picture = tower_boxes(3), torch.ones(3, 10, 10)
    for given_, options, words in [
        (torch.zeros(3, 9, 9), {}, r"torch.zeros\(3, 10, 10\), got a shape of \(3, 9, 9\)"),
        ("picture", {}, "got no numbers"),
        (picture * 100, {}, "from -99 to 99"),
        (picture, {"layer": "fc6"}, "conv1, norm1, pool1, conv2, conv3, got 'fc6'"),
        (picture, {"only": 3}, "a tower, 1 or 2, got 3"),
        (picture, {"at": (4, 0)}, "from 0 to 3, which all boxes have"),
        (picture, {"layer": "conv2", "at": (1, 1)}, "from 0 to 0"),
    ]:
        with pytest.raises(ValueError, match=words):
            box(given_, **options)
    for options in ({}, {"layer": "pool1"}, {"layer": "norm1", "at": (1, 2)}, {"layer": "conv3"}):
        assert box(picture, **options)._repr_png_().startswith(b"\x89PNG")
