"""The page that is shown for an address without a page, 404.html.

The server shows it for addresses of any depth, so all its links begin at the site's top.
"""

from pathlib import Path
from urllib.parse import urljoin, urlsplit

from address import read_address
from bs4 import BeautifulSoup
from sphinx.application import Sphinx

NAME = "404.html"
LINKS = ("href", "src", "action", "data-content_root")


def from_top(html: str, top: str) -> str:
    """A page whose links within the site begin with `top`, such as "/" or "/course/"."""
    soup = BeautifulSoup(html, "html.parser")
    for name in LINKS:
        for tag in soup.find_all(attrs={name: True}):
            if not tag[name].startswith("#"):
                tag[name] = urljoin(top, tag[name])
    return str(soup)


def mend_links(app: Sphinx, exception: Exception | None) -> None:
    """Write the page again, with links from the top."""
    if exception is None and app.builder.format == "html":
        page = Path(app.outdir) / NAME
        address = read_address(Path(app.srcdir))
        top = urlsplit(address.book).path if address else "/"
        page.write_text(from_top(page.read_text(encoding="utf-8"), top), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Change the page when it has been written."""
    app.connect("build-finished", mend_links)
