"""What holds for every figure, and for the style itself."""

from functools import cache
from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text
from PIL import Image

from lessonlib import viz
from lessonlib.viz import style
from lessonlib.viz.network_cells import FAMILIES
from tests.unit.viz_examples import FIGURES, UNFRIENDLY

PHONE = 330  # CSS px that a figure has on a phone
READABLE = 11  # CSS px
POINT = 192 / 72  # pixels
WIDE = {"carried, wide"}  # for a page's whole column; phones are shown the other form

every_figure = pytest.mark.parametrize("name", FIGURES)


@cache
def drawn(name):
    """A figure, the figures that pyplot then keeps, and whether the caller's style changed.

    The caller's settings are unfriendly, so each test of figures shows too that none got in.
    """
    plt.close("all")
    with mpl.rc_context(UNFRIENDLY):
        before = dict(mpl.rcParams)
        figure = FIGURES[name]()
        return figure, plt.get_fignums(), dict(mpl.rcParams) != before


def figure_of(name):
    return drawn(name)[0]


def texts(figure):
    """All words that are drawn: Matplotlib also keeps labels of ticks beyond the axes."""
    kept = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            ticks = {*axis.majorTicks, *axis.minorTicks}
            if axes.axison and axes.get_visible():
                ticks -= set(axis._update_ticks())
            kept |= {label for tick in ticks for label in (tick.label1, tick.label2)}
    words = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    return [t for t in words if t not in kept and (t.axes is None or t.axes.get_visible())]


@every_figure
def test_drawing_leaves_pyplot_and_the_callers_style_alone(name):
    _, kept, changed = drawn(name)
    assert kept == []
    assert not changed


@pytest.mark.parametrize("name", sorted(set(FIGURES) - WIDE))
def test_text_is_readable_on_a_phone(name):
    figure = figure_of(name)
    scale = PHONE / (figure.get_figwidth() * 72)
    assert [t.get_text() for t in texts(figure) if t.get_size() * scale < READABLE] == []


@every_figure
def test_text_stands_inside_the_figure_and_covers_no_other_text(name):
    figure = figure_of(name)
    figure.draw_without_rendering()  # another test may have drawn it at another resolution
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    page = figure.bbox
    inside = [
        min(x0, y0) >= 0 and x1 <= page.x1 and y1 <= page.y1
        for x0, y0, x1, y1 in (box.extents for _, box in boxes)
    ]
    assert [words for (words, _), fits in zip(boxes, inside, strict=True) if not fits] == []
    pairs = combinations([(words, box.padded(-POINT)) for words, box in boxes], 2)
    assert [(a, b) for (a, one), (b, two) in pairs if one.overlaps(two)] == []


@every_figure
def test_figures_are_light_and_as_wide_as_the_page(name):
    figure = figure_of(name)
    width = 691.2 if name in WIDE else 480
    assert figure.get_figwidth() * 96 == pytest.approx(width)
    assert mpl.colors.to_hex(figure.get_facecolor()).upper() == style.GROUND


@pytest.mark.parametrize("name", ["history", "images"])
def test_png_files_are_sharp_and_light(name, tmp_path):
    with mpl.rc_context(UNFRIENDLY):
        path = viz.save(figure_of(name), tmp_path / "figure.png")
    assert path.stat().st_size < 150_000
    with Image.open(path) as picture:
        assert picture.width == 960
        ground = "#{:02X}{:02X}{:02X}".format(*picture.convert("RGB").getpixel((2, 2)))
    assert ground == style.GROUND


@pytest.mark.parametrize("suffix", ["svg", "png"])
@pytest.mark.parametrize("name", ["network", "history"])
def test_a_figure_drawn_anew_has_the_same_bytes(name, suffix, tmp_path):
    one = viz.save(figure_of(name), tmp_path / f"one.{suffix}").read_bytes()
    two = viz.save(FIGURES[name](), tmp_path / f"two.{suffix}").read_bytes()
    assert one == two


def test_other_files_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"ends in \.svg or \.png, got 'figure\.gif'"):
        viz.save(FIGURES["bars"](), tmp_path / "figure.gif")


def test_a_disk_that_is_full_leaves_the_older_file(tmp_path, monkeypatch):
    path = tmp_path / "figure.svg"
    path.write_text("older")

    def write_half(part, _):
        part.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.raises(OSError, match="No space left"):
        viz.save(figure_of("bars"), path)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(path.name, "older")]


def test_text_stands_out_from_the_ground():
    assert style.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert style.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert style.contrast(style.TEXT, style.GROUND) >= 4.5
    assert style.contrast(style.MUTED, style.GROUND) >= 4.5


@pytest.mark.parametrize("ground", [style.GROUND, style.DARK_GROUND])
@pytest.mark.parametrize("name", viz.LINE_COLORS)
def test_lines_stand_out_from_a_light_and_a_dark_ground(name, ground):
    assert style.contrast(viz.LINE_COLORS[name], ground) >= 3


@pytest.mark.parametrize("ground", [style.GROUND, style.DARK_GROUND])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[1])
def test_layers_stand_out_from_a_light_and_a_dark_ground(family, ground):
    assert style.contrast(family[2], ground) >= 3


def test_line_colours_are_okabe_and_itos_where_those_stand_out():
    for name, color in viz.COLORS.items():
        grounds = (style.GROUND, style.DARK_GROUND)
        if min(style.contrast(color, ground) for ground in grounds) >= 3:
            assert viz.LINE_COLORS[name] == color


def test_the_sheet_and_the_module_agree():
    with style.course_style():
        cycle = mpl.rcParams["axes.prop_cycle"].by_key()
        colors = {
            key: mpl.colors.to_hex(mpl.rcParams[key]).upper()
            for key in (
                "figure.facecolor",
                "axes.facecolor",
                "text.color",
                "axes.labelcolor",
                "xtick.color",
                "axes.edgecolor",
            )
        }
    assert [mpl.colors.to_hex(c).upper() for c in cycle["color"]] == list(viz.LINE_COLORS.values())
    assert tuple(cycle["linestyle"]) == style.LINE_STYLES
    assert tuple(cycle["marker"]) == style.MARKERS
    assert colors == {
        "figure.facecolor": style.GROUND,
        "axes.facecolor": style.GROUND,
        "text.color": style.TEXT,
        "axes.labelcolor": style.TEXT,
        "xtick.color": style.MUTED,
        "axes.edgecolor": style.MUTED,
    }


def test_no_two_curves_look_alike_without_colour():
    looks = list(zip(style.LINE_STYLES, style.MARKERS, strict=True))
    assert len(set(looks)) == len(looks) == len(viz.LINE_COLORS)


def test_use_style_sets_it_for_all_figures():
    with mpl.rc_context():
        viz.use_style()
        assert mpl.rcParams["font.size"] == 12
        assert mpl.rcParams["svg.hashsalt"] == "lessonlib"
