"""Checks of the exercises, one module a chapter, for learner and grader alike.

A check is a function of the learner's answer and a seed that its inputs are drawn from. It
compares with the library and returns a `Result`: points, and a message that helps. Whatever the
answer is or does, a check does not raise.
"""

from lessonlib.checks.attempt import Case
from lessonlib.checks.compare import Mistake, Question, Task, match_function, match_number
from lessonlib.checks.result import AnswerError, Check, Result, Verdict, check

__all__ = [
    "AnswerError",
    "Case",
    "Check",
    "Mistake",
    "Question",
    "Result",
    "Task",
    "Verdict",
    "check",
    "match_function",
    "match_number",
]
