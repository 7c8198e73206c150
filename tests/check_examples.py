"""Answers to exercises, judged as a learner's kernel and as a grader judges them."""

from lessonlib.checks import TASKS, cases_of, check, dumps, judge, loads


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
