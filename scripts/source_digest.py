"""One digest of all that something is made from, so that it is made again if that changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

NOT_SOURCES = {"__pycache__", ".ipynb_checkpoints", "work"}  # work: copies that `make lab` opens


def source_files(root: Path, names: Iterable[str]) -> list[Path]:
    """Every file of these files and folders below the root, sorted."""
    paths = [root / name for name in names]
    files = [path for path in paths if path.is_file()]
    for folder in paths:
        files += [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in files if not NOT_SOURCES & set(path.relative_to(root).parts))


def digest(root: Path, names: Iterable[str]) -> str:
    """Digest of the names and contents of all these files and folders below the root."""
    total = hashlib.sha256()
    for path in source_files(root, names):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root)} {content}\n".encode())
    return total.hexdigest()
