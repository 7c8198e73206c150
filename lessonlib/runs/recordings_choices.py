"""Activations, then initialisations, compared on one network and one recipe.

The network is `LeNetClassic`. It bends sums by one function at every layer, pools by plain averages
and ends in a softmax, so that an activation or a start can be replaced and nothing else. LeNet-5 as
printed would ask every activation to reach the codes of -1 and +1, which rectifiers cannot, and
batch normalisation, as in `LeNetModern`, takes out much of what a start does. The network's own
start, in all activations, is PyTorch's default: weights and biases uniform within 1/sqrt(F).
Its own activation, for all starts, is tanh.
"""

from lessonlib.models.ablations import Ablation, OtherActivation, OtherStart
from lessonlib.runs.recording import Recording
from lessonlib.training.recipes import TODAY_SHORT

ACTIVATIONS = {
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "scaled-tanh": "ScaledTanh",
    "relu": "ReLU",
    "leaky-relu": "LeakyReLU",
    "gelu": "GELU",
}
"""Names in the recordings `activation-NAME`, and the activations' names."""
STARTS = {"as-printed": "2.4/F", "one-over-root": "1/sqrt(F)", "xavier": "xavier", "he": "he"}
"""Names in the recordings `start-NAME`, and the starts' names; biases start from 0."""


def _choice(name: str, about: str, ablation: Ablation) -> Recording:
    return Recording(
        name=name,
        about=f"LeNetClassic {about}, ten epochs on the 60,000 digits of MNIST.",
        network="LeNetClassic",
        ablations=(ablation,),
        recipe=TODAY_SHORT,
        seeds=(0, 1, 2),
        measurements=("train_error",),
    )


RECORDINGS_CHOICES = (
    *(
        _choice(f"activation-{name}", f"with {kind} at every layer", OtherActivation(kind))
        for name, kind in ACTIVATIONS.items()
    ),
    *(
        _choice(f"start-{name}", f"with first weights by {rule}", OtherStart(rule))
        for name, rule in STARTS.items()
    ),
)
"""Six activations, then four starts; they are not crossed."""
