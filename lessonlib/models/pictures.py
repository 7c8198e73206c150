"""Colour pictures: how networks read them without their mean, and what is refused."""

import torch
from torch import Tensor, nn

from lessonlib.layers import is_traced
from lessonlib.models.fields import describe


class MeanSubtracted:
    """What networks share that read colour pictures minus the mean of those they learn from.

    The mean is a buffer of the network, so it is kept with the weights. It is 0 until `fit`, or
    you, call `set_mean`.
    """

    input_shape: tuple[int, int, int]
    mean: Tensor

    def prepare(self, images: Tensor) -> Tensor:
        """Uint8 colour pictures to fields: their middle, 0 to 255, minus the mean.

        A picture that is larger than the field is cut to its middle (of 256x256 the middle 224x224,
        the centre patch of Krizhevsky et al. 2012). None is ever enlarged or shrunk.

        Args:
            images: (N, 3, H, W), uint8, H and W not smaller than the field.

        Returns:
            (N, 3, side, side), 0 to 255 minus the mean, in PyTorch's default type.

        Raises:
            ValueError: not uint8 or not three colours (the message says how to get them), or
                smaller than the field.
        """
        wanted, side = colour_bytes(images, "0 to 255 minus the mean"), self.input_shape[-1]
        dtype = torch.get_default_dtype()
        fields = middle(type(self).__name__, wanted, side).to(dtype)
        return fields.sub_(self.mean.to(images.device, dtype))

    @torch.no_grad()
    def set_mean(self, mean: Tensor) -> None:
        """Keep the mean of the training pictures, which `prepare` subtracts from now on.

        Args:
            mean: one number per pixel, (3, H, W), as printed in 2012, or one per colour, (3,),
                from 0 to 255. Of a picture larger than the field the middle is kept, as in the
                released source: it subtracts the middle of the mean, wherever a crop was cut.

        Raises:
            ValueError: another shape, a picture smaller than the field, or numbers out of range.
        """
        name, side = type(self).__name__, self.input_shape[-1]
        shape = tuple(mean.shape)
        if shape != (3,) and (len(shape) != 3 or shape[0] != 3 or min(shape) < 1):
            raise ValueError(
                f"expected a mean of shape (3,) or (3, H, W), over the training pictures, got "
                f"{shape}; images.float().mean(0) has this form"
            )
        if not (mean.min() >= 0 and mean.max() <= 255):  # NaN too
            raise ValueError(
                f"expected a mean of bytes, from 0 to 255, got {mean.min():g} to {mean.max():g}"
            )
        kept = mean[:, None, None] if shape == (3,) else middle(name, mean[None], side)[0]
        self.mean.copy_(kept.expand_as(self.mean))


def check_classes(classes: int) -> None:
    """Refuse a network without scores.

    Raises:
        ValueError: fewer classes than one.
    """
    if classes < 1:
        raise ValueError(f"expected at least one class, got classes={classes}")


def colour_bytes(images: Tensor, becomes: str) -> Tensor:
    """The images as they are, or an error that says which form they must have.

    Args:
        images: what `prepare` was given.
        becomes: what `prepare` makes of them, for the message.

    Raises:
        ValueError: not a uint8 tensor (N, 3, H, W).
    """
    if (
        isinstance(images, Tensor)
        and images.dtype == torch.uint8
        and images.ndim == 4
        and images.shape[1] == 3
    ):
        return images
    raise ValueError(
        f"expected a tensor of uint8 images (N, 3, H, W), red, green and blue, got "
        f"{describe(images)}; {_way_to_colours(images)}. prepare makes floats of them: {becomes}"
    )


