"""Files beside the pages: MathJax from the installed package, and the page at the top."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from sphinx.application import Sphinx

# All that a page loads: 1.6 of the 24 MB that the package holds.
MATHJAX_FILES = ("tex-chtml.js", "output/chtml/fonts/woff-v2/*.woff")

TOP_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={url}">
<link rel="icon" href="_static/{favicon}">
<title>{title}</title>
</head>
<body><main><h1>{title}</h1><p><a href="{url}">Go to the first page</a></p></main></body>
</html>
"""


def copy_mathjax(app: Sphinx, exception: Exception | None) -> None:
    """Copy MathJax to where `mathjax_path` says.

    Raises:
        FileNotFoundError: sphinx-mathjax-offline is not installed, or is another version.
    """
    if exception is not None or app.builder.format != "html":
        return
    package = find_spec("sphinx-mathjax-offline")
    if package is None or package.origin is None:
        raise FileNotFoundError("sphinx-mathjax-offline is not installed; run `make install`")
    source = Path(package.origin).parent / "static" / "mathjax"
    target = Path(app.outdir) / "_static" / "mathjax"
    for pattern in MATHJAX_FILES:
        files = sorted(source.glob(pattern))
        if not files:
            raise FileNotFoundError(f"sphinx-mathjax-offline has no {pattern}; see `make lock`")
        for file in files:
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def write_top_page(app: Sphinx, exception: Exception | None) -> None:
    """Write index.html, which leads to the first page; the default one has no title."""
    if exception is None and app.builder.format == "html":
        page = TOP_PAGE.format(
            url=app.builder.get_target_uri(app.config.root_doc),
            title=app.config.html_title,
            favicon=Path(app.config.html_favicon).name,
        )
        (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Do both when the build has ended, before sphinx-external-toc looks for an index.html."""
    app.connect("build-finished", copy_mathjax, priority=100)
    app.connect("build-finished", write_top_page, priority=100)
