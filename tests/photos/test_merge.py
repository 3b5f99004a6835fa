import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from photos.samples import LOSSLESS, STORED, exif, file_of, orientations, photo, pixels, seeds

from fastseg_edit.photos import Photo, encode, merge, open_photo, to_array, verify

SIZE = (16, 20)
masks = arrays(bool, SIZE)


@given(st.sampled_from(STORED), seeds)
def test_an_empty_mask_changes_nothing(kind, seed):
    before = photo(*kind, SIZE, seed)
    after = merge(before, pixels("RGB", SIZE, seed + 1), np.zeros(SIZE, bool))
    assert np.array_equal(after.pixels, before.pixels)
    assert encode(after) == encode(before)


@given(st.sampled_from(LOSSLESS), orientations, masks, seeds)
def test_outside_the_mask_native_pixels_stay_in_every_mode(kind, orientation, mask, seed):
    form, mode = kind
    said = {"exif": exif(orientation)} if form != "BMP" else {}
    before = open_photo(file_of(form, mode, SIZE, seed, **said))
    mask = mask if before.size == SIZE else np.ascontiguousarray(mask.T)
    saved = encode(merge(before, pixels("RGB", before.size, seed + 1), mask))
    after = open_photo(saved)
    assert after.mode == mode
    assert np.array_equal(to_array(after)[~mask], to_array(before)[~mask])
    assert verify(before, saved, mask).unmasked_changed_pixels == 0


@given(st.sampled_from([kind for kind in STORED if kind[1] not in {"1", "P", "PA", "CMYK"}]), seeds)
def test_inside_the_mask_the_result_shows(kind, seed):
    before = photo(*kind, SIZE, seed)
    gray = np.repeat(pixels("L", SIZE, seed + 1)[..., None], 3, axis=2)
    assert np.array_equal(merge(before, gray, np.ones(SIZE, bool)).rgb, gray)


@given(st.sampled_from([kind for kind in STORED if "A" in kind[1]]), masks, seeds)
def test_alpha_is_carried_over(kind, mask, seed):
    before = photo(*kind, SIZE, seed)
    after = merge(before, pixels("RGB", SIZE, seed + 1), mask)
    assert np.array_equal(after.pixels[..., -1], before.pixels[..., -1])


@given(st.sampled_from([kind for kind in STORED if "A" in kind[1]]), masks, seeds)
def test_a_given_opacity_is_the_alpha_under_the_mask_and_nowhere_else(kind, mask, seed):
    before = photo(*kind, SIZE, seed)
    opacity = np.random.default_rng(seed).random(SIZE).astype(np.float32)
    after = merge(before, pixels("RGB", SIZE, seed + 1), mask, opacity)
    wanted = np.rint(opacity * np.float32(np.iinfo(before.pixels.dtype).max))
    alpha = np.where(mask, wanted, before.pixels[..., -1])
    assert np.array_equal(after.pixels[..., -1], alpha)
    assert np.array_equal(after.pixels[~mask], before.pixels[~mask])


@pytest.mark.parametrize("entries", [4, 256])
def test_a_transparent_entry_becomes_an_opaque_one_where_half_is_shown(entries):
    palette = np.full((entries, 4), 255, np.uint8)
    palette[0] = 0
    opacity = np.tile(np.float32([0.4, 0.6]), (16, 8))
    indices = np.zeros((16, 16), np.uint8)
    before = Photo(indices, "P", "PNG", palette=palette)
    after = merge(before, before.rgb, np.ones((16, 16), bool), opacity)
    assert np.array_equal(after.palette[after.pixels][..., 3], np.where(opacity < 0.5, 0, 255))
    assert np.array_equal(after.rgb, before.rgb)


def test_a_full_palette_without_an_opaque_entry_stays_what_it_is():
    palette = np.zeros((256, 4), np.uint8)
    indices = np.arange(512).reshape(32, 16).astype(np.uint8)
    before = Photo(indices, "P", "PNG", palette=palette)
    mask = np.zeros((32, 16), bool)
    mask[0] = True
    after = merge(before, before.rgb, mask, np.ones((32, 16), np.float32))
    assert np.array_equal(after.pixels, indices)


@given(st.sampled_from(STORED), masks, seeds)
def test_masked_pixels_that_the_model_left_alone_keep_their_samples(kind, mask, seed):
    before = photo(*kind, SIZE, seed)
    assert np.array_equal(merge(before, before.rgb, mask).pixels, before.pixels)


def test_a_photo_is_not_changed_by_merging_into_it():
    before = photo("PNG", "RGB")
    kept = before.pixels.copy()
    merge(before, pixels("RGB", before.size, 1), np.ones(before.size, bool))
    assert np.array_equal(before.pixels, kept)


def test_new_colours_take_palette_entries_that_nobody_uses():
    palette = np.zeros((4, 4), np.uint8)
    palette[:, 3] = 255
    palette[1, :3] = 200
    before = Photo(np.zeros((10, 10), np.uint8), "P", "PNG", palette=palette)
    result = np.zeros((10, 10, 3), np.uint8)
    result[2:4, 2:4] = (10, 180, 40)
    after = merge(before, result, result.any(axis=2))
    assert np.array_equal(after.rgb, result)
    assert np.array_equal(after.palette[0], palette[0])


def test_a_full_palette_offers_its_nearest_entry():
    palette = np.full((256, 4), 255, np.uint8)
    palette[:, :3] = np.arange(256)[:, None]
    indices = np.arange(256, dtype=np.uint8).reshape(16, 16)
    before = Photo(np.concatenate([indices, indices]), "P", "PNG", palette=palette)
    mask = np.zeros((32, 16), bool)
    mask[0, :4] = True
    result = np.full((32, 16, 3), (99, 101, 100), np.uint8)
    assert merge(before, result, mask).pixels[0, :4].tolist() == [100] * 4


def test_pixels_that_nobody_sees_keep_their_palette_entry():
    palette = np.array([(0, 0, 0, 0), (9, 9, 9, 255)], np.uint8)
    indices = np.zeros((8, 8), np.uint8)
    indices[4:] = 1
    before = Photo(indices, "P", "PNG", palette=palette)
    after = merge(before, np.full((8, 8, 3), 200, np.uint8), np.ones((8, 8), bool))
    assert np.array_equal(to_array(after)[..., 3], to_array(before)[..., 3])
    assert (after.rgb[4:] == 200).all()


def test_new_pixels_never_take_the_transparent_colour_of_a_png():
    before = Photo(pixels("RGB"), "RGB", "PNG", transparent=(1, 2, 3))
    result = np.broadcast_to(np.array((1, 2, 3), np.uint8), (*before.size, 3))
    after = merge(before, result, np.ones(before.size, bool))
    assert not (after.pixels == (1, 2, 3)).all(axis=2).any()
    assert np.abs(after.pixels.astype(int) - result).max() <= 1


def test_inks_go_through_their_way_back():
    before = photo("TIFF", "CMYK")
    after = merge(
        before, np.full((*before.size, 3), (180, 40, 90), np.uint8), np.ones(before.size, bool)
    )
    assert np.abs(after.rgb.astype(int) - (180, 40, 90)).max() <= 1


def test_sizes_that_differ_are_refused():
    with pytest.raises(ValueError, match="one size"):
        merge(photo("PNG", "RGB"), pixels("RGB", (9, 9)), np.zeros((9, 9), bool))
