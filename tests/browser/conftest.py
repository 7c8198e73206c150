"""The built book, served on this machine, and one browser for all tests.

Screenshots of every page are kept with `pytest tests/browser --shots DIR`.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright
from widget_page import new_window, opened, served

from lessonlib.widgets.base import Interactive

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shots", metavar="DIR", help="keep a screenshot of every page in DIR")


def html_pages() -> list[str]:
    """Every page of the built book, as a path below its top, except the one that only redirects."""
    paths = [path.relative_to(HTML) for path in HTML.rglob("*.html")]
    names = sorted(path.as_posix() for path in paths if path.parts[0] != "_static")
    return [name for name in names if name != "index.html"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `page_name` on every page."""
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", html_pages() or ["(no page)"])


class Handler(SimpleHTTPRequestHandler):
    """Files of the book; connections and files are kept, so that each of many visits is short."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the built book, without a slash at its end."""
    if not (HTML / "index.html").is_file():
        pytest.fail("there is no built book in _build/html: run `make book` first")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(HTML))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def open_browser(playwright: Playwright) -> Browser:
    """A Chromium of the system, or else Playwright's own.

    Raises:
        Error: neither exists.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = ["--no-sandbox"] if is_root else []
    return playwright.chromium.launch(executable_path=program, args=arguments)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; if there is none, an error in CI, otherwise a visible skip."""
    with sync_playwright() as playwright:
        try:
            chromium = open_browser(playwright)
        except Error as error:
            reason = (
                "NO CHROMIUM: no page was looked at in a browser. Install chromium, or run "
                f"`playwright install chromium`. ({str(error).splitlines()[0]})"
            )
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """Where screenshots go; None without --shots."""
    folder = request.config.getoption("--shots")
    if folder is None:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)


# A file of tests of an interactive has a fixture `explorer`, the interactive, and uses these.


@pytest.fixture(scope="module")
def address(explorer: Interactive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of two pages that show the interactive, light.html and dark.html."""
    with served(explorer, tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture(scope="module")
def window(browser: Browser) -> Page:
    return new_window(browser)


@pytest.fixture(scope="module")
def phone_window(browser: Browser) -> Page:
    size = {"width": 360, "height": 740}
    return new_window(browser, viewport=size, has_touch=True, is_mobile=True)


@pytest.fixture
def page(window: Page, address: str) -> Page:
    """The page as it opens, with the mouse away from it."""
    window.mouse.move(0, 0)
    return opened(window, address)


@pytest.fixture
def phone(phone_window: Page, address: str) -> Page:
    """The page as it opens on a phone."""
    return opened(phone_window, address)
