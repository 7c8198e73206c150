"""What tests of several stages share."""

from pathlib import Path

import build_wheel
import hypothesis
import pytest

hypothesis.settings.register_profile("no clock", deadline=None)
hypothesis.settings.load_profile("no clock")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the slow tests and their files, so that no worker ends alone with one."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The wheel of today's sources, built once for all stages."""
    return build_wheel.wheel()
