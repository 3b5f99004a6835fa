"""A larger canvas: the photo within it stays as it is, and what is asked for has to make sense."""

import io
import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image
from PIL.ImageCms import ImageCmsProfile, createProfile

import fastseg_edit
from fastseg_edit import margins
from fastseg_edit.apps.cli import main
from fastseg_edit.errors import FastsegError, SpecError
from fastseg_edit.photos import Margins
from fastseg_edit.specs import EditSpec

QUICK = {"profile": "classical", "model": "blur"}
MODES = ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"]

sizes = st.tuples(st.integers(8, 3000), st.integers(8, 3000))


def outpainted(photo, **options):
    return fastseg_edit.outpaint(photo, **{**QUICK, **options})


def in_mode(photo, mode):
    if mode == "I;16":
        return Image.fromarray(photo[..., 0].astype(np.uint16) * 257)
    return Image.fromarray(photo).convert(mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_the_photo_within_is_untouched_to_the_bit(photo, mode, form):
    if (mode, form) == ("CMYK", "PNG"):
        form = "TIFF"
    before = in_mode(photo, mode)
    file = io.BytesIO()
    before.save(file, form)
    edited = outpainted(file.getvalue(), extend=(10, 20, 30, 40))
    after = Image.open(io.BytesIO(edited.output))
    assert (after.size, after.mode) == ((200, 180), before.mode)
    within = after.crop((10, 20, 170, 140))
    assert np.array_equal(np.asarray(within.convert("RGBA")), np.asarray(before.convert("RGBA")))
    assert edited.unmasked_changed_pixels == 0


def test_what_is_new_is_painted_and_nothing_else_counts_as_masked(photo):
    edited = outpainted(photo, extend=16, model="colour", caption="#123456")
    assert edited.mask.sum() == edited.mask.size - photo[..., 0].size
    assert (edited.image[edited.mask] == (0x12, 0x34, 0x56)).all()
    assert np.array_equal(edited.image[16:-16, 16:-16], photo)


def test_what_goes_on_has_no_step_at_the_sides_and_what_words_ask_for_may(photo):
    stages = [
        outpainted(photo, extend=8, caption=words, model=model).edit.history[-1].stage
        for words, model in (("", "blur"), ("white", "colour"))
    ]
    assert ["poisson" in stage for stage in stages] == [True, False]
    told = outpainted(photo, extend=8, blend="multiband").edit.history[-1].stage
    assert "multiband" in told


def test_an_avoided_place_moves_with_the_photo(photo):
    avoid = np.zeros(photo.shape[:2], bool)
    avoid[:5, :7] = True
    edited = outpainted(photo, extend=(3, 2, 0, 0), avoid=avoid)
    assert np.array_equal(np.argwhere(edited.edit.avoid).min(axis=0), (2, 3))
    assert edited.edit.avoid.sum() == avoid.sum()


def test_profile_and_dots_per_inch_stay(photo, tmp_path):
    profile = ImageCmsProfile(createProfile("sRGB")).tobytes()
    Image.fromarray(photo).save(tmp_path / "a.jpg", icc_profile=profile, dpi=(300, 300))
    edited = outpainted(tmp_path / "a.jpg", to="16:9")
    edited.save(tmp_path / "b.jpg")
    with Image.open(tmp_path / "a.jpg") as before, Image.open(tmp_path / "b.jpg") as after:
        assert after.info["icc_profile"] == profile
        assert after.info["dpi"] == (300, 300)
        assert after.quantization == before.quantization
        assert after.size == (213, 120)


def test_variants_of_a_canvas_are_those_of_the_next_seeds(photo):
    photo = photo[30:70, 30:80]
    first, second = (
        outpainted(photo, extend=8, model="exemplar", seed=seed).image for seed in (3, 4)
    )
    variants = outpainted(photo, extend=8, model="exemplar", seed=3, variants=2)
    assert np.array_equal(variants.image, first)
    assert np.array_equal(variants.variants[0].image, second)


@given(sizes, st.tuples(*[st.integers(0, 60)] * 4).filter(any))
def test_pixels_are_taken_as_they_are(size, sides):
    assert margins.settled(size, {"extend": sides}) == Margins(*sides)
    words = ",".join(f"{side}px" for side in sides)
    assert margins.settled(size, {"extend": words}) == Margins(*sides)


@given(sizes, st.integers(1, 100))
def test_shares_are_those_of_the_sides(size, share):
    left, top, right, bottom = margins.settled(
        (size[0] + 100, size[1] + 100), {"extend": f"{share}%"}
    )
    assert (left, top) == (right, bottom)
    assert abs(left - (size[1] + 100) * share / 100) <= 0.5
    assert abs(top - (size[0] + 100) * share / 100) <= 0.5


@given(sizes, st.integers(1, 30), st.integers(1, 30), st.sampled_from(["centre", "top-left"]))
def test_a_ratio_gives_the_smallest_canvas_of_that_shape(size, across, down, anchor):
    assume(abs(size[0] * across - size[1] * down) > across + down)  # else it has that shape
    asked = {"to": f"{across}:{down}", "anchor": anchor, "max_pixels": 10**12}
    grown = margins.settled(size, asked)
    height, width = grown.grown(size)
    assert (height == size[0]) or (width == size[1])
    assert abs(width - height * across / down) <= max(0.5, 0.5 * across / down)
    if anchor == "top-left":
        assert (grown.left, grown.top) == (0, 0)
    else:
        assert abs(grown.left - grown.right) <= 1 >= abs(grown.top - grown.bottom)


@pytest.mark.parametrize("anchor", ["left", "right", "top", "bottom", "bottom-right", "centre"])
def test_an_anchor_says_where_the_photo_lies(anchor):
    left, top, right, bottom = margins.settled((50, 60), {"to": "100x90", "anchor": anchor})
    assert (left, right) == {"left": (0, 40), "right": (40, 0)}.get(
        anchor.removeprefix("bottom-"), (20, 20)
    )
    assert (top, bottom) == {"top": (0, 40), "bottom": (40, 0)}.get(
        anchor.removesuffix("-right"), (20, 20)
    )


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({}, "E_SPEC", "wants either extend or to, got neither"),
        ({"extend": 1, "to": "9:9"}, "E_SPEC", "got both"),
        ({"extend": 1, "anchor": "left"}, "E_SPEC", "anchor says where"),
        ({"extend": 0}, "E_SPEC", "the canvas would be the photo as it is, 160x120"),
        ({"extend": "0%"}, "E_SPEC", "the photo as it is"),
        ({"to": "160x120"}, "E_SPEC", "the photo as it is"),
        ({"to": "4:3"}, "E_SPEC", "the photo as it is"),
        ({"extend": -1}, "E_SPEC", "extend: a length is pixels or a share, at least 0, got -1"),
        ({"extend": float("nan")}, "E_SPEC", "extend"),
        ({"extend": float("inf")}, "E_SPEC", "extend"),
        ({"extend": (1, "x", 3, 4)}, "E_SPEC", "a length is pixels or a share"),
        ({"extend": (1, 2)}, "E_SPEC", "one length was wanted, or left, top, right and bottom"),
        ({"extend": [[1], 2, 3, 4]}, "E_SPEC", "a length is pixels or a share"),
        ({"extend": None}, "E_SPEC", "extend must be"),
        ({"extend": 1e300}, "E_TOO_MANY_PIXELS", "the canvas has"),
        ({"to": "1e300:1"}, "E_TOO_MANY_PIXELS", "the canvas has"),
        ({"to": "99999x99999"}, "E_TOO_MANY_PIXELS", "more than 100 MP. Raise the limit"),
        ({"extend": 100, "max_pixels": 20_000}, "E_TOO_MANY_PIXELS", "360x320 = 0.115 MP"),
        ({"to": "100x500"}, "E_SPEC", "a canvas of 100x500 does not hold the photo"),
        ({"to": "wide"}, "E_SPEC", "to: a size or a ratio above 0 was wanted"),
        ({"to": "16:0"}, "E_SPEC", "a ratio above 0"),
        ({"to": "nan:1"}, "E_SPEC", "a ratio above 0"),
        ({"to": "300.5x200"}, "E_SPEC", "a size or a ratio"),
        ({"to": "1:2:3"}, "E_SPEC", "a size or a ratio"),
        ({"to": "300x200", "anchor": "middle"}, "E_SPEC", "anchor must be centre or left"),
        ({"extend": 9, "keep_layout": True}, "E_SPEC", "no layout to keep"),
    ],
)  # fmt: skip
def test_a_canvas_that_cannot_be_is_refused_in_one_line(photo, options, code, message):
    with pytest.raises(FastsegError, match=message) as caught:
        outpainted(photo, **options)
    assert caught.value.code == code
    assert "\n" not in str(caught.value)


