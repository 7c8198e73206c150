"""Names as they are typed in the shell, from the names in the library's registers."""

import re
from collections.abc import Mapping
from difflib import get_close_matches

import typer


def command_name(name: str) -> str:
    """The name of a class or a constant as one types it: LeNetClassic is `lenet-classic`.

    A word begins at a capital letter after a small one or a digit, but "Net" stays with the
    word before it. Underscores become hyphens.
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])(?!Net)", "-", name).replace("_", "-").lower()


def registered(given: str, register: Mapping[str, object], kind: str) -> str:
    """The name in a register that was meant, whether typed as in the shell or as in Python.

    Args:
        given: what was typed.
        register: what can be meant, by name.
        kind: the word for what it holds, for the message.

    Raises:
        typer.BadParameter: there is no such name; the message gives the nearest and all names.
    """
    known = {command_name(name): name for name in register}
    typed = command_name(given)
    if typed not in known:
        near = get_close_matches(typed, known, n=1)
        meant = f"; did you mean {near[0]}?" if near else ";"
        raise typer.BadParameter(f"unknown {kind} {given!r}{meant} known: {', '.join(known)}")
    return known[typed]
