"""The table of chapters, book/chapters.yml, read and checked, with the course's address."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml
from address import Address, AddressError, read_address
from minutes import Minutes, minutes_of

EXERCISES, STUDENT, COLAB = "notebooks/exercises", "notebooks/student", "notebooks/colab"
GOAL_LENGTH = 70  # characters, so that a chapter's facts fit on two lines of a page
GPU = "GPU"  # the word in `hardware` for which Colab is asked for a GPU


class PagesError(Exception):
    """Something is missing or malformed; the message tells the maintainer what to do."""


@dataclass(frozen=True)
class Chapter:
    """One row of book/chapters.yml; the head of that file says what each field is.

    Whether the chapter exists is not typed there: it exists if its notebook does.
    """

    slug: str
    part: str
    title: str
    question: str
    goal: str = ""
    goals: list[str] = field(default_factory=list)
    prerequisites: str = ""
    hardware: str = ""

    @property
    def number(self) -> int:
        """The chapter's number, from its slug."""
        return int(self.slug.split("_")[0])

    @property
    def notebook(self) -> str:
        """Path of the chapter below the root."""
        return f"notebooks/{self.slug}.ipynb"

    @property
    def colab_copy(self) -> str:
        """Path below the root of the copy without outputs, which Colab opens."""
        return f"{COLAB}/{self.slug}.ipynb"

    @property
    def student(self) -> str:
        """Path below the root of the student version of the chapter's exercises."""
        return f"{STUDENT}/{self.slug}.ipynb"

    @property
    def needs_gpu(self) -> bool:
        """Whether Colab should offer a GPU."""
        return GPU in self.hardware


@dataclass(frozen=True)
class Course:
    """What the pages are made from.

    `table` has every chapter, also those that are not written yet; `existing` names those that
    are, with their minutes; `exercises` those with an exercise notebook. `address` is None while
    the course has none.
    """

    table: list[Chapter]
    address: Address | None = None
    existing: dict[str, Minutes] = field(default_factory=dict)
    exercises: frozenset[str] = frozenset()

    @property
    def chapters(self) -> list[Chapter]:
        """The chapters that exist, in order."""
        return [chapter for chapter in self.table if chapter.slug in self.existing]

    def colab(self, chapter: Chapter) -> str | None:
        """Address that opens a chapter in Colab; None while the course has no address."""
        return self.address.colab(chapter.colab_copy) if self.address else None

    def colab_exercises(self, chapter: Chapter) -> str | None:
        """Address that opens a chapter's exercises in Colab; None while there is no address."""
        return self.address.colab(chapter.student) if self.address else None


def read_table(root: Path) -> list[Chapter]:
    """The rows of book/chapters.yml.

    Raises:
        PagesError: a row lacks a field, has an unknown one, or is out of order.
    """
    rows = yaml.safe_load((root / "book/chapters.yml").read_text(encoding="utf-8"))
    try:
        table = [Chapter(**row) for row in rows]
    except TypeError as error:
        raise PagesError(f"book/chapters.yml: {error}; the file's head lists the fields") from error
    numbers = [chapter.number for chapter in table]
    if numbers != list(range(len(table))):
        raise PagesError(f"book/chapters.yml: expected chapters 0, 1, 2 and so on, got {numbers}")
    return table


def refuse_incomplete(chapter: Chapter) -> None:
    """Refuse a chapter that exists but about which the table does not say enough.

    Raises:
        PagesError: a field is missing or too long.
    """
    lacking = [name for name in ("goal", "prerequisites", "hardware") if not getattr(chapter, name)]
    if lacking:
        raise PagesError(
            f"{chapter.slug}: the notebook exists, so book/chapters.yml must give its "
            f"{', '.join(lacking)}"
        )
    if len(chapter.goals) != 3:
        raise PagesError(f"{chapter.slug}: expected three goals, got {len(chapter.goals)}")
    if len(chapter.goal) > GOAL_LENGTH:
        raise PagesError(
            f"{chapter.slug}: the goal has {len(chapter.goal)} characters; shorten it to at most "
            f"{GOAL_LENGTH}, so that the chapter's facts fit on two lines"
        )


def read_course(root: Path) -> Course:
    """The table of chapters, which of them exist, their minutes, and the course's address.

    Raises:
        PagesError: a row is incomplete, or the address is not on GitHub.
    """
    table = read_table(root)
    existing = {}
    for chapter in table:
        if (root / chapter.notebook).is_file():
            refuse_incomplete(chapter)
            existing[chapter.slug] = minutes_of(root / chapter.notebook)
    exercises = frozenset(path.stem for path in (root / EXERCISES).glob("*.ipynb"))
    try:
        address = read_address(root)
    except AddressError as error:
        raise PagesError(str(error)) from error
    return Course(table, address, existing, exercises)
