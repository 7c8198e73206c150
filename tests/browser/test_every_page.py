"""Every page, on a phone and a laptop, light and dark, as a browser finds it."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from page_visits import COLOURS, READY, THEME, open_folds
from playwright.sync_api import Browser, Page

# A page is loaded at each width, in one theme; the other theme is then turned on, and what depends
# on colours is checked again. Its folds are open on the phone and closed on the laptop.
LOADED = {360: ("light", "dark"), 1440: ("dark", "light")}
OPENED = 360
AXE = """async (rules) => {
    const preload = {assets: ["media"]};  // no style sheets: only an experimental rule reads them
    const options = {resultTypes: ["violations"], selectors: false, preload};
    if (rules) options.runOnly = rules;
    return (await axe.run(options)).violations;
}"""
# Nearly all of axe's time goes into the words of code, and there are few colours: four words of
# each look, on the same ground, stand for the others, which become plain text of their listing.
LOOKS = """() => {
    const grounds = new Map(), seen = new Map();
    for (const e of document.querySelectorAll("body, body *")) {
        const s = getComputedStyle(e), box = e.getBoundingClientRect();
        const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode];
        const above = grounds.get(e.parentElement) ?? "";
        const bare = own.join() == "rgba(0, 0, 0, 0),none,1,none,normal";
        grounds.set(e, bare ? above : `${above} ${own}`);
        const look = [
            grounds.get(e), e.tagName, e.className, s.color, s.fontSize, s.fontWeight, s.textShadow,
            e.checkVisibility({visibilityProperty: true, opacityProperty: true}),
            box.right > 0 && box.left < innerWidth,
            [...e.childNodes].some(child => child.nodeType == 3 && child.data.trim()),
        ].join("|");
        seen.set(look, (seen.get(look) ?? 0) + 1);
        e.toggleAttribute("data-look", seen.get(look) <= 4);
    }
    for (const e of document.querySelectorAll("pre span:not([data-look], [id])"))
        if (!e.querySelector("[data-look], [id]")) e.replaceWith(...e.childNodes);
    axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]});
}"""


@dataclass(frozen=True)
class Tab:
    """A window in which one page after the other is opened, and what went wrong on this page."""

    width: int
    page: Page
    troubles: list[str]


@pytest.fixture(scope="session")
def tabs(browser: Browser, site: str) -> dict[int, Tab]:
    """A window for each width."""
    pages = {w: browser.new_page(viewport={"width": w, "height": 900}) for w in LOADED}
    return {w: Tab(w, page, watch(page, urlsplit(site).netloc)) for w, page in pages.items()}


@pytest.fixture(params=LOADED, ids=str)
def tab(request: pytest.FixtureRequest, tabs: dict[int, Tab]) -> Tab:
    """The window of one width, empty."""
    tab = tabs[request.param]
    tab.page.goto("about:blank")
    tab.troubles.clear()  # what the page before asked for and no longer gets
    return tab


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
            .map(e => `sideways scroll: ${e.tagName} ${e.className}`).slice(0, 5);
    }""")


def accessibility(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe, which is on the page, finds against these rules, or else its default ones."""
    page.evaluate(LOOKS)
    nodes = [(v["id"], node["html"]) for v in page.evaluate(AXE, rules) for node in v["nodes"]]
    return [f"axe {rule}: {html[:160]}" for rule, html in nodes]


def test_page(page_name: str, tab: Tab, site: str, shots: Path | None) -> None:
    page, found = tab.page, []
    first = LOADED[tab.width][0]
    page.emulate_media(color_scheme=first)
    page.goto(f"{site}/{page_name}", wait_until="load")
    assert page.get_attribute("html", "data-theme") == first
    page.evaluate(READY)
    if tab.width == OPENED:
        open_folds(page)
    if shots is not None:
        photograph(tab, shots / page_name.removesuffix(".html").replace("/", "-"))
    page.evaluate(Axe().axe_script)
    for theme, rules in zip(LOADED[tab.width], (None, COLOURS), strict=True):
        turn_to(page, theme)
        found += [f"{theme}: {what}" for what in [*sideways(page), *accessibility(page, rules)]]
    assert not [*tab.troubles, *found], "\n".join([*tab.troubles, *found])


def turn_to(page: Page, theme: str) -> None:
    """Turn a theme on, and wait until it is there."""
    page.emulate_media(color_scheme=theme)
    page.evaluate(THEME, theme)


def photograph(tab: Tab, path: Path) -> None:
    """Keep the whole page in both themes; its width and theme are added to the name of the file."""
    for theme in LOADED[tab.width]:
        turn_to(tab.page, theme)
        kept = path.with_name(f"{path.name}-{tab.width}-{theme}.png")
        tab.page.screenshot(path=kept, full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_pale_word_is_found(tab: Tab, site: str, theme: str) -> None:
    """Few of many thousand words are checked, so one of another colour must be among them."""
    page = tab.page
    page.emulate_media(color_scheme=theme)
    leaf = ":not(:has(*))"  # it has words of its own
    words = page.locator(f"article :is(p, li, a, code, pre span){leaf}:visible")
    words = words.filter(has_text=re.compile(r"\w"))  # a space of a listing has no colour
    for part in (0, 0.5, 1):
        page.goto(f"{site}/book/how-to-use.html")
        page.evaluate(READY)
        page.evaluate(Axe().axe_script)
        word = words.nth(int(part * (words.count() - 1)))
        word.evaluate("e => e.style.color = 'color-mix(in srgb, currentColor 15%, transparent)'")
        found = accessibility(page)
        assert found
        assert all("axe color-contrast" in trouble for trouble in found)
        page.locator("[style*=color-mix]").evaluate("e => e.style.color = ''")
    assert accessibility(page) == []
