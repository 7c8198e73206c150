"""Run chapters and store their outputs: what `make notebooks-run` does, and nothing else may.

    python scripts/run_notebooks.py [--all] [--jobs N] [notebooks/03_lenet5.ipynb ...]

Runs, in the quick profile on one thread of a CPU, every chapter that has changed since it was
last run, either in its code or in a part of lessonlib behind it. A chapter that fails is left
as it was.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import chapter_files
import conventions
import grimp
import nbformat
from chapter_files import ROOT
from minutes import half_minutes
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from quick_profile import quick_environment

from lessonlib.writing import write_whole

CLIENT = {
    "kernel_name": "python3",
    "timeout": 120,  # seconds per cell
    "record_timing": False,
    "store_widget_state": False,
    "coalesce_streams": True,
    "extra_arguments": ["--IPKernelApp.log_level=40"],  # errors only
}


class ChapterError(Exception):
    """A chapter could not be run; the message says where and why."""


def prepare_environment() -> None:
    """Set what kernels inherit: the same for everyone, whatever the shell has."""
    environ = quick_environment() | {"JUPYTER_PREFER_ENV_PATH": "1"}
    environ.pop("MPLBACKEND", None)  # kernels draw inline
    os.environ.clear()
    os.environ.update(environ)


def execute(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run all cells in a new kernel, started in the notebook's folder.

    Raises:
        ChapterError: a cell raised, took too long, or wrote to stderr.
    """
    running = {"number": 0, "source": ""}

    def note(cell: nbformat.NotebookNode, cell_index: int) -> None:
        running.update(number=cell_index + 1, source=cell.source)

    client = NotebookClient(notebook, **CLIENT, on_cell_start=note)
    client.resources = {"metadata": {"path": str(folder)}}
    try:
        client.execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        place = f"cell {running['number']} of {len(notebook.cells)}"
        raise ChapterError(f"{place}:\n\n{running['source']}\n\n{error}") from error
    refuse_stderr(notebook)


def refuse_stderr(notebook: nbformat.NotebookNode) -> None:
    """Refuse outputs on stderr: warnings and bars do not belong on a page.

    Raises:
        ChapterError: a cell wrote to stderr.
    """
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise ChapterError(
                    f"cell {number} of {len(notebook.cells)}:\n\n{cell.source}\n\n"
                    f"wrote to stderr, which no page shows; remove its cause:\n{output.text}"
                )


def heavy_pictures(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Warnings about pictures that are too heavy for a page."""
    for number, cell in enumerate(notebook.cells, start=1):
        size = max(map(chapter_files.picture_bytes, cell.get("outputs", [])), default=0)
        if size > chapter_files.PICTURE_LIMIT:
            yield f"warning: cell {number} has a picture of {size // 1000} KB (at most 150)"


def broken_conventions(path: Path, notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Warnings about what the tests of chapters will refuse; exercises have other rules."""
    if path.resolve().parent == ROOT / "notebooks":
        for problem in conventions.problems(notebook, conventions.chapter_number(path)):
            yield f"warning: {problem}"


def run_chapter(path: Path, graph: grimp.ImportGraph, always: bool) -> str:
    """Run one chapter if it changed, or always; return what to report about it.

    Raises:
        ChapterError: it could not be run; the file is as it was.
    """
    notebook = chapter_files.read(path)
    chapter_files.write_setup_cell(notebook, chapter_files.setup_source())
    digest = chapter_files.source_hash(notebook, graph)
    done = "unchanged, not run"
    if always or digest != chapter_files.stored_hash(notebook):
        start = time.monotonic()
        execute(notebook, path.parent)
        seconds = time.monotonic() - start
        kept = {"source_hash": digest, "run_minutes": half_minutes(seconds)}
        notebook.metadata["lessonlib"] = kept
        done = f"run in {seconds:.1f} s"
    chapter_files.normalize(notebook)
    text = chapter_files.dumps(notebook)
    if text != path.read_text(encoding="utf-8"):
        write_whole(path, text)
    return "\n  ".join([done, *heavy_pictures(notebook), *broken_conventions(path, notebook)])


def run_all(paths: list[Path], always: bool, jobs: int) -> int:
    """Run the chapters, a few at a time, and report each; return how many failed."""
    graph = grimp.build_graph("lessonlib", cache_dir=None)
    failed = 0
    pool = ThreadPoolExecutor(jobs)
    waiting = {pool.submit(run_chapter, path, graph, always): path for path in paths}
    for future in as_completed(waiting):
        name = os.path.relpath(waiting[future])
        try:
            print(f"{name}: {future.result()}", flush=True)
        except Exception as error:  # whatever it is, the other chapters go on
            failed += 1
            print(f"{name}: FAILED, left as it was\n{error}\n", file=sys.stderr, flush=True)
    pool.shutdown()
    return failed


def main() -> int:
    """Run what the arguments name; return the exit status."""
    parser = argparse.ArgumentParser(description="Run chapters and store their outputs.")
    parser.add_argument("files", nargs="*", type=Path, help="chapters; all if none is named")
    parser.add_argument("--all", action="store_true", help="run also what has not changed")
    parser.add_argument("--jobs", type=int, default=2, help="chapters at a time (default 2)")
    arguments = parser.parse_args()
    paths = arguments.files or sorted(ROOT.glob("notebooks/*.ipynb"))
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        parser.error(f"no such chapter: {', '.join(missing)}")
    sys.path.insert(0, str(ROOT))
    prepare_environment()
    try:
        return 1 if run_all(paths, arguments.all, arguments.jobs) else 0
    except KeyboardInterrupt:
        print("\nInterrupted; chapters not named above are as they were.", file=sys.stderr)
        sys.stderr.flush()
        os._exit(130)  # the threads wait for their kernels, which end with this process


if __name__ == "__main__":
    sys.exit(main())
