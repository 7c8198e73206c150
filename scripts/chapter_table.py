"""The table of chapters, book/chapters.yml, and the course's address, read and checked."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import yaml

SLUG = r"[\w.-]+/[\w.-]*[\w-]"  # owner/name
EXERCISES, STUDENT = "notebooks/exercises", "notebooks/student"


class PagesError(Exception):
    """What is missing or malformed, and what to do, in words for the maintainer."""


@dataclass(frozen=True)
class Chapter:
    """One row of book/chapters.yml."""

    slug: str
    part: str
    title: str
    question: str
    goals: list[str]
    prerequisites: str
    minutes: int
    hardware: str

    @property
    def number(self) -> int:
        """The chapter's number, from its slug."""
        return int(self.slug.split("_")[0])

    @property
    def notebook(self) -> str:
        """Path of the chapter below the root."""
        return f"notebooks/{self.slug}.ipynb"


@dataclass(frozen=True)
class Course:
    """What the pages are made from.

    `slug` is the repository as owner/name, `exercises` the chapters that have an exercise notebook.
    """

    chapters: list[Chapter]
    slug: str
    exercises: frozenset[str] = frozenset()

    def colab(self, chapter: Chapter) -> str:
        """Address that opens a chapter in Colab."""
        return f"https://colab.research.google.com/github/{self.slug}/blob/main/{chapter.notebook}"

    def colab_exercises(self, chapter: Chapter) -> str:
        """Address that opens the student version of a chapter's exercises in Colab."""
        return self.colab(chapter).replace("notebooks/", f"{STUDENT}/")

    @property
    def book(self) -> str:
        """Address of the published book."""
        owner, name = self.slug.split("/")
        return f"https://{owner}.github.io/{name}/"


def read_course(root: Path) -> Course:
    """The table of chapters and the course's address.

    Raises:
        PagesError: a row lacks a field or has a wrong one, or the address is not on GitHub.
    """
    rows = yaml.safe_load((root / "book/chapters.yml").read_text(encoding="utf-8"))
    try:
        chapters = [Chapter(**row) for row in rows]
    except TypeError as error:
        raise PagesError(f"book/chapters.yml: {error}; the file's head lists the fields") from error
    for chapter in chapters:
        if len(chapter.goals) != 3:
            raise PagesError(f"{chapter.slug}: expected three goals, got {len(chapter.goals)}")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    address = project["urls"]["Repository"]
    match = re.fullmatch(rf"https://github\.com/({SLUG})", address)
    if match is None:
        raise PagesError(f"pyproject.toml: expected https://github.com/owner/name, got {address}")
    exercises = frozenset(path.stem for path in (root / EXERCISES).glob("*.ipynb"))
    return Course(chapters, match[1], exercises)
