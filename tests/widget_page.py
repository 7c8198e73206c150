"""A page with one interactive, made from the real module and output and the book's own styles."""

import importlib
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from lessonlib.widgets.base import Interactive

ROOT = Path(__file__).resolve().parents[1]
THEMES = ("light", "dark")
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Trial</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="_static/fonts.css"><link rel="stylesheet" href="_static/course.css">
<link rel="stylesheet" href="_static/outputs.css">
<style>html {{ color-scheme: {theme} }}
body {{ margin: 0; background: var(--course-paper); color: var(--course-ink) }}
main {{ padding: 16px; max-width: 690px; margin: auto }} img {{ width: 100% }}</style>
</head><body class="bd-article"><main><h1>Trial</h1>{widget}<p>After it.</p></main>
<script type="module" src="_static/widgets/page.js"></script></body></html>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def served(widget: Interactive, folder: Path) -> Iterator[str]:
    """Address of light.html and dark.html, which show the widget, while the block runs."""
    shutil.copytree(ROOT / "book" / "_static", folder / "_static")
    modules = folder / "_static" / "widgets"
    modules.mkdir()
    for module in (ROOT / "lessonlib" / "widgets").glob("*.js"):
        shutil.copy(module, modules)
    sys.path.insert(0, str(ROOT / "book" / "_ext"))
    html = importlib.import_module("course.widgets").widget_html(widget._repr_mimebundle_()[0])
    for theme in THEMES:
        (folder / f"{theme}.html").write_text(PAGE.format(theme=theme, widget=html), "utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def new_window(browser: Browser, **options: object) -> Page:
    """A window; any trouble on a page in it fails the test."""
    context = browser.new_context(**{"viewport": {"width": 800, "height": 900}} | options)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"page error: {error}"))
    page.on("console", lambda message: message.type == "error" and pytest.fail(message.text))
    return page


def opened(page: Page, address: str, theme: str = "light") -> Page:
    """Go to the page and wait until the interactive has taken the still picture's place.

    Modules load after a page is there, so a reading made at once may find nothing in it.
    """
    page.goto(f"{address}/{theme}.html")
    page.locator(".lesson-widget > img[hidden]").wait_for(state="attached")
    return page


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, which must then be seen."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            ring = "e => getComputedStyle(e.closest('.choice label') ?? e).outlineStyle"
            assert target.evaluate(ring) == "solid", "no ring around what has the focus"
            return
    pytest.fail(f"the Tab key does not reach {target}")
