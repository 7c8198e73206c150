"""The loops of the compiled engine, in a subset of Python that numba translates.

A map of pixels is one long row: `pitch` numbers for each of its lines, of which the last few are
not part of the map (a 28x28 map of C1 has the pitch of the 32x32 field it is read from). So a
convolution is 25 shifted rows, each weighted and added, and the innermost loop runs over
contiguous numbers. The compiler turns such loops into vector instructions by itself. A map's
gradient is 0 between its lines.

All arrays of a call have one type, float32 or float64; constants are made in that type, since
numba would otherwise compute in float64.
"""

from typing import Any

from numba import njit

Array = Any  # numba has no types that a reader would want to see

# Sums may be added in any order, so that they can be vectors; NaN and infinity are kept.
# Inlined by force: numba would otherwise link a program that it has just compiled to other copies
# of these loops than one that it reads from disk, and the two add up in other orders.
compiled = njit(
    fastmath={"reassoc", "contract", "nsz", "arcp"},
    error_model="numpy",
    cache=True,
    forceinline=True,
)

AMPLITUDE, SLOPE = 1.7159, 2 / 3  # f(a) = 1.7159 tanh(2a/3)
HALVINGS = 16


@compiled
def squash(values: Array, count: int) -> None:
    """F of the first `count` values, in place.

    tanh(x/16) comes from Lambert's continued fraction, cut where it is exact to the last bit of a
    float64, and four times tanh(2x) = 2 tanh(x) / (1 + tanh(x)^2). Unlike `math.tanh`, it is
    arithmetic that the compiler can do for many values at once.
    """
    kind = values.dtype.type
    one, two, most = kind(1), kind(2), kind(20 / HALVINGS)
    a0, a1, a2 = kind(135135), kind(17325), kind(378)
    b1, b2, b3 = kind(62370), kind(3150), kind(28)
    for i in range(count):
        x = min(max(values[i] * kind(SLOPE / HALVINGS), -most), most)
        q = x * x
        t = x * (a0 + q * (a1 + q * (a2 + q))) / (a0 + q * (b1 + q * (b2 + q * b3)))
        t = two * t / (one + t * t)
        t = two * t / (one + t * t)
        t = two * t / (one + t * t)
        t = two * t / (one + t * t)
        values[i] = kind(AMPLITUDE) * t


@compiled
def through_squash(gradient: Array, values: Array, count: int) -> None:
    """A gradient by squashed values becomes one by the sums: f' = S/A (A^2 - f^2)."""
    kind = gradient.dtype.type
    for i in range(count):
        inner = kind(AMPLITUDE * AMPLITUDE) - values[i] * values[i]
        gradient[i] *= kind(SLOPE / AMPLITUDE) * inner


@compiled
def add_convolution(out: Array, maps: Array, kernel: Array, pitch: int, count: int) -> None:
    """Add one map, read through one 5x5 kernel, to the first `count` sums of a map."""
    for line in range(5):
        row = maps[line * pitch :]
        k0, k1, k2, k3, k4 = kernel[line]
        for i in range(count):
            out[i] += (
                k0 * row[i] + k1 * row[i + 1] + k2 * row[i + 2] + k3 * row[i + 3] + k4 * row[i + 4]
            )


@compiled
def add_backwards(back: Array, gradient: Array, kernel: Array, pitch: int, count: int) -> None:
    """Add a map's gradient, taken back through its kernel, to the gradient by the map it reads.

    `gradient` has 4 * pitch + 4 zeros before the map's first number.
    """
    for line in range(5):
        row = gradient[(4 - line) * pitch :]
        k0, k1, k2, k3, k4 = kernel[line]
        for i in range(count):
            back[i] += (
                k4 * row[i] + k3 * row[i + 1] + k2 * row[i + 2] + k1 * row[i + 3] + k0 * row[i + 4]
            )


