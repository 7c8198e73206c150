"""How student versions are made: for `lessonlib student` and for nbgrader's own commands.

nbgrader's own stub ends with `raise NotImplementedError()`, so that a notebook which is run from
top to bottom stops at the first task. Here an empty answer is an answer that gets no points.
"""

c = get_config()  # noqa: F821, traitlets puts it there

c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
