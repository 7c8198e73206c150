"""The first answer counts in tasks that must be looked at: trying all answers gains nothing."""

import pytest

from lessonlib.checks import TASKS, check, first
from lessonlib.checks.tasks import your_network
from lessonlib.puzzles import own_classifier
from lessonlib.puzzles.lineup import NAMES, NONE
from lessonlib.puzzles.window_boxes import WINDOW_FAULTS, dealt_windows

NUMBER = 12
REMARK = "your first answer counts"


@pytest.fixture(autouse=True)
def _new_run():
    first.forget()


def test_tasks_that_are_looked_at_keep_the_first_answer_and_no_others():
    keep = {task_id for task_id, task in TASKS.items() if task.commit is not None}
    judged = {task_id: task.judge.__module__ for task_id, task in TASKS.items()}
    looked_at = ("tasks.impostors", "tasks.own_network")
    assert keep == {task_id for task_id, module in judged.items() if module.endswith(looked_at)}
    assert {"00.letters", "03.turned_maps", "06.alphabet", "07.whose_run"} < keep


def test_a_loop_over_all_labels_gets_what_the_first_guess_gets():
    truth = dealt_windows(NUMBER)
    first_label = WINDOW_FAULTS[0]
    lucky = 2 * sum(label == first_label for label in truth.values())
    for name in NAMES:
        for label in (*WINDOW_FAULTS, NONE):
            result = check("02.impostors", {name: label}, NUMBER)
    assert result.points == lucky
    assert check("02.impostors", truth, NUMBER).points == lucky
    assert REMARK in check("02.impostors", truth, NUMBER).message


def test_a_slip_beside_a_guess_does_not_hide_the_guess():
    truth = dealt_windows(NUMBER)
    wrong = next(label for label in WINDOW_FAULTS if label != truth["A"])
    assert check("02.impostors", {"A": wrong, "Z": "none"}, NUMBER).points == 0
    result = check("02.impostors", {" a": truth["A"], "B": "flipped kernle"}, NUMBER)
    assert result.points == 0
    assert REMARK in result.message
    assert "Box B" in result.message


def test_boxes_can_be_answered_one_after_the_other_and_slips_mended():
    truth = dealt_windows(NUMBER)
    answer = dict.fromkeys(NAMES)
    for points, name in zip(range(2, 13, 2), NAMES, strict=True):
        assert check("02.impostors", answer | {name: "no such fault"}, NUMBER).points == points - 2
        answer[name] = truth[name]
        result = check("02.impostors", answer, NUMBER)
        assert result.points == points
        assert REMARK not in result.message
    assert result.passed


def test_a_single_number_stays_and_what_is_none_is_not_kept():
    right = own_classifier.trained_classifier(NUMBER).rarest
    assert check("00.rarest", "seven", NUMBER).points == 0
    assert check("00.rarest", None, NUMBER).points == 0
    assert check("00.rarest", right, NUMBER).passed
    kept = check("00.rarest", (right + 1) % 10, NUMBER)
    assert kept.passed
    assert f"here `{right}`" in kept.message
    first.forget()
    points = [check("00.rarest", digit, NUMBER).points for digit in range(10)]
    assert points == [4.0 if right == 0 else 0.0] * 10


def test_another_number_is_another_run_and_so_is_another_task():
    one, other = (own_classifier.trained_classifier(n).rarest for n in (NUMBER, NUMBER + 1))
    check("00.rarest", (one + 1) % 10, NUMBER)
    assert check("00.rarest", other, NUMBER + 1).passed
    network = own_classifier.trained_classifier(NUMBER)
    counts = your_network.wrong_only(network.confusions()).flatten().double()
    assert check("00.confused", divmod(int(counts.argmax()), 10), NUMBER).passed
