"""Write what is made from one source into every file that shows it; run by `make pages`.

    python scripts/pages.py            write
    python scripts/pages.py --check    change nothing; print what differs and exit with 1

The sources are book/chapters.yml (the table of chapters) and pyproject.toml (the course's
address). They go between markers, such as `<!-- chapters:start -->` and `<!-- chapters:end -->`,
into README.md, _toc.yml, pages of book/ and the first cell of each chapter.
"""

import argparse
import difflib
import json
import re
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from chapter_table import SLUG, Chapter, Course, PagesError, read_course

ROOT = Path(__file__).resolve().parent.parent
PICTURE = "book/_static/networks.svg"


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


def table(course: Course, link: Callable[[Chapter], str]) -> str:
    """The chapters as a Markdown table, each question linked."""
    lines = ["| Chapter | Question | Time | Hardware | Run |", "|---|---|---|---|---|"]
    for c in course.chapters:
        question, colab = f"[{c.question}]({link(c)})", f"[Colab]({course.colab(c)})"
        lines.append(f"| {c.number} | {question} | {c.minutes} min | {c.hardware} | {colab} |")
    return "\n".join(lines)


def write_readme(text: str, course: Course) -> str:
    """README.md: the doors and the table."""
    first = course.chapters[0]
    doors = (
        f"**[Read]({course.book})** the pages · **[Run in Colab]({course.colab(first)})**, nothing "
        "to install · **[Teach with it](book/how-to-use.md#teach-with-it)**"
    )
    text = put(text, "doors", doors)
    return put(text, "chapters", table(course, lambda chapter: chapter.notebook))


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
    return put(text, "chapters", table(course, lambda chapter: f"../{chapter.notebook}"))


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


def opening(chapter: Chapter) -> str:
    """The head of a chapter: question, goals, time and hardware."""
    facts = {
        "Time": f"{chapter.minutes} minutes",
        "Hardware": chapter.hardware,
        "You need": chapter.prerequisites,
    }
    line = " · ".join(f"**{name}** {fact}" for name, fact in facts.items())
    goals = "\n".join(bullets(chapter))
    return f"# {chapter.question}\n\nAfter this chapter you can\n\n{goals}\n\n{line}"


def write_opening(text: str, chapter: Chapter) -> str:
    """A notebook, as stored, with the opening in its first cell."""
    notebook = json.loads(text)
    cell = notebook["cells"][0]
    cell["source"] = put("".join(cell["source"]), "opening", opening(chapter)).splitlines(True)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def write_address(text: str, course: Course) -> str:
    """The text with the course's own address in each place where it is of use."""
    clone = rf"((?:git clone|git\+|repository-code: |  url: ) ?\"?https://github\.com/){SLUG}"
    colab = rf"(https://colab\.research\.google\.com/github/){SLUG}(?=/blob/)"
    for pattern in (clone, colab):
        text = re.sub(pattern, rf"\g<1>{course.slug}", text)
    return text


def jobs_of(root: Path, course: Course) -> dict[str, Callable[[str], str]]:
    """What is done to each file, by its path below the root."""
    jobs: dict[str, Callable[[str], str]] = {
        "README.md": lambda text: write_readme(text, course),
        "_toc.yml": lambda text: write_toc(text, course),
        "book/index.md": lambda text: write_index(text, course),
        "book/how-to-use.md": lambda text: write_how_to_use(text, course),
    }
    for chapter in course.chapters:
        jobs[chapter.notebook] = lambda text, chapter=chapter: write_opening(text, chapter)
    others = ("_config.yml", "CITATION.cff", "CONTRIBUTING.md")
    return jobs | {name: str for name in others if (root / name).exists()}


def compare(root: Path, course: Course) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """The files that differ from their sources, as they are and should be, and what is wrong."""
    changed, problems = {}, []
    for name, job in jobs_of(root, course).items():
        try:
            now = (root / name).read_text(encoding="utf-8")
            then = write_address(job(now), course)
        except FileNotFoundError:
            problems.append(f"{name} is in book/chapters.yml but not there")
        except (PagesError, json.JSONDecodeError) as error:
            problems.append(f"{name}: {error}")
        else:
            if now != then:
                changed[name] = (now, then)
    return changed, problems


def draw_picture(root: Path) -> None:
    """Draw the README's picture from the network."""
    from lessonlib.models import LeNet5, layer_table
    from lessonlib.viz import plot_network, save

    layers = layer_table(LeNet5())
    title = f"LeNet-5, {layers.parameters:,} parameters, {layers.connections:,} connections"
    save(plot_network(layers), root / PICTURE, title=title)


def main(arguments: list[str] | None = None) -> int:
    """Write or compare as the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(description="Write the pages that are made from tables.")
    parser.add_argument("--check", action="store_true", help="change nothing; show differences")
    check = parser.parse_args(arguments).check
    try:
        changed, problems = compare(ROOT, read_course(ROOT))
    except PagesError as error:
        changed, problems = {}, [str(error)]
    for name, (now, then) in changed.items():
        if check:
            lines = difflib.unified_diff(now.splitlines(True), then.splitlines(True), name, name)
            sys.stdout.writelines(lines)
            problems.append(f"{name} differs from its sources: run `make pages`")
        else:
            (ROOT / name).write_text(then, encoding="utf-8")
            print(f"wrote {name}")
    if not check:
        draw_picture(ROOT)
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
