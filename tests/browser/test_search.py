"""The search: a chapter before the library's pages, numbers as they are printed."""

import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")


def results(page: Page, site: str, query: str) -> list[str]:
    """Addresses of what is found, in order, below the top of the site."""
    page.goto(f"{site}/search.html?q={query}")
    status = page.locator("#search-results .search-summary")
    expect(status).not_to_be_empty()  # written when all results are there
    links = page.locator("#search-results li > a").all()
    return [link.get_attribute("href") for link in links]


@pytest.mark.parametrize("word", ["padding", "stride", "subsampling", "RBF", "LeNet5", "softmax"])
def test_a_chapter_comes_first(word: str, page: Page, site: str) -> None:
    found = results(page, site, word)
    assert found
    assert found[0].startswith("notebooks/")
    kinds = ["api" if link.startswith("book/api") else "other" for link in found]
    assert kinds == sorted(kinds, reverse=True)  # the library is last


@pytest.mark.parametrize("number", ["340,908", "340908", "1.7159", "60,000", "1998"])
def test_a_number_is_found_as_it_is_printed(number: str, page: Page, site: str) -> None:
    found = results(page, site, number)
    assert found
    assert found[0].startswith("notebooks/")


def test_a_number_that_stands_nowhere_is_not_found(page: Page, site: str) -> None:
    assert results(page, site, "340,909") == []


def test_what_is_found_is_marked_and_in_view(page: Page, site: str) -> None:
    results(page, site, "340,908")
    page.locator("#search-results li > a").first.click()
    page.wait_for_url("**/notebooks/**")
    expect(page.locator("article .highlighted").first).to_have_text("340,908")
    marked = page.locator("article .highlighted")
    assert any(word.is_visible() for word in marked.all())
