"""One pattern through LeNet-5 and back, as numba translates it.

A weight moves as soon as its gradient is known and the layer below has been given its own.
"""

from typing import NamedTuple

import numpy as np

from lessonlib.training.sdlm.kernels import (
    Array,
    add_backwards,
    add_convolution,
    add_up,
    compiled,
    fill,
    full_layer,
    full_layer_backwards,
    move_kernel,
    move_subsampling,
    squash,
    subsample,
    subsample_backwards,
    through_squash,
)

# Numba keeps the compiled program on disk until this file changes, but would not notice a change of
# the kernels in it. So this is the start of the SHA-256 of kernels.py; a test compares it.
KERNELS = "a5ae4f097efe"

C1_COUNT = 27 * 32 + 28  # numbers from the first to the last of a 28x28 map of pitch 32
C3_COUNT = 9 * 14 + 10  # and of a 10x10 map of pitch 14
BEFORE = 4 * 14 + 4  # zeros that `add_backwards` wants before such a map's gradient
EQ_8, EQ_9, TARGETS = range(3)
LOSSES = {"mse": EQ_8, "discriminative": EQ_9, "targets": TARGETS}


class Weights(NamedTuple):
    """The parameters of a network, or the steps of all of them, each an array that shares memory.

    The last layer is F6 of `LeNet5`, or the output of `LeNet5Lush`.
    """

    c1: Array  # (6, 5, 5)
    c1_bias: Array
    s2: Array
    s2_bias: Array
    c3: Array  # (pairs, 5, 5)
    c3_bias: Array
    s4: Array
    s4_bias: Array
    c5: Array  # (120, 400)
    c5_bias: Array
    last: Array  # (84, 120) or (10, 120)
    last_bias: Array


class Room(NamedTuple):
    """Where a pattern's values and gradients are kept, so that no step asks for memory."""

    c1: Array
    s2_sums: Array
    s2: Array
    c3: Array
    s4_sums: Array
    s4: Array
    c5: Array
    last: Array
    by_c1: Array  # gradients by the weighted sums, or by the values before them
    by_s2: Array
    by_c3: Array
    by_s4: Array
    by_c5: Array
    by_last: Array
    penalties: Array
    shares: Array


class Loss(NamedTuple):
    """What follows the last layer."""

    kind: int
    codes: Array  # (10, 84); (10, 10) with targets
    scale: Array  # (1,): of the distances
    j: Array  # (1,)


@compiled
def train_patterns(
    images: Array,
    labels: Array,
    order: Array,
    weights: Weights,
    steps: Weights,
    room: Room,
    row: Array,
    column: Array,
    loss: Loss,
    losses: Array,
) -> int:
    """Train on one pattern after the other; gives how many, up to the first infinite loss."""
    for number in range(len(order)):
        image, label = images[order[number]], labels[order[number]]
        forwards(image, weights, room, row, column)
        losses[number] = by_last_layer(label, room, loss)
        if not np.isfinite(losses[number]):
            return number + 1
        backwards(image, weights, steps, room, row, column)
    return len(order)


@compiled
def forwards(image: Array, weights: Weights, room: Room, row: Array, column: Array) -> None:
    """All layers' values, up to the last one's."""
    for m in range(6):
        fill(room.c1[m], weights.c1_bias[m], C1_COUNT)
        add_convolution(room.c1[m], image, weights.c1[m], 32, C1_COUNT)
        squash(room.c1[m], C1_COUNT)
        factor, bias = weights.s2[m], weights.s2_bias[m]
        subsample(room.s2[m], room.s2_sums[m], room.c1[m], factor, bias, 14, 32)
    for m in range(16):
        fill(room.c3[m], weights.c3_bias[m], C3_COUNT)
    for pair in range(len(row)):
        add_convolution(room.c3[column[pair]], room.s2[row[pair]], weights.c3[pair], 14, C3_COUNT)
    for m in range(16):
        squash(room.c3[m], C3_COUNT)
        factor, bias = weights.s4[m], weights.s4_bias[m]
        subsample(room.s4[25 * m :], room.s4_sums[m], room.c3[m], factor, bias, 5, 14)
    full_layer(room.c5, weights.c5, weights.c5_bias, room.s4)
    full_layer(room.last, weights.last, weights.last_bias, room.c5)


