"""The pixels that networks read: how digits become fields of floats, and what is refused."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessonlib.layers import is_traced

FIELD = 32  # pixels per side


def as_printed(images: Tensor) -> Tensor:
    """Uint8 digits to the paper's fields: ground -0.1, ink 1.175 (LeCun et al. 1998, sec. II.B).

    A 28x28 digit gets 2 pixels of ground on each side. Larger pictures keep their size.

    Args:
        images: (N, 1, H, W), uint8, ground 0 and ink 255.

    Returns:
        (N, 1, max(H, 32), max(W, 32)), from -0.1 to 1.175, in PyTorch's default type.

    Raises:
        ValueError: not a tensor, not uint8, or not one channel; the message says how to get one.
    """
    return place_digits(images, "ground -0.1, ink 1.175") * 1.275 - 0.1


def standardized(images: Tensor) -> Tensor:
    """Uint8 digits to fields without MNIST's mean and deviation: ground -0.4242, ink 2.8215.

    A common choice: scale the pixels to 0..1, subtract the mean, 0.1307, and divide by the standard
    deviation, 0.3081. A 28x28 digit gets 2 pixels of ground on each side. Larger pictures keep
    their size.

    Args:
        images: (N, 1, H, W), uint8, ground 0 and ink 255.

    Returns:
        (N, 1, max(H, 32), max(W, 32)), from -0.4242 to 2.8215, in PyTorch's default type.

    Raises:
        ValueError: not a tensor, not uint8, or not one channel; the message says how to get one.
    """
    return (place_digits(images, "ground -0.4242, ink 2.8215") - 0.1307) / 0.3081


def place_digits(images: Tensor, becomes: str = "ground 0, ink 1") -> Tensor:
    """Centre grey pictures in a field of at least 32x32 pixels of ground; ink becomes 1.

    A 28x28 digit gets 2 pixels of ground (0) on each side. Larger pictures keep their size, so
    that a wide field of several digits can be read in one pass. Where the number of pixels is
    odd, the extra one goes to the right and below.

    Args:
        images: (N, 1, H, W), uint8, ground 0 and ink 255.
        becomes: what the caller makes of ground and ink, for the message.

    Returns:
        (N, 1, max(H, 32), max(W, 32)), from 0 to 1, in PyTorch's default type.

    Raises:
        ValueError: not a tensor, another type, number of dimensions or number of channels.
    """
    images = grey_bytes(images, becomes)
    height, width = images.shape[-2:]
    rows, columns = max(FIELD - height, 0), max(FIELD - width, 0)
    sides = (columns // 2, columns - columns // 2, rows // 2, rows - rows // 2)
    return F.pad(images, sides).to(torch.get_default_dtype()) / 255


def grey_bytes(images: Tensor, becomes: str, side: int | None = None) -> Tensor:
    """The images as they are, or an error that says which form they must have.

    Args:
        images: what `prepare` was given.
        becomes: what `prepare` makes of ground and ink, for the message.
        side: height and width that they must have, in pixels; None for any.

    Raises:
        ValueError: not a uint8 tensor (N, 1, H, W), or another size.
    """
    if (
        isinstance(images, Tensor)
        and images.dtype == torch.uint8
        and images.ndim == 4
        and images.shape[1] == 1
        and side in (None, images.shape[2])
        and side in (None, images.shape[3])
    ):
        return images
    size = "H, W" if side is None else f"{side}, {side}"
    raise ValueError(
        f"expected a tensor of uint8 images (N, 1, {size}), one grey channel with ground 0 and "
        f"ink 255, got {describe(images)}; {_way_to_bytes(images)}. prepare makes floats of "
        f"them: {becomes}"
    )


def read_field(
    network: str, images: Tensor, first: nn.Module, *, side: int = FIELD, larger: bool = False
) -> Tensor:
    """The images in the type of a network's weights, or an error that says what to do.

    Only shapes are looked at: to look at values would make a GPU wait, and experiments may feed
    noise. So pictures of another range or with ink and ground exchanged are read, and usually
    misread; `prepare` gives the right ones. Nothing is refused while a program traces the network
    (see `is_traced`).

    Args:
        network: class name, for the message.
        images: what the network was given.
        first: the layer that reads them.
        side: height and width of the field, in pixels.
        larger: whether larger fields are read too, giving maps of scores.

    Raises:
        ValueError: not floating point, wrong channels, or a field of a wrong size.
    """
    if is_traced(images):
        return images
    if not _fits(images, side, larger):
        reads = f"(N, 1, H, W) with H, W >= {side}" if larger else f"(N, 1, {side}, {side})"
        sets = " and sets small pictures into a 32x32 field" if side == FIELD else ""
        raise ValueError(
            f"{network} reads prepared float images {reads}, got {describe(images)}; "
            f"{network}.prepare(images) makes them of uint8 images (N, 1, H, W){sets}"
        )
    own = getattr(first.weight, "dtype", images.dtype)  # a quantised layer's weight has none
    return images if images.dtype == own else images.to(own)


def _fits(images: Tensor, side: int, larger: bool) -> bool:
    if not isinstance(images, Tensor) or images.ndim != 4 or images.shape[1] != 1:
        return False
    height, width = images.shape[-2:]
    sizes_fit = min(height, width) >= side if larger else (height, width) == (side, side)
    return sizes_fit and images.is_floating_point()


def describe(images: object) -> str:
    """What was given, in words: type and shape where it has them."""
    kind = type(images)
    if isinstance(images, Tensor):
        return f"{str(images.dtype).removeprefix('torch.')} {tuple(images.shape)}"
    if hasattr(images, "dtype") and hasattr(images, "shape"):
        return f"a {kind.__module__.split('.')[0]} {kind.__name__} of {images.dtype} {images.shape}"
    if kind.__module__.startswith("PIL."):
        return f"a PIL picture of mode {images.mode} and size {images.size}"
    return f"a {kind.__name__}"


def _way_to_bytes(images: object) -> str:
    """How to make uint8 images (N, 1, H, W) of what was given."""
    if isinstance(images, Tensor) and images.is_floating_point():
        return "if they run from 0 to 1, (images * 255).round().to(torch.uint8) makes bytes of them"
    if isinstance(images, Tensor):
        return "ImageSet.images of a grey set has this form"
    if isinstance(images, list | tuple):
        return (
            "torch.stack makes one tensor of a list of tensors, and torch.tensor(numbers, "
            "dtype=torch.uint8) makes one of a list of numbers"
        )
    if type(images).__module__.startswith("PIL."):
        return "torch.from_numpy(numpy.array(picture.convert('L')))[None, None] makes one"
    return "torch.from_numpy(array) makes a tensor; index it with [:, None] to add the channel"
