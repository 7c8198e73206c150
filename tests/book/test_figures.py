"""The extension puts figures into pages."""

import json
import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from course.figures import HEAVIEST, THEMED, InlineFigures, inline
from docutils import nodes
from docutils.utils import new_document

from lessonlib.viz import plot_curves, style
from lessonlib.viz.svg import svg_text


def curve():
    return plot_curves([0, 1], {"a": [0, 1], "b": [1, 0]}, xlabel="x", ylabel="y", title="T")


def element(alt="Two lines", prefix="fig0-"):
    return BeautifulSoup(inline(svg_text(curve()), alt, prefix), "html.parser").svg


def test_an_inlined_figure_is_a_picture_with_its_alternative_text():
    svg = element('Less than "half" & more')
    assert svg["role"] == "img"
    assert svg["aria-label"] == 'Less than "half" & more'
    assert "max-width: 100%" in svg["style"]
    assert (svg["width"], svg.find("title")) == ("480", None)


def test_prolog_and_doctype_are_dropped():
    prolog = '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">\n'
    assert inline(prolog + '<svg width="1"></svg>', "a", "").startswith(
        '<svg class="course-figure"'
    )


def test_ids_are_of_this_figure_alone():
    one, two = (inline(svg_text(curve()), "a", f"fig{i}-") for i in range(2))
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in (one, two)]
    assert ids[0]
    assert not ids[0] & ids[1]
    for text, known in zip((one, two), ids, strict=True):
        referred = re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', text)
        assert {a or b for a, b in referred} == known


def test_the_four_colours_of_the_style_become_the_themes_and_no_other():
    assert set(THEMED) == {
        color.lower() for color in (style.GROUND, style.TEXT, style.MUTED, style.LINE)
    }
    before, after = svg_text(curve()), inline(svg_text(curve()), "a", "")
    assert all(color in before and color not in after for color in THEMED)
    for name in ("blue", "vermillion"):
        color = style.LINE_COLORS[name].lower()
        assert before.count(color) == after.count(color) > 0


@pytest.mark.parametrize("page", ["book/index.html", "book/how-fast.html"])
def test_drawings_of_pages_are_inlined(pages, page):
    figures = pages[page].select("svg.course-figure")
    assert figures
    assert all(svg["aria-label"].strip() for svg in figures)


def test_no_figure_of_a_page_is_heavy_and_ids_are_unique(pages):
    for name, page in pages.items():
        assert all(len(str(svg)) <= 1.1 * HEAVIEST for svg in page.select("svg.course-figure")), (
            name
        )
        ids = [tag["id"] for tag in page.select("svg.course-figure [id]")]
        assert len(ids) == len(set(ids)), name


SMALL = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1">{}</svg>'


def transformed(folder, alt, filling=""):
    """A chapter's page with one figure after the extension has run, and its warnings."""
    made = folder / "_build"
    (made / "figures").mkdir(parents=True)
    (made / "figures" / "a.svg").write_text(SMALL.format(filling))
    (folder / "one.ipynb").write_text(json.dumps({"cells": [{"id": "first"}, {"id": "drawn"}]}))
    document = new_document("one")
    cell = nodes.container(nb_element="cell_code", cell_index=1)
    cell += nodes.image(uri="/_build/figures/a.svg", alt=alt)
    document += cell
    document.settings.env = SimpleNamespace(
        srcdir=folder,
        docname="one",
        doc2path=lambda name: str(folder / f"{name}.ipynb"),
        app=SimpleNamespace(outdir=made / "html"),
    )
    complaints = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "course.figures.logger.warning",
            lambda text, *parts, location, **_: complaints.append(f"{location}: {text % parts}"),
        )
        InlineFigures(document).apply()
    return document, complaints


def test_a_cells_figure_takes_the_place_of_its_image(tmp_path):
    document, complaints = transformed(tmp_path, "A dot")
    (raw,) = document.findall(nodes.raw)
    assert raw.astext().startswith('<svg class="course-figure" role="img" aria-label="A dot"')
    assert list(document.findall(nodes.image)) == []
    assert complaints == []


@pytest.mark.parametrize(
    ("alt", "filling", "complaint"),
    [
        (" ", "", "one: the figure of cell drawn has no alternative text"),
        ("A", "<g/>" * HEAVIEST, "one: the figure of cell drawn has 600,0"),
    ],
)
def test_a_figure_without_text_or_too_heavy_fails_the_build(tmp_path, alt, filling, complaint):
    _, complaints = transformed(tmp_path, alt, filling)  # warnings are errors
    assert [said.startswith(complaint) for said in complaints] == [True]
