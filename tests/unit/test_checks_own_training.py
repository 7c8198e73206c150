"""Networks of the learner's own in chapters 6 and 7: a secret alphabet, six runs, own training."""

import pytest
import torch
from check_examples import check
from torch import Tensor, nn

from lessonlib.checks import TASKS, cases_of, dumps, judge, loads
from lessonlib.checks.tasks import trained_network
from lessonlib.data import load
from lessonlib.layers import DIGIT_CODES
from lessonlib.models import LeNet5, LeNetClassic
from lessonlib.puzzles import own_alphabet, own_runs, your_alphabet, your_runs, your_start
from lessonlib.puzzles.own_start import unseen_digits
from lessonlib.training import Recipe, fit

pytestmark = pytest.mark.slow

NUMBER = 4711

# What one finds by looking: only what the pictures show is used.


def alphabet_by_f6() -> dict[str, int]:
    """Show fifteen test digits of each kind; the code that fits best is theirs."""
    mine, test = your_alphabet(NUMBER), load("digits", train=False)
    fits = torch.zeros(10, 10)
    for digit in range(10):
        for picture in test.images[test.labels == digit][:15]:
            state = mine.f6(picture)._numbers["states"].flatten()
            fits[digit] += (DIGIT_CODES @ state).float().softmax(0)
    found = {}
    for _ in range(10):
        digit, code = divmod(int(fits.argmax()), 10)
        found[str(digit)] = code
        fits[digit], fits[:, code] = -1, -1
    return found


def stranger_by_penalties() -> int:
    mine = your_alphabet(NUMBER)
    nearest = [float(mine.penalties(n)._numbers["penalties"].min()) for n in range(12)]
    return max(range(12), key=nearest.__getitem__)


