"""Answers to exercises, judged as a learner's kernel and as a grader judges them."""

from lessonlib import checks
from lessonlib.checks import TASKS, Result, cases_of, dumps, first, judge, loads


def check(task_id: str, answer: object, seed: int = 0) -> Result:
    """`lessonlib.checks.check` in a new run of the notebook: no earlier answer counts."""
    first.forget()
    return checks.check(task_id, answer, seed)


def points_and_words(task_id: str, answer: object, seed: int) -> tuple[float, str]:
    """What is said of an answer that ran elsewhere: cases and outcomes came as JSON.

    For the first seed, `check` says the same in one process.
    """
    cases = dumps(cases_of(task_id, seed))
    outcomes = dumps(TASKS[task_id].run(answer, loads(cases)))
    result = judge(task_id, loads(cases), loads(outcomes))
    if seed == 0:
        assert check(task_id, answer, seed) == result
    return result.points, result.message
