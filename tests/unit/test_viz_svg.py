"""SVG: real text in the page's typeface, pictures in their own pixels, the same bytes each time."""

import base64
import re
from functools import cache
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from lessonlib import viz
from lessonlib.viz import style
from lessonlib.viz.canvas import text_width
from lessonlib.viz.svg import svg_text
from tests.unit.test_viz_style import figure_of, texts
from tests.unit.viz_examples import FIGURES

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
every_figure = pytest.mark.parametrize("name", FIGURES)


@cache
def svg_of(name):
    return svg_text(figure_of(name))


def root_of(name):
    return ElementTree.fromstring(svg_of(name))


def said(root):
    """All words of an SVG."""
    return [text.text for text in root.iter(f"{SVG}text")]


@every_figure
def test_all_words_are_text_and_none_is_mathtext(name):
    lines = [line for text in texts(figure_of(name)) for line in text.get_text().split("\n")]
    assert set(said(root_of(name))) >= set(lines)
    assert [line for line in lines if "$" in line] == []
    assert list(root_of(name).iter(f"{SVG}tspan")) == []


@every_figure
def test_svg_is_light_and_does_not_tell_when_or_by_what_it_was_drawn(name):
    assert len(svg_of(name).encode()) < 150_000
    assert not re.search(r"metadata|date|Matplotlib|DOCTYPE|<\?xml|<!--|<style", svg_of(name))


@every_figure
def test_size_is_in_css_pixels(name):
    root, (width, height) = root_of(name), figure_of(name).get_size_inches() * 96
    assert float(root.get("width")) == pytest.approx(width, abs=0.01)
    assert float(root.get("height")) == pytest.approx(height, abs=0.01)


@every_figure
def test_letters_are_in_the_font_of_the_page(name):
    known = TTFont(style.FONTS / "inter-regular.ttf").getBestCmap()
    letters = set("".join(said(root_of(name))))
    assert {letter for letter in letters if ord(letter) not in known} == set()


@every_figure
def test_ids_are_those_that_are_referred_to(name):
    ids = re.findall(r' id="([^"]*)"', svg_of(name))
    assert len(ids) == len(set(ids))
    assert all(f"#{i}" in svg_of(name) for i in ids)


def test_text_is_set_in_inter_where_the_page_has_it():
    root = root_of("curves")
    assert (
        "font-family: Inter, Arial, Liberation Sans, Helvetica, system-ui, sans-serif"
        in root.get("style")
    )
    written = list(root.iter(f"{SVG}text"))
    assert "Lessonlib" not in "".join(text.get("style") for text in written)
    assert "600" in next(t for t in written if t.text.startswith("A finding")).get("style")


def test_layout_has_inters_metrics():
    font = TTFont(style.FONTS / "inter-regular.ttf")
    advance = font["hmtx"][font.getBestCmap()[ord("m")]][0] / font["head"].unitsPerEm
    twenty, ten = text_width("m" * 20, size=12), text_width("m" * 10, size=12)
    assert (twenty - ten) / 10 == pytest.approx(12 * advance, rel=0.02)


@pytest.mark.parametrize("part", ["regular", "bold"])
def test_the_font_has_its_licence_beside_it(part):
    names = TTFont(style.FONTS / f"inter-{part}.ttf")["name"]
    assert "Inter Project Authors" in names.getDebugName(0)
    assert "SIL Open Font License" in (style.FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_pictures_are_embedded_in_their_own_pixels():
    values = np.arange(48, dtype=np.uint8).reshape(1, 6, 8)
    root = ElementTree.fromstring(svg_text(viz.plot_images(values, limits=(0, 47), cmap="gray")))
    (image,) = root.iter(f"{SVG}image")
    assert image.get("style") == "image-rendering: pixelated"
    data = base64.b64decode(image.get(HREF).removeprefix("data:image/png;base64,"))
    with Image.open(BytesIO(data)) as picture:
        assert picture.size == (8, 6)
        shown = np.asarray(picture.convert("L")).ravel()
    assert len(set(shown.tolist())) == 48


@pytest.mark.parametrize(
    "name", ["networks", "histories", "field centres", "carried", "connected maps"]
)
def test_a_figure_has_the_same_svg_each_time(name):
    one, two = (svg_text(figure_of(name), title="A title") for _ in range(2))
    assert one == two
    assert "<title>A title</title>" in one
