"""The networks of the register by what they read."""

from lessonlib.models import NETWORKS

READ_DIGITS = {
    name: network
    for name, network in NETWORKS.items()
    if network.input_shape[0] == 1 and network.input_shape[-1] <= 32
}
READ_PICTURES = {name: network for name, network in NETWORKS.items() if name not in READ_DIGITS}
