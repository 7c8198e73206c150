"""Every page, on a phone and a laptop, light and dark, as a browser finds it."""

from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

OPTIONS = {"resultTypes": ["violations"], "selectors": False}
READY = """async () => {
    await document.fonts.ready;
    if (window.MathJax?.startup) await window.MathJax.startup.promise;
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


def watch(page: Page, host: str) -> list[str]:
    """List to which everything that goes wrong while the page loads will be added."""
    troubles: list[str] = []

    def see_request(request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != host:
            troubles.append(f"request to another host: {request.url}")

    def see_response(response) -> None:
        if response.status >= 400:
            troubles.append(f"status {response.status}: {response.url}")

    def see_console(message) -> None:
        if message.type in ("error", "warning"):
            troubles.append(f"console {message.type}: {message.text}")

    page.on("request", see_request)
    page.on("response", see_response)
    page.on("requestfailed", lambda request: troubles.append(f"request failed: {request.url}"))
    page.on("console", see_console)
    page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
    return troubles


def sideways(page: Page) -> list[str]:
    """What makes the page wider than its window."""
    return page.evaluate("""() => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        return [...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > width + 1)
            .filter(e => !e.closest(".scroll-box, .pst-scrollable-table-container, pre"))
            .map(e => `sideways scroll: ${e.tagName} ${e.className}`).slice(0, 5);
    }""")


def accessibility(page: Page) -> list[str]:
    """What axe finds against its default rules."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"axe {v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


def test_page(
    page_name: str,
    view: tuple[int, str],
    site: str,
    contexts: dict[tuple[int, str], BrowserContext],
    shots: Path | None,
) -> None:
    page = contexts[view].new_page()
    try:
        troubles = watch(page, urlsplit(site).netloc)
        page.goto(f"{site}/{page_name}", wait_until="load")
        page.evaluate(READY)
        width, theme = view
        assert page.get_attribute("html", "data-theme") == theme
        found = [*troubles, *sideways(page)]  # before axe, which makes requests of its own
        found += accessibility(page)
        if shots is not None:
            name = page_name.removesuffix(".html").replace("/", "-")
            page.screenshot(path=shots / f"{name}-{width}-{theme}.png", full_page=True)
        assert not found, "\n".join(found)
    finally:
        page.close()
