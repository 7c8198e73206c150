"""One tower in place of two: as wide as both together, or about as costly as they are."""

from dataclasses import dataclass

from torch import nn

from lessonlib.models.ablations.ablation import Ablation, no_child, put


@dataclass(frozen=True)
class OneTower:
    """Every convolution reads all maps, as in AlexNet's successor of 2014, which is also narrower.

    The grouped layers get twice as many weights. New layers start as PyTorch's do: apply
    `OtherStart` afterwards.
    """

    def apply(self, model: nn.Module) -> None:
        """Replace every child that is a convolution in groups.

        Raises:
            ValueError: there is none.
        """
        layers = _convolutions(self, model)
        put(model, {n: _like(old, old.in_channels, old.out_channels) for n, old in layers.items()})


@dataclass(frozen=True)
class NarrowTower:
    """One tower with half the maps, except in the last convolution, which keeps all of its own.

    With it Krizhevsky et al. 2012, sec. 3.2, compare their two towers. They do not halve the last
    convolution, so that both of their nets have about as many parameters. In `AlexNetSmall`, whose
    fully connected layers are small, the narrow one has 79 % of them.
    New layers start as PyTorch's do: apply `OtherStart` afterwards.
    """

    def apply(self, model: nn.Module) -> None:
        """Replace every child that is a convolution.

        Raises:
            ValueError: none of them is in groups.
        """
        layers = _convolutions(self, model)
        first, last = next(iter(layers)), next(reversed(layers))
        narrow = {}
        for name, old in layers.items():
            inputs = old.in_channels if name == first else old.in_channels // 2
            maps = old.out_channels if name == last else old.out_channels // 2
            narrow[name] = _like(old, inputs, maps)
        put(model, narrow)


def _convolutions(ablation: Ablation, model: nn.Module) -> dict[str, nn.Conv2d]:
    layers = {name: m for name, m in model.named_children() if isinstance(m, nn.Conv2d)}
    if all(layer.groups == 1 for layer in layers.values()):
        raise no_child(ablation, model, "convolutions in groups, which are its towers")
    return layers


def _like(old: nn.Conv2d, inputs: int, maps: int) -> nn.Conv2d:
    """A convolution of the same windows that reads all maps."""
    return nn.Conv2d(inputs, maps, old.kernel_size, stride=old.stride, padding=old.padding)
