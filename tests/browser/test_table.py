"""The interactive table in a browser: it says what the library says, and all can use it."""

from pathlib import Path

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from widget_page import THEMES, new_window, opened, tab_to

from lessonlib.layers import C3_TABLE
from lessonlib.widgets import TableExplorer


@pytest.fixture(scope="module")
def explorer() -> TableExplorer:
    random = torch.Generator().manual_seed(0)
    states = [torch.randn(maps, side, side, generator=random) for maps, side in ((6, 14), (16, 10))]
    return TableExplorer(C3_TABLE, *states, chosen=("C3", 9))


def says(page: Page, layer: str, number: int) -> None:
    """Wait until texts, lines and marks are the library's for this map."""
    other = TableExplorer(C3_TABLE, chosen=(layer, number))
    first, second, every = other.sentences()
    texts = page.locator(".lesson-table .sum p")
    expect(texts.nth(0)).to_have_text(first)
    expect(texts.nth(1)).to_have_text(second)
    expect(texts.nth(2)).to_have_text(every)
    expect(page.locator(".lesson-table line")).to_have_count(len(other.partners))
    expect(page.locator(".lesson-table rect.mark")).to_have_count(len(other.partners) + 1)


def picture(page: Page) -> Locator:
    return page.locator(".lesson-table .picture")


def point(page: Page, explorer: TableExplorer, layer: str, number: int) -> tuple[float, float]:
    """Where the middle of this map is on the screen."""
    box, places = picture(page).locator("svg").bounding_box(), explorer.places
    x, y, side = places["outputs" if layer == "C3" else "inputs"][number]
    return (
        box["x"] + box["width"] * (x + side / 2) / places["width"],
        box["y"] + box["height"] * (y + side / 2) / places["height"],
    )


EVERY = [("C3", j) for j in range(16)] + [("S2", i) for i in range(6)]


def test_every_map_under_the_mouse_says_what_the_library_says(
    page: Page, explorer: TableExplorer
) -> None:
    says(page, "C3", 9)
    for layer, number in EVERY:
        page.mouse.move(*point(page, explorer, layer, number))
        says(page, layer, number)


def test_a_click_holds_the_map_until_another_click_or_escape(
    page: Page, explorer: TableExplorer
) -> None:
    note = page.locator(".held-note")
    page.mouse.click(*point(page, explorer, "S2", 2))
    expect(note).to_have_text("Held. Click again or press Escape to let it go.")
    page.mouse.move(*point(page, explorer, "C3", 15))
    says(page, "S2", 2)
    page.keyboard.press("Escape")
    expect(note).to_have_text("")
    page.mouse.move(*point(page, explorer, "C3", 14))
    says(page, "C3", 14)


def test_the_keyboard_alone_reaches_every_map(page: Page) -> None:
    tab_to(page, picture(page))
    page.keyboard.press("ArrowLeft")
    says(page, "C3", 8)
    page.keyboard.press("ArrowLeft")  # there is none
    says(page, "C3", 8)
    page.keyboard.press("ArrowUp")
    says(page, "S2", 0)
    for number in range(1, 6):
        page.keyboard.press("ArrowRight")
        says(page, "S2", number)
    page.keyboard.press("ArrowUp")
    says(page, "C3", 7)
    page.keyboard.press("ArrowUp")
    says(page, "C3", 7)
    knob = page.get_by_role("slider", name="Map")
    tab_to(page, knob)
    page.keyboard.press("End")
    says(page, "C3", 15)
    page.keyboard.press("ArrowLeft")
    says(page, "C3", 14)


def test_who_listens_hears_the_map(page: Page) -> None:
    picture(page).focus()
    page.keyboard.press("ArrowUp")
    said = " ".join(TableExplorer(C3_TABLE, chosen=("S2", 0)).sentences()[:2])
    expect(page.get_by_role("status")).to_have_text(said)


