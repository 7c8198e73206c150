"""One pattern through the network of 1989 and back, as numba translates it.

What the windows of a layer read is copied first: 25 rows, one for each place in the window, of one
number per unit. Then a kernel is 25 rows, each weighted and added, and the innermost loop runs over
contiguous numbers. A weight moves as soon as its gradient is known and the layer below has been
given its own.
"""

from typing import NamedTuple

import numpy as np

from lessonlib.training.sdlm.kernels import (
    Array,
    compiled,
    fill,
    full_layer,
    full_layer_backwards,
    squash,
    through_squash,
)

# Numba keeps the compiled program on disk until this file changes, but would not notice a change of
# the kernels in it. So this is the start of the SHA-256 of kernels.py; a test compares it.
KERNELS = "a5ae4f097efe"

MAPS, WINDOW, FRAME = 12, 5, 2
H1_UNITS, H2_UNITS = 64, 16  # of one map


class ZipWeights(NamedTuple):
    """The parameters of the network, or the steps of all of them: arrays that share its memory."""

    h1: Array  # (12, 25)
    h1_bias: Array  # (12, 64), one for each unit
    h2: Array  # (pairs, 25)
    h2_bias: Array  # (12, 16)
    h3: Array  # (30, 192)
    h3_bias: Array
    output: Array  # (10, 30)
    output_bias: Array


class ZipRoom(NamedTuple):
    """Where a pattern's values and gradients are kept, so that no step asks for memory."""

    field: Array  # (20, 20), the image in a frame of background
    read_by_h1: Array  # (25, 64)
    h1: Array  # (12, 64)
    framed: Array  # (12, 12, 12), the maps of H1 in a frame of background
    read_by_h2: Array  # (12, 25, 16)
    h2: Array  # (12, 16)
    h3: Array
    output: Array
    by_h1: Array  # gradients by the weighted sums, or by the values before them
    by_read: Array  # (12, 25, 16)
    by_h2: Array
    by_h3: Array
    by_output: Array


@compiled
def train_zip_patterns(
    images: Array,
    labels: Array,
    order: Array,
    weights: ZipWeights,
    steps: ZipWeights,
    room: ZipRoom,
    row: Array,
    column: Array,
    losses: Array,
) -> int:
    """Train on one pattern after the other; gives how many, up to the first infinite loss."""
    for number in range(len(order)):
        zip_forwards(images[order[number]], weights, room, row, column)
        losses[number] = by_targets(labels[order[number]], room)
        if not np.isfinite(losses[number]):
            return number + 1
        zip_backwards(weights, steps, room, row, column)
    return len(order)


@compiled
def zip_forwards(
    image: Array, weights: ZipWeights, room: ZipRoom, row: Array, column: Array
) -> None:
    """All layers' values, up to the output's."""
    put_into_frame(room.field, image, 16)
    read_windows(room.read_by_h1, room.field, 8)
    for m in range(MAPS):
        room.h1[m] = weights.h1_bias[m]
        add_kernel(room.h1[m], room.read_by_h1, weights.h1[m], H1_UNITS)
        squash(room.h1[m], H1_UNITS)
        put_into_frame(room.framed[m], room.h1[m], 8)
        read_windows(room.read_by_h2[m], room.framed[m], 4)
    for m in range(MAPS):
        room.h2[m] = weights.h2_bias[m]
    for pair in range(len(row)):
        add_kernel(room.h2[column[pair]], room.read_by_h2[row[pair]], weights.h2[pair], H2_UNITS)
    for m in range(MAPS):
        squash(room.h2[m], H2_UNITS)
    full_layer(room.h3, weights.h3, weights.h3_bias, room.h2.ravel())
    full_layer(room.output, weights.output, weights.output_bias, room.h3)


@compiled
def by_targets(label: int, room: ZipRoom) -> float:
    """The pattern's loss; `room.by_output` becomes its gradient by the output's sums."""
    one, value = room.output.dtype.type(1), room.output.dtype.type(0)
    for k in range(len(room.output)):
        room.by_output[k] = room.output[k] + (-one if k == label else one)
        value += room.by_output[k] ** 2
    through_squash(room.by_output, room.output, len(room.output))
    return value / 2


