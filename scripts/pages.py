"""Write what is made from one source into every file that shows it; run by `make pages`.

    python scripts/pages.py            write
    python scripts/pages.py --check    change nothing; print what differs and exit with 1

The sources are book/chapters.yml (the table of chapters), pyproject.toml (the course's address)
and book/bench.json (what `make bench` measured). They go between markers, such as
`<!-- chapters:start -->` and `<!-- chapters:end -->`, into README.md, _toc.yml, pages of book/ and
the first cell of each chapter. The student versions of the exercises, notebooks/student/, are
written whole from notebooks/exercises/.
"""

import argparse
import difflib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import page_texts as texts
from chapter_table import EXERCISES, STUDENT, Course, PagesError, read_course

from lessonlib.writing import write_whole

ROOT = Path(__file__).resolve().parent.parent
PICTURE = "book/_static/networks.svg"


def jobs_of(root: Path, course: Course) -> dict[str, Callable[[str], str]]:
    """What is done to each file, by its path below the root, in order.

    Student versions come last: they are made of what the exercises have become.
    """
    jobs: dict[str, Callable[[str], str]] = {
        "README.md": lambda text: texts.write_readme(text, course),
        "_toc.yml": lambda text: texts.write_toc(text, course),
        "book/index.md": lambda text: texts.write_index(text, course),
        "book/how-to-use.md": lambda text: texts.write_how_to_use(text, course),
        "book/how-fast.md": lambda text: texts.write_how_fast(text, root),
    }
    for chapter in course.chapters:
        jobs[chapter.notebook] = lambda text, chapter=chapter: texts.write_opening(
            text, chapter, course
        )
    others = ("_config.yml", "CITATION.cff", "CONTRIBUTING.md")
    jobs |= {name: str for name in others if (root / name).exists()}
    exercises = sorted((root / EXERCISES).glob("*.ipynb"))
    jobs |= {f"{EXERCISES}/{path.name}": str for path in exercises}
    for path in exercises:
        name = f"{STUDENT}/{path.name}"
        jobs[name] = lambda _, path=path, name=name: texts.student_version(path, root / name)
    return jobs


def changes(root: Path, course: Course, problems: list[str]) -> Iterator[tuple[str, str, str]]:
    """Each file that differs from its sources: its path, what it holds, what it should hold.

    What cannot be made, and student versions of no exercise, are added to the problems.
    """
    jobs = jobs_of(root, course)
    for name, job in jobs.items():
        made = name.startswith(STUDENT)
        try:
            now = "" if made and not (root / name).exists() else (root / name).read_text("utf-8")
            then = job(now) if made else texts.write_address(job(now), course)
        except FileNotFoundError as error:
            problems.append(f"{Path(error.filename).relative_to(root)} is not there")
        except (PagesError, json.JSONDecodeError) as error:
            problems.append(f"{name}: {error}")
        else:
            if now != then:
                yield name, now, then
    kept = {path.relative_to(root).as_posix() for path in (root / STUDENT).glob("*.ipynb")}
    problems += [f"{name} has no exercise notebook: delete it" for name in kept - jobs.keys()]


def draw_picture(root: Path) -> None:
    """Draw the README's picture from the trained network."""
    from course_picture import course_picture

    from lessonlib.viz import save

    title = "A handwritten 3 on its way through the trained LeNet-5"
    save(course_picture(wide=True), root / PICTURE, title=title)


def main(arguments: list[str] | None = None) -> int:
    """Write or compare as the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(description="Write the pages that are made from tables.")
    parser.add_argument("--check", action="store_true", help="change nothing; show differences")
    check = parser.parse_args(arguments).check
    problems: list[str] = []
    try:
        for name, now, then in changes(ROOT, read_course(ROOT), problems):
            if check:
                lines = difflib.unified_diff(
                    now.splitlines(True), then.splitlines(True), name, name
                )
                sys.stdout.writelines(lines)
                problems.append(f"{name} differs from its sources: run `make pages`")
            else:
                (ROOT / name).parent.mkdir(exist_ok=True)
                write_whole(ROOT / name, then)
                print(f"wrote {name}")
    except PagesError as error:
        problems.append(str(error))
    if not check:
        draw_picture(ROOT)
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
