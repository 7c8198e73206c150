"""What all interactives share: a live widget if anywidget is installed, else a still picture.

Besides the widget, an output holds a still picture and the state that the module draws it from.
The book's pages have no kernel, so there the extension in `book/_ext/course/widgets.py` makes the
page from these two.
"""

import re
from base64 import b64encode
from pathlib import Path
from typing import Any, ClassVar

from IPython.display import display
from matplotlib.figure import Figure
from traitlets import HasTraits

from lessonlib.viz.png import png_bytes

try:
    from anywidget import AnyWidget
except ImportError:
    AnyWidget = None

STILL_WIDTH = 480  # CSS pixels, as figures are
STATE_MIME = "application/vnd.lessonlib.widget+json"
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
HINT = 'To touch this picture, run: pip install "lessonlib[widgets]", then restart the kernel.'


IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.js";\n', re.MULTILINE)


def module_source(name: str) -> str:
    """An interactive's ES module as one text, preceded by the modules that it imports, each once.

    A notebook loads a module as text, so a relative import would find nothing; a page of the book
    loads the files.

    Args:
        name: name of the module in this folder, without its ending.
    """
    return "\n".join(IMPORT.sub("", text) for text in _modules(name).values())


def _modules(name: str) -> dict[str, str]:
    """A module's text and those of all that it imports, each behind what it imports itself."""
    text = Path(__file__).with_name(f"{name}.js").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for imported in IMPORT.findall(text):
        found |= _modules(imported)
    return found | {name: text}


class StillBase(HasTraits):
    """Takes a widget's place: its state can be read and set, and its display is a still picture."""

    def _ipython_display_(self) -> None:
        data, metadata = self._repr_mimebundle_()
        print(HINT)
        display(data, metadata=metadata, raw=True)


if AnyWidget is None:
    Base = StillBase
else:

    class Base(AnyWidget):
        """A widget whose display is its MIME bundle, with ipywidgets 7 (Colab's) too."""

        _ipython_display_ = None


class Interactive(Base):
    """An interactive of the course.

    Attributes:
        module: name of the ES module beside this file, without its ending.
        drawn: names of the traits that the module draws from.
    """

    module: ClassVar[str]
    drawn: ClassVar[tuple[str, ...]]

    def state(self) -> dict[str, Any]:
        """The traits that the module draws from, as JSON has them."""
        found = {}
        for name in self.drawn:
            to_json = self.trait_metadata(name, "to_json")
            value = getattr(self, name)
            found[name] = to_json(value, self) if to_json else value
        return found

    def still(self) -> Figure:
        """A still picture of the interactive's present state."""
        raise NotImplementedError

    def describe(self) -> str:
        """What the still picture shows, for those who do not see it."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, the still picture, and the state; only the widget's own id is random."""
        data = {
            "text/plain": repr(self),
            "image/png": b64encode(png_bytes(self.still())).decode(),
            STATE_MIME: {
                "module": self.module,
                "state": self.state(),
                "alt": self.describe(),
            },
        }
        metadata: dict[str, Any] = {}
        if AnyWidget is not None:
            live, metadata = AnyWidget._repr_mimebundle_(self, **kwargs) or ({}, {})
            data |= {key: value for key, value in live.items() if key == WIDGET_MIME}
        return data, {**metadata, "image/png": {"width": STILL_WIDTH}}
