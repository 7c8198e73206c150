"""Checks of the exercises, for learner and grader alike.

    result = check("02.out_size", out_size)

A check has three parts, each a field of its `Task`:

- `cases(seed)` makes plain inputs, drawn from the learner's own number;
- `run(answer, cases)` applies the answer to them and keeps plain `Outcome`s. Nowhere else does a
  learner's code run;
- `judge(cases, outcomes)` compares them with the library and gives points and a message.

`check` does all three in the learner's kernel. A grader runs the answers elsewhere, sends the
outcomes as JSON (`dumps`, `loads`), and gets the same `Result` from `judge(id, cases, outcomes)`.
Whatever an answer is or does, a check does not raise; a fault of the check itself is a
`CheckFault`, and never 0 points.

To add a task, write a module in `lessonlib.checks.tasks`, import it there, and register a `Task`:

1. `cases`: a list of `Case(words, inputs)`. Inputs are numbers, texts, lists, tuples and tensors.
   Give every tensor its dtype, and draw everything from the seed, so that no answer can be read
   off a page. If the learner must see the numbers, add `ask`, and let the notebook show
   `say(ask("NN.task", seed=number))`; if they measure on something, `given("NN.task", number)`.
2. `run`: `as_value` (the default) for a number, text or list; `as_function()` for a function, with
   `excluded=` for what a stated rule forbids; `as_function(call)` for a module, where `call` says
   what to do with it.
3. `judge`: `number_judge(question)` for one number, a `Function` for a function, or a function of
   your own. Name the common mistakes, each with a hint that leads on and does not give the answer
   away. Speak to a person: "You answered 6."

Add `hints`, at most three, from a nudge to a method, and the `reasoning` that is said after full
points. Both hold for the numbers of every seed. No hint holds the answer, and the reasoning leaves
to a task "Explain" what that asks.

Where a pasted answer must not be enough, let the learner look: `lessonlib.puzzles` has line-ups of
boxes and networks of the learner's own, which show pictures; `labels.Labels` judges what they saw.
Set `commit`, so that the first answer in a run counts and no loop can try them all
(`checks.first`).
Give such tasks at least 60 % of a notebook's automatic points.

Its test gives the right answer in every form that people write, and each common mistake once, for
several seeds.
"""

import lessonlib.checks.tasks  # noqa: F401, registers the tasks
from lessonlib.checks.codec import dumps, loads
from lessonlib.checks.hints import hint
from lessonlib.checks.learner import ask, cases_of, check, given, judge, passed
from lessonlib.checks.outcome import Case, Outcome, Raised, State
from lessonlib.checks.result import AnswerError, CheckFault, Result, Verdict
from lessonlib.checks.task import TASKS, Task, register

__all__ = [
    "TASKS",
    "AnswerError",
    "Case",
    "CheckFault",
    "Outcome",
    "Raised",
    "Result",
    "State",
    "Task",
    "Verdict",
    "ask",
    "cases_of",
    "check",
    "dumps",
    "given",
    "hint",
    "judge",
    "loads",
    "passed",
    "register",
]
