"""Your own digit: what a picture becomes, and what is said of those that show none."""

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from lessonlib import runs
from lessonlib.data import NoDigitError, as_mnist, load, mnist_steps
from lessonlib.data.decoding import UnreadableError
from lessonlib.data.lean import USUAL as USUAL_SLANT
from lessonlib.data.lean import slant, with_usual_slant
from lessonlib.data.own_grey import LONGEST, grey
from lessonlib.data.pen import USUAL, cropped, shape_of, thickness, with_usual_pen
from tests.unit.own_pictures import SEVEN, ink, on_paper

ORIENTATION = 0x0112  # the tag of EXIF


def difference(one: torch.Tensor, other: torch.Tensor) -> float:
    """Mean of the absolute difference of two digits, as a share of their ink."""
    return float((one.float() - other.float()).abs().sum() / other.float().sum())


@pytest.fixture(scope="module")
def seven() -> torch.Tensor:
    return as_mnist(on_paper(ink()))


def test_the_form_is_that_of_the_sets_digits(seven):
    own = load("digits").images[0]
    assert (seven.shape, seven.dtype) == (own.shape, own.dtype)
    assert seven.max() == 255
    assert seven.min() == 0


def test_the_digit_fits_mnists_box_and_is_centred_by_mass(seven):
    rows, columns = seven[0].any(1).nonzero(), seven[0].any(0).nonzero()
    sides = [int(places.max() - places.min()) + 1 for places in (rows, columns)]
    assert max(sides) == 20  # LeCun et al. 1998, sec. III.A
    for axis in (1, 2):
        mass = seven.double().sum(3 - axis)[0]
        middle = float((mass * torch.arange(28)).sum() / mass.sum())
        assert middle == pytest.approx(14, abs=0.5)  # as in MNIST: the next test


def test_mnists_own_digits_are_centred_so_and_have_such_a_box():
    images = load("digits").images[:500, 0].double()
    for axis in (1, 2):
        mass = images.sum(3 - axis)
        middles = (mass * torch.arange(28)).sum(1) / mass.sum(1)
        assert (middles - 14).abs().max() <= 0.5


def test_digits_of_mnist_come_out_nearly_as_they_were(seven):
    digits = load("digits", train=False).images
    assert difference(seven, digits[SEVEN]) < 0.2
    found = torch.stack([as_mnist(image) for image in digits[:40]])
    network = runs.network(runs.READER)
    with torch.no_grad():
        own, again = (network(network.prepare(each)).argmax(1) for each in (digits[:40], found))
    assert (own != again).sum() <= 1


def test_each_step_can_be_seen(seven):
    steps = mnist_steps(on_paper(ink()))
    assert not steps.was_light
    assert steps.grey.shape == steps.even.shape == steps.ink.shape == (240, 300)
    assert np.median(steps.even) == pytest.approx(1)
    assert 0 <= steps.ink.min() < steps.ink.max() <= 1
    assert max(steps.cut.shape) < 168
    assert max(steps.box.shape) == 20
    assert torch.equal(steps.digit, seven)


def as_is(image):
    return image


def inverted(image):
    return Image.fromarray(255 - np.asarray(image))


def in_colour(image):
    share = np.asarray(image)[..., None] / 255
    return Image.fromarray((share * [250, 240, 200]).astype(np.uint8))


def transparent(image):
    black = Image.new("L", image.size)
    return Image.merge("LA", (black, inverted(image)))


def white_and_transparent(image):
    white = Image.new("L", image.size, 255)
    return Image.merge("LA", (white, inverted(image)))


def of_16_bits(image):
    return Image.fromarray(np.asarray(image).astype(np.uint16) * 257)


def of_10_bits_of_16(image):
    return Image.fromarray(np.asarray(image).astype(np.uint16) * 4)


def with_palette(image):
    return image.quantize(32)


def in_cmyk(image):
    return image.convert("RGB").convert("CMYK")


def in_black_and_white(image):
    return image.point(lambda value: 255 * (value > 130)).convert("1")


def unevenly_lit(image):
    light = np.linspace(1, 0.45, image.size[0])
    return Image.fromarray((np.asarray(image) * light).astype(np.uint8))


def in_a_shadow(image):
    shade = np.where(np.arange(image.size[0]) < 110, 0.6, 1)
    return Image.fromarray((np.asarray(image) * shade).astype(np.uint8))


def noisy(image):
    return Image.fromarray(
        np.clip(
            np.asarray(image) + np.random.default_rng(0).normal(0, 8, image.size[::-1]), 0, 255
        ).astype(np.uint8)
    )


def enlarged(image):
    return image.resize((4_500, 3_600), Image.Resampling.BICUBIC)


