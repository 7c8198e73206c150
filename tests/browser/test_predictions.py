"""Predictions and folds of chapters: by keyboard on a phone, without scripts, and on paper."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from page_visits import COLOURS, THEME, open_folds, visit
from playwright.sync_api import Browser, Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
BOX, ANSWERS = "article .box.predict", "article details.fold.answer"
KINDS = ("choice", "number", "order")
AXE = """async rules => {
    for (const e of document.querySelectorAll("pre")) e.textContent = e.textContent;  // for speed
    const include = [[".box.predict"], ["details.fold.answer > summary"], [".head-line"]];
    const preload = {assets: ["media"]};  // as in test_every_page
    const options = {resultTypes: ["violations"], selectors: false, preload};
    if (rules) options.runOnly = rules;
    const {violations} = await axe.run({include}, options);
    return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`));
}"""
ONLY_INSIDE = """() => {
    const words = e => new Set(e.textContent.match(/\\b[a-z]{6,}\\b/g));
    const folds = [...document.querySelectorAll("article details.fold.answer p")];
    const copy = document.querySelector("article").cloneNode(true);
    for (const fold of copy.querySelectorAll("details")) fold.remove();
    const open = words(copy);
    for (const text of folds)
        for (const word of words(text)) if (!open.has(word)) return word;
}"""


@pytest.fixture(scope="module", params=CHAPTERS)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def phone(browser: Browser, site: str, name: str) -> Iterator[Page]:
    """A chapter on a phone, in which nothing was answered."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, color_scheme="light")
    context.set_default_timeout(10_000)
    page = context.new_page()
    visit(page, f"{site}/notebooks/{name}.html")
    yield page
    context.close()


def fresh(page: Page) -> None:
    """Forget what was answered."""
    page.evaluate("localStorage.clear()")
    visit(page, page.url.split("#")[0].split("?")[0])


def fold_of(box: Locator) -> Locator:
    return box.locator("xpath=following-sibling::*[1]")


def unfold_around(box: Locator) -> None:
    """Open the "Go deeper" that a prediction is in."""
    box.evaluate(
        "box => { for (let e = box; (e = e.parentElement.closest('details')); ) e.open = true; }"
    )


def answer(page: Page, box: Locator) -> str:
    """Answer a prediction by keyboard; return the page's message."""
    kind = box.get_attribute("data-kind")
    if kind == "choice":
        choice = box.locator(".choices button").last
        choice.focus()
        page.keyboard.press("Enter")
        return box.locator(".choices > li").last.get_attribute("data-value")
    if kind == "number":
        box.locator("input").focus()
        page.keyboard.type("1,234.5")
        page.keyboard.press("Enter")
        return "1,234.5"
    last = box.locator(".choices > li").last.get_attribute("data-value")
    box.get_by_role("button", name=f"Move {last} up", exact=True).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # the button that was pressed keeps the focus
    box.locator(".guessing button").focus()
    page.keyboard.press("Enter")
    return ", ".join(
        box.locator(".choices > li").evaluate_all("items => items.map(e => e.dataset.value)")
    )


def without_quotes(text: str) -> str:
    """A choice is quoted where it has words."""
    return text.replace("“", "").replace("”", "")


def test_every_prediction_takes_an_answer_by_keyboard(phone: Page) -> None:
    fresh(phone)
    boxes = phone.locator(BOX).all()
    assert boxes
    said = []
    for box in boxes:
        unfold_around(box)
        fold = fold_of(box)
        assert fold.get_attribute("open") is None
        expect(fold.locator("> .fold-body")).to_be_hidden()
        said.append(answer(phone, box))
        expect(fold).to_have_attribute("open", "")
        words = without_quotes(fold.locator(".guess").inner_text())
        assert words.startswith(f"You said {said[-1]}")
        judged = box.get_attribute("data-answer") is not None  # by arithmetic; else measured
        assert bool(re.search(r"; it is |That is (right|close)", words)) == judged, words
    phone.reload()
    for box, guess in zip(boxes, said, strict=True):
        expect(fold_of(box)).to_have_attribute("open", "")
        assert f"You said {guess}" in without_quotes(fold_of(box).locator(".guess").text_content())
    assert phone.evaluate("Object.keys(localStorage).filter(k => k.startsWith('pred')).length") == 1


def test_guesses_can_be_taken_back(phone: Page) -> None:
    fresh(phone)
    box = phone.locator(BOX).first
    answer(phone, box)
    box.get_by_role("button", name="Guess again").press("Enter")
    assert fold_of(box).get_attribute("open") is None
    answer(phone, box)
    phone.get_by_role("button", name="Forget my guesses").press("Enter")
    assert fold_of(box).get_attribute("open") is None
    assert phone.evaluate("Object.keys(localStorage).filter(k => k.startsWith('pred'))") == []


def test_all_answers_are_shown_and_hidden(phone: Page) -> None:
    fresh(phone)
    count = phone.locator(ANSWERS).count()
    phone.get_by_role("button", name="Show all answers").press("Enter")
    expect(phone.locator(f"{ANSWERS}[open]")).to_have_count(count)
    phone.get_by_role("button", name="Hide all answers").press("Enter")
    expect(phone.locator(f"{ANSWERS}[open]")).to_have_count(0)


def test_a_link_into_a_fold_opens_it(phone: Page) -> None:
    fresh(phone)
    inside = phone.locator("article details.fold .cell[id]").last
    target = inside.get_attribute("id")
    assert not inside.is_visible()
    phone.evaluate("target => { location.hash = target; }", target)
    expect(inside).to_be_visible()
    expect(inside).to_be_in_viewport()
    phone.reload()
    expect(inside).to_be_in_viewport()


def test_folds_are_open_on_paper_and_then_as_before(phone: Page) -> None:
    fresh(phone)
    closed = "article details:not([open])"
    before = phone.locator(closed).count()
    phone.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(phone.locator(closed)).to_have_count(0)
    phone.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(phone.locator(closed)).to_have_count(before)


def test_what_is_pressed_on_a_phone_is_large(phone: Page) -> None:
    fresh(phone)
    open_folds(phone)
    small = phone.locator(f"{BOX} :is(button, input), article summary, .predict-controls button")
    heights = small.evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(box => box.height && box)"
        ".filter(box => box && box.height < 44).length"
    )
    assert small.count()
    assert heights == 0


def test_a_word_that_was_searched_for_is_seen_in_a_fold(phone: Page) -> None:
    fresh(phone)
    word = phone.evaluate(ONLY_INSIDE)
    phone.goto(f"{phone.url}?highlight={word}")
    hits = phone.locator("article .highlighted:visible")
    expect(hits.first).to_be_in_viewport()


def test_axe_finds_nothing_in_what_was_answered(phone: Page) -> None:
    """test_every_page checks the same for unanswered predictions, with folds open and closed."""
    fresh(phone)
    phone.evaluate(Axe().axe_script)
    for kind in KINDS:
        box = phone.locator(f"{BOX}[data-kind={kind}]").first
        if box.count():
            unfold_around(box)
            answer(phone, box)
    found = []
    for theme, rules in (("light", None), ("dark", COLOURS)):
        phone.emulate_media(color_scheme=theme)
        phone.evaluate(THEME, theme)
        found += [f"{theme}: {what}" for what in phone.evaluate(AXE, rules)]
    phone.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)


def test_first_screen_holds_question_figure_and_prediction(
    browser: Browser, site: str, phone: Page, name: str
) -> None:
    fresh(phone)
    wide = browser.new_page(viewport={"width": 1440, "height": 900})
    visit(wide, f"{site}/notebooks/{name}.html")
    for page, end in ((phone, 800), (wide, 900)):
        figure = page.locator("article .cell_output").locator("svg, img").first.bounding_box()
        box = page.locator(BOX).first.bounding_box()
        assert figure["y"] + figure["height"] <= box["y"]
        assert box["y"] + box["height"] <= end
    height = wide.evaluate("document.documentElement.scrollHeight")
    wide.close()
    assert height <= 14_000


def test_without_scripts_all_can_be_read_and_opened(browser: Browser, site: str, name: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/notebooks/{name}.html")
    assert page.locator(f"{BOX} :is(button, input)").count() == 0
    assert page.get_by_text("Show all answers").count() == 0
    first = page.locator(BOX).first
    assert first.is_visible()
    assert first.locator("li, .asked-for").first.is_visible()
    fold = fold_of(first)
    fold.locator("> summary").press("Enter")
    expect(fold.locator("> .fold-body")).to_be_visible()
    for box in page.locator(BOX).all():
        assert fold_of(box).locator("> summary").count() == 1
    context.close()
