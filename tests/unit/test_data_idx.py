"""What is in MNIST's files: read completely, and refused if it does not fit together."""

import gzip
from pathlib import Path

import pytest
import torch
from idx_files import COUNT, checksums, idx

from lessonlib.data import DataUnavailableError, load, mnist
from lessonlib.data.digits import mnist_index
from lessonlib.data.fetch import DamagedError
from lessonlib.data.idx import read_idx

FULL = Path(__file__).resolve().parents[3] / "shared" / "data"


NOT_IDX = [
    (idx(COUNT * 28, 28), 3, "starts with the bytes 00 00 08 03, got 00 00 08 02"),
    (idx(9, 28, 28, data=bytes(100)), 3, "states 9 x 28 x 28 bytes, but 100 follow"),
    (idx(3, data=bytes(5)), 1, "states 3 bytes, but 5 follow"),
    (gzip.compress(b"", mtime=0), 1, "got nothing"),
    (b"neither packed nor unpacked", 1, "starts with the bytes 00 00 08 01, got 6e 65 69 74"),
    (idx(COUNT)[:-12], 1, "cannot be unpacked"),
]


@pytest.mark.parametrize(("data", "dimensions", "said"), NOT_IDX)
def test_contents_that_are_no_idx_file_are_named(tmp_path, data, dimensions, said):
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(DataUnavailableError, match=said):
        read_idx(path, dimensions)


def test_another_checksum_is_said(tmp_path):
    path = tmp_path / "labels.gz"
    path.write_bytes(idx(4))
    (good,) = checksums({"labels.gz": idx(4)}).values()
    assert len(read_idx(path, 1, good)) == 4
    with pytest.raises(DamagedError, match=rf"SHA-256 .* is {good[:12]}\.\.\., expected 0000"):
        read_idx(path, 1, "0" * 64)


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
    monkeypatch.setattr(mnist, "MIRRORS", ())
    whole = load("mnist", train=train)
    assert whole.images.shape == (count, 1, 28, 28)
    assert len(torch.bincount(whole.labels)) == 10
    assert sum(path.stat().st_size for path in mnist.folder().glob("*.gz")) == mnist.DOWNLOAD_BYTES


def test_the_embedded_digits_are_the_first_of_mnist(monkeypatch):
    if not (FULL / "MNIST" / "raw").is_dir():
        pytest.skip("the four files of MNIST are not in ../shared/data")
    monkeypatch.setenv("LESSONLIB_DATA", str(FULL))
    whole = load("mnist")
    for train in (True, False):
        embedded, same = load("digits", train), whole.take(mnist_index(train))
        assert torch.equal(embedded.images, same.images)
        assert torch.equal(embedded.labels, same.labels)


def test_the_unembedded_view_leaves_out_what_is_embedded(monkeypatch):
    if not (FULL / "MNIST").is_dir():
        pytest.skip("the four files of MNIST are not in ../shared/data")
    monkeypatch.setenv("LESSONLIB_DATA", str(FULL))
    rest = load("mnist", view="unembedded")
    assert len(rest) == 45_603
    assert rest.view == "unembedded"
    embedded = [load("digits", part).images for part in (True, False)]
    seen = {row.tobytes() for part in embedded for row in part.numpy()}
    assert not any(row.tobytes() in seen for row in rest.images.numpy())
    assert len(load("mnist", False, view="unembedded")) == 10_000
