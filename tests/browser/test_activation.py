"""The interactive activations in a browser: their numbers are autograd's, and all can use it."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from lessonlib.widgets import ActivationExplorer
from lessonlib.widgets.activation import NAMES
from tests.widget_page import THEMES, new_window, opened, tab_to


@pytest.fixture(scope="module")
def explorer() -> ActivationExplorer:
    return ActivationExplorer("scaled tanh", at=1)


def says(page: Page, activation: str, at: float) -> None:
    """Wait until the live text says autograd's numbers at this sum."""
    other = ActivationExplorer(activation, at=at)
    numbers = {name: getattr(other, name) for name in ("value", "slope", "curvature")}
    words = [f"{name} {round(number, 4) + 0.0:g}" for name, number in numbers.items()]
    name = activation[0].upper() + activation[1:]
    text = f"{name} at {at:g}: {', '.join(words)}.".replace("-", "−")
    expect(page.get_by_role("status")).to_have_text(text)


def point(part: Locator, at: float) -> tuple[float, float]:
    """Where this sum is on the screen, halfway down."""
    box = part.locator("svg").bounding_box()
    x = (6 + (at + 5) / 10 * 588) / 600
    return box["x"] + box["width"] * x, box["y"] + box["height"] / 2


def picture(page: Page) -> Locator:
    return page.get_by_role("application", name="Curves of the activation")


# ---- Arithmetic ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_value_slope_and_curvature_are_autograds(page: Page, address: str, name: str) -> None:
    places = np.linspace(-5, 5, 1001)  # 0, where there are kinks, is among them
    found = page.evaluate(
        """async ({url, name, places}) => {
        const { ACTIVATIONS } = await import(url);
        return places.map(ACTIVATIONS[name]);
    }""",
        {"url": f"{address}/_static/widgets/activation.js", "name": name, "places": [*places]},
    )
    expected = ActivationExplorer(name).curves(torch.from_numpy(places))
    np.testing.assert_allclose(found, torch.stack(expected, 1), rtol=0, atol=1e-4)
    np.testing.assert_allclose(found, torch.stack(expected, 1), rtol=0, atol=1e-12)


def test_the_activations_to_choose_are_the_librarys(page: Page) -> None:
    radios = page.get_by_role("group", name="Activation", exact=True).get_by_role("radio")
    assert radios.evaluate_all("all => all.map(e => e.value)") == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_drawn_are_the_curves(page: Page, name: str) -> None:
    """Each curve's path goes through the dot that shows the number at the sum."""
    page.locator(f".names [value='{name}']").check()
    says(page, name, 1)
    found = page.evaluate("""() => ["value", "slope", "curvature"].map(name => {
        const dot = document.querySelector(`.dot.${name}`).style;
        const [x, y] = [6 * parseFloat(dot.left), 3 * parseFloat(dot.top)];
        const points = document.querySelector(`path.${name}`).getAttribute("d")
            .split(/[ML]/).slice(1).map(pair => pair.split(" ").map(Number));
        return Math.min(...points.map(([px, py]) => Math.hypot(px - x, py - y)));
    })""")
    assert max(found) < 0.02


# ---- Keyboard, mouse and touch -------------------------------------------------------------------


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_keyboard_alone_does_it_all(page: Page) -> None:
    says(page, "scaled tanh", 1)
    tab_to(page, page.get_by_role("radio", name="Scaled tanh"))
    press(page, "ArrowRight", "ArrowRight")
    says(page, "sigmoid", 1)
    tab_to(page, picture(page))
    press(page, "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowLeft")
    says(page, "sigmoid", 0.9)
    tab_to(page, page.get_by_role("slider"))
    press(page, "ArrowLeft")
    says(page, "sigmoid", 0.89)
    press(page, "Home")
    says(page, "sigmoid", -5)


def test_a_sum_stays_inside_the_picture(page: Page) -> None:
    picture(page).focus()
    press(page, *["ArrowRight"] * 45)
    says(page, "scaled tanh", 5)


def near(page: Page, at: float) -> None:
    """Wait until the sum is this one, to the pixel that the pointer is on."""
    allowed = "|".join(f"{at + step / 100:g}" for step in range(-2, 3)).replace("-", "−")
    expect(page.get_by_role("status")).to_have_text(re.compile(f" at ({allowed}): value"))