def test_the_pictures_are_the_librarys_states(page: Page, explorer: TableExplorer) -> None:
    """Red where a state is above 0, blue below; map 2 of S2."""
    says(page, "C3", 9)
    signs = page.evaluate("""() => {
        const canvas = document.querySelectorAll(".lesson-table canvas")[2];
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i] - data[4 * i + 2]);
    }""")
    states = torch.from_numpy(explorer.inputs[2].copy()).flatten()
    strong = states.abs() > 0.2
    assert len(signs) == 14 * 14
    assert (torch.tensor(signs).sign() == states.sign())[strong].all()


def test_a_finger_touches_and_drags(phone: Page, explorer: TableExplorer) -> None:
    picture(phone).scroll_into_view_if_needed()
    phone.touchscreen.tap(*point(phone, explorer, "S2", 4))
    says(phone, "S2", 4)
    hand = phone.context.new_cdp_session(phone)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = phone.evaluate("scrollY")
    touch("touchStart", point(phone, explorer, "C3", 0))
    for number in range(1, 6):
        touch("touchMove", point(phone, explorer, "C3", number))
    touch("touchEnd")
    says(phone, "C3", 5)
    assert phone.evaluate("scrollY") == before, "the finger moved the page"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 360, 800])
def test_fits_and_is_accessible(
    browser: Browser, address: str, shots: Path | None, width: int, theme: str
) -> None:
    size = {"width": width, "height": 900}
    page = new_window(browser, viewport=size, color_scheme=theme)
    opened(page, address, theme)
    says(page, "C3", 9)
    page.evaluate("document.fonts.ready")
    if shots is not None:
        page.screenshot(path=shots / f"table-{width}-{theme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert not found, [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]
    for number in (0, 15):  # each map is large enough for a finger
        assert explorer_side(page, number) >= 24
    page.context.close()


def explorer_side(page: Page, number: int) -> float:
    """Side of an output map on the screen, in pixels."""
    box = page.locator(".lesson-table rect").nth(6 + number).bounding_box()
    return min(box["width"], box["height"])


@pytest.mark.parametrize("theme", THEMES)
def test_without_scripts_there_is_the_still_picture(
    browser: Browser, address: str, explorer: TableExplorer, theme: str
) -> None:
    page = new_window(browser, java_script_enabled=False)
    page.goto(f"{address}/{theme}.html")
    expect(page.get_by_role("img", name=explorer.describe())).to_be_visible()
    assert page.locator(".lesson-table").count() == 0
    page.context.close()


def test_with_scripts_the_still_picture_gives_way(page: Page) -> None:
    says(page, "C3", 9)
    expect(page.locator(".lesson-widget > img")).to_be_hidden()


def test_a_notebooks_model_changes_what_is_drawn(page: Page, address: str) -> None:
    """What Python sets is drawn, what is set on the screen reaches the model, until the end."""
    found = page.evaluate(
        """async (address) => {
        const { default: widget } = await import(`${address}/_static/widgets/table.js`);
        const { standIn } = await import(`${address}/_static/widgets/page.js`);
        const state = JSON.parse(document.querySelector(".lesson-widget").dataset.state);
        const model = standIn({ ...state, inputs: null, outputs: null });
        const el = document.body.appendChild(document.createElement("div"));
        const end = widget.render({ model, el });
        const now = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
            () => done(el.querySelector(".sum p").textContent))));
        const seen = [await now()];
        model.set("chosen", ["S2", 5]);
        seen.push(await now());
        const knob = el.querySelector("[data-place=map]");
        knob.value = 12;
        knob.dispatchEvent(new Event("input"));
        seen.push(await now(), ...model.get("chosen"));
        end();
        model.set("chosen", ["C3", 0]);
        seen.push(await now());
        return seen;
    }""",
        address,
    )
    assert found == [
        "Map 9 of C3 reads 4 maps of S2: 0, 3, 4, 5.",
        "Map 5 of S2 is read by 10 maps of C3: 3, 4, 5, 8, 9, 10, 11, 13, 14, 15.",
        "Map 12 of C3 reads 4 maps of S2: 0, 1, 3, 4.",
        "C3",
        12,
        "Map 12 of C3 reads 4 maps of S2: 0, 1, 3, 4.",
    ]
