"""The pages on the library: names as they are imported, and the networks of the register."""

import sys
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

MEMBERS = ("prepare", "set_mean", "forward", "reset_parameters", "place")  # if it has them


def public_name(target: str) -> str | None:
    """The name to import a thing by: lessonlib.models.LeNet5 for lessonlib.models.lenet5.LeNet5.

    None if no shorter name leads to the same thing.
    """
    parts = target.split(".")
    package = ".".join(parts[:2])
    thing = found(package, parts[2:])
    if parts[0] != "lessonlib" or thing is None:
        return None
    for rest in (parts[i:] for i in range(len(parts) - 1, 2, -1)):
        if found(package, rest) is thing:
            return ".".join([package, *rest])
    return None


def found(package: str, names: list[str]) -> Any:
    """What a path of names leads to from a loaded package; None if it leads to nothing.

    If a module and a thing in it have the same name, the name means the module when more names
    follow.
    """
    thing: Any = sys.modules.get(package)
    for count, name in enumerate(names, start=1):
        module = sys.modules.get(".".join([package, *names[:count]]))
        goes_on = count < len(names) and module is not None
        thing = module if goes_on else getattr(thing, name, None)
    return thing


class Networks(SphinxDirective):
    """Every network of one room, `published`, `retold` or `controls`, from the register."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """What autodoc makes of each class."""
        lines = StringList(network_lines(self.arguments[0]), source="lessonlib.models.NETWORKS")
        parent = nodes.container()
        self.state.nested_parse(lines, self.content_offset, parent)
        return parent.children


def network_lines(room: str) -> list[str]:
    """An `autoclass` for each network of a room.

    Raises:
        ValueError: the register has no network in this room.
    """
    from lessonlib.models import NETWORKS

    lines: list[str] = []
    for name, network in NETWORKS.items():
        if room_of(network) == room:
            members = ", ".join(member for member in MEMBERS if defines(network, member))
            lines += [f".. autoclass:: lessonlib.models.{name}", f"   :members: {members}", ""]
    if not lines:
        raise ValueError(f"no network is in a room {room!r}; there are published, retold, controls")
    return lines


def defines(network: type, member: str) -> bool:
    """Whether a network, or what it shares with others of the library, has its own such member."""
    ours = [part for part in network.__mro__ if part.__module__.startswith("lessonlib.")]
    return any(member in vars(part) for part in ours)


def room_of(network: type) -> str:
    """The room of a network: `controls`, `retold` or `published`."""
    rooms = {"controls": "controls", "as_told": "retold"}
    return rooms.get(network.__module__.split(".")[2], "published")


def resolve(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.Element
) -> nodes.reference | None:
    """Link a name that is given by its module to the description of the public name."""
    if node.get("refdomain") != "py":
        return None
    target = node.get("reftarget", "")
    name = public_name(target)
    if name is None:
        return None
    kind = "obj" if node.get("reftype") == "class" else node["reftype"]
    document = node.get("refdoc", env.docname)
    return env.domains["py"].resolve_xref(env, document, app.builder, kind, name, node, content)


def skip(app: Sphinx, what: str, name: str, thing: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out what only says how a class is built: the fields of a named tuple."""
    return True if type(thing).__name__ == "_tuplegetter" else None


def setup(app: Sphinx) -> None:
    """Register the directive, the links and the omissions."""
    app.add_directive("networks", Networks)
    app.connect("missing-reference", resolve)
    app.connect("autodoc-skip-member", skip)
