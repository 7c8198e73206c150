"""Chapter 11: six training loops are told apart by looking, and a stuck program is mended."""

import math
from collections import defaultdict
from collections.abc import Callable
from functools import cache

import pytest
import torch
from check_examples import check, points_and_words
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.checks import Outcome, State, cases_of, judge
from lessonlib.checks.tasks import mend_loop
from lessonlib.checks.tasks.mend import names
from lessonlib.data import load
from lessonlib.puzzles import LOOP_FAULTS, LineUp, Seen, loop_boxes, stuck_loop, train_stuck
from lessonlib.puzzles.lineup import NAMES, NONE
from lessonlib.puzzles.loop_boxes import STEPS, dealt_loops
from lessonlib.puzzles.loop_drawing import SHOWN, short

# Six loops


def numbers(boxes: LineUp, after: int, show: str) -> dict[str, Tensor]:
    """What the six boxes show, for a solver without eyes."""
    return boxes(after, show=show)._numbers


@cache
def labels_by_picture() -> dict[bytes, set[int]]:
    """Which labels each small photograph has in the set."""
    photos, found = load("photos", view="raw"), defaultdict(set)
    small = F.avg_pool2d(photos.images.float(), 2).round().to(torch.uint8)
    for picture, label in zip(small, photos.labels.tolist(), strict=True):
        found[picture.numpy().tobytes()].add(label)
    return dict(found)


def is_mislabelled(batch: Tensor) -> bool:
    """Whether a picture of a batch has another label than in the set."""
    known = labels_by_picture()
    return any(
        int(shown[3, 0, 0]) not in known[shown[:3].contiguous().numpy().tobytes()]
        for shown in batch
    )


def solve(boxes: LineUp) -> dict[str, str]:
    """The way of a step, from the batch to what moves; no look at the loss."""
    found = dict.fromkeys(NAMES, NONE)
    batch, signal = numbers(boxes, 0, "batch"), numbers(boxes, 0, "signal")
    dead, weights = numbers(boxes, 0, "dead"), numbers(boxes, 20, "weights")
    early, late = numbers(boxes, 0, "gradient"), numbers(boxes, 20, "gradient")
    moved = numbers(boxes, 20, "moved")
    for name in NAMES:
        if float(batch[name][:, :3].float().mean()) < 1:
            found[name] = "blank pictures"
        elif is_mislabelled(batch[name]):
            found[name] = "labels shuffled"
        elif float(dead[name].max()) == 100:
            found[name] = "dead rectifiers"
        elif float(signal[name][-1]) < 1e-5:
            found[name] = "start too small"
        elif not early[name].any():
            found[name] = "gradients cleared"
        elif not moved[name].any():
            found[name] = "another network"
            assert (late[name] > 2 * early[name]).all()  # it piles up
        elif float(weights[name].max()) < 0.1:
            found[name] = "decay too strong"
        elif float(moved[name].max()) < 0.001:
            found[name] = "rate too small"
    return found


def test_every_line_up_of_loops_is_solved_by_looking_alone():
    met = set()
    for number in range(60):
        assert solve(loop_boxes(number)) == dealt_loops(number), number
        met |= {*dealt_loops(number).values()}
    assert met == {*LOOP_FAULTS, NONE}


def test_the_right_loop_leaves_ln_10_and_the_others_stay():
    for number in range(30):
        losses = numbers(loop_boxes(number), STEPS, "loss")
        for name, label in dealt_loops(number).items():
            assert losses[name].shape == (STEPS + 1,)
            last = float(losses[name][-10:].mean())
            if label == NONE:
                assert last < 0.9 * math.log(10)
            else:
                assert last == pytest.approx(math.log(10), rel=0.03), label


def test_the_loss_alone_tells_nothing_of_five_loops():
    """With one rate, start and batch, what never moves has the same losses to the last digit."""
    for number in range(200):
        who = {label: name for name, label in dealt_loops(number).items()}
        if {"gradients cleared", "another network"} <= {*who}:
            losses = numbers(loop_boxes(number), STEPS, "loss")
            assert torch.equal(losses[who["gradients cleared"]], losses[who["another network"]])
            return
    raise AssertionError("no number has both")


def test_what_is_shown_is_a_picture_for_each_measurement():
    boxes = loop_boxes(5)
    for show in SHOWN:
        seen = boxes(10, show=show)
        assert isinstance(seen, Seen)
        assert seen._repr_png_().startswith(b"\x89PNG")
    assert (short(3.123e-9), short(0.0), short(0.4249), short(87.5)) == (
        "3.1e\u221209", "0", "0.42", "88",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("after", "options", "words"),
    [
        (-1, {}, "from 0 to 40"),
        (41, {}, "got 41"),
        (True, {}, "got True"),
        ("loss", {}, "got 'loss'"),
        (torch.zeros(3), {}, "number of steps"),
        (0, {"show": "accuracy"}, "one of loss, signal.*got 'accuracy'"),
    ],
)
def test_a_loop_says_what_it_takes(after: object, options: dict, words: str):
    with pytest.raises(ValueError, match=words):
        loop_boxes(3)(after, **options)


