"""Write what is made from one source into every file that shows it; run by `make pages`.

    python scripts/pages.py            write
    python scripts/pages.py --check    change nothing; print what differs and exit with 1

The sources are book/chapters.yml (the table of chapters), the chapters themselves (their minutes),
pyproject.toml (the course's address), book/bench.json (what `make bench` measured) and
book/alexnet-source.yml (how AlexNet's source differs from its paper). In pages they go between
markers, such as `<!-- chapters:start -->` and `<!-- chapters:end -->`. In a chapter they are its
first cell and its first code cell. The student versions of the exercises, notebooks/student/, and
the copies that Colab opens, notebooks/colab/, are written whole.
"""

import argparse
import difflib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import notebook_copies as copies
import page_texts as texts
from chapter_openings import write_opening, write_setup
from chapter_table import COLAB, EXERCISES, STUDENT, Course, PagesError, read_course

from lessonlib.writing import write_whole

ROOT = Path(__file__).resolve().parent.parent
PICTURE = "book/_static/networks.svg"
PICTURE_TITLE = "A handwritten 3 on its way through the trained LeNet-5"
Job = Callable[[str], str]


def jobs_of(root: Path, course: Course) -> dict[str, Job]:
    """The change to each file that is changed in part, by its path below the root."""
    jobs: dict[str, Job] = {
        name: lambda text, write=write: write(text, course) for name, write in texts.JOBS.items()
    }
    jobs["book/how-fast.md"] = lambda text: texts.write_how_fast(text, root)
    jobs["book/alexnet-source.md"] = lambda text: texts.write_alexnet_source(text, root)
    for c in course.chapters:
        jobs[c.notebook] = lambda text, c=c: write_opening(text, c, course)
    for path in sorted((root / EXERCISES).glob("*.ipynb")):
        jobs[f"{EXERCISES}/{path.name}"] = lambda text: write_setup(text, course)
    return jobs


def made_of(root: Path, course: Course) -> dict[str, Job]:
    """How each file that is written whole is made, by its path below the root.

    These are made after the others, because they are made from the updated chapters and exercises.
    """
    jobs: dict[str, Job] = {}
    for c in course.chapters:
        jobs[c.colab_copy] = lambda _, c=c: copies.colab_copy(root, c, course)
    for path in sorted((root / EXERCISES).glob("*.ipynb")):
        name = f"{STUDENT}/{path.name}"
        jobs[name] = lambda _, path=path, name=name: student_version(path, root / name)
    return jobs


def student_version(source: Path, target: Path) -> str:
    """The student version of one exercise notebook.

    Raises:
        PagesError: it cannot be made, or the existing one was worked on.
    """
    from lessonlib.grading.student import student_text, was_worked_on

    if was_worked_on(target):
        raise PagesError("this copy was worked on, so it stays as it is: move it away first")
    try:
        return student_text(source)
    except ValueError as error:
        raise PagesError(str(error)) from error


def changes(root: Path, course: Course, problems: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each file that differs from its sources: its path, what it holds, what it should hold.

    What cannot be made, and files in the folders of made notebooks that have no source, are
    added to the problems.
    """
    made = made_of(root, course)
    for name, job in (jobs_of(root, course) | made).items():
        try:
            is_new = name in made and not (root / name).exists()
            now = "" if is_new else (root / name).read_text("utf-8")
            then = job(now)
        except FileNotFoundError as error:
            problems.append(f"{Path(error.filename).relative_to(root)} is not there")
        except (PagesError, json.JSONDecodeError) as error:
            problems.append(f"{name}: {error}")
        else:
            if now != then:
                yield name, now, then
    for folder in (COLAB, STUDENT):
        kept = {path.relative_to(root).as_posix() for path in (root / folder).glob("*.ipynb")}
        problems += [f"{name} has no source any more: delete it" for name in kept - made.keys()]


def draw_picture(root: Path) -> None:
    """Draw the README's picture from the trained network."""
    from course_picture import course_picture

    from lessonlib.viz import save

    save(course_picture(wide=True), root / PICTURE, title=PICTURE_TITLE)


def show(name: str, now: str, then: str) -> None:
    """Print how a file differs from what its sources would make it."""
    lines = difflib.unified_diff(now.splitlines(True), then.splitlines(True), name, name)
    sys.stdout.writelines(lines)


def main(arguments: list[str] | None = None) -> int:
    """Write or compare as the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(description="Write the pages that are made from tables.")
    parser.add_argument("--check", action="store_true", help="change nothing; show differences")
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of the course")
    given = parser.parse_args(arguments)
    problems: list[str] = []
    try:
        for name, now, then in changes(given.root, read_course(given.root), problems):
            if given.check:
                show(name, now, then)
                problems.append(f"{name} differs from its sources: run `make pages`")
            else:
                (given.root / name).parent.mkdir(exist_ok=True)
                write_whole(given.root / name, then)
                print(f"wrote {name}")
    except PagesError as error:
        problems.append(str(error))
    if not given.check:
        draw_picture(given.root)
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
