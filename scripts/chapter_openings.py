"""A chapter's opening: its first cell, which is generated whole, and its set-up cell."""

import chapter_files
from chapter_table import Chapter, Course, PagesError


def facts(chapter: Chapter, course: Course) -> str:
    """The one line below the question: goal, minutes, needs, exercises."""
    minutes = course.existing[chapter.slug]
    time = f"{minutes.shown} minutes"
    if minutes.shown_deeper:
        time += f", {minutes.shown_deeper} more to go deeper"
    needs = f"{chapter.prerequisites}, a GPU" if chapter.needs_gpu else chapter.prerequisites
    found = {"Goal": chapter.goal, "Time": time, "You need": needs}
    if chapter.slug in course.exercises:
        found["Exercises"] = f"[in a notebook](student/{chapter.slug}.ipynb)"
    return " · ".join(f"**{name}** {fact}" for name, fact in found.items())


def opening(chapter: Chapter, course: Course) -> str:
    """The whole first cell of a chapter: its question, and one line of facts."""
    return f"# {chapter.question}\n\n{facts(chapter, course)}"


def write_opening(text: str, chapter: Chapter, course: Course) -> str:
    """A chapter's file with its opening and its set-up cell as they are to be.

    Raises:
        PagesError: the first cell holds more than an opening, which would be lost.
    """
    notebook = chapter_files.loads(text)
    first = notebook.cells[0]
    blocks = first.source.strip().split("\n\n")
    if first.cell_type != "markdown" or not blocks[0].startswith("# ") or len(blocks) > 2:
        raise PagesError(
            "the first cell is generated and holds the question and one line of facts, nothing "
            "else; move what was written there into a cell after the set-up cells, and leave "
            "`# ` with the question"
        )
    first.source = opening(chapter, course)
    chapter_files.write_setup_cell(notebook, chapter_files.setup_text(course.address))
    return chapter_files.dumps(notebook)


def write_setup(text: str, course: Course) -> str:
    """The file of an exercise notebook, with the set-up cell that the address asks for."""
    notebook = chapter_files.loads(text)
    chapter_files.write_setup_cell(notebook, chapter_files.setup_text(course.address))
    return chapter_files.dumps(notebook)
