"""The network of 1989 on the digits of 1989, and on as many of MNIST's.

LeCun et al. 1989 report 5.0 % of the test part wrong and 0.14 % of the training part, 102 of 2,007
and 10 of 7,291 digits. Departures from the paper: the digits as released were deslanted, which the
paper does not tell; and what it leaves open is ours, see `ZipNet1989` and the recipe `ZIP1989`.

Reproductions have used MNIST, because they did not have these digits. So the same network learns,
by the same recipe, from as many digits of MNIST of the same size, and each of the two networks
reads the digits of both sets. Neither has seen an embedded digit. How well the pixels' nearest
neighbour, a linear classifier and oriented edges do on the same digits is measured beside them.
"""

from lessonlib.runs.recording import Recording
from lessonlib.training.recipes import ZIP1989

READ_BY_BOTH = ("usps_test_error", "shrunk_mnist_test_error", "shrunk_embedded_test_error")
RIVALS = ("nearest_neighbour_error", "linear_classifier_error", "oriented_edges_error")


def _zip(name: str, digits: str, **data: str) -> Recording:
    return Recording(
        name=name,
        about=f"The network of 1989, 23 passes over {digits}.",
        network="ZipNet1989",
        trainer="sdlm_fit",
        recipe=ZIP1989,
        seeds=tuple(range(10)),
        measurements=("train_error", *READ_BY_BOTH, *RIVALS),
        keep_weights=True,
        **data,
    )


RECORDINGS_1989 = (
    _zip("zipnet-usps", "the 7,291 zip-code digits of 1989, as released, deslanted", data="usps"),
    _zip(
        "zipnet-mnist",
        "7,291 digits of MNIST, fitted to 16x16 like those of 1989",
        data="mnist",
        view="as_1989",
    ),
)
"""Ten seeds on each set; the first seed's weights are kept."""