def test_looking_leaves_the_learners_random_numbers_alone():
    torch.manual_seed(3)
    state = torch.get_rng_state()
    loop_boxes(2)(0)
    stuck_loop(2)
    assert torch.equal(state, torch.get_rng_state())


# The program to mend


def test_the_program_stays_at_ln_10():
    torch.manual_seed(0)
    network, images, labels = stuck_loop(4)
    losses = train_stuck(network, images, labels)
    assert losses == pytest.approx([math.log(10)] * 100, abs=1e-4)


def he(network: nn.Module) -> None:
    for layer in (network.conv1, network.conv2, network.conv3, network.fc4, network.fc5):
        nn.init.kaiming_normal_(layer.weight)


def train(
    network: nn.Module,
    images: Tensor,
    labels: Tensor,
    *,
    starts: bool = True,
    prepares: bool = True,
    clears: bool = False,
    steps: int = 120,
) -> None:
    """The mended program; each of the three faults can be left in."""
    torch.manual_seed(0)
    if starts:
        he(network)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.03, momentum=0.8)
    for _ in range(steps):
        batch = torch.randperm(len(images))[:40]
        pictures = images[batch] if prepares else images[batch] // 255
        optimizer.zero_grad()
        F.cross_entropy(network(network.prepare(pictures)), labels[batch]).backward()
        if clears:
            optimizer.zero_grad()
        optimizer.step()


def without(**left: bool) -> Callable[[nn.Module, Tensor, Tensor], None]:
    return lambda network, images, labels: train(network, images, labels, steps=25, **left)


def on_the_judged(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    """Labels read from elsewhere: the pictures by which it is judged, with their usual names."""
    test = load("photos", train=False, view="raw")
    train(network, F.avg_pool2d(test.images.float(), 2), test.labels)


def on_a_new_one(network: nn.Module, images: Tensor, labels: Tensor) -> nn.Module:
    own = type(network)()
    without()(own, images, labels)
    return own


def moved_but_blind(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    he(network)


def to_nan(network: nn.Module, images: Tensor, labels: Tensor) -> None:
    network.fc5.bias.data.fill_(float("nan"))


MENDS = {
    "mended": (train, 2, "new photographs is"),
    "gradients cleared": (without(clears=True), 0, "kernels of conv1 are the same"),
    "cleared alone": (without(clears=True, starts=False), 0, "no weight has moved"),
    "blank": (without(prepares=False), 0, "were alike"),
    "start left": (without(starts=False), 0, "How large is what leaves each layer"),
    "too few steps": (lambda n, x, y: train(n, x, y, steps=2), 0, "It does learn"),
    "labels from elsewhere": (on_the_judged, 0, "by their usual names"),
    "a new network": (on_a_new_one, 0, "no weight has moved"),
    "never looked": (moved_but_blind, 0, "No batch of pictures"),
    "broken": (to_nan, 0, "NaN or infinite"),
    "the program itself": (train_stuck, 0, "no weight has moved"),
    "nothing": (lambda n, x, y: None, 0, "no weight has moved"),
    "raises": (lambda n, x, y: n.conv9, 0, "AttributeError"),
    "None": (None, 0, "still `None`"),
    "a list": ([1], 0, "Give the function `mend(network, images, labels)` itself"),
    "other arguments": (lambda network: None, 0, "cannot be called as"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MENDS)
def test_a_mended_program_and_those_that_are_refused(name: str):
    answer, points, words = MENDS[name]
    got, message = points_and_words("11.mend_loop", answer, 1)
    assert got == points, message
    assert words in message


def test_half_of_the_points_where_the_loss_has_begun_to_leave():
    seed, kernels = 3, {name: torch.zeros(1) for name in mend_loop.KERNELS}
    truth = torch.tensor(names(seed))[mend_loop.photos(seed)[4]]
    for loss, points in [(1.7, 2), (2.0, 1), (2.25, 0)]:
        share = math.exp(-loss)  # of the right class; the other nine share the rest
        scores = torch.full((len(truth), 10), math.log((1 - share) / 9))
        scores[torch.arange(len(truth)), truth] = -loss
        found = {
            "scores": scores,
            "is changed": True,
            "pictures": 1.0,
            "first scores": 1.0,
            "first": kernels,
            "last": {name: values + 1 for name, values in kernels.items()},
        }
        result = judge("11.mend_loop", cases_of("11.mend_loop", seed), [
            Outcome(State.RETURNED, found)
        ])  # fmt: skip
        assert result.points == points, result
        assert f"{loss:.2f}" in result.message


def test_the_judged_network_was_not_shown():
    """No number gives the network and pictures by which it is judged."""
    judged, images, *_ = mend_loop.photos(0)
    for number in range(5):
        network, shown, _ = stuck_loop(number)
        assert not torch.equal(network.fc4.weight, judged.fc4.weight)
        assert not torch.equal(shown, images)


def test_the_names_are_others_for_other_seeds():
    assert len({tuple(names(seed)) for seed in range(20)}) > 15
    assert check("11.mend_loop", None, 2).points == 0
