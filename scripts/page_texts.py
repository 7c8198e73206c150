"""The texts of the pages that are made from tables: what stands between the markers of each."""

import json
import re
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import bench_table
from chapter_table import SLUG, Chapter, Course, PagesError


def put(text: str, name: str, block: str, comment: str = "<!-- {} -->") -> str:
    """The text with what stands between the markers of this name replaced by the block.

    Raises:
        PagesError: the markers are not there, or not once.
    """
    start, end = comment.format(f"{name}:start"), comment.format(f"{name}:end")
    if text.count(start) != 1 or text.count(end) != 1:
        raise PagesError(f"expected the lines `{start}` and `{end}` once each")
    head, rest = text.split(start)
    tail = rest.split(end)[1]
    return f"{head}{start}\n{block}\n{end}{tail}"


def badge(what: str, address: str, folder: str) -> str:
    """A badge that opens a notebook in Colab; `folder` leads from the page to the pictures."""
    return f"[![Run {what} in Colab]({folder}/colab.svg)]({address})"


def table(course: Course, link: Callable[[Chapter], str], folder: str) -> str:
    """The chapters as a Markdown table, each question linked, with badges that run them."""
    lines = [
        "| Chapter | Question | Time | Hardware | Run | Exercises |",
        "|---|---|---|---|---|---|",
    ]
    for c in course.chapters:
        exercises = "boxes only"
        if c.slug in course.exercises:
            what = f"the exercises of chapter {c.number}"
            exercises = badge(what, course.colab_exercises(c), folder)
        cells = [
            str(c.number),
            f"[{c.question}]({link(c)})",
            f"{c.minutes} min",
            c.hardware,
            badge(f"chapter {c.number}", course.colab(c), folder),
            exercises,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def write_readme(text: str, course: Course) -> str:
    """README.md: the doors and the table."""
    first = course.chapters[0]
    doors = (
        f"**[Read]({course.book})** the pages · **[Run in Colab]({course.colab(first)})**, nothing "
        "to install · **[Teach with it](book/how-to-use.md#teach-with-it)**"
    )
    text = put(text, "doors", doors)
    return put(text, "chapters", table(course, lambda chapter: chapter.notebook, "book/_static"))


def write_index(text: str, course: Course) -> str:
    """book/index.md: the doors as cards, and the table."""
    first = course.chapters[0]
    page = f"../{first.notebook}"
    cards = f"""::::{{grid}} 1 1 3 3
:gutter: 3

:::{{grid-item-card}} Read
:link: {page.removesuffix(".ipynb")}
:link-type: doc
Start with chapter {first.number}. The pages need no Python.
:::

:::{{grid-item-card}} Run in Colab
:link: {course.colab(first)}
The same chapter as a notebook, with nothing to install.
:::

:::{{grid-item-card}} Teach with it
:link: teach
:link-type: ref
What can be used in a class, and under which licence.
:::
::::"""
    text = put(text, "doors", cards)
    block = table(course, lambda chapter: f"../{chapter.notebook}", "_static")
    return put(text, "chapters", block)


def write_how_to_use(text: str, course: Course) -> str:
    """book/how-to-use.md: what one can do after each chapter, and what it needs."""
    lines = []
    for c in course.chapters:
        lines += [
            f"**[{c.number}. {c.title}](../{c.notebook})**. {c.question} Afterwards you can",
            "",
        ]
        lines += [*bullets(c), "", f"You need: {c.prerequisites}. {c.minutes} minutes.", ""]
    return put(text, "chapters", "\n".join(lines).rstrip())


def write_toc(text: str, course: Course) -> str:
    """_toc.yml: the parts and their chapters."""
    lines = []
    for part, chapters in groupby(course.chapters, key=lambda chapter: chapter.part):
        lines += [f"  - caption: {part}", "    chapters:"]
        for c in chapters:
            file = c.notebook.removesuffix(".ipynb")
            lines += [f"      - file: {file}", f'        title: "{c.number}. {c.title}"']
    return put(text, "chapters", "\n".join(lines), "# {}")


def bullets(chapter: Chapter) -> list[str]:
    """The goals as a Markdown list, one sentence over its lines."""
    first, second, third = chapter.goals
    return [f"- {first};", f"- {second};", f"- {third}."]


def write_how_fast(text: str, root: Path) -> str:
    """book/how-fast.md: what was measured."""
    return put(text, "bench", bench_table.report(bench_table.read_result(root)))


def opening(chapter: Chapter, course: Course) -> str:
    """The head of a chapter: question, goals, time, hardware, and where its exercises are."""
    facts = {
        "Time": f"{chapter.minutes} minutes",
        "Hardware": chapter.hardware,
        "You need": chapter.prerequisites,
    }
    if chapter.slug in course.exercises:
        here = f"student/{chapter.slug}.ipynb"
        facts["Exercises"] = f"[notebook]({here}), [in Colab]({course.colab_exercises(chapter)})"
    line = " · ".join(f"**{name}** {fact}" for name, fact in facts.items())
    goals = "\n".join(bullets(chapter))
    return f"# {chapter.question}\n\nAfter this chapter you can\n\n{goals}\n\n{line}"


def write_opening(text: str, chapter: Chapter, course: Course) -> str:
    """A notebook, as stored, with the opening in its first cell."""
    notebook = json.loads(text)
    cell, head = notebook["cells"][0], opening(chapter, course)
    cell["source"] = put("".join(cell["source"]), "opening", head).splitlines(True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def write_address(text: str, course: Course) -> str:
    """The text with the course's own address in each place where it is of use."""
    clone = rf"((?:git clone|git\+|repository-code: |  url: ) ?\"?https://github\.com/){SLUG}"
    colab = rf"(https://colab\.research\.google\.com/github/){SLUG}(?=/blob/)"
    for pattern in (clone, colab):
        text = re.sub(pattern, rf"\g<1>{course.slug}", text)
    return text


def student_version(source: Path, target: Path) -> str:
    """The student version of one exercise notebook.

    Raises:
        PagesError: it cannot be made, or somebody has worked on the one that is there.
    """
    from lessonlib.grading.student import student_text, was_worked_on

    if was_worked_on(target):
        raise PagesError("somebody has worked on it, so it stays as it is: move it away first")
    try:
        return student_text(source)
    except ValueError as error:
        raise PagesError(str(error)) from error
