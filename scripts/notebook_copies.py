"""Copies of notebooks without outputs: those that Colab opens, and those that `make lab` opens.

The chapters are stored with their outputs, which would answer each prediction before the learner
has run anything. A copy is also read from another folder than the chapter, so its links are written
for that folder.
"""

import posixpath
from pathlib import Path
from urllib.parse import quote, urlsplit

import chapter_files
from address import Address
from chapter_files import NotebookNode
from chapter_table import Chapter, Course, PagesError
from markdown_links import anchor, headings, plain, replace_links

FOLDER = "notebooks"


def without_outputs(notebook: NotebookNode) -> NotebookNode:
    """The notebook without anything that running it has left."""
    for cell in chapter_files.code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    return notebook


def place_of(notebook: NotebookNode, fragment: str) -> tuple[str, str] | None:
    """The cell's id and the plain heading that a link's fragment leads to; None where to none."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for heading in headings(cell.source):
                if anchor(heading) == fragment:
                    return cell.id, plain(heading)
    return None


def scroll_to(notebook: NotebookNode, fragment: str) -> str:
    """The fragment by which Colab scrolls to a heading's cell.

    Raises:
        PagesError: the notebook has no such heading.
    """
    place = place_of(notebook, fragment)
    if place is None:
        raise PagesError(f"a link leads to #{fragment}, but no heading there has this anchor")
    return f"#scrollTo={place[0]}"


def colab_target(
    target: str, notebook: NotebookNode, root: Path, address: Address | None
) -> str | None:
    """Where a chapter's link leads from Colab; None where that has no address yet."""
    parts = urlsplit(target)
    if parts.scheme:
        return target
    if not parts.path:
        return scroll_to(notebook, parts.fragment)
    if address is None:
        return None
    path = posixpath.normpath(f"{FOLDER}/{parts.path}")
    if path.endswith(".md"):
        page = address.book + path.removesuffix(".md") + ".html"
        return f"{page}#{parts.fragment}" if parts.fragment else page
    if not path.endswith(".ipynb"):
        return f"{address.repository}/blob/main/{path}"
    if posixpath.dirname(path) != FOLDER:
        return address.colab(path)
    opened = address.colab(path.replace(f"{FOLDER}/", f"{FOLDER}/colab/"))
    if not parts.fragment:
        return opened
    return opened + scroll_to(chapter_files.read(root / path), parts.fragment)


def colab_copy(root: Path, chapter: Chapter, course: Course) -> str:
    """The file that Colab opens: no outputs, links that lead somewhere, a GPU if it needs one.

    Raises:
        PagesError: a link leads to a heading that is not there.
    """
    notebook = without_outputs(chapter_files.read(root / chapter.notebook))
    kept = {key: notebook.metadata[key] for key in ("accelerator",) if key in notebook.metadata}
    if chapter.needs_gpu:
        kept["accelerator"] = "GPU"
    names = {"kernelspec": dict(chapter_files.KERNEL), "language_info": {"name": "python"}}
    for cell in notebook.cells:
        cell.metadata["id"] = cell.id  # what Colab's #scrollTo= looks for
        if cell.cell_type == "markdown":
            cell.source = replace_links(
                cell.source, lambda target: colab_target(target, notebook, root, course.address)
            )
    notebook.metadata = chapter_files.from_dict(kept | names)
    return chapter_files.dumps(notebook)


def lab_target(
    target: str, notebook: NotebookNode, root: Path, address: Address | None
) -> str | None:
    """Where a chapter's link leads from a working copy, in JupyterLab; None where to nothing.

    Copies link to each other. A page of the book can be read only where it is published.
    JupyterLab's anchors are the headings themselves, with hyphens for spaces.
    """
    parts = urlsplit(target)
    if parts.scheme:
        return target
    if parts.path and not parts.path.endswith(".ipynb"):
        return colab_target(target, notebook, root, address)
    other = chapter_files.read(root / FOLDER / parts.path) if parts.path else notebook
    place = place_of(other, parts.fragment)
    if place is None:
        return target
    return f"{parts.path}#{quote(place[1].replace(' ', '-'), safe='')}"


def working_copy(root: Path, source: Path, address: Address | None) -> NotebookNode:
    """The copy of a chapter or of a student version that a learner works on, at home."""
    notebook = without_outputs(chapter_files.read(source))
    if source.parent == root / FOLDER:
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = replace_links(
                    cell.source, lambda target: lab_target(target, notebook, root, address)
                )
    return notebook
