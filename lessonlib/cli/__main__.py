"""`python -m lessonlib.cli`."""

from lessonlib.cli import app

app()
