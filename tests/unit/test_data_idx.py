"""What is in MNIST's files: read whole, and refused where it does not fit together."""

import gzip
import hashlib
from pathlib import Path

import pytest
import torch
from idx_files import COUNT, IMAGES, LABELS, idx, small_files
from torchvision.datasets import MNIST

from lessonlib.data import DataUnavailableError, load, mnist
from lessonlib.data.idx import read_idx

FULL = Path(__file__).resolve().parents[3] / "shared" / "data"


NOT_MNIST = [
    ({"labels": idx(COUNT - 1)}, "holds 30 pictures, but train-labels.* holds 29 labels"),
    ({"images": idx(COUNT, 27, 29)}, "expected pictures of 28 x 28, got 27 x 29"),
    ({"images": idx(COUNT * 28, 28)}, "starts with the bytes 00 00 08 03, got 00 00 08 02"),
    ({"images": idx(9, 28, 28, data=bytes(100))}, "states 9 x 28 x 28 bytes, but 100 follow"),
    ({"labels": idx(3, data=bytes(5))}, "states 3 bytes, but 5 follow"),
    ({"labels": gzip.compress(b"")}, "got nothing"),
    ({"labels": b"no gzip at all"}, "cannot be unpacked"),
    ({"labels": idx(COUNT)[:-12]}, "cannot be unpacked"),
]


@pytest.mark.parametrize(("files", "said"), NOT_MNIST)
def test_contents_that_are_not_mnist_are_named(monkeypatch, tmp_path, files, said):
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path))
    names = {"images": IMAGES, "labels": LABELS}
    contents = small_files() | {names[key]: data for key, data in files.items()}
    sums = [(name, hashlib.md5(data).hexdigest()) for name, data in contents.items()]
    monkeypatch.setattr(MNIST, "resources", sums)  # as if torchvision called them good
    mnist.folder().mkdir(parents=True)
    for name, data in contents.items():
        (mnist.folder() / name).write_bytes(data)
    with pytest.raises(DataUnavailableError, match=f"train-(images|labels).*{said}"):
        load("mnist")


def test_read_idx_gives_an_array_that_can_be_changed(tmp_path):
    path = tmp_path / "labels.gz"
    path.write_bytes(idx(4))
    values = read_idx(path, 1)
    values += 1
    assert values.tolist() == [1, 2, 3, 4]


# LeCun et al. 1998, sec. III.A: 60,000 to train on, 10,000 to test on
@pytest.mark.parametrize(("train", "count"), [(True, 60_000), (False, 10_000)])
def test_the_real_files_are_read(monkeypatch, train, count):
    if not (FULL / "MNIST" / "raw").is_dir():
        pytest.skip("the four files of MNIST are not in ../shared/data")
    monkeypatch.setenv("LESSONLIB_DATA", str(FULL))
    monkeypatch.setattr(MNIST, "mirrors", [])
    whole = load("mnist", train=train)
    assert whole.images.shape == (count, 1, 28, 28)
    assert len(torch.bincount(whole.labels)) == 10
    assert sum(path.stat().st_size for path in mnist.folder().glob("*.gz")) == mnist.DOWNLOAD_BYTES


def test_the_embedded_digits_are_the_first_of_mnist(monkeypatch):
    if not (FULL / "MNIST" / "raw").is_dir():
        pytest.skip("the four files of MNIST are not in ../shared/data")
    monkeypatch.setenv("LESSONLIB_DATA", str(FULL))
    first = load("mnist").take(torch.arange(10_000))
    for digit in range(10):
        parts = [load("digits", train=part) for part in (True, False)]
        own = torch.cat([part.images[part.labels == digit] for part in parts])
        assert torch.equal(own, first.images[first.labels == digit])


def test_the_unembedded_view_leaves_out_just_the_embedded_digits(monkeypatch):
    if not (FULL / "MNIST").is_dir():
        pytest.skip("the four files of MNIST are not in ../shared/data")
    monkeypatch.setenv("LESSONLIB_DATA", str(FULL))
    rest = load("mnist", view="unembedded")
    assert len(rest) == 50_000
    embedded = [load("digits", part).images for part in (True, False)]
    seen = {row.tobytes() for part in embedded for row in part.numpy()}
    assert not any(row.tobytes() in seen for row in rest.images.numpy())
    assert len(load("mnist", False, view="unembedded")) == 10_000
