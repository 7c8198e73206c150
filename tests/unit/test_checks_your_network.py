"""Your network: the number fixes it, it must be looked at, and the check knows what there is."""

import pytest
import torch
from check_examples import check

from lessonlib.checks import TASKS, cases_of, dumps, judge, loads
from lessonlib.checks.tasks import your_network as tasks
from lessonlib.data import load
from lessonlib.puzzles import (
    own_classifier,
    own_lenet5,
    own_windows,
    your_classifier,
    your_lenet5,
    your_windows,
)

NUMBER = 4711
POINTS = {
    "00.letters": 10,
    "00.rarest": 4,
    "00.confused": 6,
    "00.worst_digit": 4,
    "02.whose_map": 6,
    "02.removed_map": 6,
    "03.read_f6": 6,
    "03.turned_maps": 3,
    "03.removed_map": 4,
}


def wrong_of(picture) -> int:
    counts = picture._numbers["counts"]
    return int(counts.sum() - counts.diagonal().sum())


def off_diagonal(picture) -> torch.Tensor:
    counts = picture._numbers["counts"].clone()
    return counts.fill_diagonal_(0)


# What one finds by looking: only what the pictures show is used.


def letters_by_answers(number: int) -> dict[str, int]:
    """Show fifteen test digits of each class; the letter that stands out for it is its own."""
    mine, test = your_classifier(number), load("digits", train=False)
    shown = []
    for digit in range(10):
        pictures = test.images[test.labels == digit][:15]
        shown.append(sum(mine.answer(one)._numbers["percent"] for one in pictures))
    share, found = torch.stack(shown), {}  # (digits, letters)
    for _ in range(10):  # the clearest first
        digit, letter = divmod(int(share.argmax()), 10)
        found["ABCDEFGHIJ"[letter]] = digit
        share[digit], share[:, letter] = -1, -1
    return found


def worst_by_bars(number: int) -> int:
    mine, letters = your_classifier(number), own_classifier.hidden_order(number)
    place = {digit: n for n, digit in enumerate(letters.values())}
    trained = own_classifier.trained_classifier(number)
    digits = trained.test.labels[trained.shown].tolist()
    bars = [mine.answer(n)._numbers["percent"][place[digit]] for n, digit in enumerate(digits)]
    return min(range(12), key=bars.__getitem__)


def maps_by_a_spot(number: int) -> dict[str, int]:
    """A single bright pixel becomes the kernel, turned around."""
    mine, spot = your_windows(number), torch.zeros(28, 28, dtype=torch.uint8)
    blank = mine.maps(spot)._numbers["maps"]
    spot[14, 14] = 255
    patches = (mine.maps(spot)._numbers["maps"] - blank)[:, 10:15, 10:15].flip(1, 2)
    kernels = mine.kernels()._numbers["kernels"]
    gaps = (kernels[:, None] - patches).abs().sum((2, 3))
    return {letter: int(row.argmin()) for letter, row in zip("ABCDEF", gaps, strict=True)}


def without_maps(number: int) -> tuple[int, int]:
    mine = your_windows(number)
    tables = [mine.without(n) for n in range(6)]
    worst = max(range(6), key=lambda n: wrong_of(tables[n]))
    return worst, int(off_diagonal(tables[worst]).sum(0).argmax())


def confused_pair(number: int) -> tuple[int, int]:
    return divmod(int(off_diagonal(your_classifier(number).confusions()).argmax()), 10)


def rarest_by_rows(number: int) -> int:
    counts = your_classifier(number).confusions()._numbers["counts"]
    return int((counts.diagonal() / counts.sum(1)).argmin())


def digits_by_f6(number: int) -> dict[str, int]:
    """The code with the most ink at the same places."""
    states = your_lenet5(number).f6()._numbers["states"].flatten(1)
    codes = own_lenet5.trained_lenet5(number).network.output.codes
    nearest = (states @ codes.T).argmax(1).tolist()
    return dict(zip("ABCDEF", nearest, strict=True))


def turned_by_maps(number: int) -> list[int]:
    """Where C1's mean over 2x2 rises, S2 falls."""
    shown = your_lenet5(number).s2(load("digits", train=False).images[3])._numbers
    means = torch.nn.functional.avg_pool2d(shown["c1"], 2).flatten(1)
    return [n for n in range(6) if torch.corrcoef(torch.stack(
        [means[n], shown["s2"].flatten(1)[n]]))[0, 1] < 0]  # fmt: skip


def without_c3_maps(number: int) -> int:
    mine = your_lenet5(number)
    return max(range(16), key=lambda n: wrong_of(mine.without(n)))


SEEN = {
    "00.letters": letters_by_answers,
    "00.rarest": rarest_by_rows,
    "00.confused": confused_pair,
    "00.worst_digit": worst_by_bars,
    "02.whose_map": maps_by_a_spot,
    "02.removed_map": without_maps,
    "03.read_f6": digits_by_f6,
    "03.turned_maps": turned_by_maps,
    "03.removed_map": without_c3_maps,
}


@pytest.mark.parametrize("task", POINTS)
def test_whoever_looks_gets_all_points(task: str):
    numbers = {"00": (NUMBER, 0), "02": (NUMBER,), "03": (NUMBER,)}[task[:2]]
    for number in numbers:
        result = check(task, SEEN[task](number), number)
        assert result.points == POINTS[task], (number, result)


