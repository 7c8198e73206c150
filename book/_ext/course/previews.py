"""A picture for each page, for shared links: the page's title over LeNet-5, drawn to scale."""

from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps
from sphinx.application import Sphinx

from course.heads import PICTURES

SIZE = (1200, 630)  # pixels, as chats and social sites show them
MARGIN = 80
TITLE_LINES = 2
PIXEL = 6  # pixels of the picture per pixel of a map
STEP = 3  # pixels from one map of a stack to the next
FLOOR = 555  # where the stacks are
DIGIT = 1884  # an eight, of the test set
FILLS = {"C": "#56B4E9", "S": "#E69F00", "F": "#009E73", "O": "#CC79A7"}


def font(fonts: Path, name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    """One of the course's typefaces in a weight of its range."""
    face = ImageFont.truetype(fonts / f"{name}.woff2", size)
    face.set_variation_by_axes([weight])
    return face


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """The text in lines that are no wider than `width` pixels, as far as its words allow."""
    lines: list[str] = []
    for word in text.split():
        if lines and face.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@cache
def stacks() -> list[tuple[str, int, int, int]]:
    """Name, maps, height and width of each stack of LeNet-5: the input, then its layers."""
    from lessonlib.models import LeNet5, layer_table

    table = layer_table(LeNet5())
    rows = [("input", *table.input_shape)]
    rows += [(row.name, *(*row.shape, 1, 1)[:3]) for row in table]
    return [row for row in rows if row[0] != "total"]


@cache
def digit() -> Image.Image:
    """A digit of those that come with the course, as LeNet-5 sees it: 32x32, large and sharp."""
    from lessonlib.data import load
    from lessonlib.viz.style import GROUND, TEXT

    pixels = load("digits", train=False).images[DIGIT, 0].numpy()
    padded = ImageOps.expand(Image.fromarray(pixels), (32 - pixels.shape[0]) // 2)
    large = padded.resize((32 * PIXEL, 32 * PIXEL), Image.Resampling.NEAREST)
    return ImageOps.colorize(large, GROUND, TEXT)


def draw_network(image: Image.Image) -> None:
    """Draw the stacks on the floor, evenly over the width: squares, and columns of units."""
    from lessonlib.viz.style import GROUND, MUTED

    draw = ImageDraw.Draw(image)
    sizes = [(3 * PIXEL if h == 1 else w * PIXEL + (m - 1) * STEP) for _, m, h, w in stacks()]
    gap = (SIZE[0] - 2 * MARGIN - sum(sizes)) / (len(sizes) - 1)
    left = float(MARGIN)
    for (name, maps, height, width), size in zip(stacks(), sizes, strict=True):
        fill = FILLS.get(name[0].upper(), "#D5D5D0")
        if height == 1:
            box = (left, FLOOR - maps * PIXEL / 4, left + size, FLOOR)
            draw.rectangle(box, fill=fill, outline=MUTED)
        else:
            for place in reversed(range(maps)):
                x, y = left + place * STEP, FLOOR - place * STEP
                box = (x, y - height * PIXEL, x + width * PIXEL, y)
                draw.rectangle(box, fill=fill, outline=GROUND)
        left += size + gap
    image.paste(digit(), (MARGIN, FLOOR - 32 * PIXEL))
    draw.rectangle((MARGIN, FLOOR - 32 * PIXEL, MARGIN + 32 * PIXEL, FLOOR), outline=MUTED)


def fitted(title: str, fonts: Path) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """The largest type in which the title takes few lines, and those lines."""
    for size in (68, 60, 52, 44):
        face = font(fonts, "literata", size, 600)
        lines = wrapped(title, face, SIZE[0] - 2 * MARGIN)
        if len(lines) <= TITLE_LINES:
            break
    return face, lines[:TITLE_LINES]


def preview(title: str, course: str, tagline: str, fonts: Path) -> Image.Image:
    """The picture of one page: the course and its line above, the title, the network below."""
    from lessonlib.viz.style import GROUND, MUTED, TEXT

    image = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(image)
    draw.text((MARGIN, 60), course, fill=TEXT, font=font(fonts, "inter", 30, 640))
    small = font(fonts, "inter", 26, 400)
    draw.text((SIZE[0] - MARGIN, 63), tagline, fill=MUTED, font=small, anchor="ra")
    face, lines = fitted(title, fonts)
    for place, line in enumerate(lines):
        draw.text((MARGIN, 128 + place * 1.2 * face.size), line, fill=TEXT, font=face)
    draw_network(image)
    return image.quantize(64)


def draw_previews(app: Sphinx, exception: Exception | None) -> None:
    """Draw the picture of every page that has a title."""
    if exception is not None or app.builder.format != "html":
        return
    fonts = Path(app.srcdir) / "book" / "_static" / "fonts"
    tagline = app.config.html_context["tagline"]
    for docname, title in app.env.titles.items():
        file = Path(app.outdir) / PICTURES / f"{docname}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        preview(title.astext(), app.config.html_title, tagline, fonts).save(file, optimize=True)


def setup(app: Sphinx) -> None:
    """Draw when the pages have been written."""
    app.connect("build-finished", draw_previews)
