"""What an answer must not call: noted while it runs, by whatever name it calls it."""

from collections.abc import Callable, Collection
from typing import Any

from torch.overrides import TorchFunctionMode

CONVOLUTIONS = frozenset(
    {f"conv{transposed}{n}d" for transposed in ("", "_transpose") for n in (1, 2, 3)}
    | {"convolution", "_convolution"}
)
AUTOGRAD = frozenset({"backward", "grad"})


class Noted(TorchFunctionMode):
    """Notes which of some functions of PyTorch are called within, layers' calls included.

    Attributes:
        used: the names of those that were called.
    """

    def __init__(self, names: Collection[str]) -> None:
        super().__init__()
        self.names = frozenset(names)
        self.used: set[str] = set()

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        """Note the call, and make it."""
        name = getattr(func, "__name__", "")
        if name in self.names:
            self.used.add(name)
        return func(*args, **(kwargs or {}))
