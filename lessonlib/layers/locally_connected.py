"""A convolution that shares nothing: each place of a map has weights of its own."""

import torch
from torch import Tensor, nn

from lessonlib.layers.tracing import is_traced


class LocallyConnected2d(nn.Module):
    """Windows as in a convolution, but each place has weights and a bias of its own.

    (N, in_maps, S, S) -> (N, out_maps, S - k + 1, S - k + 1), stride 1, no padding. `weight` is
    (side, side, out_maps, in_maps, k, k) and `bias` (side, side, out_maps), with side = S - k + 1,
    so the layer has as many parameters as connections. Without weight sharing, the network of 1989
    and LeNet-5 would be made of such layers (LeCun et al. 1998, sec. II.A). Initial values are
    those of PyTorch's `Conv2d`, U(-1/sqrt(F), 1/sqrt(F)) with F = in_maps * k * k inputs, drawn for
    each place.

    Args:
        in_maps: number of input maps.
        out_maps: number of output maps.
        kernel_size: side k of the windows, in pixels.
        input_size: side S of the input maps, in pixels; the layer reads no other.

    Raises:
        ValueError: a number below 1, or a window larger than the input.
    """

    def __init__(self, in_maps: int, out_maps: int, kernel_size: int, input_size: int) -> None:
        super().__init__()
        if min(in_maps, out_maps, kernel_size) < 1 or input_size < kernel_size:
            raise ValueError(
                f"expected in_maps, out_maps and kernel_size of at least 1 and input_size of at "
                f"least kernel_size, got {in_maps}, {out_maps}, {kernel_size} and {input_size}"
            )
        self.in_maps, self.out_maps = in_maps, out_maps
        self.kernel_size, self.input_size = kernel_size, input_size
        side = input_size - kernel_size + 1
        self.weight = nn.Parameter(
            torch.empty(side, side, out_maps, in_maps, kernel_size, kernel_size)
        )
        self.bias = nn.Parameter(torch.empty(side, side, out_maps))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the initial weights and biases, each place its own."""
        bound = (self.in_maps * self.kernel_size**2) ** -0.5
        nn.init.uniform_(self.weight, -bound, bound)
        nn.init.uniform_(self.bias, -bound, bound)

    @classmethod
    def repeating(cls, layer: nn.Conv2d, input_size: int) -> "LocallyConnected2d":
        """A layer that starts with a convolution's weights at every place, as copies.

        It computes the same function until training changes it.

        Args:
            layer: square kernel, stride 1, no padding, groups or dilation, with a bias.
            input_size: side of the input maps, in pixels.

        Raises:
            ValueError: `layer` is another kind of convolution.
        """
        kernel = layer.kernel_size[0]
        plain = nn.Conv2d(layer.in_channels, layer.out_channels, kernel)
        if repr(layer) != repr(plain):
            raise ValueError(
                f"expected a convolution like {plain} (square kernel, stride 1, no padding, with "
                f"a bias), got {layer}"
            )
        local = cls(layer.in_channels, layer.out_channels, kernel, input_size)
        local.to(layer.weight)  # its type and device
        with torch.no_grad():
            local.weight.copy_(layer.weight.expand_as(local.weight))
            local.bias.copy_(layer.bias.expand_as(local.bias))
        return local

    def forward(self, maps: Tensor) -> Tensor:
        """(N, in_maps, S, S) -> (N, out_maps, S - k + 1, S - k + 1).

        Raises:
            ValueError: other maps than the layer was made for.
        """
        expected = (self.in_maps, self.input_size, self.input_size)
        if not is_traced(maps) and (maps.ndim != 4 or tuple(maps.shape[1:]) != expected):
            raise ValueError(
                f"expected maps (N, {self.in_maps}, {self.input_size}, {self.input_size}), got "
                f"{tuple(maps.shape)}; locally connected weights fit one size only"
            )
        side, k, count = self.bias.shape[0], self.kernel_size, maps.shape[0]
        last = maps.permute(1, 2, 3, 0).contiguous()  # (in_maps, S, S, N)
        windows = last.unfold(1, k, 1).unfold(2, k, 1)  # (in_maps, side, side, N, k, k)
        inputs = self.in_maps * k * k
        windows = windows.permute(1, 2, 0, 4, 5, 3).reshape(side * side, inputs, count)
        weight, bias = self.weight.flatten(3).flatten(0, 1), self.bias.flatten(0, 1)
        sums = torch.baddbmm(bias[..., None], weight, windows)  # (side * side, out_maps, N)
        sums = _with_gradient_in_one_piece(sums)
        return sums.permute(2, 1, 0).reshape(count, self.out_maps, side, side)

    def extra_repr(self) -> str:
        """What `print` shows between the brackets."""
        return (
            f"{self.in_maps}, {self.out_maps}, kernel_size={self.kernel_size}, "
            f"input_size={self.input_size}"
        )


@torch.fx.wrap  # torch.fx keeps it as one step: it asks whether there is a gradient
def _with_gradient_in_one_piece(sums: Tensor) -> Tensor:
    """The same sums, with their gradient laid out so that no place has to copy its part of it."""
    if sums.requires_grad and not torch.compiler.is_compiling():
        sums.register_hook(_in_one_piece)
    return sums


def _in_one_piece(gradient: Tensor | None) -> Tensor | None:
    return None if gradient is None else gradient.contiguous()
