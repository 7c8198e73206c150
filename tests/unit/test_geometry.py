import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from lessonlib.geometry import out_size, receptive_field
from tests.paper_tables import LENET5_RECEPTIVE_FIELDS, LENET5_WINDOWS


@given(
    size=st.integers(1, 40),
    kernel=st.integers(1, 12),
    stride=st.integers(1, 5),
    padding=st.integers(0, 4),
)
def test_out_size_is_what_torch_gives(size, kernel, stride, padding):
    if size + 2 * padding < kernel:
        with pytest.raises(ValueError, match="larger than the padded input"):
            out_size(size, kernel, stride, padding)
        return
    picture, window = torch.zeros(1, 1, size, size), torch.zeros(1, 1, kernel, kernel)
    made = F.conv2d(picture, window, stride=stride, padding=padding)
    assert out_size(size, kernel, stride, padding) == made.shape[-1]


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(0, 1, 0), (3, 0, 0), (3, 1, -1)])
def test_impossible_windows_are_refused(kernel, stride, padding):
    with pytest.raises(ValueError, match="expected kernel >= 1"):
        out_size(8, kernel, stride, padding)


@pytest.mark.parametrize(("layer", "size", "jump"), LENET5_RECEPTIVE_FIELDS)
def test_receptive_fields_of_lenet5(layer, size, jump):
    names = [name for name, _, _ in LENET5_WINDOWS]
    windows = [(kernel, stride) for _, kernel, stride in LENET5_WINDOWS]
    field = receptive_field(windows[: names.index(layer) + 1])
    assert (field.size, field.jump) == (size, jump)


@pytest.mark.parametrize(
    ("windows", "unit"),
    [([(5, 1), (2, 2), (5, 1)], 2), ([(3, 2, 1), (3, 1, 1)], 3), ([(2, 2), (3, 1)], 1)],
)
def test_a_field_is_where_the_gradient_lands(windows, unit):
    picture = torch.zeros(1, 1, 40, 40, requires_grad=True)
    x = picture
    for kernel, stride, *padding in windows:
        ones = torch.ones(1, 1, kernel, kernel)
        x = F.conv2d(x, ones, stride=stride, padding=padding[0] if padding else 0)
    x[0, 0, unit, unit].backward()
    touched = picture.grad[0, 0].sum(1).nonzero().flatten()
    field = receptive_field(windows)
    assert len(touched) == field.size
    assert touched.double().mean().item() == field.centres(unit + 1)[unit]
