"""Which lines of an exercise notebook are solutions, and whether a text holds one of them."""

import html
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from nbformat import NotebookNode

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"  # nbgrader's marks, in a comment
SHORTEST = 12  # characters, without blanks; shorter lines, such as `return a`, prove nothing
BINARY = (".png", ".jpg", ".jpeg", ".ico", ".woff", ".woff2", ".ttf", ".xz", ".npz", ".safetensors")


def solution_lines(notebook: NotebookNode) -> list[str]:
    """The lines that a student version must not hold, short ones left out.

    These are the lines between the marks of a solution cell, or all of its lines if it has no
    marks, as in a written answer.
    """
    found: list[str] = []
    for cell in notebook.cells:
        if not cell.metadata.get("nbgrader", {}).get("solution"):
            continue
        lines, inside = cell.source.split("\n"), BEGIN not in cell.source
        for line in lines:
            if BEGIN in line or END in line:
                inside = BEGIN in line
            elif inside and len(_squeezed(line)) >= SHORTEST:
                found.append(line.strip())
    return found


def lines_in(text: str, lines: Iterable[str]) -> list[str]:
    """Those of the lines that the text holds, whatever its format: Python, JSON or HTML.

    Tags, escapes and blanks make no difference.
    """
    plain = _squeezed(html.unescape(re.sub(r"<[^<>]*>", "", text)))
    raw = _squeezed(html.unescape(text))
    return [line for line in lines if _squeezed(line) in plain or _squeezed(line) in raw]


def _squeezed(text: str) -> str:
    return re.sub(r"\s|\\[nt]|\\", "", text)


def files_with(lines: Iterable[str], root: Path) -> dict[str, list[str]]:
    """Files of a folder, or members of a zip or wheel, that hold some of the lines."""
    lines, found = list(lines), {}
    for name, content in _contents(root):
        held = lines_in(content.decode(errors="ignore"), lines)
        if held:
            found[name] = held
    return found


def _contents(root: Path) -> Iterator[tuple[str, bytes]]:
    if root.is_dir():
        files = (path for path in sorted(root.rglob("*")) if path.is_file())
        yield from ((str(p.relative_to(root)), p.read_bytes()) for p in files if _is_text(p.name))
        return
    with zipfile.ZipFile(root) as archive:
        names = (name for name in archive.namelist() if _is_text(name))
        yield from ((name, archive.read(name)) for name in names)


def _is_text(name: str) -> bool:
    return not name.lower().endswith(BINARY)