def test_other_operations_do_not_extend_and_this_one_does_not_select(photo, square):
    with pytest.raises(SpecError, match="remove does not extend the photo, got to"):
        fastseg_edit.remove(photo, fastseg_edit.Mask(square), to="16:9")
    with pytest.raises(SpecError, match="outpaint takes no prompt"):
        EditSpec("outpaint", photo, fastseg_edit.Mask(square), options={"extend": 1})
    with pytest.raises(SpecError, match="remove needs to know what to select"):
        EditSpec("remove", photo, None)
    with pytest.raises(SpecError, match="step 1: outpaint changes the size"):
        fastseg_edit.steps(photo, [EditSpec("outpaint", photo, None, options={"extend": 1})])


def test_the_command_line_extends_saves_and_reports(photo, tmp_path, capsys):
    Image.fromarray(photo).save(tmp_path / "a.png")
    flags = ["--extend", "10%,0,10%,0", "--save", "mask,overlay,compare", "--json"]
    model = ["--profile", "classical", "--model", "blur"]
    assert main(["outpaint", str(tmp_path / "a.png"), *flags, *model]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["size"], said["mask_pixels"], said["operation"]) == ([192, 120], 3840, "outpaint")
    after = np.asarray(Image.open(tmp_path / "a.edit.png"))
    assert np.array_equal(after[:, 16:-16], photo)
    mask = np.asarray(Image.open(tmp_path / "a.edit.mask.png").convert("L"))
    assert mask.shape == (120, 192)
    assert (mask[:, :16] == 255).all()


def test_a_dry_run_tells_how_large_the_new_place_is(photo, tmp_path, capsys):
    Image.fromarray(photo).save(tmp_path / "a.png")
    assert main(["outpaint", str(tmp_path / "a.png"), "--to", "320x120", "--dry-run"]) == 0
    assert "50.0%" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
