"""Response normalisation: across neighbouring maps, as in 2012, and across neighbouring places."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

ALPHA_AS_PRINTED = 1e-4
"""The alpha of Krizhevsky et al. 2012, sec. 3.3, as their formula has it."""
ALPHA_AS_RELEASED = 1e-4 / 5
"""The alpha that their released source computes with: its parser divides 1e-4 by the 5 maps."""
IN_CACHE = 300_000
"""Numbers that a CPU's cache holds beside some copies: the first maps of a picture in AlexNet."""


class CrossMapNorm(nn.Module):
    """Each value divided by what its neighbours in other maps have: Krizhevsky et al. 2012, 3.3.

    b_i = a_i / (k + alpha * sum of a_j^2)^beta, summed over the `size` maps centred on map i, as
    far as they exist, at the same place. (N, maps, H, W) -> the same shape. Nothing to train.

    With `towers=2` the first half of the maps and the second are normalised apart from each other,
    as on two GPUs. Normalising all 96 maps together would mix the towers at maps 46 to 49.

    Libraries differ, so copied numbers may mean something else there: PyTorch's
    `LocalResponseNorm(size, alpha, beta, k)` divides alpha by the size, as the released source
    does, and k is 1 unless you give it. `LocalResponseNorm(5, 5e-4, 0.75, 2)` computes what the
    paper prints, `LocalResponseNorm(5, 1e-4, 0.75, 2)` what the source does, neither by towers.

    Sums and powers are computed in at least 32 bits, also where maps have 16: a response of 256
    squared is more than fp16 can hold. The result has the type of the maps.

    Args:
        alpha: `ALPHA_AS_PRINTED` or `ALPHA_AS_RELEASED`, or any other.
        towers: groups of maps that do not see each other.
        size: maps that are summed over, an odd number (n in the paper).
        k: constant in the divisor.
        beta: exponent of the divisor.

    Raises:
        ValueError: a size that is not odd, or numbers that could divide by zero.
    """

    def __init__(
        self,
        alpha: float = ALPHA_AS_PRINTED,
        *,
        towers: int = 1,
        size: int = 5,
        k: float = 2.0,
        beta: float = 0.75,
    ) -> None:
        super().__init__()
        _check(alpha, size, k)
        if towers < 1:
            raise ValueError(f"expected at least one tower, got towers={towers}")
        self.alpha, self.towers, self.size, self.k, self.beta = alpha, towers, size, k, beta

    def forward(self, maps: Tensor) -> Tensor:
        """(N, maps, H, W), normalised; the number of maps is a multiple of `towers`."""
        return _normalized(maps, self.alpha, self.size, self.k, self.beta, self.towers)

    def extra_repr(self) -> str:
        """What `print` shows between the brackets."""
        numbers = f"alpha={self.alpha:g}, size={self.size}, k={self.k:g}, beta={self.beta:g}"
        return f"{numbers}, towers={self.towers}"


class SpatialNorm(nn.Module):
    """Each value divided by what its neighbours in the same map have: the source of 2012.

    b = a / (k + alpha * sum of a^2)^beta, summed over the `size` x `size` places centred on it, as
    far as they exist. (N, maps, H, W) -> the same shape. Nothing to train. The paper does not
    mention it. Experiment 145 of the released source has it in its second stage (`cnorm2`, of type
    `rnorm`) with scale 0.001, which its parser divides by the 25 places, and pow 0.75.

    That k is 1 is inferred: the file gives none for this type, and the kernels are not released.
    Sums and powers are computed in at least 32 bits, as in `CrossMapNorm`.

    Args:
        alpha: what the sum is multiplied by.
        size: side of the window, in places, an odd number.
        k: constant in the divisor.
        beta: exponent of the divisor.

    Raises:
        ValueError: a size that is not odd, or numbers that could divide by zero.
    """

    def __init__(
        self, alpha: float = 0.001 / 25, *, size: int = 5, k: float = 1.0, beta: float = 0.75
    ) -> None:
        super().__init__()
        _check(alpha, size, k)
        self.alpha, self.size, self.k, self.beta = alpha, size, k, beta

    def forward(self, maps: Tensor) -> Tensor:
        """(N, maps, H, W), normalised."""
        return _normalized(maps, self.alpha, self.size, self.k, self.beta, 0)

    def extra_repr(self) -> str:
        """What `print` shows between the brackets."""
        return f"alpha={self.alpha:g}, size={self.size}, k={self.k:g}, beta={self.beta:g}"


