"""What tests of pages share: waiting until a page is drawn, and its folds."""

from playwright.sync_api import Page

READY = """async () => {
    await document.fonts.ready;
    if (window.MathJax?.startup) await window.MathJax.startup.promise;
    const drawn = () => new Promise(
        done => requestAnimationFrame(() => requestAnimationFrame(done)));
    await drawn();
    await drawn();
}"""
# Waits until the page has taken over the theme that the browser asks for.
THEME = """async theme => {
    while (document.documentElement.dataset.theme != theme)
        await new Promise(done => requestAnimationFrame(done));
    const moving = document.getAnimations().filter(a => a instanceof CSSTransition);
    await Promise.all(moving.map(transition => transition.finished));
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""Rules of axe whose outcome depends on the theme."""
OPEN = "document.querySelectorAll('article details').forEach(fold => { fold.open = true; })"


def visit(page: Page, address: str) -> None:
    """Open a page and wait until fonts and maths are there and measured."""
    page.goto(address, wait_until="load")
    page.evaluate(READY)


def open_folds(page: Page) -> None:
    """Open every fold of the page's text, and wait until what is in it has been measured."""
    page.evaluate(OPEN)
    page.evaluate(READY)
