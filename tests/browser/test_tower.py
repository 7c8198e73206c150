"""The interactive towers in a browser: they say what the library says, and all can use them."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from widget_page import THEMES, new_window, tab_to

from lessonlib.widgets import TowerExplorer
from lessonlib.widgets.tower_reads import alexnet_layers, parts, sides_of
from lessonlib.widgets.tower_words import sentences

LAYERS = {layer.name: layer for layer in alexnet_layers()[1:]}


@pytest.fixture(scope="module")
def explorer() -> TowerExplorer:
    return TowerExplorer()


def says(page: Page, layer: str, *unit: int) -> None:
    """Wait until texts, marks and controls are the library's for this unit."""
    texts = page.locator(".lesson-tower .sum p")
    for i, sentence in enumerate(sentences(alexnet_layers(), layer, unit)):
        expect(texts.nth(i)).to_have_text(sentence)
    found = parts(alexnet_layers(), layer, unit)
    direct = max(1, len(found[0].towers))
    lines = page.locator(".lesson-tower line:not(.under, .between)")
    expect(lines).to_have_count(direct)
    farther = sum(max(1, len(part.towers)) for part in found[1:])
    expect(page.locator(".lesson-tower g .farther")).to_have_count(farther)
    expect(page.locator(".lesson-tower g .mark")).to_have_count(direct + 1)
    expect(page.locator(".lesson-tower select")).to_have_value(layer)
    expect(radio(page, unit[0])).to_be_checked()


def radio(page: Page, tower: int) -> Locator:
    return page.get_by_role("radio", name=("first", "second")[tower])


def picture(page: Page) -> Locator:
    return page.locator(".lesson-tower .picture")


def point(page: Page, explorer: TowerExplorer, layer: str, *unit: int) -> tuple[float, float]:
    """Where the middle of this unit is on the screen."""
    box, places = picture(page).locator("svg").bounding_box(), explorer.places
    tower, *place = unit
    row, column = place if len(place) == 2 else (0, *place)
    x, y, width, height = places["boxes"][layer][tower]
    x += width * (column + 0.5) / LAYERS[layer].width
    y += height * (row + 0.5) / LAYERS[layer].height
    across, down = box["width"] / places["width"], box["height"] / places["height"]
    return box["x"] + x * across, box["y"] + y * down


