import pytest
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit.errors import SpecError
from fastseg_edit.ops.length import pixels


@given(st.floats(0, 1e6), st.floats(0, 1e5))
def test_pixels_do_not_depend_on_the_object(number, whole):
    assert pixels(number, whole) == pixels(f"{number}px", 7) == number


@given(st.floats(0.001, 500), st.floats(1, 1e5))
def test_a_share_grows_with_the_object(share, whole):
    assert pixels(f"{share}%", whole) == pytest.approx(share * whole / 100)


def test_a_share_never_falls_below_the_least_but_zero_is_zero():
    assert pixels("1%", 100, least=4) == 4
    assert pixels("0%", 100, least=4) == 0
    assert pixels(2, 100, least=4) == 2


@pytest.mark.parametrize("wrong", ["", "x", "-1", "-1%", "nan", "inf%", "1 %%", True, "1e999"])
def test_what_is_no_length_is_refused(wrong):
    with pytest.raises(SpecError) as caught:
        pixels(wrong, 10)
    assert caught.value.code == "E_SPEC"
    assert repr(wrong) in str(caught.value)