@compiled
def zip_backwards(
    weights: ZipWeights, steps: ZipWeights, room: ZipRoom, row: Array, column: Array
) -> None:
    """All gradients, from the output to H1, each followed by the steps it causes."""
    w, s = weights, steps
    full_layer_backwards(
        room.by_h3, w.output, w.output_bias, s.output, s.output_bias, room.by_output, room.h3
    )
    through_squash(room.by_h3, room.h3, len(room.h3))
    below = room.h2.ravel()
    full_layer_backwards(room.by_h2.ravel(), w.h3, w.h3_bias, s.h3, s.h3_bias, room.by_h3, below)
    for m in range(MAPS):
        through_squash(room.by_h2[m], room.h2[m], H2_UNITS)
        move(w.h2_bias[m], s.h2_bias[m], room.by_h2[m], H2_UNITS)
        for place in range(WINDOW * WINDOW):
            fill(room.by_read[m, place], 0, H2_UNITS)
    for pair in range(len(row)):
        gradient, read = room.by_h2[column[pair]], room.read_by_h2[row[pair]]
        add_kernel_backwards(room.by_read[row[pair]], gradient, w.h2[pair], H2_UNITS)
        move_shared(w.h2[pair], s.h2[pair], gradient, read, H2_UNITS)
    for m in range(MAPS):
        gather_windows(room.by_h1[m], room.by_read[m], 8)
        through_squash(room.by_h1[m], room.h1[m], H1_UNITS)
        move(w.h1_bias[m], s.h1_bias[m], room.by_h1[m], H1_UNITS)
        move_shared(w.h1[m], s.h1[m], room.by_h1[m], room.read_by_h1, H1_UNITS)


@compiled
def put_into_frame(framed: Array, values: Array, side: int) -> None:
    """Copy side * side numbers to the middle; the frame stays what it is."""
    for y in range(side):
        for x in range(side):
            framed[y + FRAME, x + FRAME] = values[y * side + x]


@compiled
def read_windows(read: Array, framed: Array, side: int) -> None:
    """What side * side windows, two pixels apart, read at each of their 25 places."""
    for place in range(WINDOW * WINDOW):
        down, right = place // WINDOW, place % WINDOW
        for y in range(side):
            for x in range(side):
                read[place, y * side + x] = framed[2 * y + down, 2 * x + right]


@compiled
def gather_windows(back: Array, by_read: Array, side: int) -> None:
    """The reverse for gradients: a map's, side * side, from those by what was read of it."""
    fill(back, 0, side * side)
    half = side // 2
    for place in range(WINDOW * WINDOW):
        down, right = place // WINDOW - FRAME, place % WINDOW - FRAME
        for y in range(half):
            for x in range(half):
                line, spot = 2 * y + down, 2 * x + right
                if 0 <= line < side and 0 <= spot < side:
                    back[line * side + spot] += by_read[place, y * half + x]


@compiled
def add_kernel(out: Array, read: Array, kernel: Array, count: int) -> None:
    """Add what one map gives through one kernel to the sums of a map of `count` units."""
    for place in range(WINDOW * WINDOW):
        weight, values = kernel[place], read[place]
        for i in range(count):
            out[i] += weight * values[i]


@compiled
def add_kernel_backwards(by_read: Array, gradient: Array, kernel: Array, count: int) -> None:
    """Add a map's gradient, taken back through its kernel, to that by what was read."""
    for place in range(WINDOW * WINDOW):
        weight, back = kernel[place], by_read[place]
        for i in range(count):
            back[i] += weight * gradient[i]


@compiled
def move_shared(kernel: Array, steps: Array, gradient: Array, read: Array, count: int) -> None:
    """Move a kernel by its steps, against the sum of the gradient over all its places."""
    for place in range(WINDOW * WINDOW):
        slope, values = gradient.dtype.type(0), read[place]
        for i in range(count):
            slope += gradient[i] * values[i]
        kernel[place] -= steps[place] * slope


@compiled
def move(values: Array, steps: Array, gradient: Array, count: int) -> None:
    """Move `count` numbers, each by its own step."""
    for i in range(count):
        values[i] -= steps[i] * gradient[i]
