import numpy as np
import pytest
from drawn import shapes
from hypothesis import given
from hypothesis import strategies as st

import fastseg_edit
from fastseg_edit import Mask, Points, Spot, photos
from fastseg_edit.apps.cli import main
from fastseg_edit.errors import NoObjectError, PromptError, SpecError
from fastseg_edit.ops import collage

GROUND = np.random.default_rng(3).integers(90, 130, (100, 140, 3)).astype(np.uint8)
spots = st.builds(
    Spot,
    st.tuples(st.integers(-4, 144), st.integers(-4, 104)),
    st.sampled_from([None, 12, "50%", 90]),
    flip=st.booleans(),
)


def middle(square):
    rows, columns = np.nonzero(square)
    return (columns.min() + columns.max() + 1) / 2, (rows.min() + rows.max() + 1) / 2


@given(spot=spots, matte=st.sampled_from([0, 3]))
def test_every_pixel_outside_the_mask_is_the_photos(spot, matte):
    source = np.zeros((60, 60, 3), np.uint8)
    mask = np.zeros((60, 60), bool)
    mask[20:40, 15:50] = True
    source[mask] = (200, 60, 10)
    edited = fastseg_edit.paste(GROUND, source, Mask(mask), spot, matte=matte)
    assert np.array_equal(edited.image[~edited.mask], GROUND[~edited.mask])
    assert edited.mask.any()
    assert edited.unmasked_changed_pixels == 0


@pytest.mark.parametrize("matte", [0, "2%", 6])
def test_an_object_pasted_where_it_was_changes_nothing_to_speak_of(photo, square, matte):
    edited = fastseg_edit.paste(photo, photo, Mask(square), Spot(middle(square)), matte=matte)
    change = np.abs(edited.image.astype(int) - photo).max()
    assert change <= 2, f"up to {change} levels"


@given(shapes, st.floats(0.2, 3), st.integers(0, 9))
def test_scaling_keeps_opacities_shares_and_plain_colours_plain(shape, factor, seed):
    height, width = max(shape[0], 4), max(shape[1], 4)
    alpha = np.random.default_rng(seed).random((height, width)).astype(np.float32)
    colours = np.full((height, width, 3), (200, 100, 50), np.uint8)
    piece = collage.Piece(colours, alpha, (0, 0, width, height)).scaled(factor)
    assert 0 <= piece.alpha.min() <= piece.alpha.max() <= 1
    seen = piece.alpha > 0.1
    assert (np.abs(piece.colours[seen].astype(int) - (200, 100, 50)) <= 1).all()


def test_flipping_twice_changes_nothing():
    random = np.random.default_rng(0)
    colours = random.integers(0, 256, (9, 7, 3), np.uint8)
    piece = collage.Piece(colours, random.random((9, 7)).astype(np.float32), (1, 2, 5, 8))
    again = piece.mirrored().mirrored()
    assert np.array_equal(again.colours, piece.colours)
    assert again.box == piece.box


def test_the_middle_and_the_height_are_as_asked(photo, square):
    edited = fastseg_edit.paste(GROUND, photo, Mask(square), Spot("50%,40%", "30%"), matte=0)
    rows, columns = np.nonzero(edited.mask)
    assert abs(rows.max() + 1 - rows.min() - 30) <= 2
    assert abs((columns.min() + columns.max() + 1) / 2 - 70) <= 1
    assert abs((rows.min() + rows.max() + 1) / 2 - 40) <= 1


def test_it_fills_a_box_as_far_as_its_shape_allows(photo, square):
    edited = fastseg_edit.paste(GROUND, photo, Mask(square), Spot(into=(10, 20, 90, 80)), matte=0)
    rows, columns = np.nonzero(edited.mask)
    assert rows.min() >= 18
    assert rows.max() < 82
    assert abs((columns.min() + columns.max() + 1) / 2 - 50) <= 1


def test_deep_photos_with_alpha_keep_their_depth_and_the_alpha_round_the_object(photo, square):
    deep = np.dstack([GROUND, np.full((100, 140, 1), 99)]).astype(np.uint16) * 257
    edited = fastseg_edit.paste(deep, photo, Mask(square))
    after = edited.output
    assert after.dtype == np.uint16
    assert np.array_equal(after[~edited.mask], deep[~edited.mask])
    assert after[50, 70, 3] == 65535
    assert after[50, 70, 0] > 150 * 257
    assert (after[0, 0] == deep[0, 0]).all()


def translucent(mode, opacity):
    """Return a photo of one colour of which the left half is see-through."""
    deep = mode.endswith(";16")
    channels = {"RGBA": 4, "LA": 2, "PA": 2}[mode.removesuffix(";16")]
    samples = np.full((60, 80, channels), 100, np.uint16)
    samples[..., -1] = 255
    samples[:, :40, -1] = round(opacity * 255)
    palette = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)
    palette[:, 3] = 255
    samples = samples * 257 if deep else samples.astype(np.uint8)
    return samples, photos.Photo(samples, mode, palette=palette if mode == "PA" else None)


