"""The texts of the pages that are made from the table of chapters, between their markers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import bench_table
import source_table
from chapter_table import Chapter, Course, PagesError


def put(text: str, name: str, block: str, comment: str = "<!-- {} -->") -> str:
    """The text, with the block between the markers of this name.

    Raises:
        PagesError: the markers are not there, or not once.
    """
    start, end = comment.format(f"{name}:start"), comment.format(f"{name}:end")
    if text.count(start) != 1 or text.count(end) != 1:
        raise PagesError(f"expected the lines `{start}` and `{end}` once each")
    head, rest = text.split(start)
    tail = rest.split(end)[1]
    return f"{head}{start}\n{block}\n{end}{tail}" if block else f"{head}{start}\n{end}{tail}"


def badge(what: str, address: str, folder: str) -> str:
    """A badge that opens a notebook in Colab; `folder` leads from the page to the pictures."""
    return f"[![Run {what} in Colab]({folder}/colab.svg)]({address})"


@dataclass(frozen=True)
class Place:
    """The place a page links from: `top` leads to the root, `badges` to the pictures."""

    top: str
    badges: str


README = Place("", "book/_static")
INDEX = Place("../", "_static")


def table(course: Course, place: Place) -> str:
    """All chapters as a Markdown table; those that are not written yet have no link.

    The badges that run a notebook in Colab are there once the course has an address.
    """
    names = ["Chapter", "Question", "Time", "Hardware", "Exercises"]
    if course.address:
        names.insert(4, "Run")
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for c in course.table:
        cells = row(c, course, place)
        lines.append(f"| {' | '.join(cells[name] for name in names)} |")
    return "\n".join(lines)


def row(chapter: Chapter, course: Course, place: Place) -> dict[str, str]:
    """One chapter's cells by the name of their column."""
    number = chapter.number
    if chapter.slug not in course.existing:
        empty = dict.fromkeys(["Hardware", "Run", "Exercises"], "")
        return empty | {"Chapter": str(number), "Question": chapter.question, "Time": "coming"}
    cells = {
        "Chapter": str(number),
        "Question": f"[{chapter.question}]({place.top}{chapter.notebook})",
        "Time": f"{course.existing[chapter.slug].shown} min",
        "Hardware": chapter.hardware,
        "Run": badge(f"chapter {number}", course.colab(chapter) or "", place.badges),
        "Exercises": "in the chapter",
    }
    if chapter.slug in course.exercises:
        address = course.colab_exercises(chapter)
        name = f"the exercises of chapter {number}"
        linked = f"[notebook]({place.top}{chapter.student})"
        cells["Exercises"] = badge(name, address, place.badges) if address else linked
    return cells


def shell(*lines: str) -> str:
    """A block of shell commands."""
    return "\n".join(["```bash", *lines, "```"])


def clone(course: Course, *lines: str) -> str:
    """A block of commands for a clone of the course; without the clone while it has no address."""
    first = [f"git clone {course.address.repository} course", "cd course"] if course.address else []
    return shell(*first, *lines)


def write_readme(text: str, course: Course) -> str:
    """README.md: the doors, the commands and the table."""
    teach = "**[Teach with it](book/how-to-use.md#teach-with-it)**"
    doors = f"**Read** the pages: `make serve` · **Run** the chapters: `make lab` · {teach}"
    if course.address:
        first = course.colab(course.chapters[0])
        doors = (
            f"**[Read]({course.address.book})** the pages · **[Run in Colab]({first})**, nothing "
            f"to install · {teach}"
        )
    commands = clone(
        course,
        "make serve                        # build the book and read it at http://localhost:8000",
        "make test                         # check everything: code, chapters, pages",
        ".venv/bin/lessonlib train lenet5  # train LeNet-5 on real digits, from the shell",
    )
    text = put(put(text, "doors", doors), "commands", commands)
    return put(text, "chapters", table(course, README))


def card(title: str, link: str, kind: str, text: str) -> str:
    """One of the cards on book/index.md; without a kind, the link is an address."""
    option = [f":link-type: {kind}"] if kind else []
    return "\n".join([f":::{{grid-item-card}} {title}", f":link: {link}", *option, text, ":::"])


def write_index(text: str, course: Course) -> str:
    """book/index.md: the doors as cards, and the table."""
    first = course.chapters[0]
    page = f"../{first.notebook.removesuffix('.ipynb')}"
    text_of_read = f"Start with chapter {first.number}. Reading it needs no installation."
    read = card("Read", page, "doc", text_of_read)
    run = card("Run", "run", "ref", "The same chapters as notebooks, on your own machine.")
    if address := course.colab(first):
        run = card("Run in Colab", address, "", "The same chapter, with nothing to install.")
    teach = "What can be used in a class, and under which licence."
    cards = [read, run, card("Teach with it", "teach", "ref", teach)]
    doors = "\n\n".join(["::::{grid} 1 1 3 3\n:gutter: 3", *cards]) + "\n::::"
    return put(put(text, "doors", doors), "chapters", table(course, INDEX))


