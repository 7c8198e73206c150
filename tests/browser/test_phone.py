"""Every page on a phone of 360 pixels: nothing that it says is cut off or out of sight.

The same on a laptop, where lines of code are not wrapped: 76 letters of 14 pixels.
"""

import re

import pytest
from page_visits import READY, open_folds, visit
from playwright.sync_api import Browser, Page

# A box that hides or scrolls what is wider than itself. One pixel wide means for screen readers.
CLIPPED = """() => [...document.querySelectorAll("article, article *")]
    .filter(box => box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 1)
    .filter(box => !["visible", "clip"].includes(getComputedStyle(box).overflowX))
    .filter(box => getComputedStyle(box).display != "inline" && box.checkVisibility())
    .filter(box => !box.closest("mjx-assistive-mml"))
    .map(box => `${box.tagName}.${box.className}: ${box.scrollWidth} > ${box.clientWidth}: ` +
                box.textContent.trim().slice(0, 80))"""
# Where nothing is hidden, things may still stick out over the window's edge.
OUTSIDE = """() => [...document.querySelectorAll("article *")]
    .filter(e => e.checkVisibility() && !e.closest("mjx-assistive-mml, .headerlink"))
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([e, box]) => box.width > 1 && (box.right > innerWidth + 1 || box.left < -1))
    .map(([e]) => `${e.tagName}.${e.getAttribute("class")} sticks out: ` +
                  e.textContent.trim().slice(0, 80))"""
SMALL = """() => [...document.querySelectorAll("article pre")]
    .filter(e => parseFloat(getComputedStyle(e).fontSize) < 14)
    .map(e => e.textContent.slice(0, 80))"""


# Figures have text of 12 units, which a phone must show at least 11 pixels high.
TINY = """() => [...document.querySelectorAll("svg.course-figure")]
    .filter(svg => svg.checkVisibility())
    .flatMap(svg => {
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return [...svg.querySelectorAll("text")]
            .map(text => [scale * parseFloat(getComputedStyle(text).fontSize), text.textContent])
            .filter(([pixels]) => pixels < 11)
            .map(([pixels, words]) => `text of ${pixels.toFixed(1)} px in a figure: ${words}`);
    })"""
TALL = """() => [...document.querySelectorAll("article pre .line")].filter(line => {
    const tall = 1.5 * parseFloat(getComputedStyle(line).lineHeight);
    return line.textContent.trimEnd().length <= 76 && line.offsetHeight > tall;
}).map(line => `more than one line: ${line.textContent}`)"""
PHONE = {"width": 360, "height": 800}
LAPTOP = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Page:
    return browser.new_page(viewport=PHONE, color_scheme="light")


def test_nothing_is_cut_off(page_name: str, phone: Page, site: str) -> None:
    visit(phone, f"{site}/{page_name}")
    open_folds(phone)
    found = [text for script in (CLIPPED, OUTSIDE, SMALL, TINY) for text in phone.evaluate(script)]
    phone.set_viewport_size(LAPTOP)
    phone.evaluate(READY)
    found += [*phone.evaluate(CLIPPED), *phone.evaluate(TALL)]
    phone.set_viewport_size(PHONE)
    assert not found, "\n".join(found)


LINE = "    value = first_function_of_the_course(argument) + second_function_of_it(argument)"
WRAPPED = """text => {
    const pre = document.querySelector("article pre:has(.line)");
    const line = pre.querySelector(".line");
    line.style.setProperty("--indent", text.length - text.trimStart().length);
    line.textContent = text + "\\n";
    const range = document.createRange(), node = line.firstChild, lefts = [];
    for (let i = 0; i < text.length; i++) {
        range.setStart(node, i);
        range.setEnd(node, i + 1);
        const box = range.getBoundingClientRect();
        if (text[i] != " ") (lefts[Math.round(box.top)] ??= box.left);
    }
    return lefts.flat().filter(left => left != null);
}"""


def test_wrapped_code_goes_on_further_in_than_it_began(phone: Page, site: str) -> None:
    visit(phone, f"{site}/book/how-to-use.html")
    first, *others = phone.evaluate(WRAPPED, LINE)
    assert others
    assert all(left > first for left in others)


def test_code_is_copied_as_it_was_written(phone: Page, site: str) -> None:
    visit(phone, f"{site}/book/how-to-use.html")
    phone.evaluate("""() => {
        window.copied = [];
        document.addEventListener("copy", event => {
            window.copied.push(document.activeElement.value ?? getSelection().toString());
        });
    }""")
    code = phone.locator("article div.highlight-python pre").first
    written = code.evaluate("pre => pre.textContent")
    assert written.count("\n") > 2
    phone.locator("article div.highlight-python button.copybtn").first.click()
    (copied,) = phone.evaluate("window.copied")
    assert copied.strip() == written.strip()


def test_a_card_names_its_values(phone: Page, site: str) -> None:
    visit(phone, f"{site}/book/index.html")
    card = phone.locator("article table.cards tbody tr").first
    labels = card.evaluate("""row => [...row.children].map(
        cell => getComputedStyle(cell, "::before").content.replaceAll('"', "").trim())""")
    assert labels == phone.locator("article table.cards thead th").all_text_contents()
    assert card.get_attribute("role") == "row"
    assert re.search(r"\bCPU\b", card.inner_text())