@pytest.mark.parametrize("task", ["00.letters", "02.whose_map", "03.read_f6"])
def test_each_wrong_label_costs_its_points(task: str):
    right = SEEN[task](NUMBER)
    for name, label in right.items():
        other = next(n for n in range(10) if check(task, {name: n}, NUMBER).points == 0)
        assert check(task, right | {name: other}, NUMBER).points == POINTS[task] - 1
        assert check(task, {name: str(label)}, NUMBER).points == 1
    wrong = check(task, right | {"A": 99}, NUMBER)
    assert wrong.points == POINTS[task] - 1
    assert "give a number from 0 to" in wrong.message


def test_one_number_is_right_and_few_others_are():
    for task, bound in [("00.rarest", 10), ("00.worst_digit", 12), ("03.removed_map", 16)]:
        points = [check(task, n, NUMBER).points for n in range(bound)]
        assert 1 <= sum(p == POINTS[task] for p in points) <= bound // 4
        assert set(points) <= {0, POINTS[task]}
        assert check(task, float(SEEN[task](NUMBER)), NUMBER).passed


def test_half_a_pair_gets_half():
    shown, answered = confused_pair(NUMBER)
    other = next(n for n in range(10) if n not in (shown, answered))
    for pair, points in [
        ((shown, other), 3),
        ((answered, shown), 3),
        ([shown, answered], 6),
        ((other, other), 0),
    ]:
        assert check("00.confused", pair, NUMBER).points == points
    index, answer = without_maps(NUMBER)
    wrong = next(n for n in range(6) if n not in tasks.costly_windows(NUMBER))
    least = int(off_diagonal(your_windows(NUMBER).without(index)).sum(0).argmin())
    assert check("02.removed_map", (index, least), NUMBER).points == 4
    assert check("02.removed_map", (wrong, answer), NUMBER).points == 0


def test_one_map_too_many_gets_half():
    right = turned_by_maps(NUMBER)
    weight = own_lenet5.trained_lenet5(NUMBER).network.s2.weight.detach()
    clear = [n for n in range(6) if abs(float(weight[n])) >= tasks.NO_SIGN]
    for n in clear:
        changed = [m for m in right if m != n] if n in right else [*right, n]
        assert check("03.turned_maps", changed, NUMBER).points == 1.5
    assert check("03.turned_maps", [n for n in range(6) if n not in right], NUMBER).points == 0
    assert check("03.turned_maps", tuple(right), NUMBER).passed


@pytest.mark.parametrize("task", POINTS)
def test_what_is_no_answer_gets_a_sentence_and_no_points(task: str):
    for answer in (None, "many", print, 2.5, -1, {"Z": 1}, {}, [None] * 3, (1,), torch.zeros(2, 2)):
        result = check(task, answer, NUMBER)
        assert result.points == 0, answer
        assert result.message[0].isupper()
        assert result.message.rstrip()[-1] in ".?"
    assert "still `None`" in check(task, None, NUMBER).message


@pytest.mark.parametrize("task", ["00.letters", "00.confused", "02.removed_map"])
def test_cases_and_outcomes_are_plain(task: str):
    cases = loads(dumps(cases_of(task, NUMBER)))
    outcomes = loads(dumps(TASKS[task].run(SEEN[task](NUMBER), cases)))
    assert judge(task, cases, outcomes).passed


def test_the_network_follows_from_the_number():
    trained = own_windows.trained_windows(NUMBER)
    state = torch.get_rng_state()
    own_windows.trained_windows.cache_clear()
    tasks.costly_windows.cache_clear()
    again = own_windows.trained_windows(NUMBER)
    assert torch.equal(trained.answers.scores, again.answers.scores)
    assert torch.equal(trained.shown, again.shown)
    assert torch.equal(state, torch.get_rng_state())
    assert own_windows.trained_windows(NUMBER) is again  # trained once per process
    for wrong in (None, "7", -1, True):
        with pytest.raises(ValueError, match="your number has to be a whole number"):
            your_windows(wrong)


def test_the_rarest_digit_is_another_for_other_numbers_and_can_be_seen():
    rarest = [own_classifier.trained_classifier(number).rarest for number in (NUMBER, 0, 1)]
    assert [rarest_by_rows(number) for number in (NUMBER, 0, 1)] == rarest
    assert len({confused_pair(number) for number in (NUMBER, 0, 1)}) > 1


def test_counts_nearly_as_large_are_accepted():
    assert tasks.most(torch.tensor([3.0, 50, 49, 47])) == {1, 2, 3}
    assert tasks.most(torch.tensor([300.0, 340, 337, 330]), base=300) == {1, 2}


def test_a_network_says_what_it_takes():
    classifier, windows = your_classifier(NUMBER), your_windows(NUMBER)
    for call, words in [
        (lambda: classifier.answer(12), "the numbers 0 to 11, got 12"),
        (lambda: classifier.answer(True), "the numbers 0 to 11, got True"),
        (lambda: classifier.answer("3"), "28x28 bytes.*got str"),
        (lambda: windows.without(6), "C1 has the maps 0 to 5, got 6"),
        (lambda: windows.maps(torch.zeros(28, 28)), r"28x28 bytes.*got float32 \(28, 28\)"),
        (lambda: windows.maps([[0]]), "got list"),
        (lambda: windows.maps(torch.zeros(784, dtype=torch.uint8)), r"got uint8 \(784,\)"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()


def test_pictures_are_pictures_and_say_nothing_else():
    classifier, windows = your_classifier(NUMBER), your_windows(NUMBER)
    digit = load("digits", train=False).images[0]
    for shown in (
        classifier.weights(),
        classifier.answer(3),
        classifier.digits(),
        classifier.confusions(),
        windows.kernels(),
        windows.maps(digit),
    ):
        assert shown._repr_png_().startswith(b"\x89PNG")
        assert repr(shown).startswith("A picture: ")
    assert repr(windows) == "The network of number 4711"
    assert not hasattr(windows, "__dict__")
