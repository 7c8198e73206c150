"""Every page on paper, from the dark theme: dark ink on light ground, all text, no controls."""

import pytest
from page_visits import visit
from playwright.sync_api import Browser, Page

# Contrast of each word with the ground behind it, by WCAG's formula; SVG is filled, not coloured.
PALE = """() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const rgba = color => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = color => {
        const [r, g, b] = rgba(color).slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = e => {
        for (; e; e = e.parentElement) {
            const color = getComputedStyle(e).backgroundColor;
            if (rgba(color)[3] == 255) return color;
        }
        return "#fff";
    };
    const seen = new Map(), found = [];
    for (const e of document.querySelectorAll("body, body *")) {
        if (![...e.childNodes].some(child => child.nodeType == 3 && child.data.trim())) continue;
        if (!e.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
        const style = getComputedStyle(e);
        const ink = e instanceof SVGElement ? style.fill : style.color;
        const look = [ink, ground(e)].join();
        if (seen.has(look)) continue;
        seen.set(look, true);
        const [one, other] = [light(ink), light(ground(e))];
        const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        if (ratio < 4.5 || other < one)
            found.push(`${ratio.toFixed(2)}: ${look}: ${e.tagName} ` +
                       e.textContent.trim().slice(0, 60));
    }
    return found;
}"""
# Text of the article that is not on paper: in a fold, or not drawn at all.
HIDDEN = """() => [...document.querySelectorAll("article details > :not(summary)")]
    .filter(e => e.textContent.trim() && !e.checkVisibility())
    .map(e => e.textContent.trim().slice(0, 60))"""
AROUND = (
    ".bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .prev-next-footer, .copybtn"
)


@pytest.fixture(scope="module")
def paper(browser: Browser) -> Page:
    """A page of the dark theme, printed; as wide as A4 with margins."""
    page = browser.new_page(viewport={"width": 720, "height": 1000}, color_scheme="dark")
    page.add_init_script(
        "localStorage.setItem('mode', 'dark'); localStorage.setItem('theme', 'dark')"
    )
    page.emulate_media(media="print", color_scheme="dark")
    return page


def test_printed_page_is_dark_on_light_and_whole(page_name: str, paper: Page, site: str) -> None:
    visit(paper, f"{site}/{page_name}")
    assert paper.get_attribute("html", "data-theme") == "dark"
    found = [*paper.evaluate(PALE), *paper.evaluate(HIDDEN)]
    assert not found, "\n".join(found)
    around = paper.locator(AROUND)
    assert not any(part.is_visible() for part in around.all())
    assert paper.locator("h1").first.is_visible() or paper.locator("article h1").is_visible()


def test_a_fold_is_open_on_paper_and_closed_on_screen(paper: Page, site: str) -> None:
    visit(paper, f"{site}/book/how-to-use.html")
    paper.evaluate("""() => document.querySelector("article p").insertAdjacentHTML("afterend",
        "<details id='fold'><summary>Show</summary><p id='inside'>inside</p></details>")""")
    assert paper.evaluate("document.querySelector('#inside').checkVisibility()")
    paper.emulate_media(media="screen")
    assert not paper.evaluate("document.querySelector('#inside').checkVisibility()")
    paper.emulate_media(media="print")


def test_a_light_word_is_found(paper: Page, site: str) -> None:
    """The measure itself: a word in the dark theme's ink on paper."""
    visit(paper, f"{site}/book/how-to-use.html")
    paper.evaluate("document.querySelector('article p').style.color = '#e6e3db'")
    assert len(paper.evaluate(PALE)) == 1