def write_how_to_use(text: str, course: Course) -> str:
    """book/how-to-use.md: the ways to run a chapter, and what a reader can do after each."""
    home = clone(course, "make lab")
    colab = "The chapters will open in Google Colab too, once the course has a public address."
    grading = "pip install '.[grading]'  # in the folder of the course"
    if course.address:
        source = f"git+{course.address.repository}"
        grading = f'pip install "lessonlib[grading] @ {source}"'
        colab = (
            "The button with a rocket, above a chapter, opens a copy of it, without outputs, in "
            "Google Colab. Its first cell installs the course's library there and changes "
            "nothing else. A chapter needs no GPU unless its opening says so."
        )
    text = put(put(text, "colab", f"In Colab\n: {colab}"), "home", home)
    text = put(text, "grading", shell(grading))
    return put(text, "chapters", "\n".join(chapter_list(course)).rstrip())


def chapter_list(course: Course) -> list[str]:
    """Lines of Markdown on every chapter: what it is for, or that it is coming."""
    lines = []
    for c in course.table:
        if c.slug not in course.existing:
            lines += [f"**{c.number}. {c.title}**, coming. {c.question}", ""]
            continue
        minutes = course.existing[c.slug]
        time = f"{minutes.shown} minutes"
        if minutes.shown_deeper:
            time += f", and {minutes.shown_deeper} more in Go deeper"
        link = f"**[{c.number}. {c.title}](../{c.notebook})**"
        lines += [f"{link}. {c.question} Afterwards you can", "", *bullets(c), ""]
        lines += [f"You need: {c.prerequisites}. {time}.", ""]
    return lines


def bullets(chapter: Chapter) -> list[str]:
    """The goals as a Markdown list, which is one sentence spread over its lines."""
    first, second, third = chapter.goals
    return [f"- {first};", f"- {second};", f"- {third}."]


def write_toc(text: str, course: Course) -> str:
    """_toc.yml: the parts and their chapters, as far as they exist."""
    lines = []
    for part, chapters in groupby(course.chapters, key=lambda chapter: chapter.part):
        lines += [f"  - caption: {part}", "    chapters:"]
        for c in chapters:
            file = c.notebook.removesuffix(".ipynb")
            lines += [f"      - file: {file}", f'        title: "{c.number}. {c.title}"']
    return put(text, "chapters", "\n".join(lines), "# {}")


def write_how_fast(text: str, root: Path) -> str:
    """book/how-fast.md: what was measured."""
    return put(text, "bench", bench_table.report(bench_table.read_result(root)))


def write_alexnet_source(text: str, root: Path) -> str:
    """book/alexnet-source.md: how the released source differs from the paper, and its logs.

    Raises:
        PagesError: a difference is not as it should be.
    """
    try:
        differences = source_table.report(source_table.read_differences(root))
    except ValueError as error:
        raise PagesError(str(error)) from error
    return put(put(text, "differences", differences), "logs", source_table.logs())


def write_contributing(text: str, course: Course) -> str:
    """CONTRIBUTING.md: the commands to begin with."""
    commands = clone(
        course,
        "make test     # sets up .venv from requirements.txt, then runs every check",
        "make serve    # the book at http://localhost:8000",
        "make help     # the other jobs",
    )
    return put(text, "commands", commands)


def write_config(text: str, course: Course) -> str:
    """_config.yml: the repository, and with it the launch button; neither without an address."""
    lines = []
    if course.address:
        lines = [
            "repository:",
            f"  url: {course.address.repository}",
            "  branch: main",
            "",
            "launch_buttons:",
            "  colab_url: https://colab.research.google.com",
        ]
    button = f"use_repository_button: {'true' if course.address else 'false'}"
    text, count = re.subn(r"use_repository_button: (true|false)", button, text)
    if count != 1:
        raise PagesError("expected `use_repository_button: true` or false, once")
    return put(text, "address", "\n".join(lines), "# {}")


def write_citation(text: str, course: Course) -> str:
    """CITATION.cff: the repository, where the course has an address."""
    line = f"repository-code: {course.address.repository}" if course.address else ""
    return put(text, "address", line, "# {}")


JOBS: dict[str, Callable[[str, Course], str]] = {
    "README.md": write_readme,
    "CONTRIBUTING.md": write_contributing,
    "CITATION.cff": write_citation,
    "_config.yml": write_config,
    "_toc.yml": write_toc,
    "book/index.md": write_index,
    "book/how-to-use.md": write_how_to_use,
}
