"""The pages on the library: names are shown as they are imported."""

import sys
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def public_name(target: str) -> str | None:
    """The name to import a thing by: lessonlib.models.lenet5.LeNet5 is lessonlib.models.LeNet5.

    None where no shorter name leads to the same thing.
    """
    parts = target.split(".")
    if parts[0] != "lessonlib" or len(parts) < 4:
        return None
    package = sys.modules.get(".".join(parts[:2]))
    if package is None or not hasattr(package, parts[3]):
        return None
    return ".".join([*parts[:2], *parts[3:]])


def resolve(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.Element
) -> nodes.reference | None:
    """Link a name given by its module to where the public name is described."""
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
    """Mend names and leave out."""
    app.connect("missing-reference", resolve)
    app.connect("autodoc-skip-member", skip)
