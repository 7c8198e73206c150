"""Build the book into _build/html, from clean, with warnings as errors.

    python scripts/build_book.py              always
    python scripts/build_book.py --if-stale   only if a source changed since the last build

The stamp _build/.built holds a digest of the sources and is written last, so a build that failed
or was interrupted is done again. A build that ended with warnings still made a book.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import source_digest

from lessonlib.writing import write_whole

ROOT = Path(__file__).resolve().parent.parent
HTML = ROOT / "_build" / "html"
STAMP = ROOT / "_build" / ".built"
SOURCES = ("_config.yml", "_toc.yml", "requirements.txt", "book", "notebooks", "lessonlib")


def digest() -> str:
    """Digest of the names and contents of all that the book is made from."""
    return source_digest.digest(ROOT, SOURCES)


def is_fresh() -> bool:
    """True when the book was built from today's sources."""
    return is_whole() and STAMP.is_file() and STAMP.read_text() == digest()


def is_whole() -> bool:
    """True when there is a book to read: the search index is what Sphinx writes last."""
    return (HTML / "searchindex.js").is_file()


def build() -> bool:
    """Build from clean; True when it ended without a warning."""
    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    sources = digest()  # taken before building, so that what changes meanwhile is built next time
    strict = ["-W", "-n", "--keep-going"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    program = "from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", program, "build", str(ROOT), *strict]
    status = subprocess.call(command, cwd=ROOT, env=environ)
    if is_whole():
        write_whole(STAMP, sources)
    return status == 0


def main() -> int:
    """Build as the arguments say; return the exit status."""
    parser = argparse.ArgumentParser(description="Build the book into _build/html.")
    parser.add_argument("--if-stale", action="store_true", help="only if a source changed")
    if parser.parse_args().if_stale and is_fresh():
        return 0
    return 0 if build() else 1


if __name__ == "__main__":
    sys.exit(main())