def test_the_sum_follows_the_mouse_until_a_click_holds_it(page: Page) -> None:
    near(page, 1)
    note = page.locator(".held-note")
    page.mouse.move(*point(picture(page), -2))
    near(page, -2)
    page.mouse.click(*point(picture(page), 3))
    expect(note).to_have_text("Held. Click again or press Escape to let it go.")
    page.mouse.move(*point(picture(page), 0))
    near(page, 3)
    press(page, "Escape")
    expect(note).to_have_text("")
    page.mouse.move(*point(picture(page), -4))
    near(page, -4)


def test_a_tap_moves_the_sum(phone: Page) -> None:
    near(phone, 1)
    picture(phone).scroll_into_view_if_needed()
    phone.touchscreen.tap(*point(picture(phone), -2))
    near(phone, -2)


def test_a_kink_is_named(page: Page) -> None:
    page.get_by_role("radio", name="Rectifier", exact=True).check()
    page.get_by_role("slider").fill("0")
    says(page, "rectifier", 0)
    expect(page.locator(".note")).to_contain_text("there is a kink")
    press(page, "ArrowRight")
    expect(page.locator(".note")).to_have_text("")


# ---- Every reader --------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", [320, 360, 800])
def test_fits_and_is_accessible(
    browser: Browser, address: str, shots: Path | None, width: int, theme: str
) -> None:
    size = {"width": width, "height": 900}
    page = new_window(browser, viewport=size, color_scheme=theme)
    opened(page, address, theme)
    page.get_by_role("slider").fill("-4.99")
    says(page, "scaled tanh", -4.99)
    page.evaluate("document.fonts.ready")
    if shots is not None:
        page.screenshot(path=shots / f"activation-{width}-{theme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate("""() => [...document.querySelectorAll(".lesson-activation *")]
        .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth && !e.closest(".unseen"))
        .map(e => e.outerHTML.slice(0, 80))""")
    assert not wide, "cut off or running over"
    found = Axe().run(page).response["violations"]
    assert not found, [(v["id"], [node["html"] for node in v["nodes"]]) for v in found]
    page.context.close()


def test_targets_are_large_enough_for_a_finger(phone: Page) -> None:
    says(phone, "scaled tanh", 1)
    controls = phone.locator(".lesson-activation :is(.choice label, [type=range])")
    assert controls.count() == 6 + 1
    for control in controls.all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("theme", THEMES)
def test_without_scripts_there_is_the_still_picture(
    browser: Browser, address: str, explorer: ActivationExplorer, theme: str
) -> None:
    page = new_window(browser, java_script_enabled=False)
    page.goto(f"{address}/{theme}.html")
    still = page.get_by_role("img", name=explorer.describe())
    expect(still).to_be_visible()
    assert still.bounding_box()["width"] > 600
    assert page.locator(".lesson-activation").count() == 0
    page.context.close()


def test_with_scripts_the_still_picture_gives_way(page: Page) -> None:
    says(page, "scaled tanh", 1)
    expect(page.locator(".lesson-widget > img")).to_be_hidden()


def test_a_notebooks_model_changes_what_is_drawn(page: Page, address: str) -> None:
    """What Python sets is drawn, what is set on the screen reaches the model, until the end."""
    found = page.evaluate(
        """async (address) => {
        const { default: widget } = await import(`${address}/_static/widgets/activation.js`);
        const { standIn } = await import(`${address}/_static/widgets/page.js`);
        const model = standIn({ activation: "tanh", at: 0 });
        const el = document.body.appendChild(document.createElement("div"));
        const end = widget.render({ model, el });
        const now = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
            () => done(el.querySelector("dl .value dd").textContent))));
        const seen = [await now()];
        model.set("at", 1);
        seen.push(await now());
        el.querySelector("[value=GELU]").click();
        seen.push(await now(), model.get("activation"));
        end();
        model.set("at", 0);
        seen.push(await now());
        return seen;
    }""",
        address,
    )
    assert found == ["0", "0.7616", "0.8413", "GELU", "0.8413"]
