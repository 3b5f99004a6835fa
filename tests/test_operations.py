"""One edit as a user asks for it: any kind in, the same kind out, nothing else changed."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import fastseg_edit
from fastseg_edit import Boxes, Mask, Pipeline, Points
from fastseg_edit.backends.grabcut.segmenter import GrabCut
from fastseg_edit.backends.plain import Blur
from fastseg_edit.errors import FastsegError, InputError
from fastseg_edit.profiles import Profile
from fastseg_edit.stages import Dilate, Segment, Select

BOX = Boxes.around(50, 30, 110, 90)


def encoded(array, form="PNG"):
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, form)
    return buffer.getvalue()


def test_an_array_comes_back_as_an_array(photo):
    edited = fastseg_edit.remove(photo, BOX)
    assert isinstance(edited.output, np.ndarray)
    assert edited.output.dtype == np.uint8
    assert np.array_equal(edited.output[~edited.mask], photo[~edited.mask])
    assert (edited.output[40:80, 60:100, 0] < 120).all()
    assert edited.unmasked_changed_pixels == 0


def test_sixteen_bits_gray_stay_sixteen_bits_gray(square):
    deep = np.random.default_rng(0).integers(20_000, 40_000, square.shape).astype(np.uint16)
    edited = fastseg_edit.remove(deep, Mask(square))
    assert edited.output.dtype == np.uint16
    assert np.array_equal(edited.output[~square], deep[~square])


def test_an_image_of_pillow_comes_back_as_one(photo):
    gray = Image.fromarray(photo).convert("LA")
    edited = fastseg_edit.remove(gray, BOX)
    assert isinstance(edited.output, Image.Image)
    assert edited.output.mode == "LA"
    outside = ~edited.mask
    assert np.array_equal(np.asarray(edited.output)[outside], np.asarray(gray)[outside])


def test_bytes_come_back_as_bytes_of_the_same_format(photo):
    edited = fastseg_edit.remove(encoded(photo, "WEBP"), BOX)
    assert Image.open(io.BytesIO(edited.output)).format == "WEBP"


def test_a_path_comes_back_once_it_is_saved(photo, tmp_path):
    (tmp_path / "photo.png").write_bytes(encoded(photo))
    edited = fastseg_edit.remove(tmp_path / "photo.png", BOX)
    with pytest.raises(FastsegError, match="not saved yet"):
        _ = edited.output
    assert edited.save(tmp_path / "out.png") == edited.output == tmp_path / "out.png"
    after = np.asarray(Image.open(tmp_path / "out.png"))
    assert np.array_equal(after[~edited.mask], photo[~edited.mask])


def test_the_photo_itself_is_never_overwritten_unless_asked(photo, tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(photo))
    edited = fastseg_edit.remove(path, BOX)
    for target in (path, tmp_path / "sub" / ".." / "photo.png"):
        with pytest.raises(FastsegError) as caught:
            edited.save(target, overwrite=True)
        assert caught.value.code in ("E_OUTPUT_IS_INPUT", "E_OUTPUT_WRITE")
    assert path.read_bytes() == encoded(photo)
    edited.save(path, in_place=True)
    assert path.read_bytes() != encoded(photo)


def test_the_array_given_is_left_alone(photo):
    before = photo.copy()
    fastseg_edit.remove(photo, BOX)
    assert np.array_equal(photo, before)


def test_the_same_edit_twice_is_the_same_to_the_bit(photo):
    one, other = (fastseg_edit.remove(photo, Points.at(80, 60), seed=3) for _ in range(2))
    assert np.array_equal(one.output, other.output)


def test_a_ready_mask_is_taken_to_the_pixel(photo, square):
    edited = fastseg_edit.remove(photo, Mask(square))
    assert np.array_equal(edited.mask, square)
    grown = fastseg_edit.remove(photo, Mask(square), dilate=5)
    assert grown.mask.sum() > square.sum()


def test_segment_returns_the_mask(photo, square):
    edited = fastseg_edit.segment(photo, Mask(square))
    assert np.array_equal(edited.output > 0, square)
    assert edited.edit.result is None


def test_the_background_can_go_instead(photo, square):
    edited = fastseg_edit.replace_background(
        photo, Mask(square), "white", model="colour", feather=0
    )
    assert (edited.output[~square] == 255).all()
    assert np.array_equal(edited.output[square], photo[square])


def test_nothing_found_can_be_a_copy(photo, square):
    hole = Mask(square) - Mask(square)
    with pytest.raises(FastsegError) as caught:
        fastseg_edit.remove(photo, hole)
    assert caught.value.code == "E_NO_OBJECT"
    edited = fastseg_edit.remove(photo, hole, on_empty="copy")
    assert edited.state == "unchanged"
    assert np.array_equal(edited.output, photo)
    assert not edited.mask.any()
    assert edited.report()["mask_pixels"] == edited.unmasked_changed_pixels == 0


def test_nothing_segmented_can_be_a_black_mask(photo, square):
    edited = fastseg_edit.segment(photo, Mask(square) - Mask(square), on_empty="copy")
    assert edited.state == "unchanged"
    assert edited.output.shape == square.shape
    assert not edited.output.any()
    assert not edited.mask.any()


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ({"dilat": 3}, "E_SPEC", "no setting is called 'dilat'. Did you mean 'dilate'"),
        ({"seed": -1}, "E_SPEC", "seed must be at least 0"),
        ({"steps": 0}, "E_SPEC", "steps must be at least 1, got 0"),
        ({"strength": 0}, "E_SPEC", "strength must be above 0 and at most 1, got 0"),
        ({"strength": 1.5}, "E_SPEC", "strength"),
        ({"guidance": -1}, "E_SPEC", "guidance must be at least 0"),
        ({"steps": 20}, "E_SPEC", "inpainter 'exemplar' has no option 'steps'"),
        ({"device": "tpu"}, "E_DEVICE", "device must be auto, cpu, cuda or cuda:N"),
        ({"device": "cuda"}, "E_DEVICE", "cannot be used"),
        ({"profile": "clasical"}, "E_NAME", "Did you mean 'classical'"),
        ({"recipe": "remov"}, "E_RECIPE", "Did you mean 'remove'"),
        ({"model": "examplar"}, "E_NAME", "Did you mean 'exemplar'"),
        ({"widen": 3}, "E_SPEC", "remove.yaml has no stage for 'widen.margin'"),
        ({"max_coverage": 0.05}, "E_MASK_COVERAGE", "more than 5%"),
        ({"max_pixels": 100}, "E_TOO_MANY_PIXELS", "160"),
        ({"model": 5}, "E_SPEC", "model must be a text or a mapping or a model, got 5"),
        ({"model": object()}, "E_SPEC", "model must be a text or a mapping or a model"),
        ({"model": {"strength": 0.1}}, "E_SPEC", "a model needs a name"),
        ({"model": "blur", "strength": 0.9}, "E_SPEC", "strength must be above 0 and at most 0.5"),
        ({"recipe": 5}, "E_SPEC", "recipe must be a text or a path"),
        ({"recipe": "segment"}, "E_RECIPE", "recipe segment.yaml only selects"),
        ({"frame": -1}, "E_SPEC", "frame must be at least 0"),
        ({"avoid": [1]}, "E_SPEC", "avoid"),
        ({"avoid": np.zeros((120, 160))}, "E_SPEC", r"avoid must be an \(H, W\) bool array"),
        ({"avoid": np.zeros((9, 7), bool)}, "E_MASK_SIZE", "avoid is 7x9, the photo 160x120"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_work_is_refused(photo, options, code, message):
    with pytest.raises(FastsegError, match=message) as caught:
        fastseg_edit.remove(photo, BOX, **options)
    assert caught.value.code == code


def test_segment_refuses_a_recipe_that_paints(photo):
    with pytest.raises(FastsegError, match=r"remove.yaml paints.* remove, fill, replace,.* or"):
        fastseg_edit.segment(photo, BOX, recipe="remove")


@pytest.mark.parametrize("stages", ["5", "[5]", "[{}]", "[{dilate: 3}]", "{a: b}"])
def test_a_recipe_is_checked_before_a_ready_mask_is_looked_at(photo, square, tmp_path, stages):
    path = tmp_path / "mine.yaml"
    path.write_text(f"stages: {stages}")
    with pytest.raises(FastsegError) as caught:
        fastseg_edit.remove(photo, Mask(square), recipe=path)
    assert caught.value.code == "E_RECIPE"


def test_what_a_recipe_states_holds_for_a_ready_mask_too(photo, square, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("stages: [segment, select, dilate: {radius: 6}, dilate, inpaint, composite]")
    grown = fastseg_edit.remove(photo, Mask(square), recipe=path, model="blur").mask
    stages = [Segment(), Select(), Dilate(6)]
    assert np.array_equal(grown, Pipeline(*stages)(fastseg_edit.Edit(photo, Mask(square))).mask)
    plain = {"overrides": {"3.radius": 0}}
    edited = fastseg_edit.remove(photo, Mask(square), recipe=path, model="blur", **plain)
    assert np.array_equal(edited.mask, square)


@pytest.mark.parametrize("model", ["blur", {"name": "blur", "strength": 0.1}, Blur(0.1)])
def test_a_model_is_a_name_or_a_mapping_or_an_object(photo, square, model):
    edited = fastseg_edit.remove(photo, Mask(square), model=model, segmenter=GrabCut())
    assert edited.unmasked_changed_pixels == 0


def test_a_profile_is_a_name_or_a_path_or_an_object(photo, square, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("inpainter: blur")
    chosen = (path, str(path), Profile("mine", inpainter="blur"))
    outputs = [fastseg_edit.remove(photo, Mask(square), profile=each).output for each in chosen]
    expected = fastseg_edit.remove(photo, Mask(square), model="blur", device="auto").output
    assert all(np.array_equal(output, expected) for output in outputs)


def test_what_is_to_be_avoided_reaches_the_inpainter(photo, square):
    class Seeing(Blur):
        seen = None

        def inpaint(self, hole):
            Seeing.seen = hole.avoid
            return super().inpaint(hole)

    fastseg_edit.remove(photo, Mask(square), model=Seeing(), avoid=np.ones_like(square))
    assert Seeing.seen.all()


def test_a_frame_of_a_file_with_several_can_be_named(photo, square):
    buffer = io.BytesIO()
    Image.fromarray(photo).save(
        buffer, "TIFF", save_all=True, append_images=[Image.fromarray(255 - photo)]
    )
    edited = fastseg_edit.segment(buffer.getvalue(), Mask(square), frame=1)
    assert np.array_equal(edited.edit.image, 255 - photo)


@pytest.mark.parametrize("operation", [fastseg_edit.replace, fastseg_edit.replace_background])
def test_replace_asks_what_to_paint(photo, operation):
    with pytest.raises(FastsegError, match="needs to know what to paint"):
        operation(photo, BOX)
    with pytest.raises(FastsegError, match="the caption is blank") as caught:
        operation(photo, BOX, " ")
    assert caught.value.code == "E_TEXT_EMPTY"


@pytest.mark.parametrize("photo", [3, None, [[0, 1], [2, 3]]])
def test_what_is_no_photo_is_refused_by_its_kind(photo, square):
    with pytest.raises(InputError, match=f"was wanted, got {type(photo).__name__}"):
        fastseg_edit.segment(photo, Mask(square))


def test_the_writers_of_annotations_come_with_the_package():
    code = "import fastseg_edit; fastseg_edit.annotate.coco; fastseg_edit.world.draw"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
