"""Pictures read from folders while a network trains: the same as in memory, whatever reads them."""

import os
import shutil
import signal
import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from lessonlib.data import DataUnavailableError, FolderSet, as_grey, load, read_folder
from lessonlib.data.augment import EpochDraws
from lessonlib.data.colours import ColourPCA
from lessonlib.data.crops import Flip, RandomCrop
from lessonlib.data.face import STAND_IN
from lessonlib.training import Recipe, evaluate, fit
from tests.unit.picture_folders import CLASSES, SIDE, blocks, in_memory, write
from tests.unit.training_examples import weights

PER_CLASS = 14
AUGMENT = (RandomCrop(224), Flip(), ColourPCA())
RECIPE = Recipe(epochs=2, lr=0.05, batch_size=16, augment=AUGMENT)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return write(tmp_path_factory.mktemp("pictures"), PER_CLASS)


@pytest.fixture(autouse=True)
def own_data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LESSONLIB_DATA", str(tmp_path / "data"))


def read(image_set: FolderSet, workers: int, **options) -> list[torch.Tensor]:
    """One epoch's images, labels and indices, each as one tensor."""
    batches = image_set.with_workers(workers).batches(1, 16, 0, indices=True, **options)
    return [torch.cat(values) for values in zip(*batches, strict=True)]


def test_a_folder_is_a_set_of_its_pictures(root):
    found, known = load("folder", root=root), in_memory(PER_CLASS)
    assert (len(found), found.classes) == (len(known), known.classes)
    assert torch.equal(found.labels, known.labels)
    for (images, labels, indices), (same, right, where) in zip(
        found.ordered(16, indices=True), known.ordered(16, indices=True), strict=True
    ):
        assert torch.equal(images, same)
        assert torch.equal(labels, right)
        assert torch.equal(indices, where)
    assert torch.equal(found.first(), known.first())
    assert found.to("cpu") is found
    assert found.describe() == f"folder, pictures in {root / 'train'}"
    assert torch.equal(
        load("folder", False, root=root).first(), in_memory(PER_CLASS, seed=1).first()
    )


@pytest.mark.parametrize("workers", [0, 2])
def test_training_on_a_folder_gives_the_weights_of_the_same_pictures_in_memory(root, workers):
    results = []
    for train, test in (
        (in_memory(PER_CLASS), in_memory(PER_CLASS, seed=1)),
        (load("folder", root=root), load("folder", False, root=root)),
    ):
        model = blocks(224)
        sets = train.with_workers(workers), test.with_workers(workers)
        history = fit(model, sets[0], RECIPE, test_set=sets[1], device="cpu")
        results.append((weights(model), history.table.drop(columns="seconds")))
    assert torch.equal(results[0][0], results[1][0])
    assert results[0][1].equals(results[1][1])
    assert not torch.equal(results[0][0], weights(blocks(224)))


def test_crops_are_the_same_with_0_and_2_workers(root):
    image_set = load("folder", root=root)
    alone, beside = read(image_set, 0), read(image_set, 2)
    draws = EpochDraws(AUGMENT[:2], len(image_set), seed=0, epoch=1)
    for one, other in zip(alone, beside, strict=True):
        assert torch.equal(one, other)
    assert torch.equal(draws(alone[0], alone[2]), draws(beside[0], beside[2]))


def test_reading_leaves_the_callers_random_numbers_alone(root):
    state = torch.get_rng_state()
    read(load("folder", root=root), 2)
    assert torch.equal(torch.get_rng_state(), state)


def test_shares_are_parts_of_the_batch(root):
    image_set = load("folder", root=root).take(torch.arange(33))
    whole, parts = read(image_set, 0), [read(image_set, 0, share=(i, 2)) for i in (0, 1)]
    for number in range(3):
        assert torch.equal(
            torch.cat([parts[i][number][:8] for i in (0, 1)]).sort(0).values,
            whole[number][:16].sort(0).values,
        )
    assert parts[1][2].tolist()[-1] == STAND_IN
    assert torch.equal(parts[1][0][-1], whole[0][-1])


def test_passes_can_be_left_early_and_run_inside_each_other(root):
    image_set = load("folder", root=root).with_workers(2)
    expected = read(image_set, 0)[0]
    outer = image_set.batches(1, 16, 0)
    begun = [next(outer)[0]]
    inner = image_set.batches(1, 16, 0)
    next(inner)
    del inner
    assert torch.equal(torch.cat([images for images, _ in image_set.batches(1, 16, 0)]), expected)
    assert torch.equal(torch.cat(begun + [images for images, _ in outer]), expected)
    next(image_set.batches(1, 16, 0))  # left at once
    assert torch.equal(torch.cat([images for images, _ in image_set.batches(1, 16, 0)]), expected)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="is about processes that can be killed")
