"""The course's address on GitHub, from its one place in pyproject.toml."""

import tomllib
from pathlib import Path

PLACEHOLDER = "OWNER/REPO"
PREFIX = "https://github.com/"


def slug(root: Path) -> str | None:
    """The address as owner/name; None while none is set."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = project.get("urls", {}).get("Repository", "").removeprefix(PREFIX)
    return None if found in ("", PLACEHOLDER) else found


def colab(owner_and_name: str, notebook: str) -> str:
    """Address that opens a notebook of the repository in Colab."""
    return f"https://colab.research.google.com/github/{owner_and_name}/blob/main/{notebook}"