def runs_by_dots() -> dict[str, str]:
    """Batch sizes by the number of dots; twins by how low the last ones are, or by the kernels."""
    mine, found = your_runs(NUMBER), {}
    losses = {letter: mine.losses(letter)._numbers["losses"] for letter in "ABCDEF"}
    lowest = {letter: float(dots[-len(dots) // 4 :].mean()) for letter, dots in losses.items()}
    for letter, dots in losses.items():
        size = own_runs.PICTURES // len(dots)
        twin = [other for other in losses if len(losses[other]) == len(dots) and other != letter]
        kernels = mine.kernels(letter)._numbers
        found[letter] = str(size)
        if torch.equal(kernels["before"], kernels["after"]):
            found[letter] = "4, kernels kept"
        elif size == 32 and lowest[letter] < lowest[twin[0]]:
            found[letter] = "32, 8 times the rate"
    return found


SEEN = {
    "06.alphabet": (alphabet_by_f6, 10),
    "06.stranger": (stranger_by_penalties, 4),
    "07.whose_run": (runs_by_dots, 12),
}


@pytest.mark.parametrize("task", SEEN)
def test_whoever_looks_gets_all_points(task: str):
    look, points = SEEN[task]
    answer = look()
    result = check(task, answer, NUMBER)
    assert result.points == points, result
    cases = loads(dumps(cases_of(task, NUMBER)))
    outcomes = loads(dumps(TASKS[task].run(answer, cases)))
    assert judge(task, cases, outcomes).passed


def test_each_wrong_label_costs_its_points():
    alphabet, runs = own_alphabet.hidden_alphabet(NUMBER), own_runs.dealt_runs(NUMBER)
    as_numbers = dict(alphabet)  # 3 and "3" are the same name
    assert check("06.alphabet", as_numbers, NUMBER).passed
    assert check("06.alphabet", as_numbers | {3: (alphabet[3] + 1) % 10}, NUMBER).points == 9
    assert check("06.alphabet", {"3": alphabet[3]}, NUMBER).points == 1
    assert check("06.alphabet", {"A": 3}, NUMBER).points == 0
    for letter, label in runs.items():
        other = next(one for one in own_runs.SETTINGS if one != label)
        assert check("07.whose_run", runs | {letter: other}, NUMBER).points == 10
    plain = {n: int(label) if label.isdecimal() else label.upper() for n, label in runs.items()}
    assert check("07.whose_run", plain, NUMBER).passed
    assert "Run A: " in check("07.whose_run", {"A": "64"}, NUMBER).message


def test_one_stranger_is_right_and_few_others_are():
    points = [check("06.stranger", n, NUMBER).points for n in range(12)]
    assert 1 <= points.count(4) <= 3
    assert set(points) <= {0, 4}
    assert check("06.stranger", 12, NUMBER).points == 0


@pytest.mark.parametrize("task", SEEN)
def test_what_is_no_answer_gets_a_sentence_and_no_points(task: str):
    for answer in (None, "many", print, 2.5, -1, {"Z": 1}, {}, [None] * 3, (1,), torch.zeros(2, 2)):
        result = check(task, answer, NUMBER)
        assert result.points == 0, answer
        assert result.message[0].isupper()
        assert result.message.rstrip()[-1] in ".?"
    assert "still `None`" in check(task, None, NUMBER).message


def test_an_own_network_says_what_it_takes_and_shows_pictures():
    mine, runs = your_alphabet(NUMBER), your_runs(NUMBER)
    for call, words in [
        (lambda: mine.f6(torch.zeros(28, 28)), "28x28 bytes"),
        (lambda: mine.penalties(12), "numbers 0 to 11, got 12"),
        (lambda: mine.penalties(True), "got True"),
        (lambda: runs.losses("G"), "A to F, in quotes, got 'G'"),
        (lambda: runs.kernels(1), "in quotes, got 1"),
    ]:
        with pytest.raises(ValueError, match=words):
            call()
    shown = (mine.f6(load("digits").images[0]), mine.twelve(), mine.penalties(0))
    for one in (*shown, runs.losses("a"), runs.kernels("B")):
        assert one._repr_png_().startswith(b"\x89PNG")
        assert repr(one).startswith("A picture: ")
    for own in (mine, runs):
        assert repr(own).endswith(f"of number {NUMBER}")
        assert not hasattr(own, "__dict__")


def test_the_rate_that_grows_with_the_batch_ends_where_the_small_batch_does():
    """What the task teaches, so it should hold for whoever does it."""
    runs = {own_runs.dealt_runs(NUMBER)[n]: run for n, run in own_runs.trained_runs(NUMBER).items()}
    last = {label: float(run.losses[-len(run.losses) // 4 :].mean()) for label, run in runs.items()}
    assert last["4"] < last["8"] < last["16"] < last["32"]
    assert abs(last["32, 8 times the rate"] - last["4"]) < 0.5
    assert last["32"] - last["32, 8 times the rate"] > 0.8


# Own training


def trained(recipe: Recipe, digits=None, number: int = NUMBER, frozen: tuple = ()) -> LeNet5:
    network, own = your_start(number)
    for name in frozen:
        getattr(network, name).weight.requires_grad_(False)
    fit(network, digits or own, recipe, device="cpu", progress=False)
    return network


RECIPE = Recipe(epochs=5, lr=0.0012, batch_size=16, schedule="cosine", loss="discriminative")
ONE_STEP = Recipe(epochs=1, lr=0.001, batch_size=1600, loss="discriminative")
TASK = "07.trained"


@pytest.fixture(scope="module")
def good() -> dict[str, Tensor]:
    return trained(RECIPE).state_dict()


def test_own_training_on_own_digits_passes(good: dict[str, Tensor]):
    result = check(TASK, good, NUMBER)
    assert result.points == 3, result
    assert "of the test digits are wrong" in result.message
    cases = loads(dumps(cases_of(TASK, NUMBER)))
    outcomes = loads(dumps(TASKS[TASK].run(good, cases)))
    assert judge(TASK, cases, outcomes) == result


def test_a_network_trained_on_the_test_digits_is_refused():
    network = trained(RECIPE, load("digits", train=False))
    result = check(TASK, network.state_dict(), NUMBER)
    assert result.points == 0
    assert "Was it trained on the test digits?" in result.message


def test_an_honest_network_does_not_lead_on_the_test_digits(good: dict[str, Tensor]):
    network = trained_network.loaded(dict(good))
    lead = trained_network.lead(network, load("digits", train=False), unseen_digits(NUMBER, 2000))
    assert lead > trained_network.TOO_GOOD + 1


def test_an_untrained_network_is_refused():
    result = check(TASK, your_start(NUMBER)[0].state_dict(), NUMBER)
    assert result.points == 0
    assert "nothing has moved" in result.message


@pytest.mark.parametrize(
    ("frozen", "named"), [(("c1", "c3", "c5"), "C1 and C3 and C5"), (("c3",), "of C3 are")]
)
def test_kernels_that_never_moved_are_refused(good: dict[str, Tensor], frozen, named):
    start = your_start(NUMBER)[0].state_dict()
    kept = {f"{name}.weight": start[f"{name}.weight"] for name in frozen}
    result = check(TASK, good | kept, NUMBER)
    assert result.points == 0
    assert f"The kernels {named}" in result.message or f"kernels of {named} are" in result.message
    shaken = {name: tensor * 1.001 for name, tensor in kept.items()}
    assert check(TASK, good | shaken, NUMBER).points == 0
    once = trained(ONE_STEP, frozen=frozen).state_dict()
    assert "are where they were at the start" in check(TASK, once, NUMBER).message


def test_another_learners_network_is_refused(good: dict[str, Tensor]):
    for number in (NUMBER + 1, 0, 1):
        result = check(TASK, good, number)
        assert result.points == 0
        assert "does not come from your own start" in result.message


def test_a_weak_network_gets_half_or_nothing(good: dict[str, Tensor], monkeypatch):
    wrong = check(TASK, good, NUMBER).message.split("%")[0]
    monkeypatch.setattr(trained_network, "GOOD", 0.01)
    assert check(TASK, good, NUMBER).points == 1.5
    monkeypatch.setattr(trained_network, "FAIR", 0.02)
    result = check(TASK, good, NUMBER)
    assert result.points == 0
    assert result.message.startswith(f"{wrong}% of the test digits are wrong. For all points")


def test_what_is_no_network_is_explained(good: dict[str, Tensor]):
    name = "c1.weight"
    for answer, words in [
        (None, "still `None`"),
        (LeNet5(), "`network.state_dict()`. You gave an object of type `LeNet5`"),
        (LeNetClassic().state_dict(), "`s2.weight` among them"),
        (nn.Linear(2, 2).state_dict(), "among them"),
        (good | {"more": torch.zeros(1)}, "and no others"),
        (good | {name: good[name][:3]}, r"(6, 1, 5, 5). Yours is a tensor of shape (3, 1, 5, 5)"),
        (good | {name: None}, "Yours is `None`"),
        (good | {name: good[name] / 0}, "Did the training diverge?"),
        (good | {name: good[name].int()}, "whole numbers"),
        (good | {"output.codes": -good["output.codes"]}, "other codes than the paper's"),
    ]:
        result = check(TASK, answer, NUMBER)
        assert result.points == 0
        assert words in result.message, result.message


def test_the_start_follows_from_the_number():
    (one, digits), (again, same), (other, others) = map(your_start, (7, 7, 8))
    assert torch.equal(one.c5.weight, again.c5.weight)
    assert torch.equal(digits.labels, same.labels)
    assert not torch.equal(one.c5.weight, other.c5.weight)
    assert not torch.equal(digits.labels, others.labels)
    unseen = {image.numpy().tobytes() for image in unseen_digits(7, 2000).images}
    assert not unseen & {image.numpy().tobytes() for image in digits.images}
    for wrong in (None, "7", -1):
        with pytest.raises(ValueError, match="your number has to be a whole number"):
            your_start(wrong)
