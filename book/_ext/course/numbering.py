"""Figures and exercises are numbered within their chapter: the second of chapter 3 is 3.2.

Sphinx counts through the whole book, so that a new chapter would renumber all later ones.
"""

import re

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

CHAPTER = re.compile(r"notebooks/(\d+)_\w+$")


def chapter_of(docname: str) -> int | None:
    """The chapter's number, from a name such as notebooks/03_lenet5; None for other pages."""
    match = CHAPTER.match(docname)
    return int(match[1]) if match else None


def number_by_chapter(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Replace the numbers that Sphinx gave; return the pages to write again."""
    changed = []
    for docname, kinds in env.toc_fignumbers.items():
        chapter = chapter_of(docname)
        if chapter is None:
            continue
        for numbers in kinds.values():
            for count, key in enumerate(numbers, start=1):
                numbers[key] = (chapter, count)
        changed.append(docname)
    return changed


def setup(app: Sphinx) -> None:
    """Run after Sphinx's own numbering (priority 500)."""
    app.connect("env-get-updated", number_by_chapter, priority=600)
