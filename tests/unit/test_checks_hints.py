"""Hints lead on and give nothing away; the reasoning is said after full points."""

from pathlib import Path

import nbformat
import pytest
from check_examples import check

from lessonlib.checks import TASKS, Case, Task, Verdict, cases_of, first, hint, hints, judge, task
from lessonlib.checks.tasks import (
    alexnet_counts,
    crops_and_dropout,
    lenet5,
    output_units,
    penalties,
    primer,
    step_lengths,
    variances,
    zipnet_counts,
)
from lessonlib.grading import solutions
from lessonlib.puzzles.window_boxes import dealt_windows

ROOT = Path(__file__).resolve().parents[2]
EXERCISES = sorted(ROOT.glob("notebooks/exercises/*.ipynb"))
EVERY = [pytest.param(one, id=name) for name, one in TASKS.items()]


@pytest.fixture(autouse=True)
def _new_run():
    first.forget()
    hints.forget()


@pytest.fixture(scope="module")
def secrets() -> list[str]:
    notebooks = [nbformat.read(path, as_version=4) for path in EXERCISES]
    return [line for notebook in notebooks for line in solutions.solution_lines(notebook)]


# The texts


@pytest.mark.parametrize("one", EVERY)
def test_every_task_has_hints_and_a_reasoning(one: Task, secrets: list[str]):
    assert 1 <= len(one.hints) <= task.MOST_HINTS
    for words in (*one.hints, one.reasoning):
        assert words.rstrip("`")[-1] in ".?"
        assert 40 < len(words) < 420
        assert "  " not in words
    assert len(set(one.hints)) == len(one.hints)
    assert one.reasoning not in one.hints
    assert solutions.lines_in("\n".join([*one.hints, one.reasoning]), secrets) == []


QUESTIONS = {
    "00.colour_parameters": primer.classifier_question,
    "00.ignorant_loss": primer.chance_question,
    "03.parameters": lenet5.parameter_question,
    "03.connections": lenet5.connection_question,
    "06.distance_of_codes": output_units.distance_question,
    "06.undecided_loss": penalties.undecided_question,
    "07.flat_step": step_lengths.flat_question,
    "07.step_of_pass": step_lengths.pass_question,
    "04.h1_parameters": zipnet_counts.h1_question,
    "04.h2_parameters": zipnet_counts.h2_question,
    "05.layer_variance": variances.layer_question,
    "05.stack_variance": variances.stack_question,
    "10.group_parameters": alexnet_counts.group_question,
    "10.batch_memory": alexnet_counts.memory_question,
    "11.crops": crops_and_dropout.crop_question,
}


@pytest.mark.parametrize("task_id", QUESTIONS)
def test_hints_hold_no_number_of_a_learner(task_id: str):
    text = " ".join(TASKS[task_id].hints)
    for seed in range(30):
        (case,) = cases_of(task_id, seed)
        right = QUESTIONS[task_id](*case.inputs).right
        assert f"{right:g}" not in text
        assert not {f"{right:,}", f"{right:.2f}"} & set(text.split())


def test_hints_before_an_explanation_leave_it_to_the_learner():
    before = ("00.best_rate", "02.moved_units", "03.busiest_layer", "04.printed_table")
    for task_id in (*before, "05.pick_start", "07.batch_size"):
        assert "task 4 asks" in TASKS[task_id].reasoning


# What `hint` does


def test_each_call_shows_the_next_hint_and_how_many_are_left(capsys: pytest.CaptureFixture[str]):
    own = TASKS["03.subsample"].hints
    said = [hint("03.subsample") for _ in range(5)]
    assert said[0] == f"**Hint 1 of 3.** {own[0]} *(Two more are left.)*"
    assert said[1].endswith("*(One more is left.)*")
    assert said[2] == f"**Hint 3 of 3.** {own[2]} *(This was the last hint.)*"
    assert said[3] == said[4]
    assert said[3].startswith("There are no more hints for 03.subsample.")
    assert all(words in said[3] for words in own)
    shown = capsys.readouterr().out
    assert shown == "".join(f"{words}\n" for words in said)


def test_tasks_are_counted_apart():
    hint("03.subsample")
    assert hint("02.out_size").startswith("**Hint 1 of 3.**")
    assert hint("03.subsample").startswith("**Hint 2 of 3.**")


def test_a_hint_is_shown_once_at_the_end_of_a_cell():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    data, _ = shell.display_formatter.format(hint("02.out_size"))
    assert data == {}


def test_an_unknown_task_and_one_without_hints_are_told(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ValueError, match=r"no task '03.subsampel'; the nearest: 03.subsample"):
        hint("03.subsampel")
    monkeypatch.setattr(task, "TASKS", dict(TASKS))
    plain = Task("99.plain", 1, lambda seed: [Case("one", (1,))], lambda *_: Verdict(0, "No."))
    task.register(plain)
    with pytest.raises(ValueError, match=r"the task 99.plain has no hints"):
        hint("99.plain")
    assert judge("99.plain", [], []).message == "No."
    with pytest.raises(ValueError, match="at most 3 texts"):
        task.register(Task("99.more", 1, plain.cases, plain.judge, hints=("a", "b", "c", "d")))
    with pytest.raises(ValueError, match="are a tuple"):
        task.register(Task("99.text", 1, plain.cases, plain.judge, hints="one"))


# What a check says of them


def test_a_wrong_answer_is_told_of_the_hints_and_a_right_one_why():
    (case,) = cases_of("03.parameters")
    right = lenet5.parameter_question(*case.inputs).right
    offer = '`hint("03.parameters")` gives a hint; there are three.'
    assert check("03.parameters", right + 7).message.endswith(f"? {offer}")
    assert check("03.parameters", None).message.endswith(f". {offer}")
    message = check("03.parameters", right).message
    assert message.endswith(f" Why: {TASKS['03.parameters'].reasoning}")
    assert "hint(" not in message


def test_where_the_first_answer_counts_no_hint_is_offered_afterwards():
    truth = dealt_windows(7)
    assert "hint(" not in check("02.impostors", {"A": truth["B"]}, 7).message
    assert hint("02.impostors").startswith("**Hint 1 of 3.**")
    assert check("02.impostors", truth, 7).message.endswith(TASKS["02.impostors"].reasoning)


def test_one_hint_is_offered_as_one():
    one = Task("99.one", 1, lambda seed: [], lambda *_: Verdict(0, ""), hints=("Look again.",))
    assert hints.offer(one) == '`hint("99.one")` gives a hint; there is one.'