def middle(network: str, images: Tensor, side: int) -> Tensor:
    """The middle side x side pixels of pictures, as a view.

    Args:
        network: class name, for the message.
        images: (N, C, H, W), of any type.
        side: height and width, in pixels.

    Raises:
        ValueError: the pictures are smaller.
    """
    height, width = images.shape[-2:]
    if min(height, width) < side:
        raise ValueError(
            f"{network} reads pictures of at least {side}x{side} pixels, got {height}x{width}; "
            f"enlarge them first, for example with torch.nn.functional.interpolate(images, "
            f"size=({side}, {side}), mode='bilinear', antialias=True), or take a network for "
            f"small pictures, such as AlexNetSmall"
        )
    top, left = (height - side) // 2, (width - side) // 2
    return images[..., top : top + side, left : left + side]


def read_pictures(
    network: str, images: Tensor, first: nn.Module, least: int, most: int | None = None
) -> Tensor:
    """The images in the type of a network's weights, or an error that says what to do.

    Only shapes are looked at, as in `fields.read_field`, and nothing is refused while a program
    traces the network.

    Args:
        network: class name, for the message.
        images: what the network was given.
        first: the layer that reads them.
        least: smallest height and width, in pixels.
        most: largest height and width; None for any.

    Raises:
        ValueError: not floating point, wrong channels, or a wrong size.
    """
    if is_traced(images):
        return images
    if not _fits(images, least, most):
        sides = f"from {least} to {most}" if most else f"of at least {least}"
        form = f"(N, 3, H, W) with H and W {sides}"
        raise ValueError(
            f"{network} reads prepared float images "
            f"{f'(N, 3, {least}, {least})' if most == least else form}, got {describe(images)}"
            f"{_why(images, least)}; {network}().prepare(images) makes them of uint8 images "
            f"(N, 3, H, W)"
        )
    own = getattr(first.weight, "dtype", images.dtype)  # a quantised layer's weight has none
    return images if images.dtype == own else images.to(own)


def _fits(images: Tensor, least: int, most: int | None) -> bool:
    if not isinstance(images, Tensor) or images.ndim != 4 or images.shape[1] != 3:
        return False
    height, width = images.shape[-2:]
    sizes_fit = least <= min(height, width) and (most is None or max(height, width) <= most)
    return sizes_fit and images.is_floating_point()


def _why(images: object, least: int) -> str:
    """What is wrong, where more than the form is to be said."""
    if not isinstance(images, Tensor) or images.ndim != 4 or not images.is_floating_point():
        return ""
    if images.shape[1] == 1:
        return ", grey; images.expand(-1, 3, -1, -1) has three equal colours"
    if images.shape[1] == 3 and min(images.shape[-2:]) < least:
        return f", which is too small: the least side is {least} pixels"
    return ""


def _way_to_colours(images: object) -> str:
    """How to make uint8 images (N, 3, H, W) of what was given."""
    if isinstance(images, Tensor) and images.is_floating_point():
        return "if they run from 0 to 1, (images * 255).round().to(torch.uint8) makes bytes of them"
    if isinstance(images, Tensor):
        return _way_from_bytes(images)
    if isinstance(images, list | tuple):
        return (
            "torch.stack makes one tensor of a list of tensors, and torch.tensor(numbers, "
            "dtype=torch.uint8) makes one of a list of numbers"
        )
    if type(images).__module__.startswith("PIL."):
        return (
            "torch.from_numpy(numpy.array(picture.convert('RGB'))).permute(2, 0, 1)[None] makes one"
        )
    return (
        "torch.from_numpy(array) makes a tensor; where the colours are its last axis, "
        ".permute(0, 3, 1, 2) puts them in their place"
    )


def _way_from_bytes(images: Tensor) -> str:
    shape = images.shape
    if len(shape) == 4 and shape[1] == 1:
        return "images.expand(-1, 3, -1, -1) gives grey pictures three equal colours"
    if len(shape) == 4 and shape[3] == 3:
        return "images.permute(0, 3, 1, 2) puts the colours in their place"
    if len(shape) == 4 and shape[1] == 4:
        return "images[:, :3] leaves the fourth channel, transparency, out"
    if len(shape) == 3 and shape[0] == 3:
        return "images[None] makes a batch of one picture"
    return "ImageSet.images of a set of colour pictures has this form"
