import numpy as np
import pytest
from drawn import shapes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fastseg_edit import Edit
from fastseg_edit.edit import Matte
from fastseg_edit.errors import SpecError
from fastseg_edit.stages import Composite

BLENDS = ("feather", "poisson", "multiband")
blends = pytest.mark.parametrize("blend", BLENDS)
edits = shapes.flatmap(
    lambda shape: st.builds(
        Edit,
        arrays(np.uint8, (*shape, 3)),
        mask=arrays(bool, shape),
        result=arrays(np.uint8, (*shape, 3)),
        matte=st.none()
        | st.builds(
            Matte,
            arrays(np.float32, shape, elements=st.floats(0, 1, width=32)),
            arrays(np.uint8, (*shape, 3)),
        ),
    )
)


@blends
@given(edit=edits, feather=st.sampled_from([0, 3, "5%"]))
def test_whatever_the_blend_every_pixel_outside_the_mask_is_the_photos(blend, edit, feather):
    out = Composite(feather, blend)(edit)
    assert np.array_equal(out.result[~edit.mask], edit.image[~edit.mask])


@blends
def test_the_rim_of_a_kept_object_lies_over_whatever_was_blended(blend, photo, square):
    alpha = np.where(square, np.float32(1), np.float32(0))
    alpha[:, 60:] = 0
    colours = np.full_like(photo, 77)
    edit = Edit(photo, mask=square, result=photo // 2, matte=Matte(alpha, colours))
    out = Composite(blend=blend)(edit).result
    bare = Composite(blend=blend)(edit.evolve(matte=None)).result
    assert (out[alpha == 1] == 77).all()
    assert np.array_equal(out[alpha == 0], bare[alpha == 0])


@pytest.mark.parametrize("blend", BLENDS[1:])
def test_an_offset_shows_less_at_the_border_than_in_a_plain_paste(blend, photo, square):
    photo = photo.copy()
    photo[40:80] = photo[:40]  # grass alone
    shifted = np.clip(photo.astype(int) + 12, 0, 255).astype(np.uint8)
    edit = Edit(photo, mask=square, result=shifted)
    rim = square & ~np.roll(square, 1, axis=1)
    plain, blended = (
        np.abs((way(edit).result[rim].astype(float) - photo[rim]).mean())
        for way in (Composite(0), Composite(blend=blend))
    )
    assert blended < plain / 2, f"{blended:.1f} of {plain:.1f} levels"


def test_an_unknown_blend_is_refused_with_the_known_ones():
    with pytest.raises(SpecError, match="feather or poisson or multiband"):
        Composite(blend="sharp")
