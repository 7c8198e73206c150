"""Three older ways to read digits, beside loops and on sets whose answers are known."""

import numpy as np
import pytest
import torch

from lessonlib.data import ImageSet, fitted, load
from lessonlib.training import (
    edge_features,
    linear_classifier,
    nearest_neighbour,
    oriented_edges,
)
from lessonlib.training.regression import softmax_regression
from lessonlib.training.rivals import edge_filters

WAYS = (nearest_neighbour, linear_classifier, oriented_edges)


def plain(images: torch.Tensor, labels: list[int]) -> ImageSet:
    names = tuple(map(str, range(max(labels) + 1)))
    return ImageSet("plain", images, torch.tensor(labels), names, "made for a test", "none")


@pytest.fixture(scope="module")
def digits() -> tuple[ImageSet, ImageSet]:
    return fitted(load("digits", subset=60)), fitted(load("digits", train=False, subset=20))


def test_the_nearest_is_the_one_with_the_least_squared_difference(digits):
    train, test = digits
    known, asked = (each.images.flatten(1).numpy().astype(int) for each in digits)
    expected = [train.labels[((known - one) ** 2).sum(1).argmin()].item() for one in asked]
    assert nearest_neighbour(train, test).tolist() == expected


def test_of_equally_near_ones_the_first_counts():
    images = torch.zeros(3, 1, 2, 2, dtype=torch.uint8)
    images[0] = 9
    train = plain(images, [1, 2, 0])
    assert nearest_neighbour(train, train).tolist() == [1, 2, 2]


def test_a_linear_classifier_learns_what_a_weighted_sum_can_tell_and_no_more():
    corner = torch.tensor([[0, 0], [0, 255], [255, 0], [255, 255]], dtype=torch.uint8)
    images = corner.view(4, 1, 1, 2).repeat(50, 1, 1, 1)
    one_pixel = plain(images, [0, 0, 1, 1] * 50)
    assert linear_classifier(one_pixel, one_pixel).tolist() == one_pixel.labels.tolist()
    either_or = plain(images, [0, 1, 1, 0] * 50)
    right = linear_classifier(either_or, either_or) == either_or.labels
    assert right.double().mean() <= 0.75  # no line parts the two classes (Minsky and Papert 1969)


def test_the_regression_ends_where_no_weight_would_improve_it():
    torch.manual_seed(0)
    features, labels = torch.randn(200, 5).double(), torch.randint(3, (200,))
    weights = softmax_regression(features, labels, 3)
    shares = torch.softmax(features @ weights[:-1] + weights[-1], 1)
    apart = (shares - torch.nn.functional.one_hot(labels, 3)) / 200
    slope = torch.cat([features.T @ apart + 0.01 * weights[:-1], apart.sum(0, keepdim=True)])
    assert slope.abs().max() < 1e-5


def test_edge_features_beside_a_loop():
    image = load("digits", train=False, subset=1).images[:1, :, 5:15, 5:17]
    framed = np.pad(image[0, 0].numpy() / 255, 1)
    answers = np.zeros((8, 10, 12))
    for number, kernel in enumerate(edge_filters()[:, 0].numpy()):
        for y, x in np.ndindex(10, 12):
            total = (framed[y : y + 3, x : x + 3] * kernel).sum()
            answers[number, y, x], answers[number + 4, y, x] = max(total, 0), max(-total, 0)
    means = [
        answers[k, y : y + 4, x : x + 4].mean()
        for k in range(8)
        for y in range(0, 7, 2)
        for x in range(0, 9, 2)
    ]
    np.testing.assert_allclose(edge_features(image)[0], means, atol=1e-5)


def test_each_direction_of_edge_has_a_filter_of_its_own():
    """A disc has edges of all directions: the eight filters find them on eight sides of it."""
    away = torch.arange(32.0) - 15.5
    disc = (away[:, None].square() + away.square() < 100).to(torch.uint8) * 255
    edges = torch.nn.functional.conv2d(disc[None, None] / 255, edge_filters(), padding=1)[0]
    sides = []
    for answer in torch.cat([edges, -edges]).relu():
        down = (answer * away[:, None]).sum() / answer.sum()
        right = (answer * away).sum() / answer.sum()
        sides.append(round(torch.atan2(-down, right).rad2deg().item() / 45) % 8)
    assert sorted(sides) == list(range(8))
    assert [(one - other) % 8 for one, other in zip(sides[:4], sides[4:], strict=True)] == [4] * 4


def test_all_three_read_digits_and_edges_read_them_better_than_pixels(digits):
    train, test = digits
    wrong = [(way(train, test) != test.labels).double().mean().item() for way in WAYS]
    assert max(wrong) < 0.25
    assert wrong[2] < wrong[1]
    assert torch.equal(oriented_edges(train, test), oriented_edges(train, test))


@pytest.mark.parametrize("way", WAYS)
def test_pictures_of_two_sizes_are_refused(digits, way):
    with pytest.raises(ValueError, match=r"got \(1, 16, 16\) and \(1, 28, 28\); fitted"):
        way(digits[0], load("digits", train=False, subset=1))
