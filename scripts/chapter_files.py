"""A chapter's file: its first cell, its normal form, and what it was run from."""

import ast
import hashlib
import json
import re
from pathlib import Path

import grimp
import nbformat
from address import Address, read_address
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode, from_dict

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lessonlib"
PICTURE_LIMIT = 150_000  # bytes that a picture may have

IMPORT = "from lessonlib.notebook import say, setup, show_source"
INSTALL = """\
try:
    import lessonlib
except ModuleNotFoundError:  # Colab
    %pip install --quiet "lessonlib @ git+{repository}"
"""
# The cell as it is with any address, or with none.
SETUP = re.compile(
    r"(try:\n    import lessonlib\b.*\nexcept ModuleNotFoundError:.*\n    %pip install .*\n)?"
    rf"{re.escape(IMPORT)}\s*"
)

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
NOT_KEPT = {"widgets", "colab", "vscode", "toc"}  # of the notebook; an accelerator is kept
NOT_KEPT_IN_CELLS = {"execution", "ExecuteTime", "collapsed", "scrolled", "colab", "outputId"}


def setup_text(address: Address | None) -> str:
    """Source of the first code cell of every chapter and every exercise notebook.

    It installs the library if that is missing, as in Colab. While the course has no address,
    there is nothing to install it from, and the cell only imports.
    """
    return (INSTALL.format(repository=address.repository) if address else "") + IMPORT


def setup_source() -> str:
    """The same, with the address that this course has.

    Raises:
        AddressError: the address in pyproject.toml is malformed.
    """
    return setup_text(read_address(ROOT))


def is_setup(source: str) -> bool:
    """Whether a cell is the first code cell, with any address."""
    return SETUP.fullmatch(source) is not None


def read(path: Path) -> NotebookNode:
    """Read a notebook as format 4.5, in which every cell has an id."""
    return loads(path.read_text(encoding="utf-8"))


def loads(text: str) -> NotebookNode:
    """The notebook in the text of a file, as format 4.5, in which every cell has an id."""
    content = json.loads(text)
    for index, cell in enumerate(content["cells"]):
        cell.setdefault("id", f"cell-{index}")
    content["nbformat_minor"] = 5
    return nbformat.reads(json.dumps(content), as_version=4)


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def write_setup_cell(notebook: NotebookNode, source: str) -> None:
    """Make the first code cell the fixed one; put it before the others if it is missing."""
    first = next(iter(code_cells(notebook)), None)
    if first is None or not is_setup(first.source):
        place = notebook.cells.index(first) if first is not None else len(notebook.cells)
        first = nbformat.v4.new_code_cell(id="setup", metadata={"tags": ["setup"]})
        notebook.cells.insert(place, first)
    first.source = source


def normalize(notebook: NotebookNode) -> None:
    """Remove what differs from run to run or from machine to machine."""
    kept = {key: value for key, value in notebook.metadata.items() if key not in NOT_KEPT}
    kept |= {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    notebook.metadata = from_dict(kept)
    for cell in notebook.cells:
        for key in NOT_KEPT_IN_CELLS & set(cell.metadata):
            del cell.metadata[key]
    for count, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET_MIME, None)  # its id is random; the state stays
            if "execution_count" in output:
                output.execution_count = count


def picture_bytes(output: NotebookNode) -> int:
    """Bytes of the largest picture in a cell's output; 0 if there is none."""
    data = output.get("data", {})
    sizes = [len(str(data[kind])) * 3 // 4 for kind in ("image/png", "image/jpeg") if kind in data]
    return max([*sizes, len(str(data.get("image/svg+xml", "")).encode())])


def imported_names(notebook: NotebookNode) -> set[str]:
    """Names below lessonlib that the code cells import: modules, and what is in them."""
    plain = TransformerManager().transform_cell
    names = set()
    for cell in code_cells(notebook):
        for node in ast.walk(ast.parse(plain(cell.source))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in names if re.match(r"lessonlib(\.|$)", name)}


def modules_behind(names: set[str], graph: grimp.ImportGraph) -> set[str]:
    """Modules of lessonlib that are run when these names are imported."""
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        if name in graph.modules and name not in found:
            found.add(name)
            waiting |= graph.find_modules_directly_imported_by(name)
        if "." in name and name.rpartition(".")[0] not in found:
            waiting.add(name.rpartition(".")[0])  # importing a.b runs a first
    return found


def module_files(modules: set[str]) -> list[Path]:
    """Source files of these modules, and the data files in the packages among them."""
    files = []
    for path in sorted(PACKAGE.rglob("*")):
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        if path.suffix == ".py":
            owner = path.parent if path.name == "__init__.py" else path.with_suffix("")
        else:
            owner = next(up for up in path.parents if (up / "__init__.py").is_file())
        if ".".join(owner.relative_to(ROOT).parts) in modules:
            files.append(path)
    return files


def source_hash(notebook: NotebookNode, graph: grimp.ImportGraph) -> str:
    """Digest of all that a chapter's outputs come from: its code, and the library behind it.

    The install line is left out, so that no chapter is run again because the course has another
    address. The versions of other packages are left out; after a change of the lock, nbval says
    which chapters print something else.
    """
    digest = hashlib.sha256()
    for cell in code_cells(notebook):
        source = IMPORT if is_setup(cell.source) else cell.source
        digest.update(source.encode() + b"\0")
    for path in module_files(modules_behind(imported_names(notebook), graph)):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def stored_hash(notebook: NotebookNode) -> str:
    """The digest that was kept when the chapter was last run; "" if there is none."""
    return notebook.metadata.get("lessonlib", {}).get("source_hash", "")


def dumps(notebook: NotebookNode) -> str:
    """Text of the notebook's file: sorted keys, one space per level, a newline at the end."""
    return nbformat.writes(notebook, version=4, indent=1, sort_keys=True).rstrip("\n") + "\n"
