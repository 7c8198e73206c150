"""The embedded photographs against PROVENANCE.md, their parts, and what tells the classes apart."""

import hashlib
import importlib.util
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from lessonlib.data import ImageSet, as_grey, load
from lessonlib.data.grey import luma
from lessonlib.data.photos import (
    CLASSES,
    CROP,
    TILE,
    VIEWS,
    corners,
    is_test_tile,
    load_photos,
    photograph,
    tiles,
)
from lessonlib.models import LeNet5

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "build_photos.py"
ASSETS = ROOT / "lessonlib" / "data" / "assets"
PROVENANCE = (ASSETS / "PROVENANCE.md").read_text().partition("## `photos/`")[2]
PARTS = [(True, "train", 240), (False, "test", 50)]


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("build_photos", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stated(what: str) -> str:
    """The SHA-256 that PROVENANCE.md gives for a file."""
    (found,) = re.findall(rf"^\| {re.escape(what)} \|.*`([0-9a-f]{{64}})` \|$", PROVENANCE, re.M)
    return found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(("train", "part", "each"), PARTS)
def test_pictures_are_those_of_the_provenance(view, train, part, each):
    photos = load("photos", train, view=view)
    assert photos.images.shape == (10 * each, 3, 64, 64)
    assert torch.bincount(photos.labels).tolist() == [each] * 10
    assert photos.view == view
    assert sha256(photos.images.numpy().tobytes()) == stated(f"{part} images, `{view}`")
    assert sha256(photos.labels.numpy().astype("<i8").tobytes()) == stated(f"{part} labels")


def test_the_default_view_is_toned():
    photos = load("photos", train=False)
    assert photos.describe().startswith("photos, view toned, embedded, ")
    assert photos.fingerprint == load("photos", train=False, view="toned").fingerprint
    assert photos.classes == CLASSES


def test_other_views_are_refused():
    for refuse in (lambda: load("photos", view="grey"), lambda: load_photos(True, "grey")):
        with pytest.raises(ValueError, match="'photos' has no view 'grey'; it has: toned, raw"):
            refuse()


@pytest.mark.parametrize("name", CLASSES)
def test_files_are_those_of_the_provenance(name):
    assert sha256((ASSETS / "photos" / f"{name}.jpg").read_bytes()) == stated(f"`{name}.jpg`")
    pixels = photograph(name).permute(1, 2, 0).contiguous().numpy()
    # Another decoder? The IJG's libjpeg from 9a on rounds colours otherwise (PROVENANCE.md).
    assert sha256(pixels.tobytes()) == stated(f"`{name}`, decoded")


def test_an_unknown_photograph_is_refused():
    with pytest.raises(ValueError, match=r"unknown photograph 'cat'; known: brick, .*, rocket"):
        photograph("cat")


def test_a_crop_is_what_the_photograph_has_there():
    for train in (True, False):
        photos = load("photos", train, view="raw")
        for index in (0, 7, 123, len(photos) - 1):
            y, x = corners(train)[index].tolist()
            whole = photograph(CLASSES[photos.labels[index]])
            assert torch.equal(photos.images[index], whole[:, y : y + CROP, x : x + CROP])


@pytest.mark.parametrize("label", range(10), ids=CLASSES)
def test_no_pixel_is_in_both_parts(label):
    is_test = is_test_tile(CLASSES[label])
    pixels = is_test.repeat_interleave(TILE, 0).repeat_interleave(TILE, 1)
    assert pixels.shape == photograph(CLASSES[label]).shape[1:]
    for train in (True, False):
        own = corners(train)[label::10]
        assert len(own.unique(dim=0)) == len(own)  # no crop twice
        for y, x in own.tolist():
            inside = pixels[y : y + CROP, x : x + CROP]
            assert not inside.any() if train else inside.all()


def test_tiles_of_the_test_part():
    counts = {name: int(is_test_tile(name).sum()) for name in CLASSES}
    assert counts == {
        **{"brick": 5, "grass": 5, "gravel": 5, "coins": 3, "camera": 5},
        **{"hubble": 18, "ihc": 5, "retina": 20, "chelsea": 3, "rocket": 5},
    }
    for name, count in counts.items():
        rows, columns = is_test_tile(name).shape
        assert re.search(rf"^\| {name} \|.*\| {columns}x{rows} \| {count} \|", PROVENANCE, re.M)


def test_each_crop_knows_its_tile():
    labels, numbers = load("photos", train=False).labels, tiles(train=False)
    assert numbers.shape == labels.shape
    before = 0
    for label, name in enumerate(CLASSES):
        is_test = is_test_tile(name)
        expected = is_test.flatten().nonzero().flatten() + before
        found, crops = numbers[labels == label].unique(return_counts=True)
        assert torch.equal(found, expected)  # every test tile is used, and no other
        assert int(crops.max() - crops.min()) <= 1  # each as often
        before += is_test.numel()
    assert not set(tiles(train=True).tolist()) & set(numbers.tolist())


def test_the_first_crops_are_of_all_classes_and_many_tiles():
    assert load("photos", train=False).labels[:20].tolist() == [*range(10), *range(10)]
    assert len(tiles(train=False)[:30].unique()) == 30


def test_a_part_of_the_set_has_as_many_of_each_class():
    part = load("photos", subset=7, view="raw")
    assert torch.bincount(part.labels).tolist() == [7] * 10
    assert part.describe().startswith("photos, view raw, 7 per class, ")


def test_changing_a_set_in_place_does_not_reach_the_next():
    before = load("photos", train=False, view="raw").fingerprint
    load("photos", train=False, view="raw").images.zero_()
    photograph("brick").zero_()
    corners(train=False).zero_()
    assert load("photos", train=False, view="raw").fingerprint == before


def test_toned_crops_are_of_equal_contrast_and_differ_in_colour():
    levels = load("photos").images.flatten(2).double()  # (N, 3, pixels)
    inside = ((levels > 0) & (levels < 255)).all(2).all(1)  # nothing was cut off
    assert inside.double().mean() > 0.2
    assert torch.allclose(levels[inside].std(2), torch.tensor(36.0).double(), atol=0.5)
    means = levels[inside].mean(2)
    assert means.min() > 79
    assert means.max() < 177
    assert (means.amax(1) - means.amin(1) > 20).double().mean() > 0.8
    pattern = levels[inside] - levels[inside].mean(2, keepdim=True)
    assert (pattern.amax(1) - pattern.amin(1)).max() <= 2  # the same in all three, but for rounding


def nearest(train: Tensor, test: Tensor) -> float:
    """Share of the test part whose nearest neighbour in the training part is of its class."""
    labels, truth = load("photos").labels, load("photos", train=False).labels
    closest = torch.cdist(test.double(), train.double(), p=1).argmin(1)
    return (labels[closest] == truth).double().mean().item()


def mean_colours(images: Tensor) -> Tensor:
    return images.double().mean((2, 3))


def colour_histograms(images: Tensor) -> Tensor:
    """(N, 512): how many pixels are of each of 8x8x8 colours."""
    red, green, blue = (images.long() // 32).flatten(2).unbind(1)
    colours = (red * 8 + green) * 8 + blue
    return torch.zeros(len(images), 512).scatter_add_(1, colours, torch.ones(colours.shape))


@pytest.mark.parametrize(
    ("view", "features", "low", "high"),
    [
        ("toned", mean_colours, 0.05, 0.16),  # chance is 0.1
        ("toned", colour_histograms, 0.2, 0.5),  # the levels' spread tells a little
        ("raw", mean_colours, 0.6, 1),
        ("raw", colour_histograms, 0.85, 1),
    ],
)
def test_colours_tell_the_raw_classes_and_not_the_toned(view, features, low, high):
    train, test = (features(load("photos", part, view=view).images) for part in (True, False))
    assert low < nearest(train, test) < high


def test_loading_takes_no_time_to_speak_of():
    from time import process_time

    start = process_time()
    load("photos")
    load("photos", train=False)
    assert process_time() - start < 4  # seconds; 0.5 on a quiet machine


def small(images: Tensor) -> ImageSet:
    return ImageSet("small", images, torch.zeros(len(images), dtype=torch.int64), ("x",), "", "")


def test_as_grey_makes_what_a_network_for_digits_reads():
    grey = as_grey(load("photos", train=False))
    assert grey.images.shape == (500, 1, 28, 28)
    assert grey.images.dtype == torch.uint8
    assert torch.equal(grey.labels, load("photos", train=False).labels)
    assert grey.view == "toned"
    assert (grey.images.double().mean((1, 2, 3)) - 128).abs().max() < 60
    assert LeNet5().prepare(grey.images).shape == (500, 1, 32, 32)
    digits = load("digits", train=False)
    assert torch.equal(as_grey(digits).images, digits.images)  # grey and 28x28 already


def test_as_grey_takes_the_mean_of_the_area():
    row = torch.tensor([[[[0, 30, 60]]]], dtype=torch.uint8).expand(1, 1, 3, 3)
    assert as_grey(small(row), side=2).images[0, 0, 0].tolist() == [10, 50]  # (2*0 + 30) / 3
    assert as_grey(small(row), side=1).images.tolist() == [[[[30]]]]
    assert as_grey(small(row), side=6).images[0, 0, 5].tolist() == [0, 0, 30, 30, 60, 60]
    white = torch.full((1, 3, 64, 40), 255, dtype=torch.uint8)
    assert (as_grey(small(white), side=28).images == 255).all()
    whole = photograph("chelsea")[None, :, :280, :280]
    blocks = luma(whole).double().unfold(2, 10, 10).unfold(3, 10, 10).mean((4, 5))
    assert (as_grey(small(whole)).images.double() - blocks).abs().max() <= 0.5


def test_luma_is_that_of_pillow():
    from PIL import Image

    picture = photograph("chelsea")
    pillow = np.asarray(Image.fromarray(picture.permute(1, 2, 0).numpy()).convert("L"), dtype=int)
    assert np.abs(luma(picture[None])[0, 0].numpy() - pillow).max() <= 1
    assert torch.equal(luma(photograph("brick")[None])[0], photograph("brick")[:1])


def test_what_cannot_be_made_grey_is_refused():
    two = small(torch.zeros(1, 2, 4, 4, dtype=torch.uint8))
    with pytest.raises(ValueError, match=r"1 channel \(grey\) or 3 \(red, green, blue\), got 2"):
        as_grey(two)
    with pytest.raises(ValueError, match="a side of at least 1 pixel, got 0"):
        as_grey(load("digits", train=False), side=0)


def test_what_the_files_are_built_from_is_stated(script):
    assert [script.class_of(source) for source in script.SOURCES] == list(CLASSES)
    for source, checksum in script.SOURCES.items():
        assert stated(f"`skimage/data/{source}`") == checksum
    assert script.PACKAGE.replace("==", ", version ") in " ".join(PROVENANCE.split())


def test_other_photographs_are_refused(script, tmp_path):
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as wheel:
        wheel.writestr("skimage/data/brick.png", b"another brick")
    found = sha256(b"another brick")
    with pytest.raises(SystemExit, match=f"expected brick.png with SHA-256 7966.*, got {found}"):
        script.read_wheel(tmp_path / "other.whl")


@pytest.mark.slow
def test_the_wheel_gives_the_same_bytes(script, tmp_path):
    build = [sys.executable, SCRIPT, wheel(script, tmp_path), "--out", tmp_path / "built"]
    subprocess.run(build, check=True, capture_output=True, timeout=120, cwd=ROOT)
    built = {path.name: path.read_bytes() for path in (tmp_path / "built").iterdir()}
    assert built == {path.name: path.read_bytes() for path in (ASSETS / "photos").iterdir()}


def wheel(script, folder: Path) -> Path:
    """scikit-image's wheel, fetched with pip; the test is skipped where that is not possible."""
    try:
        return script.fetch(folder)
    except SystemExit as error:
        pytest.skip(str(error))
