"""torchvision's AlexNet with weights from all of ImageNet, to see what a trained one knows."""

from typing import Any

import torch

BEST = 5


def read_picture(picture: Any) -> dict[str, float]:
    """What torchvision's pretrained AlexNet takes a picture for.

    It is the network of one tower (see `AlexNetOneTower`), with weights that torchvision downloads
    once, about 240 MB. It reads a window of 224x224 from the middle of the picture, made smaller
    until its shorter side is 256.

    Args:
        picture: a picture of Pillow in three colours, or uint8 (3, H, W).

    Returns:
        The five likeliest of ImageNet's 1,000 classes, best first, in percent.

    Raises:
        OSError: the weights are not there and could not be fetched.
    """
    from torchvision.models import AlexNet_Weights, alexnet  # late: it takes seconds

    weights = AlexNet_Weights.DEFAULT
    network = alexnet(weights=weights, progress=False).eval()
    with torch.no_grad():
        shares = network(weights.transforms()(picture)[None])[0].softmax(0)
    best = shares.topk(BEST)
    names = [weights.meta["categories"][place] for place in best.indices]
    return dict(zip(names, (100 * best.values).tolist(), strict=True))
