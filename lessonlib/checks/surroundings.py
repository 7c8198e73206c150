"""What surrounds a check: PyTorch's settings, and what the learner's code prints."""

import contextlib
import io
from collections.abc import Iterator

import torch

MOST_PRINTED = 1_000  # characters that are kept


@contextlib.contextmanager
def own_settings() -> Iterator[None]:
    """PyTorch as it starts: float32, a CPU, gradients on; the caller's settings come back.

    The caller's random numbers go on afterwards where they were.
    """
    dtype = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with (
            torch.device("cpu"),
            torch.random.fork_rng(devices=[]),
            torch.inference_mode(False),
            torch.enable_grad(),
        ):
            yield
    finally:
        torch.set_default_dtype(dtype)


class Printed(io.TextIOBase):
    """A stream that keeps the first characters and lets the rest go."""

    def __init__(self) -> None:
        self.text = ""

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep what there is room for."""
        if len(self.text) < MOST_PRINTED:
            self.text += text[: MOST_PRINTED - len(self.text)]
        return len(text)


@contextlib.contextmanager
def captured() -> Iterator[Printed]:
    """Catch what is written to stdout and stderr, so that a cell shows the result alone."""
    printed = Printed()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        yield printed
