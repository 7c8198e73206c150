"""What a reader does on a page: look at maths, open a chapter elsewhere, change the theme."""

import json
from pathlib import Path

import chapter_table
import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "_build" / "html"
COURSE = chapter_table.read_course(ROOT)
CHAPTERS = [pytest.param(chapter, id=chapter.slug) for chapter in COURSE.chapters]


def has_formulas(chapter: chapter_table.Chapter) -> bool:
    """Whether a chapter's text has a formula, $ ... $; not every one needs some."""
    cells = nbformat.read(ROOT / chapter.notebook, as_version=4).cells
    return any(cell.cell_type == "markdown" and "$" in cell.source for cell in cells)


WITH_FORMULAS = [f"notebooks/{c.slug}" for c in COURSE.chapters if has_formulas(c)]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    """A laptop's window, in which one page after the other is opened."""
    return browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")


def address(site: str, chapter: chapter_table.Chapter) -> str:
    return f"{site}/{chapter.notebook.replace('.ipynb', '.html')}"


def test_top_leads_to_the_first_page(page: Page, site: str) -> None:
    page.goto(f"{site}/")
    expect(page.locator("h1").first).to_have_text("From LeNet to AlexNet")
    assert page.url == f"{site}/book/index.html"


@pytest.mark.parametrize("name", ["book/notation", *WITH_FORMULAS])
def test_maths_is_drawn(name: str, page: Page, site: str) -> None:
    page.goto(f"{site}/{name}.html")
    written = page.locator("article .math").count()
    assert written > 0
    expect(page.locator("article .math:has(mjx-container)")).to_have_count(written)
    expect(page.locator("article mjx-assistive-mml")).not_to_have_count(0)
    assert page.locator("mjx-merror").count() == 0


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_rocket_opens_the_chapter_in_colab(
    chapter: chapter_table.Chapter, page: Page, site: str
) -> None:
    page.goto(address(site, chapter))
    if COURSE.address is None:  # then there is nothing for Colab to open
        expect(page.locator(".dropdown-launch-buttons")).to_have_count(0)
        return
    page.locator(".dropdown-launch-buttons > button").click()
    link = page.locator(".dropdown-launch-buttons a")
    expect(link).to_be_visible()
    assert link.get_attribute("href") == COURSE.colab(chapter)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_download_gives_the_notebook(chapter: chapter_table.Chapter, page: Page, site: str) -> None:
    page.goto(address(site, chapter))
    link = page.locator("a.btn-download-source-button").get_attribute("href")
    response = page.request.get(f"{site}/notebooks/{link}")
    assert response.status == 200
    assert json.loads(response.text())["cells"]


def test_a_notebook_is_offered_on_no_other_page(page: Page, site: str) -> None:
    page.goto(f"{site}/book/index.html")
    assert page.locator(".btn-download-source-button").count() == 0


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_fonts_are_the_courses_own(chapter: chapter_table.Chapter, page: Page, site: str) -> None:
    page.goto(address(site, chapter))
    page.evaluate("document.fonts.ready.then(() => true)")
    loaded = page.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family)"
    )
    assert {"Literata", "Inter", "JetBrains Mono"} <= {name.strip('"') for name in loaded}


def test_theme_button_changes_the_page(page: Page, site: str) -> None:
    page.goto(f"{site}/book/index.html")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    for _ in range(3):  # light, dark, and what the system says
        page.locator("button.theme-switch-button").first.click()
        if page.get_attribute("html", "data-theme") == "dark":
            break
    assert page.evaluate(ground) != light
    page.evaluate("localStorage.clear()")


def test_opened_as_a_file_the_interactive_says_what_it_needs(page: Page) -> None:
    file = HTML / "notebooks" / "02_convolution.html"
    page.goto(file.as_uri())
    note = page.locator(".lesson-widget .widget-note").first
    expect(note).to_contain_text("make serve")
    expect(page.locator(".lesson-widget img").first).to_be_visible()


def test_interactive_says_nothing_of_it_where_it_lives(page: Page, site: str) -> None:
    page.goto(f"{site}/notebooks/02_convolution.html")
    expect(page.locator(".lesson-widget img").first).to_be_hidden()
    assert page.locator(".widget-note").count() == 0


def test_chapters_lead_to_chapters_and_the_last_to_the_fact_check(page: Page, site: str) -> None:
    following = [f"{chapter.slug}.html" for chapter in COURSE.chapters[1:]]
    for chapter, name in zip(COURSE.chapters, [*following, "../book/fact-check.html"], strict=True):
        page.goto(address(site, chapter))
        assert page.locator("a.right-next").get_attribute("href") == name


def test_missing_page_leads_on_from_any_depth(page: Page, site: str) -> None:
    page.route("**/no/such/page.html", lambda route: route.fulfill(path=HTML / "404.html"))
    page.goto(f"{site}/no/such/page.html")
    expect(page.locator("article h1")).to_have_text("This page is not there")
    page.locator(".course-contents").get_by_role("link", name="Convolution").first.click()
    expect(page.locator("article h1")).to_contain_text("window")
    page.unroute_all()


def test_without_scripts_the_page_is_light_and_readable(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{site}/book/how-to-use.html")
    style = page.locator("article p").first
    expect(style).to_have_css("color", "rgb(31, 35, 40)")
    expect(page.locator("body")).to_have_css("background-color", "rgb(252, 250, 244)")
    context.close()