def some_units() -> list[tuple[str, list[int]]]:
    """Every layer and tower; the first, second, middle and last places of rows and columns."""
    found = []
    for name, layer in LAYERS.items():
        sides = [sorted({0, 1, 2, n // 2, n - 3, n - 2, n - 1}) for n in sides_of(layer)]
        for tower in range(layer.towers):
            if len(sides) == 1:
                found += [(name, [tower, i]) for i in sides[0]]
            else:
                found += [(name, [tower, i, j]) for i in sides[0] for j in sides[1]]
    return found


def test_numbers_and_words_are_the_librarys_for_every_layer(page: Page, address: str) -> None:
    units = some_units()
    assert len(units) > 500
    found = page.evaluate(
        """async ([address, units]) => {
        const { parts, sentences } = await import(`${address}/_static/widgets/tower_reads.js`);
        const { layers } = JSON.parse(document.querySelector(".lesson-widget").dataset.state);
        return units.map(([layer, unit]) =>
            [parts(layers, layer, unit), sentences(layers, layer, unit)]);
    }""",
        [address, units],
    )
    for (layer, unit), (their_parts, said) in zip(units, found, strict=True):
        ours = [
            {
                "layer": part.layer,
                "towers": list(part.towers),
                "rows": [part.rows.start, part.rows.stop],
                "columns": [part.columns.start, part.columns.stop],
            }
            for part in parts(alexnet_layers(), layer, unit)
        ]
        assert their_parts == ours, (layer, unit)
        assert said == sentences(alexnet_layers(), layer, unit)


UNDER_THE_MOUSE = [
    ("conv1", 0, 0, 0),
    ("conv1", 1, 54, 27),
    ("pool1", 0, 13, 13),
    ("conv2", 1, 0, 26),
    ("pool2", 0, 12, 6),
    ("conv3", 1, 6, 6),
    ("conv4", 0, 0, 12),
    ("conv5", 1, 12, 3),
    ("pool5", 1, 5, 0),
]


def test_a_unit_under_the_mouse_says_what_the_library_says(
    page: Page, explorer: TowerExplorer
) -> None:
    says(page, "conv5", 0, 6, 6)
    for layer, *unit in UNDER_THE_MOUSE:
        page.mouse.move(*point(page, explorer, layer, *unit))
        says(page, layer, *unit)


@pytest.mark.parametrize(("layer", "tower"), [("fc6", 1), ("fc7", 0), ("fc8", 0)])
def test_a_bar_under_the_mouse_says_its_unit(
    page: Page, explorer: TowerExplorer, layer: str, tower: int
) -> None:
    page.mouse.move(*point(page, explorer, layer, tower, 600))
    said = page.locator(".lesson-tower .sum p").nth(1)
    expect(said).to_contain_text(f"{layer}, ")
    number = int(page.locator("[data-place=column]").input_value())
    assert abs(number - 600) <= 8, "a pixel is eight units wide"
    says(page, layer, tower, number)


def test_far_from_every_layer_nothing_changes(page: Page, explorer: TowerExplorer) -> None:
    page.mouse.move(*point(page, explorer, "conv3", 0, 6, 6))
    says(page, "conv3", 0, 6, 6)
    box = picture(page).locator("img").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    says(page, "conv3", 0, 6, 6)


def test_a_click_holds_the_unit_until_another_click_or_escape(
    page: Page, explorer: TowerExplorer
) -> None:
    note = page.locator(".held-note")
    page.mouse.click(*point(page, explorer, "pool2", 0, 3, 3))
    expect(note).to_have_text("Held. Click again or press Escape to let it go.")
    page.mouse.move(*point(page, explorer, "conv2", 1, 13, 13))
    says(page, "pool2", 0, 3, 3)
    page.keyboard.press("Escape")
    expect(note).to_have_text("")
    page.mouse.move(*point(page, explorer, "conv2", 1, 12, 13))
    says(page, "conv2", 1, 12, 13)


def test_the_keyboard_alone_reaches_every_unit(page: Page) -> None:
    tab_to(page, picture(page))
    page.keyboard.press("ArrowLeft")
    says(page, "conv5", 0, 6, 5)
    for _ in range(7):  # the last finds no row
        page.keyboard.press("ArrowDown")
    says(page, "conv5", 0, 12, 5)
    tab_to(page, page.get_by_role("combobox", name="Layer"))
    page.keyboard.press("Home")
    says(page, "conv1", 0, 52, 23)  # at the same place of the larger map
    tab_to(page, radio(page, 0))
    page.keyboard.press("ArrowRight")
    says(page, "conv1", 1, 52, 23)
    tab_to(page, page.get_by_role("slider", name="Row"))
    page.keyboard.press("End")
    says(page, "conv1", 1, 54, 23)
    tab_to(page, page.get_by_role("slider", name="Column"))
    page.keyboard.press("Home")
    says(page, "conv1", 1, 54, 0)


def test_the_keyboard_reaches_the_bars(page: Page) -> None:
    layers = page.get_by_role("combobox", name="Layer")
    layers.select_option("fc6")
    says(page, "fc6", 0, 1024)
    expect(page.get_by_role("slider", name="Row")).to_be_hidden()
    tab_to(page, page.get_by_role("slider", name="Unit"))
    page.keyboard.press("End")
    says(page, "fc6", 0, 2047)
    picture(page).focus()
    page.keyboard.press("ArrowRight")  # there is none
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    says(page, "fc6", 0, 2046)
    radio(page, 1).check(force=True)
    says(page, "fc6", 1, 2046)
    layers.select_option("fc8")
    says(page, "fc8", 0, 999)
    expect(radio(page, 1)).to_be_disabled()
    expect(page.get_by_role("slider", name="Score")).to_have_value("999")
    layers.select_option("pool5")
    says(page, "pool5", 0, 3, 3)
    expect(page.get_by_role("slider", name="Row")).to_be_visible()


def test_who_listens_hears_the_unit(page: Page) -> None:
    picture(page).focus()
    page.keyboard.press("ArrowUp")
    said = " ".join(sentences(alexnet_layers(), "conv5", (0, 5, 6))[1:4])
    expect(page.get_by_role("status")).to_have_text(said)


def test_the_outlined_pixels_are_the_units_field(page: Page, explorer: TowerExplorer) -> None:
    """In pixels of the photograph, from where both are on the screen."""
    page.get_by_role("combobox", name="Layer").select_option("conv3")
    says(page, "conv3", 0, 6, 6)
    photograph = picture(page).locator("img").bounding_box()
    field = page.locator(".lesson-tower g .farther.bare").bounding_box()
    pixel = photograph["width"] / 224
    assert (field["x"] - photograph["x"]) / pixel == pytest.approx(64, abs=2)
    assert (field["y"] - photograph["y"]) / pixel == pytest.approx(64, abs=2)
    assert field["width"] / pixel == pytest.approx(99, abs=4)
    assert photograph["height"] == pytest.approx(photograph["width"], abs=0.5)


def test_a_finger_touches_and_the_page_still_scrolls(phone: Page, explorer: TowerExplorer) -> None:
    picture(phone).scroll_into_view_if_needed()
    phone.touchscreen.tap(*point(phone, explorer, "conv4", 1, 6, 6))
    expect(phone.locator(".lesson-tower .sum p").first).to_contain_text("conv4: 192 maps")
    phone.touchscreen.tap(*point(phone, explorer, "fc7", 1, 100))
    expect(phone.locator(".lesson-tower .sum p").nth(1)).to_contain_text("fc7, second tower")
    hand = phone.context.new_cdp_session(phone)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    x, y = point(phone, explorer, "conv3", 0, 6, 6)
    before = phone.evaluate("scrollY")
    touch("touchStart", (x, y))
    for up in range(10, 120, 10):
        touch("touchMove", (x, y - up))
    touch("touchEnd")
    phone.wait_for_function("before => scrollY > before + 40", arg=before)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 360, 800])
def test_fits_and_is_accessible(
    browser: Browser, address: str, shots: Path | None, width: int, theme: str
) -> None:
    size = {"width": width, "height": 900}
    page = new_window(browser, viewport=size, color_scheme=theme)
    page.goto(f"{address}/{theme}.html")
    says(page, "conv5", 0, 6, 6)
    page.evaluate("document.fonts.ready")
    if shots is not None:
        page.screenshot(path=shots / f"tower-{width}-{theme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert not found, [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]
    assert not page.evaluate(OVERLAPS), "names lie on each other"
    if width >= 360:  # each layer is large enough for a finger, or far enough from the next
        assert page.evaluate(PITCH) >= 23
    page.context.close()


OVERLAPS = """() => {
    const boxes = [...document.querySelectorAll(".lesson-tower .field span")]
        .map(span => [span.textContent, span.getBoundingClientRect()]);
    const meet = (a, b) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    return boxes.flatMap(([one, a], i) => boxes.slice(i + 1)
        .filter(([, b]) => meet(a, b)).map(([other]) => `${one} ${other}`));
}"""
# Smallest distance of the middles of two layers.
PITCH = """() => {
    const middles = [...document.querySelectorAll(".lesson-tower svg > .frame")]
        .map(frame => frame.getBoundingClientRect())
        .map(box => [box.x + box.width / 2, box.y + box.height / 2]);
    return Math.min(...middles.flatMap(([x, y], i) =>
        middles.slice(i + 1).map(([x2, y2]) => Math.hypot(x - x2, y - y2))));
}"""


@pytest.mark.parametrize("theme", THEMES)
def test_without_scripts_there_is_the_still_picture(
    browser: Browser, address: str, explorer: TowerExplorer, theme: str
) -> None:
    page = new_window(browser, java_script_enabled=False)
    page.goto(f"{address}/{theme}.html")
    expect(page.get_by_role("img", name=explorer.describe())).to_be_visible()
    assert page.locator(".lesson-tower").count() == 0
    page.context.close()


def test_with_scripts_the_still_picture_gives_way_and_nothing_comes_from_elsewhere(
    browser: Browser, address: str
) -> None:
    page = new_window(browser)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/light.html")
    says(page, "conv5", 0, 6, 6)
    expect(page.locator(".lesson-widget > img")).to_be_hidden()
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert {url.rpartition("/")[2] for url in asked if url.endswith(".js")} == {
        *("page.js", "tower.js", "tower_drawing.js", "tower_reads.js", "shared.js")
    }
    page.context.close()


def test_a_notebooks_model_changes_what_is_drawn(page: Page, address: str) -> None:
    """What Python sets is drawn, what is set on the screen reaches the model, until the end."""
    found = page.evaluate(
        """async (address) => {
        const { default: widget } = await import(`${address}/_static/widgets/tower.js`);
        const { standIn } = await import(`${address}/_static/widgets/page.js`);
        const model = standIn(JSON.parse(document.querySelector(".lesson-widget").dataset.state));
        const el = document.body.appendChild(document.createElement("div"));
        const end = widget.render({ model, el });
        const now = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
            () => done(el.querySelectorAll(".sum p")[1].textContent.split(" reads")[0]))));
        const seen = [await now()];
        model.set("unit", [1, 2, 3]);
        seen.push(await now());
        model.set("layer", "fc7");  // the unit comes later
        seen.push(await now());
        model.set("unit", [1, 5]);
        seen.push(await now());
        const slider = el.querySelector("[data-place=column]");
        slider.value = 12;
        slider.dispatchEvent(new Event("input"));
        seen.push(await now(), JSON.stringify([model.get("layer"), model.get("unit")]));
        end();
        model.set("unit", [0, 0]);
        seen.push(await now());
        return seen;
    }""",
        address,
    )
    assert found == [
        "conv5, first tower, row 6, column 6",
        "conv5, second tower, row 2, column 3",
        "fc7, second tower, unit 1024",
        "fc7, second tower, unit 5",
        "fc7, second tower, unit 12",
        json.dumps(["fc7", [1, 12]], separators=(",", ":")),
        "fc7, second tower, unit 12",
    ]
