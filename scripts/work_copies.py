"""Make the copies that `make lab` opens, notebooks/work/: chapters and exercises to work on.

The chapters themselves are tracked by git, so a learner who had run one could not pull. The copies
are not tracked. They are made from the chapters without the outputs, which would answer each
prediction before it is asked. A copy that was run or changed is never written over; one that was
not is renewed when its chapter has changed.
"""

import hashlib
import json
import sys
from pathlib import Path

import chapter_files
from address import read_address
from chapter_files import ROOT, NotebookNode
from chapter_table import STUDENT
from notebook_copies import working_copy

from lessonlib.writing import write_whole

WORK = "notebooks/work"
KEY = "copied"  # in the metadata `lessonlib`: digest of the copy as it was made


def digest(notebook: NotebookNode) -> str:
    """Digest of the cells' kinds, sources and outputs; what JupyterLab adds is left out."""
    total = hashlib.sha256()
    for cell in notebook.cells:
        outputs = json.dumps(cell.get("outputs", []), sort_keys=True)
        total.update(f"{cell.cell_type}\0{cell.source}\0{outputs}\0".encode())
    return total.hexdigest()


def marked(notebook: NotebookNode) -> str:
    """The text of a copy's file, with the digest by which a change will show."""
    course = dict(notebook.metadata.get("lessonlib", {})) | {KEY: digest(notebook)}
    notebook.metadata["lessonlib"] = course
    return chapter_files.dumps(notebook)


def state(target: Path) -> tuple[str, bool]:
    """What a copy was made from, as its digest, and whether it was changed since.

    A file that cannot be read counts as changed, because it is not ours to write over.
    """
    try:
        notebook = chapter_files.read(target)
        copied = str(notebook.metadata["lessonlib"][KEY])
        return copied, digest(notebook) != copied
    except Exception:
        return "", True


def renew(target: Path, fresh: NotebookNode, name: str) -> str:
    """Make one copy, or renew it, or leave it alone; return what to report, "" for nothing."""
    wanted = digest(fresh)
    if target.exists():
        copied, is_changed = state(target)
        if copied == wanted:
            return ""
        if is_changed:
            return (
                f"kept {name}, which you have run or changed, although the course has a "
                f"newer one: rename yours, and `make lab` makes a new copy"
            )
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, marked(fresh))
    return ""


def renew_all(root: Path) -> list[str]:
    """Make or renew the copies of all chapters and student versions; return what to report."""
    address = read_address(root)
    told = []
    for folder, below in (("notebooks", ""), (STUDENT, "student")):
        for source in sorted((root / folder).glob("*.ipynb")):
            target = root / WORK / below / source.name
            fresh = working_copy(root, source, address)
            told.append(renew(target, fresh, target.relative_to(root).as_posix()))
    return list(filter(None, told))


def main() -> int:
    """Make the copies and print which were kept; return the exit status."""
    for line in renew_all(ROOT):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
