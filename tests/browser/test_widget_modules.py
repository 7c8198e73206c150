"""The text of every interactive, as a notebook loads it."""

import pytest
from playwright.sync_api import Page

from lessonlib.widgets import ActivationExplorer
from lessonlib.widgets.base import module_source


@pytest.fixture(scope="module")
def explorer() -> ActivationExplorer:
    """Any interactive: its page is where the texts are loaded."""
    return ActivationExplorer()


@pytest.mark.parametrize("name", ["activation", "convolution", "table", "tower"])
def test_the_text_that_a_notebook_loads_works_by_itself(page: Page, name: str) -> None:
    found = page.evaluate(
        """async (text) => {
        const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
        return Object.keys((await import(url)).default);
    }""",
        module_source(name),
    )
    assert found == ["render"]
