"""The interactive convolution in a browser: its arithmetic is the library's, and all can use it."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect
from torch.nn import functional as F
from widget_page import THEMES, new_window, opened, tab_to

from lessonlib.data import load
from lessonlib.widgets import KERNELS, ConvolutionExplorer


@pytest.fixture(scope="module")
def explorer() -> ConvolutionExplorer:
    """The eight of the still picture: unit (9, 11) of its vertical edges is 212."""
    digit = load("digits", train=False).images[1884, 0]
    return ConvolutionExplorer(digit, "vertical edge", row=9, column=11)


def says(page: Page, row: int, column: int, rows: int, columns: int, total: str) -> None:
    """Wait until the live text says this unit of this map."""
    text = f"Row {row}, column {column} of a map of {rows} by {columns}: sum {total}."
    expect(page.get_by_role("status")).to_have_text(text)


def picture(page: Page, part: str) -> Locator:
    return page.locator(f".{part} .picture")


def choose(page: Page, group: str, value: int) -> Locator:
    return page.get_by_role("group", name=group).get_by_label(str(value), exact=True)


# ---- Arithmetic ----------------------------------------------------------------------------------

CONVOLVE = """async ({url, cases}) => {
    const { convolve, outSize, windowSum } = await import(url);
    return cases.map(({image, kernel, stride, padding}) => {
        const map = convolve(image, kernel, stride, padding);
        return { map, sizes: [image.length, image[0].length].map(
                     n => outSize(n, kernel.length, stride, padding)),
                 totals: map.map((row, r) => row.map((_, c) =>
                     windowSum(image, kernel, stride, padding, r, c).total)) };
    });
}"""


def random_cases(count: int) -> list[dict]:
    """Pictures and kernels of many shapes and signs, and every stride with every padding."""
    random = np.random.default_rng(7)
    cases = []
    for i in range(count):
        side = 3 if i % 4 else int(random.integers(1, 6))
        height, width = random.integers(side, 20, 2)
        image = random.random((height, width))
        kernel = random.normal(0, 5, (side, side))
        pixels = (255 * image).round() if i % 3 == 0 else image
        cases.append(
            {
                "image": pixels.tolist(),
                "kernel": kernel.tolist(),
                "stride": 1 + i % 4,
                "padding": i // 4 % 4,
            }
        )
    return cases


def test_arithmetic_is_pytorchs(page: Page, address: str) -> None:
    cases = random_cases(160)
    url = f"{address}/_static/widgets/convolution.js"
    answers = page.evaluate(CONVOLVE, {"url": url, "cases": cases})
    for case, answer in zip(cases, answers, strict=True):
        image, kernel = (
            torch.tensor(case[name], dtype=torch.float64)[None, None]
            for name in ("image", "kernel")
        )
        expected = F.conv2d(image, kernel, stride=case["stride"], padding=case["padding"])[0, 0]
        assert answer["sizes"] == list(expected.shape)
        for got in (answer["map"], answer["totals"]):
            np.testing.assert_allclose(got, expected, rtol=0, atol=1e-4)


def test_what_is_drawn_is_the_librarys_map(page: Page, explorer: ConvolutionExplorer) -> None:
    """Colours of the map's canvas: red where the library's sum is above 0, blue below."""
    says(page, 9, 11, 26, 26, "212")
    side = page.evaluate("""() => {
        const canvas = document.querySelector(".map canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const signs = [];
        for (let i = 0; i < data.length; i += 4) signs.push(Math.sign(data[i] - data[i + 2]));
        return { signs, width: canvas.width };
    }""")
    signs = np.array(side["signs"]).reshape(-1, side["width"])
    strong = abs(explorer.output) > 0.02 * abs(explorer.output).max()  # weaker ones look white
    assert strong.sum() > 100
    assert (signs == np.sign(explorer.output))[strong].all()
    assert not signs[explorer.output == 0].any()


# ---- Keyboard ------------------------------------------------------------------------------------


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def expected_sum(explorer: ConvolutionExplorer, row: int, column: int, **changes) -> str:
    """The library's sum for a unit, as the live text writes it."""
    settings = {"kernel": explorer.kernel, "stride": 1, "padding": 0} | changes
    other = ConvolutionExplorer(explorer.image, row=row, column=column, **settings)
    return f"{other.output[row, column]:g}".replace("-", "−")


def test_the_keyboard_alone_does_it_all(page: Page, explorer: ConvolutionExplorer) -> None:
    says(page, 9, 11, 26, 26, "212")
    tab_to(page, picture(page, "input"))
    press(page, "ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowUp")
    says(page, 10, 10, 26, 26, expected_sum(explorer, 10, 10))
    tab_to(page, page.get_by_label("Kernel, row 1, column 1"))
    press(page, "Control+a", "-", "2", ".", "5")
    kernel = [[-1, 0, 1], [-1, -2.5, 1], [-1, 0, 1]]
    says(page, 10, 10, 26, 26, expected_sum(explorer, 10, 10, kernel=kernel))
    expect(page.get_by_label("Kernels to choose from")).to_have_value("")  # "Your own"
    tab_to(page, page.get_by_label("Kernels to choose from"))
    press(page, "S")  # the one that starts so
    sharp = {"kernel": "sharpen"}
    says(page, 10, 10, 26, 26, expected_sum(explorer, 10, 10, **sharp))
    tab_to(page, choose(page, "Stride", 1))
    press(page, "ArrowRight")
    says(page, 5, 5, 13, 13, expected_sum(explorer, 5, 5, **sharp, stride=2))
    tab_to(page, choose(page, "Padding", 0))
    press(page, "ArrowRight", "ArrowRight", "ArrowRight")
    says(page, 7, 7, 16, 16, expected_sum(explorer, 7, 7, **sharp, stride=2, padding=3))
    tab_to(page, page.get_by_role("slider", name="Row"))
    press(page, "End", "ArrowLeft")
    tab_to(page, page.get_by_role("slider", name="Column"))
    press(page, "Home")
    says(page, 14, 0, 16, 16, expected_sum(explorer, 14, 0, **sharp, stride=2, padding=3))


def test_steps_of_stride_and_padding_lead_back_to_the_same_place(
    page: Page, explorer: ConvolutionExplorer
) -> None:
    for group, value in (("Stride", 4), ("Padding", 3), ("Stride", 3), ("Padding", 1)):
        choose(page, group, value).check()
    says(page, 3, 4, 10, 10, expected_sum(explorer, 3, 4, stride=3, padding=1))
    choose(page, "Padding", 0).check()
    choose(page, "Stride", 1).check()
    says(page, 9, 11, 26, 26, "212")


def test_the_window_stops_at_the_edges(page: Page) -> None:
    picture(page, "input").focus()
    press(page, *["ArrowUp"] * 12, *["ArrowLeft"] * 13)
    says(page, 0, 0, 26, 26, "0")


def test_the_sum_is_written_out(page: Page) -> None:
    expect(page.locator(".sum .name")).to_have_text("Row 9, column 11 of the map")
    expect(page.locator(".terms > span")).to_have_count(9)
    expect(page.locator(".terms > span").first).to_have_text("105 × (−1)")
    expect(page.locator(".total")).to_have_text("−105 + 253 − 40 + 104 = 212")
    expect(page.locator(".rest")).to_have_text("5 of the nine products are 0.")
    expect(page.locator(".size")).to_contain_text("(28 + 2 × 0 − 3) / 1 = 25; 25 + 1 = 26")
    choose(page, "Stride", 2).check()
    expect(page.locator(".size")).to_contain_text("= 12.5, rounded down 12; 12 + 1 = 13")
    expect(page.locator(".size")).to_contain_text("No window covers the grey strip")


@pytest.mark.parametrize("typed", ["", "-", "100", "-99.5"])
def test_half_a_number_or_too_large_a_one_changes_nothing(page: Page, typed: str) -> None:
    entry = page.get_by_label("Kernel, row 0, column 0")
    if len(typed) > 1:
        entry.fill(typed)  # at once: its first digits would be a good number
    else:
        entry.focus()
        press(page, "Control+a", "Delete", *typed)
    expect(entry).to_have_attribute("aria-invalid", "true")
    says(page, 9, 11, 26, 26, "212")
    entry.press("Tab")
    expect(entry).to_have_value("-1")
    expect(entry).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_to_choose_are_the_librarys(
    page: Page, explorer: ConvolutionExplorer, name: str
) -> None:
    page.get_by_label("Kernels to choose from").select_option(name)
    says(page, 9, 11, 26, 26, expected_sum(explorer, 9, 11, kernel=name))
    entries = page.locator(".weights input").evaluate_all("all => all.map(e => Number(e.value))")
    assert entries == [weight for row in KERNELS[name] for weight in row]


# ---- Mouse and touch -----------------------------------------------------------------------------


def point(part: Locator, row: float, column: float) -> tuple[float, float]:
    """Where the middle of this pixel of the input is on the screen; 3.5 pixels lie around it."""
    box = part.bounding_box()
    return (
        box["x"] + box["width"] * (column + 4) / 35,
        box["y"] + box["height"] * (row + 4) / 35,
    )


@pytest.mark.parametrize("part", ["input", "map"])
def test_the_window_follows_the_mouse(page: Page, explorer: ConvolutionExplorer, part: str) -> None:
    page.mouse.move(*point(picture(page, part), 6, 17))
    says(page, 5, 16, 26, 26, expected_sum(explorer, 5, 16))
    page.mouse.move(*point(picture(page, part), 0, 27))  # no window has its middle there
    says(page, 0, 25, 26, 26, expected_sum(explorer, 0, 25))


@pytest.mark.parametrize("part", ["input", "map"])
def test_a_click_holds_the_window_until_another_click_or_escape(
    page: Page, explorer: ConvolutionExplorer, part: str
) -> None:
    note = page.locator(".held-note")
    expect(note).to_have_text("")
    page.mouse.click(*point(picture(page, part), 6, 17))
    held = expected_sum(explorer, 5, 16)
    expect(note).to_have_text("Held. Click again or press Escape to let it go.")
    page.mouse.move(*point(picture(page, part), 20, 8))
    says(page, 5, 16, 26, 26, held)
    page.mouse.click(*point(picture(page, part), 20, 8))  # lets go, and is followed again
    says(page, 19, 7, 26, 26, expected_sum(explorer, 19, 7))
    expect(note).to_have_text("")
    page.mouse.click(*point(picture(page, part), 6, 17))
    press(page, "Escape")
    expect(note).to_have_text("")
    page.mouse.move(*point(picture(page, part), 20, 8))
    says(page, 19, 7, 26, 26, expected_sum(explorer, 19, 7))


def test_what_is_held_moves_by_keys_and_controls(page: Page, explorer: ConvolutionExplorer) -> None:
    page.mouse.click(*point(picture(page, "input"), 6, 17))
    press(page, "ArrowDown", "ArrowRight")
    says(page, 6, 17, 26, 26, expected_sum(explorer, 6, 17))
    expect(page.locator(".held-note")).not_to_have_text("")


@pytest.mark.parametrize("part", ["input", "map"])
def test_a_tap_moves_the_window(phone: Page, explorer: ConvolutionExplorer, part: str) -> None:
    place = picture(phone, part)
    place.scroll_into_view_if_needed()
    phone.touchscreen.tap(*point(place, 20, 8))
    says(phone, 19, 7, 26, 26, expected_sum(explorer, 19, 7))


def test_a_finger_drags_the_window(phone: Page, explorer: ConvolutionExplorer) -> None:
    place = picture(phone, "input")
    place.scroll_into_view_if_needed()
    hand = phone.context.new_cdp_session(phone)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = phone.evaluate("scrollY")
    touch("touchStart", point(place, 20, 8))
    for row in range(19, 4, -1):
        touch("touchMove", point(place, row, 8))
    touch("touchEnd")
    says(phone, 4, 7, 26, 26, expected_sum(explorer, 4, 7))
    assert phone.evaluate("scrollY") == before, "the finger moved the page, not the window"


# ---- Every reader --------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 360, 800])
def test_fits_and_is_accessible(
    browser: Browser, address: str, shots: Path | None, width: int, theme: str
) -> None:
    size = {"width": width, "height": 900}
    page = new_window(browser, viewport=size, color_scheme=theme)
    opened(page, address, theme)
    says(page, 9, 11, 26, 26, "212")
    page.get_by_label("Kernels to choose from").select_option("blur")  # the longest numbers
    choose(page, "Stride", 2).check()
    choose(page, "Padding", 3).check()
    page.evaluate("document.fonts.ready")
    expect(page.locator(".map .name")).to_contain_text("16 × 16")
    if shots is not None:
        page.screenshot(path=shots / f"convolution-{width}-{theme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate("""() => [...document.querySelectorAll(".lesson-convolution *")]
        .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth && !e.closest(".unseen"))
        .map(e => e.outerHTML.slice(0, 80))""")
    assert not wide, "cut off or running over"
    found = Axe().run(page).response["violations"]
    assert not found, [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]
    page.context.close()


def test_targets_are_large_enough_for_a_finger(phone: Page) -> None:
    controls = phone.locator(
        ".lesson-convolution :is(.choice label, select, input:not([type=radio]))"
    )
    says(phone, 9, 11, 26, 26, "212")
    assert controls.count() == 8 + 1 + 9 + 2
    for control in controls.all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("theme", THEMES)
def test_without_scripts_there_is_the_still_picture(
    browser: Browser, address: str, explorer: ConvolutionExplorer, theme: str
) -> None:
    page = new_window(browser, java_script_enabled=False)
    page.goto(f"{address}/{theme}.html")
    still = page.get_by_role("img", name=explorer.describe())
    expect(still).to_be_visible()
    assert still.bounding_box()["width"] > 600
    expect(page.locator("noscript")).to_be_visible()
    assert page.locator(".lesson-convolution").count() == 0
    page.context.close()


def test_with_scripts_the_still_picture_gives_way(page: Page) -> None:
    says(page, 9, 11, 26, 26, "212")
    expect(page.locator(".lesson-widget > img")).to_be_hidden()


def test_a_broken_module_leaves_the_still_picture(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route("**/convolution.js", lambda route: route.fulfill(status=404))
    page.goto(f"{address}/light.html", wait_until="networkidle")
    expect(page.locator(".lesson-widget > img")).to_be_visible()
    context.close()


def test_a_notebooks_model_changes_what_is_drawn(page: Page, address: str) -> None:
    """What Python sets is drawn, what is set on the screen reaches the model, until the end."""
    found = page.evaluate(
        """async (address) => {
        const { default: widget } = await import(`${address}/_static/widgets/convolution.js`);
        const { standIn } = await import(`${address}/_static/widgets/page.js`);
        const div = document.querySelector(".lesson-widget");
        const model = standIn(JSON.parse(div.dataset.state));
        const el = document.body.appendChild(document.createElement("div"));
        const end = widget.render({ model, el });
        const now = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
            () => done(el.querySelector(".sum .name").textContent))));
        const seen = [await now()];
        model.set("row", 3);
        seen.push(await now());
        model.set("stride", 4);  // the row is kept by the model, and shown inside the smaller map
        model.set("row", 20);
        seen.push(await now());
        el.querySelector("[data-padding][value='2']").click();
        seen.push(await now(), model.get("padding"), model.get("row"));
        end();
        model.set("row", 0);
        seen.push(await now());
        return seen;
    }""",
        address,
    )
    assert json.dumps(found) == json.dumps(
        [
            "Row 9, column 11 of the map",
            "Row 3, column 11 of the map",
            "Row 6, column 6 of the map",
            "Row 7, column 7 of the map",
            2,
            7,
            "Row 7, column 7 of the map",
        ]
    )