@compiled
def move_kernel(
    kernel: Array, steps: Array, gradient: Array, maps: Array, pitch: int, count: int
) -> None:
    """Move a 5x5 kernel by its steps, against the sum of the gradient over all its places."""
    for line in range(5):
        row = maps[line * pitch :]
        zero = gradient.dtype.type(0)
        g0, g1, g2, g3, g4 = zero, zero, zero, zero, zero
        for i in range(count):
            g0 += gradient[i] * row[i]
            g1 += gradient[i] * row[i + 1]
            g2 += gradient[i] * row[i + 2]
            g3 += gradient[i] * row[i + 3]
            g4 += gradient[i] * row[i + 4]
        kernel[line, 0] -= steps[line, 0] * g0
        kernel[line, 1] -= steps[line, 1] * g1
        kernel[line, 2] -= steps[line, 2] * g2
        kernel[line, 3] -= steps[line, 3] * g3
        kernel[line, 4] -= steps[line, 4] * g4


@compiled
def fill(values: Array, value: Any, count: int) -> None:
    """Set the first `count` values to one number."""
    for i in range(count):
        values[i] = value


@compiled
def add_up(values: Array, count: int) -> Any:
    """The sum of the first `count` values."""
    total = values.dtype.type(0)
    for i in range(count):
        total += values[i]
    return total


@compiled
def subsample(
    out: Array, sums: Array, maps: Array, factor: Any, bias: Any, side: int, pitch: int
) -> None:
    """Sums of 2x2 windows, and their squashed multiples; both have side * side numbers."""
    for y in range(side):
        above, below = maps[2 * y * pitch :], maps[(2 * y + 1) * pitch :]
        row = sums[y * side :]
        for x in range(side):
            row[x] = (above[2 * x] + above[2 * x + 1]) + (below[2 * x] + below[2 * x + 1])
    for i in range(side * side):
        out[i] = factor * sums[i] + bias
    squash(out, side * side)


@compiled
def subsample_backwards(
    gradient: Array, maps: Array, back: Array, factor: Any, side: int, pitch: int
) -> None:
    """From the gradient by a subsampled map's sums to that by the sums of the map it reads."""
    kind = gradient.dtype.type
    scale = factor * kind(SLOPE / AMPLITUDE)
    for line in range(2 * side):
        row, values, from_ = (
            gradient[line * pitch :],
            maps[line * pitch :],
            back[line // 2 * side :],
        )
        for x in range(side):
            given = from_[x] * scale
            left, right = values[2 * x], values[2 * x + 1]
            row[2 * x] = given * (kind(AMPLITUDE * AMPLITUDE) - left * left)
            row[2 * x + 1] = given * (kind(AMPLITUDE * AMPLITUDE) - right * right)


@compiled
def move_subsampling(
    weights: Array, biases: Array, steps: Array, bias_steps: Array, m: int, back: Array, sums: Array
) -> None:
    """Move map `m`'s coefficient and bias; `back` is the gradient by its sums."""
    slope = weights.dtype.type(0)
    for i in range(len(back)):
        slope += back[i] * sums[i]
    weights[m] -= steps[m] * slope
    biases[m] -= bias_steps[m] * add_up(back, len(back))


@compiled
def full_layer(out: Array, weights: Array, biases: Array, inputs: Array) -> None:
    """Squashed sums of a layer whose units each read all inputs."""
    for unit in range(len(out)):
        total, row = biases[unit], weights[unit]
        for i in range(len(inputs)):
            total += row[i] * inputs[i]
        out[unit] = total
    squash(out, len(out))


@compiled
def full_layer_backwards(
    back: Array,
    weights: Array,
    biases: Array,
    steps: Array,
    bias_steps: Array,
    gradient: Array,
    inputs: Array,
) -> None:
    """The gradient by the inputs, and a step of each weight; `gradient` is that by the sums."""
    fill(back, 0, len(back))
    for unit in range(len(gradient)):
        slope, row, step = gradient[unit], weights[unit], steps[unit]
        for i in range(len(inputs)):
            back[i] += row[i] * slope
            row[i] -= step[i] * slope * inputs[i]
        biases[unit] -= bias_steps[unit] * slope
