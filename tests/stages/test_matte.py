import cv2
import numpy as np
from drawn import filled_masks
from hypothesis import given
from hypothesis import strategies as st

from fastseg_edit import Edit, Mask, assembly, operations
from fastseg_edit.edit import Matte
from fastseg_edit.stages import Composite, MatteRim

FRONT, BACK = (210, 60, 40), (40, 90, 160)


def disc():
    """A disc out of focus before a plain ground: the picture and its opacity."""
    rows, columns = np.indices((90, 110))
    share = ((rows - 45) ** 2 + (columns - 55) ** 2 <= 25**2).astype(np.float32)
    share = cv2.GaussianBlur(share, (0, 0), 2)[..., None]
    return np.rint(share * FRONT + (1 - share) * BACK).astype(np.uint8), share


@given(filled_masks, st.sampled_from([0, 2, "5%"]), st.integers(0, 9))
def test_the_hole_only_grows_and_nothing_else_of_the_edit_changes(mask, reach, seed):
    image = np.random.default_rng(seed).integers(0, 256, (*mask.shape, 3), np.uint8)
    edit = Edit(image, mask=mask)
    after = MatteRim(reach)(edit)
    assert not (mask & ~after.mask).any()
    assert np.array_equal(after.image, image)
    if after.matte is not None:
        assert (after.matte.alpha[~after.mask] > 0.99).all()


def test_nothing_happens_without_a_reach():
    image, share = disc()
    edit = Edit(image, mask=share[..., 0] <= 0.5)
    assert MatteRim(0)(edit) is edit


def test_an_object_keeps_no_halo_over_a_new_background():
    image, share = disc()
    edit = MatteRim()(Edit(image, mask=share[..., 0] <= 0.5))
    new = np.full_like(image, (250, 240, 90))
    result = Composite(0)(edit.evolve(result=new)).result
    wanted = share * FRONT + (1 - share) * new
    error = np.abs(result - wanted).mean(axis=2)[(share[..., 0] > 0) & (share[..., 0] < 1)]
    assert error.mean() < 3, f"{error.mean():.1f} levels off at the rim"


def test_a_hole_that_would_be_the_whole_photo_stays_as_it_is():
    image = np.random.default_rng(0).integers(0, 256, (20, 20, 3), np.uint8)
    mask = np.ones((20, 20), bool)
    mask[10, 10] = False
    edit = MatteRim(8)(Edit(image, mask=mask))
    assert not edit.mask.all()


def test_a_ready_mask_is_kept_to_the_pixel_unless_a_reach_is_asked_for():
    image, share = disc()
    mask = share[..., 0] > 0.5
    hard = operations.replace_background(image, Mask(mask), model="blur")
    assert np.array_equal(hard.mask, ~mask)
    assert np.array_equal(hard.image[mask], image[mask])
    soft = operations.replace_background(image, Mask(mask), model="blur", matte=6)
    assert isinstance(soft.edit.matte, Matte)
    assert soft.unmasked_changed_pixels == 0


def test_replacing_a_background_softens_the_rim_of_what_is_kept():
    selecting, painting = assembly.build("replace-background", {"model": "blur"})
    assert any(isinstance(stage, MatteRim) for stage in [*selecting, *painting])
