"""Student versions of the exercise notebooks: solutions and outputs gone, tests locked."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets.config import PyFileConfigLoader

from lessonlib.grading.installing import how_to_install
from lessonlib.grading.solutions import BEGIN, lines_in, solution_lines
from lessonlib.writing import write_whole

PACKAGE = Path(__file__).resolve().parents[1]
CONFIG = Path(__file__).with_name("nbgrader_config.py")


class State(StrEnum):
    """What happened to one student version."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class StudentNotebook:
    """One student version, and what happened to it."""

    path: Path
    state: State


def make_student_notebooks(
    out: Path, names: Iterable[str] = (), *, source: Path | None = None, force: bool = False
) -> list[StudentNotebook]:
    """Write student versions into a folder, all or none of them.

    A notebook that was worked on since it was handed out is written over only with `force`. One
    that is unchanged is always written over.

    Args:
        out: folder to write into; it is made if it is missing.
        names: which exercises, such as "03_lenet5"; all if none is named.
        source: folder of the exercise notebooks; None is the course's own.
        force: write over changed notebooks too; the work in them is lost.

    Raises:
        ValueError: there is no such exercise or folder, `out` is the source, a notebook there was
            changed, nbgrader is missing, or a student version would still hold a solution.
    """
    source = _exercises() if source is None else source
    paths = _sources(source, list(names))
    if out.resolve() == source.resolve():
        raise ValueError(f"{out} holds the exercises with their solutions; choose another folder")
    texts = {out / path.name: student_text(path) for path in paths}
    changed = [path for path in texts if not force and was_worked_on(path)]
    if changed:
        raise ValueError(
            f"changed since they were handed out: {', '.join(map(str, changed))}; move them "
            f"away, or use force to write over them and lose what was written in them"
        )
    out.mkdir(parents=True, exist_ok=True)
    return [StudentNotebook(path, _write(path, text)) for path, text in texts.items()]


def student_text(path: Path) -> str:
    """The student version of one exercise notebook, as the text of its file.

    Raises:
        ValueError: nbgrader is missing or refuses the notebook, or it would still hold a solution.
    """
    notebook = nbformat.read(path, as_version=4)
    solutions = solution_lines(notebook)
    student = _without_solutions(notebook, path)
    left = lines_in("\n".join(cell.source for cell in student.cells), [*solutions, BEGIN])
    if left:
        raise ValueError(f"{path}: the student version would still hold {left[0]!r}")
    student.metadata["lessonlib"] = {"handed_out": _digest(student)}
    return nbformat.writes(student, version=4, indent=1, sort_keys=True).rstrip("\n") + "\n"


def was_worked_on(path: Path) -> bool:
    """Whether a student version is there and no longer as it was handed out.

    A file that cannot be read counts as worked on, because it is not ours to write over.
    """
    if not path.exists():
        return False
    try:
        notebook = nbformat.read(path, as_version=4)
        return notebook.metadata.get("lessonlib", {}).get("handed_out") != _digest(notebook)
    except Exception:
        return True


def _exercises() -> Path:
    for root in (PACKAGE.parent, Path.cwd()):
        folder = root / "notebooks" / "exercises"
        if folder.is_dir():
            return folder
    raise ValueError(
        "the exercise notebooks are not here: they are in a clone of the course, not in the "
        "installed package; run this in the clone, or name their folder as the source"
    )


def _sources(folder: Path, names: Sequence[str]) -> list[Path]:
    known = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if not known:
        raise ValueError(f"no notebooks in {folder}")
    missing = [name for name in names if name not in known]
    if missing:
        raise ValueError(f"no exercise {', '.join(missing)}; there are: {', '.join(known)}")
    return [known[name] for name in names or known]


def _without_solutions(notebook: NotebookNode, path: Path) -> NotebookNode:
    """Apply nbgrader's own steps for a release version, without its database."""
    try:
        from nbgrader import preprocessors as steps
    except ImportError:
        raise ValueError(
            f"student versions are made with nbgrader, which is missing here; "
            f"install it with: {how_to_install()}"
        ) from None
    config = PyFileConfigLoader(CONFIG.name, str(CONFIG.parent)).load_config()
    release = (
        steps.LockCells(),
        steps.ClearSolutions(config=config),
        steps.ClearOutput(),
        steps.ClearHiddenTests(),
        steps.ClearMarkScheme(),
        steps.ComputeChecksums(),
        steps.CheckCellMetadata(),
    )
    resources: dict = {}
    try:
        for step in release:
            notebook, resources = step.preprocess(notebook, resources)
    except Exception as error:
        raise ValueError(f"{path}: nbgrader cannot make a student version: {error}") from error
    return notebook


def _digest(notebook: NotebookNode) -> str:
    """Digest of the cells' kinds and sources: running them does not change it."""
    total = hashlib.sha256()
    for cell in notebook.cells:
        total.update(f"{cell.cell_type}\0{cell.source}\0".encode())
    return total.hexdigest()


def _write(path: Path, text: str) -> State:
    """Write a file completely or not at all; leave it alone if it is the same."""
    if path.exists() and path.read_bytes() == text.encode():
        return State.UNCHANGED
    write_whole(path, text)
    return State.WRITTEN