def _check(alpha: float, size: int, k: float) -> None:
    if size < 1 or size % 2 == 0:
        raise ValueError(f"expected an odd size, so that the window has a middle, got size={size}")
    if alpha < 0 or k <= 0:
        raise ValueError(
            f"expected alpha >= 0 and k > 0, or the divisor could be 0, got alpha={alpha}, k={k}"
        )


@torch.fx.wrap  # torch.fx keeps it as one step: it cannot follow a gradient of our own
def _normalized(
    maps: Tensor, alpha: float, size: int, k: float, beta: float, towers: int
) -> Tensor:
    return _Normalize.apply(maps, alpha, size, k, beta, towers)


class _Normalize(torch.autograd.Function):
    """a / s^beta with s = k + alpha * (sum of the neighbours' squares), and its gradient.

    Only the maps are kept for the way back. Autograd's own would keep six tensors of their size.
    """

    @staticmethod
    def forward(
        ctx: Any, maps: Tensor, alpha: float, size: int, k: float, beta: float, towers: int
    ) -> Tensor:
        ctx.save_for_backward(maps)
        ctx.numbers = alpha, size, k, beta, towers
        return torch.cat([_quotient(part, *ctx.numbers) for part in _parts(maps)])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        (maps,) = ctx.saved_tensors
        pairs = zip(_parts(maps), _parts(grad), strict=True)
        gradient = torch.cat([_gradient(part, above, *ctx.numbers) for part, above in pairs])
        return gradient, None, None, None, None, None


def _parts(maps: Tensor) -> tuple[Tensor, ...]:
    """A few pictures at a time on a CPU, as many as its cache holds, and elsewhere all of them.

    In a trial, AlexNet's first normalisation took 0.6 of the time in parts.
    """
    followed = torch.jit.is_tracing() or torch.compiler.is_compiling()
    if followed or maps.device.type != "cpu" or not maps.numel():
        return (maps,)
    return maps.split(max(1, IN_CACHE // maps[0].numel()))


def _quotient(maps: Tensor, alpha: float, size: int, k: float, beta: float, towers: int) -> Tensor:
    wide = _at_least_32_bits(maps)
    scale = _neighbours(wide.square(), size, towers).mul_(alpha).add_(k)
    return _power(scale, beta).mul_(wide).to(maps.dtype)


def _gradient(
    maps: Tensor, grad: Tensor, alpha: float, size: int, k: float, beta: float, towers: int
) -> Tensor:
    wide = _at_least_32_bits(maps)
    scale = _neighbours(wide.square(), size, towers).mul_(alpha).add_(k)
    direct = _power(scale, beta).mul_(grad)
    through = _neighbours((direct * wide).div_(scale), size, towers).mul_(wide)
    return direct.sub_(through, alpha=2 * alpha * beta).to(maps.dtype)


def _at_least_32_bits(maps: Tensor) -> Tensor:
    return maps.to(torch.promote_types(maps.dtype, torch.float32))


def _power(scale: Tensor, beta: float) -> Tensor:
    """scale^-beta; two square roots are several times faster than a power."""
    if beta == 0.75:
        root = scale.rsqrt()
        return root.sqrt().mul_(root)
    return scale.pow(-beta)


def _neighbours(values: Tensor, size: int, towers: int) -> Tensor:
    """Sums over neighbours: maps within each tower, or with `towers` 0 the places of a map."""
    if towers:
        return _window_sums(values.unflatten(1, (towers, -1)), size, 2).flatten(1, 2)
    return _window_sums(_window_sums(values, size, 2), size, 3)


def _window_sums(values: Tensor, size: int, dim: int) -> Tensor:
    """For each value the sum of the `size` values centred on it along a dimension."""
    if torch.jit.is_tracing():  # PyTorch's older exporter to ONNX loses what is added in place
        after = (0, 0) * (values.ndim - 1 - dim)
        shifts = range(-(size // 2), size // 2 + 1)
        return torch.stack([F.pad(values, (*after, shift, -shift)) for shift in shifts]).sum(0)
    sums = values.clone()
    into, what = sums.transpose(0, dim), values.transpose(0, dim)
    for distance in range(1, size // 2 + 1):
        into[distance:] += what[:-distance]
        into[:-distance] += what[distance:]
    return sums