def test_an_epoch_goes_on_when_a_reading_process_dies(root):
    image_set = load("folder", root=root).with_workers(2)
    expected = read(image_set, 0)[0]
    batches = image_set.batches(1, 16, 0)
    begun = [next(batches)[0]]
    os.kill(image_set._reader._loader._iterator._workers[0].pid, signal.SIGKILL)
    with pytest.warns(UserWarning, match="processes that read pictures ended .*Fewer workers"):
        rest = [images for images, _ in batches]
    assert torch.equal(torch.cat(begun + rest), expected)


def test_a_subset_is_balanced_and_the_same_each_time(root):
    part = load("folder", root=root, subset=5)
    assert torch.bincount(part.labels).tolist() == [5, 5, 5]
    again = load("folder", root=root, subset=5)
    assert (part.files.paths == again.files.paths).all()
    assert part.describe() == f"folder, 5 per class, pictures in {root / 'train'}"


def test_the_fingerprint_tells_what_differs_but_not_where_the_folder_is(root, tmp_path):
    found = load("folder", root=root)
    moved = shutil.copytree(root, tmp_path / "moved")
    assert load("folder", root=moved).fingerprint == found.fingerprint
    relabelled = replace(found, labels=found.labels.flip(0))
    others = [found.take(torch.arange(len(found)).flip(0)), found.take(torch.arange(5)), relabelled]
    with (moved / "train/cat/000.png").open("ab") as picture:
        picture.write(b"more")
    others.append(load("folder", root=moved))
    assert len({each.fingerprint for each in (found, *others)}) == 5


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """300 pictures of three classes, ten of them broken; others not in 24-bit colour."""
    tmp_path = tmp_path_factory.mktemp("mixed")
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    picture = Image.fromarray(pixels)
    folders = [tmp_path / "mixed" / "train" / name for name in CLASSES]
    for number in range(300):
        folder = folders[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        picture.save(folder / f"{number:03}.jpg")
    shutil.copytree(tmp_path / "mixed" / "train", tmp_path / "mixed" / "val")
    broken = [folders[number % 3] / f"{number:03}.jpg" for number in range(0, 300, 31)]
    whole = broken[0].read_bytes()
    broken[0].write_bytes(b"")
    broken[1].write_bytes(b"no picture at all")
    broken[2].write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")  # starts programs
    broken[3].unlink()
    broken[3].symlink_to(tmp_path / "nowhere")
    Image.new("L", (20_000, 10_000)).save(broken[4], "PNG", compress_level=1)  # above the limit
    for number, path in enumerate(broken[5:]):
        path.write_bytes(whole[: len(whole) * (number + 2) // 8])
    grey, deep = picture.convert("L"), Image.fromarray(pixels[..., 0].astype(np.uint16) * 257)
    grey.save(folders[0] / "003.jpg")
    picture.convert("CMYK").save(folders[0] / "006.jpg")
    picture.convert("P").save(folders[0] / "009.jpg", "PNG")
    deep.save(folders[0] / "012.jpg", "PNG")
    picture.convert("RGBA").save(folders[0] / "015.jpg", "PNG")
    return tmp_path / "mixed", broken


def test_300_pictures_with_ten_broken_ones_train_an_epoch_and_list_the_ten(mixed):
    root, broken = mixed
    train = load("folder", root=root)
    recipe = Recipe(epochs=1, lr=0.01, batch_size=32)
    with pytest.warns(UserWarning, match="10 of 300 pictures cannot be read: ") as caught:
        history = fit(blocks(), train.with_workers(2), recipe, device="cpu")
    assert len(history.rows) == 1
    (said,) = [str(each.message) for each in caught]
    assert all(f"{path} (" in said for path in broken)
    for reason in (
        *("the file is empty", "it is none of JPEG, PNG", "No such file", "truncated"),
        "it has more than Pillow's limit of 89,478,485 pixels",
    ):
        assert reason in said
    assert train.report.counts == {
        **{"in colour": 285, "grey": 1, "CMYK": 1, "with a palette": 1, "of 16 bits": 1},
        **{"with transparency": 1, "unreadable": 10},
    }
    assert str(train.report).startswith("300 of 300 pictures were read: 285 in colour, 1 grey")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # they were listed already
        found = evaluate(blocks(), train)
    assert len(found.scores) == 290
    missing = sorted(set(range(300)) - set(found.indices.tolist()))
    assert sorted(train.files.path(place) for place in missing) == sorted(broken)


def test_with_strict_pictures_that_cannot_be_read_are_refused(mixed, root):
    folder, broken = mixed
    with pytest.raises(DataUnavailableError, match="10 of 300 pictures cannot be read: ") as error:
        load("folder", root=folder, strict=True)
    assert all(f"{path} (" in str(error.value) for path in broken)
    assert "strict=True" in str(error.value)
    assert len(load("folder", root=root, strict=True)) == 3 * PER_CLASS


def test_a_batch_of_which_nothing_can_be_read_has_one_black_picture(mixed):
    folder, broken = mixed
    train = load("folder", root=folder)
    places = [n for n in range(300) if train.files.path(n) in broken]
    part = train.take(torch.tensor(places[:2] + [n for n in range(20) if n not in places][:6]))
    with pytest.warns(UserWarning, match="2 of 8 pictures cannot be read"):
        batches = list(part.with_workers(0).batches(1, 1, 0, indices=True))
    assert len(batches) == 8
    black = [images for images, _, indices in batches if indices.tolist() == [STAND_IN]]
    assert len(black) == 2
    assert all(images.shape == (1, 3, SIDE, SIDE) and not images.any() for images in black)
    with (
        pytest.warns(UserWarning, match="2 of 2 pictures"),
        pytest.raises(DataUnavailableError, match="2 of 2 pictures"),
    ):
        list(train.take(torch.tensor(places[:2])).ordered(2))
    with pytest.raises(DataUnavailableError, match="2 of 2 pictures"):
        train.take(torch.tensor(places[:2])).first()


def test_a_batch_larger_than_the_set_is_refused_before_the_first_step(root):
    model = blocks()
    before = weights(model)
    said = "found 42 pictures, expected at least the 64 of one batch; lower batch_size"
    with pytest.raises(ValueError, match=said):
        fit(model, load("folder", root=root), replace(RECIPE, batch_size=64), device="cpu")
    assert torch.equal(weights(model), before)


def test_a_folder_has_no_images_in_memory_and_says_what_to_ask(root):
    found = load("folder", root=root)
    assert not hasattr(found, "images")
    with pytest.raises(AttributeError, match=r"'folder' are not in memory.*next\(train.ordered"):
        as_grey(found)


def test_one_part_alone_can_be_read(root):
    own = read_folder(root / "val", name="mine", called={"cat": "tabby"}, source="my camera")
    assert (own.name, own.classes) == ("mine", ("tabby", "dog", "fox"))
    assert own.describe() == "mine, my camera"


def test_hidden_folders_and_files_are_passed_over_and_empty_ones_named(tmp_path):
    root = write(tmp_path / "pictures")
    for part in (root / "train", root / "val"):
        (part / ".ipynb_checkpoints").mkdir()
        (part / "cat" / "._000.png").write_bytes(b"a Mac's note")
        (part / "cat" / "Thumbs.db").write_bytes(b"a note of Windows")
        (part / "cow").mkdir()
    with pytest.warns(UserWarning, match=r"no pictures in the class folders cow"):
        found = load("folder", root=root)
    assert found.classes == ("cat", "cow", "dog", "fox")
    assert torch.bincount(found.labels).tolist() == [4, 0, 4, 4]


def test_pictures_in_folders_of_a_class_folder_are_found_and_no_link_goes_round(tmp_path):
    root = write(tmp_path / "pictures")
    inner = root / "train" / "cat" / "images"
    inner.mkdir()
    (root / "train" / "cat" / "000.png").rename(inner / "000.PNG")
    (inner / "up").symlink_to(root / "train" / "cat")
    found = load("folder", root=root)
    assert len(found) == 12
    assert found.files.paths[3] == b"cat/images/000.PNG"


def test_what_is_no_folder_of_class_folders_is_refused_with_what_was_found(tmp_path):
    def refused(said: str) -> None:
        with pytest.raises(DataUnavailableError, match=said):
            load("folder", root=root)

    root = tmp_path / "pictures"
    refused(f"{root}: there is no such folder; expected the folders train and val")
    root.mkdir()
    refused("found nothing; expected the folders train and val")
    (root / "train").mkdir()
    refused("found train; expected the folders train and val.*read_folder")
    (root / "val").mkdir()
    refused("train: found nothing and no class folders; expected one folder of pictures per class")
    (root / "train" / "1.jpg").write_bytes(b"")
    refused(r"train: found only files \(1.jpg\) and no class folders")
    for part in ("train", "val"):
        (root / part / "cat").mkdir()
    refused(r"found pictures in 0 of 1 class folders \(cat\).*at least two classes")
    write(root, classes=("cat",))
    refused(r"found pictures in 1 of 1 class folders \(cat\).*at least two classes")
    write(root, classes=("cat", "dog"))
    (root / "val" / "dog").rename(root / "val" / "dogs")
    refused(
        "the same class folders in train and val, but only train has dog, and only val has dogs"
    )


def test_the_folder_must_be_named():
    with pytest.raises(ValueError, match=r"'folder' needs the folder .*root='pictures'"):
        load("folder")
    with pytest.raises(ValueError, match="'folder' has no view 'raw'; leave it out"):
        load("folder", root=".", view="raw")