@pytest.mark.parametrize("opacity", [0.0, 0.4])
@pytest.mark.parametrize("mode", ["RGBA", "RGBA;16", "LA", "LA;16", "PA"])
def test_what_is_pasted_onto_nothing_shows_with_its_own_opacity_and_colours(mode, opacity):
    samples, ground = translucent(mode, opacity)
    cut_out = np.zeros((20, 60, 4), np.uint8)
    cut_out[:, 5:30] = (200, 200, 200, 255)
    cut_out[:, 30:55] = (200, 200, 200, 102)
    mask = Mask(cut_out[..., 3] > 0)
    encoded = photos.encode(photos.convert(ground, "TIFF" if mode == "PA" else "PNG"))
    edited = fastseg_edit.paste(encoded, cut_out, mask, Spot((30, 30)))
    after = edited.after
    most = np.iinfo(samples.dtype).max
    alpha = after.pixels[..., -1] / most
    below = samples[30, 0, -1] / most
    assert alpha[30, 10] == 1
    assert abs(alpha[30, 37] - (0.4 + below * 0.6)) < 0.003
    assert after.rgb[30, 10].tolist() == [200, 200, 200]
    seen = (200 * 0.4 + 100 * below * 0.6) / alpha[30, 37]
    assert np.abs(after.rgb[30, 37] - seen).max() <= 1
    assert np.array_equal(after.pixels[~edited.mask], samples[~edited.mask])


def test_what_is_pasted_onto_a_transparent_entry_of_a_palette_shows():
    palette = np.array([(0, 0, 0, 0), (9, 9, 9, 255)], np.uint8)
    ground = photos.Photo(np.zeros((60, 80), np.uint8), "P", "PNG", palette=palette)
    thing = np.full((20, 20, 3), 180, np.uint8)
    edited = fastseg_edit.paste(
        photos.encode(ground), thing, Mask(np.ones((20, 20), bool)), Spot((40, 30)), matte=0
    )
    shown = photos.to_array(edited.after)
    assert shown[30, 40].tolist() == [180, 180, 180, 255]
    assert shown[0, 0, 3] == 0


def test_a_cut_out_brings_its_own_opacity(square):
    cut_out = np.zeros((120, 160, 4), np.uint8)
    cut_out[square] = (250, 250, 0, 128)
    edited = fastseg_edit.paste(GROUND, cut_out, Mask(square), Spot((70, 50)))
    wanted = GROUND[50, 70] * (127 / 255) + np.array([250, 250, 0]) * (128 / 255)
    assert np.abs(edited.image[50, 70] - wanted).max() <= 1


def test_it_finds_the_object_by_a_click(photo, square):
    options = {"profile": "classical", "dry_run": True}
    edited = fastseg_edit.paste(GROUND, photo, Points.at(80, 60), Spot((70, 50)), **options)
    assert edited.state == "selected"
    assert abs(int(edited.mask.sum()) - int(square.sum())) < 0.3 * square.sum()


@pytest.mark.parametrize("how", ["poisson", "multiband"])
def test_blending_brings_colours_closer_to_what_is_round_them(photo, square, how):
    plain = fastseg_edit.paste(GROUND, photo, Mask(square), matte=0)
    blended = fastseg_edit.paste(GROUND, photo, Mask(square), matte=0, blend=how)
    far = [np.abs(each.image[50, 70].astype(int) - 110).sum() for each in (plain, blended)]
    assert far[1] <= far[0]
    assert blended.unmasked_changed_pixels == 0


def test_nothing_inside_the_photo_is_refused(photo, square):
    with pytest.raises(PromptError, match="lies in the photo"):
        fastseg_edit.paste(GROUND, photo, Mask(square), Spot((900, 50)))


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": (1, 2, 3)},
        {"at": "left,top"},
        {"height": "-3%"},
        {"scale": 0},
        {"height": 5, "scale": 2},
        {"at": (1, 2), "into": (0, 0, 5, 5)},
    ],
)
def test_a_spot_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(SpecError):
        Spot(**wrong)


@pytest.mark.parametrize("spot", [Spot(scale=200), Spot(height=0), Spot(into=(9, 9, 5, 12))])
def test_a_size_that_makes_no_sense_is_refused(spot, photo, square):
    with pytest.raises(SpecError):
        fastseg_edit.paste(GROUND, photo, Mask(square), spot)


def test_an_empty_mask_pastes_nothing(photo):
    with pytest.raises((NoObjectError, PromptError)):
        fastseg_edit.paste(GROUND, photo, Mask(np.zeros((120, 160), bool)))


def test_the_command_pastes_from_a_file(tmp_path, photo, square):
    for name, pixels in (("a", GROUND), ("b", photo), ("m", square.astype(np.uint8) * 255)):
        (tmp_path / f"{name}.png").write_bytes(photos.to_png(pixels))
    a, b, m, out = (str(tmp_path / f"{name}.png") for name in ("a", "b", "m", "out"))
    asked = ["--from", b, "--mask", m, "--at", "50%,50%", "--height", "40%", "--flip", "-o", out]
    assert main(["paste", a, *asked]) == 0
    after = photos.open_photo(out).rgb
    assert (after[50, 70] == (200, 30, 30)).all()
    assert np.array_equal(after[0], GROUND[0])


def test_an_unknown_setting_is_refused(photo, square):
    with pytest.raises(SpecError, match="mate"):
        fastseg_edit.paste(GROUND, photo, Mask(square), mate=3)


def test_the_stages_that_found_the_object_are_told(photo, square):
    edited = fastseg_edit.paste(GROUND, photo, Mask(square))
    assert edited.report()["stages"]


def test_a_paste_that_finds_nothing_can_leave_a_copy(photo, square):
    nothing = Mask(square) - Mask(square)
    with pytest.raises(NoObjectError):
        fastseg_edit.paste(GROUND, photo, nothing)
    edited = fastseg_edit.paste(GROUND, photo, nothing, on_empty="copy")
    assert edited.state == "unchanged"
    assert np.array_equal(edited.image, GROUND)