KINDS = [
    *(as_is, inverted, in_colour, transparent, white_and_transparent, of_16_bits),
    *(of_10_bits_of_16, with_palette, in_cmyk, in_black_and_white, unevenly_lit, in_a_shadow),
    *(noisy, enlarged),
]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_digit_whatever_its_picture(seven, kind):
    assert difference(as_mnist(kind(on_paper(ink()))), seven) < 0.15


@pytest.mark.parametrize("turned", range(2, 9))
def test_a_note_about_rotation_is_followed(seven, turned):
    undo = {
        **{2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180},
        **{4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE},
        **{6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE},
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    written = BytesIO()
    on_paper(ink()).transpose(undo[turned]).save(written, "JPEG", quality=95, exif=exif)
    assert difference(as_mnist(BytesIO(written.getvalue())), seven) < 0.1
    with Image.open(BytesIO(written.getvalue())) as opened:
        assert difference(as_mnist(opened), seven) < 0.1


def test_a_photograph_of_16_megapixels_is_read_from_its_file(seven, tmp_path):
    enlarged(on_paper(ink())).save(tmp_path / "seven.jpg", quality=80)
    assert difference(as_mnist(tmp_path / "seven.jpg"), seven) < 0.15
    assert max(grey(str(tmp_path / "seven.jpg")).shape) == LONGEST


PIXELS = np.asarray(on_paper(ink()))
THREE = np.stack([PIXELS] * 3)
FORMS = {
    "array": PIXELS,
    "shares": PIXELS / 255,
    "bools": PIXELS > 130,
    "one channel": PIXELS[None],
    "colours first": THREE,
    "colours last": THREE.transpose(1, 2, 0),
    "transparent": np.concatenate([0 * PIXELS[None], 0 * THREE[:2], 255 - PIXELS[None]]),
    "tensor": torch.from_numpy(PIXELS.copy()),
    "tensor of shares": torch.from_numpy(THREE / 255).bfloat16(),
    "16 bits": PIXELS.astype(np.uint16) * 257,
}


@pytest.mark.parametrize("form", FORMS)
def test_arrays_and_tensors_as_they_come(seven, form):
    assert difference(as_mnist(FORMS[form]), seven) < 0.15


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((2, 3, 28, 28)), r"expected one picture of shape .* got \(2, 3, 28, 28\)"),
        (np.zeros((5, 28, 28)), "expected one picture of shape"),
        (np.full((28, 28), np.nan), "NaN or infinity"),
        (np.full((28, 28), 7.0), "fractions from 0 to 1, got float64 from 7 to 7"),
        (np.full((28, 28), -3), "got int64 from -3 to -3"),
        (np.full((28, 28), 70_000), "whole numbers of 8 or 16 bits"),
        (np.zeros((1, 1), np.uint8), "at least 4x4 pixels, and no strip, got 1x1"),
        (np.zeros((5, 9_000), np.uint8), "no strip, got 9000x5"),
        (np.zeros((28, 28), complex), "expected finite numbers"),
    ],
)
def test_other_arrays_are_refused(array, message):
    with pytest.raises(ValueError, match=message):
        as_mnist(array)


def two_digits():
    return on_paper(np.concatenate([ink(), ink(0)], 1))


def five_digits():
    return on_paper(np.concatenate([ink(i, 100, (120, 150)) for i in range(5)], 1))


def blank():
    return np.full((240, 300), 200, np.uint8)


def blank_in_a_side_light():
    paper = np.linspace(230, 120, 300) + np.random.default_rng(0).normal(0, 4, (240, 300))
    return paper.astype(np.uint8)


def paper_in_a_shadow(paper: int = 200) -> Image.Image:
    """A blank sheet, the lower part of it in a soft shadow, with noise, from a JPEG file."""
    rows, columns = np.mgrid[0:400, 0:600]
    edge = (rows - 200 + 0.4 * (columns - 300)) / 6
    light = 1 - 0.35 / (1 + np.exp(-edge))
    noise = np.random.default_rng(1).normal(0, 7, light.shape)
    sheet = np.clip(paper * light + noise, 0, 255).astype(np.uint8)
    written = BytesIO()
    Image.fromarray(sheet).save(written, "JPEG", quality=60)
    return Image.open(written)


def bright_paper_in_a_shadow():
    return paper_in_a_shadow(250)


def pure_noise():
    return np.random.default_rng(0).integers(0, 256, (240, 300), dtype=np.uint8)


def noise_in_colour():
    return np.random.default_rng(0).integers(0, 256, (1200, 900, 3), dtype=np.uint8)


def writing():
    page = Image.new("L", (600, 800), 240)
    draw = ImageDraw.Draw(page)
    for row in range(30, 760, 28):
        draw.text((30, row), "The quick brown fox jumps over 13 lazy dogs", 20, font_size=20)
    return page


def line():
    sheet = np.full((240, 300), 230, np.uint8)
    sheet[118:124, 40:260] = 30
    return sheet