@compiled
def by_last_layer(label: int, room: Room, loss: Loss) -> float:
    """The pattern's loss; `room.by_last` becomes its gradient by the last layer's sums."""
    units, value = len(room.last), room.last.dtype.type(0)
    if loss.kind == TARGETS:
        for k in range(units):
            room.by_last[k] = room.last[k] - loss.codes[label, k]
            value += room.by_last[k] ** 2
        value /= 2
    else:
        value = by_distances(label, room, loss)
    through_squash(room.by_last, room.last, units)
    return value


@compiled
def by_distances(label: int, room: Room, loss: Loss) -> float:
    """Eq. 8 or eq. 9; `room.by_last` becomes its gradient by the last layer's values."""
    zero, scale = room.last.dtype.type(0), loss.scale[0]
    for i in range(10):
        distance = zero
        for k in range(len(room.last)):
            distance += (room.last[k] - loss.codes[i, k]) ** 2
        room.penalties[i] = scale * distance
        room.shares[i] = zero
    value = room.penalties[label]
    if loss.kind == EQ_9:
        value += against_all(room, loss.j[0])
    room.shares[label] += 1
    for k in range(len(room.last)):
        slope = zero
        for i in range(10):
            slope += room.shares[i] * (room.last[k] - loss.codes[i, k])
        room.by_last[k] = (scale + scale) * slope
    return value


@compiled
def against_all(room: Room, j: float) -> float:
    """Log of the sum in eq. 9; `room.shares` becomes minus each class's share of it."""
    least = j
    for i in range(10):
        least = min(least, room.penalties[i])
    total = np.exp(least - j)
    for i in range(10):
        room.shares[i] = -np.exp(least - room.penalties[i])
        total -= room.shares[i]
    for i in range(10):
        room.shares[i] /= total
    return np.log(total) - least


@compiled
def backwards(
    image: Array, weights: Weights, steps: Weights, room: Room, row: Array, column: Array
) -> None:
    """All gradients, from the last layer to the first, each followed by the steps it causes."""
    w, s = weights, steps
    full_layer_backwards(
        room.by_c5, w.last, w.last_bias, s.last, s.last_bias, room.by_last, room.c5
    )
    through_squash(room.by_c5, room.c5, 120)
    full_layer_backwards(room.by_s4, w.c5, w.c5_bias, s.c5, s.c5_bias, room.by_c5, room.s4)
    through_squash(room.by_s4, room.s4, 400)
    for m in range(6):
        fill(room.by_s2[m], 0, 196)
    for m in range(16):
        back, gradient = room.by_s4[25 * m : 25 * (m + 1)], room.by_c3[m, BEFORE:]
        subsample_backwards(gradient, room.c3[m], back, w.s4[m], 5, 14)
        move_subsampling(w.s4, w.s4_bias, s.s4, s.s4_bias, m, back, room.s4_sums[m])
        w.c3_bias[m] -= s.c3_bias[m] * add_up(gradient, C3_COUNT)
    for pair in range(len(row)):
        below, gradient = row[pair], room.by_c3[column[pair]]
        add_backwards(room.by_s2[below], gradient, w.c3[pair], 14, 196)
        move_kernel(w.c3[pair], s.c3[pair], gradient[BEFORE:], room.s2[below], 14, C3_COUNT)
    for m in range(6):
        back, gradient = room.by_s2[m], room.by_c1[m]
        through_squash(back, room.s2[m], 196)
        subsample_backwards(gradient, room.c1[m], back, w.s2[m], 14, 32)
        move_subsampling(w.s2, w.s2_bias, s.s2, s.s2_bias, m, back, room.s2_sums[m])
        move_kernel(w.c1[m], s.c1[m], gradient, image, 32, C1_COUNT)
        w.c1_bias[m] -= s.c1_bias[m] * add_up(gradient, C1_COUNT)
