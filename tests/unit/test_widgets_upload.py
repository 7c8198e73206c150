"""Upload your own digit: what ipywidgets of both versions gives, and what a page shows."""

import base64
import sys
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pytest

from lessonlib.widgets import DigitUpload, uploaded
from lessonlib.widgets.base import WIDGET_MIME
from lessonlib.widgets.upload import example_photograph
from tests.unit.own_pictures import ink, on_paper


def png() -> bytes:
    written = BytesIO()
    on_paper(ink()).save(written, "PNG")
    return written.getvalue()


SEVEN = png()
OTHERS = {"type": "image/png", "size": 0, "last_modified": datetime(2026, 1, 1, tzinfo=UTC)}
# What version 7 (Colab's 7.7) and version 8 give for the same two files.
OF_7 = {
    "seven.png": {"metadata": {"name": "seven.png", "type": "image/png"}, "content": SEVEN},
    "text.png": {"metadata": {"name": "text.png"}, "content": b"seven"},
}
OF_8 = (
    {"name": "seven.png", "content": memoryview(SEVEN), **OTHERS},
    {"name": "text.png", "content": memoryview(b"seven"), **OTHERS},
)


@pytest.fixture(scope="module")
def upload():
    return DigitUpload()


@pytest.mark.parametrize("value", [OF_7, OF_8], ids=["version 7", "version 8"])
def test_both_versions_give_the_same_files(value):
    assert uploaded(value) == [("seven.png", SEVEN), ("text.png", b"seven")]


@pytest.mark.parametrize("value", [{}, ()])
def test_no_file_is_no_error(value):
    assert uploaded(value) == []


@pytest.mark.parametrize("value", [None, "seven.png", b"png", 7])
def test_other_values_are_refused(value):
    with pytest.raises(ValueError, match=r"expected the value of an ipywidgets\.FileUpload"):
        uploaded(value)


@pytest.mark.parametrize("value", [{"seven.png": {}}, ({"content": b""},), ["seven.png"]])
def test_a_file_without_name_or_content_is_refused(value):
    with pytest.raises(ValueError, match="has no name or no content"):
        uploaded(value)


@pytest.mark.parametrize("value", [OF_7, OF_8], ids=["version 7", "version 8"])
def test_what_was_uploaded_is_read_and_bad_files_have_a_line(value):
    upload = DigitUpload()
    upload.take(value)
    assert {name: each.digit for name, each in upload.readings.items()} == {"seven.png": 7}
    assert list(upload.steps) == ["seven.png"]
    assert "it is none of JPEG" in upload.problems["text.png"]
    first, second = repr(upload).splitlines()
    assert first.startswith("seven.png: 7, distance")
    assert second.startswith("text.png: it is none of")


def test_before_an_upload_it_holds_the_example(upload):
    assert upload.readings["example"].digit == 7
    assert repr(upload).startswith("example: 7, distance ")


def test_a_page_without_a_kernel_gets_the_picture(upload):
    data = upload._repr_mimebundle_()
    assert "<svg" in data["image/svg+xml"]
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == repr(upload)
    assert data[WIDGET_MIME]["model_id"]


def test_uploading_shows_what_is_read(capsys):
    upload = DigitUpload()
    box = upload._widget()
    assert upload._widget() is box
    button = box.children[0]
    button.value = OF_8 if isinstance(button.value, tuple) else OF_7
    assert upload.readings["seven.png"].digit == 7
    assert "seven.png: 7, distance" in capsys.readouterr().out


def test_without_ipywidgets_the_picture_remains(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    data = DigitUpload()._repr_mimebundle_()
    assert WIDGET_MIME not in data
    assert "<svg" in data["image/svg+xml"]


def test_an_example_of_ones_own():
    assert DigitUpload(on_paper(ink())).readings["example"].digit == 7
    with pytest.raises(ValueError, match="the example cannot be read: nothing stands out"):
        DigitUpload(np.full((50, 50), 200, np.uint8))


def test_the_example_is_dark_ink_on_unevenly_lit_paper():
    pixels = np.asarray(example_photograph())
    assert pixels.shape == (320, 448)
    assert pixels[:, :20].mean() > pixels[:, -20:].mean() + 80