NO_DIGIT = [
    (two_digits, "2 digits side by side; cut them apart"),
    (five_digits, "5 digits side by side"),
    (blank, "nothing stands out from the ground"),
    (blank_in_a_side_light, "nothing stands out from the ground"),
    (paper_in_a_shadow, "nothing stands out from the ground"),
    (bright_paper_in_a_shadow, "nothing stands out from the ground"),
    (pure_noise, "nothing stands out from the ground"),
    (noise_in_colour, "nothing stands out from the ground"),
    (writing, "pieces of ink: a page of writing"),
    (line, "times as wide as high: a line"),
]


@pytest.mark.parametrize(("picture", "message"), NO_DIGIT)
def test_what_is_not_one_digit_is_named(picture, message):
    with pytest.raises(NoDigitError, match=message):
        as_mnist(picture())


def png_of_size(width: int, height: int) -> bytes:
    """A PNG's beginning, which says how large it is, and no pixels."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00\x00\x00\x00IDAT"


BAD_FILES = {
    "a PDF": (b"%PDF-1.7\n1 0 obj", "it is none of JPEG, PNG"),
    "a text": (b"seven", "it is none of JPEG, PNG"),
    "empty": (b"", "the file is empty"),
    "20,000x20,000": (png_of_size(20_000, 20_000), "more than Pillow's limit of"),
    "cut off": (png_of_size(200, 200), r"\w"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_files_that_cannot_be_read_say_why(tmp_path, kind):
    content, message = BAD_FILES[kind]
    (tmp_path / "bad.png").write_bytes(content)
    for file in (tmp_path / "bad.png", BytesIO(content)):
        with pytest.raises(UnreadableError, match=message):
            as_mnist(file)


def test_what_touches_the_border_and_specks_are_left_out(seven):
    sheet = ink()
    sheet[:, :6] = 1  # the edge of a table
    sheet[200:203, 250:253] = 1  # a crumb
    assert difference(as_mnist(on_paper(sheet)), seven) < 0.1


def test_a_digit_of_two_pieces_stays_whole():
    five = ink(int((load("digits", train=False).labels == 5).nonzero()[0]))
    rows = five.any(1).nonzero()[0]
    parted = five.copy()
    parted[rows[0] + 30 : rows[0] + 36] = 0
    assert difference(as_mnist(on_paper(parted)), as_mnist(on_paper(five))) < 0.35


def test_strokes_become_as_thick_as_those_of_half_of_mnists_digits():
    sheet = Image.new("L", (200, 200))
    ImageDraw.Draw(sheet).line([(60, 20), (140, 180)], 255, 3)
    thin = shape_of(np.float32(np.asarray(sheet)[20:181, 58:143]) / 255)
    assert thickness(thin) < USUAL[0]
    assert thickness(with_usual_pen(thin)) > 0.8 * USUAL[0]
    ImageDraw.Draw(sheet).line([(60, 20), (140, 180)], 255, 60)
    thick = shape_of(np.float32(np.asarray(sheet)) / 255)
    assert USUAL[1] < thickness(thick)
    assert thickness(with_usual_pen(thick)) < thickness(thick)


def leaning(by: float, thick: int = 16) -> np.ndarray:
    """A straight stroke whose top is so far to the right, as a share of its height."""
    sheet = Image.new("L", (400, 200))
    ImageDraw.Draw(sheet).line([(200 - 80 * by, 180), (200 + 80 * by, 20)], 255, thick)
    return cropped(np.asarray(sheet) > 0)


@pytest.mark.parametrize("by", [-0.8, -0.3, 0.0, 0.2, 0.4, 0.9])
def test_a_stroke_leans_as_it_was_drawn_and_then_as_is_usual(by):
    shape = leaning(by)
    assert slant(shape) == pytest.approx(by, abs=0.05)
    usual = with_usual_slant(shape)
    assert slant(usual) == pytest.approx(np.clip(slant(shape), *USUAL_SLANT), abs=0.03)
    if USUAL_SLANT[0] < by < USUAL_SLANT[1]:
        assert usual is shape
    else:
        assert max(usual.shape) == 160


def test_what_lies_is_not_made_to_stand():
    assert slant(with_usual_slant(leaning(2.2))) > 1


def of_the_training_digits(measure) -> list[float]:
    """A measure of the shapes of 300 embedded training digits: its quartiles."""
    found = []
    for image in load("digits").images[:300, 0].numpy():
        found.append(measure(shape_of(cropped(image) / np.float32(255))))
    return np.quantile(found, [0.25, 0.75]).tolist()


def test_the_usual_pen_and_slant_are_those_of_half_of_the_training_digits():
    assert of_the_training_digits(thickness) == pytest.approx(USUAL, abs=0.1)
    assert of_the_training_digits(slant) == pytest.approx(USUAL_SLANT, abs=0.05)
