"""Everything painted anew, or a part of it, with every outline where it was."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from PIL import Image

import fastseg_edit
from fastseg_edit import Boxes, Candidates, Mask, world
from fastseg_edit.apps.cli import main
from fastseg_edit.backends.plain import Blur
from fastseg_edit.errors import FastsegError, ModelError
from fastseg_edit.profiles import Profile
from fastseg_edit.stages import LayOut
from fastseg_edit.world import judge

BOX = Boxes.around(50, 30, 110, 90)


class Halves:
    """A segmenter that finds the left and the right half of a photo, or the box it is asked for."""

    def encode(self, image, /):
        return image.shape[:2]

    def predict(self, encoding, prompt, /):
        rows, columns = np.indices(encoding)
        if isinstance(prompt, Boxes):
            ((left, top, right, bottom),) = prompt.xyxy
            inside = (left <= columns) & (columns < right) & (top <= rows) & (rows < bottom)
            return Candidates.of([inside], encoding)
        left = columns < encoding[1] // 2
        return Candidates.of([left, ~left], encoding)


@dataclass(frozen=True)
class Mosaic:
    """An inpainter that gives each region of the layout a gray of its own."""

    native: ClassVar = None
    multiple: ClassVar = 1
    context: ClassVar = "10%"
    follows: ClassVar = True

    def inpaint(self, hole, /):
        return np.repeat((hole.layout * 100).astype(np.uint8)[..., None], 3, axis=2)


MINE = Profile("mine", Halves(), inpainter=Blur(), regenerator=Mosaic())


def grays(edited):
    return (edited.edit.layout[edited.mask] * 100).astype(np.uint8)


def test_without_a_prompt_all_of_the_photo_is_painted_anew(photo):
    edited = fastseg_edit.regenerate(photo, profile=MINE, overrides={"inpaint.tone": "none"})
    assert edited.mask.all()
    assert len(np.unique(edited.edit.layout)) == 2
    assert np.array_equal(edited.image[..., 0].ravel(), grays(edited))


def test_of_a_region_nothing_outside_changes(photo):
    exact = {"dilate": 0, "rim": 0, "feather": 0, "overrides": {"inpaint.tone": "none"}}
    edited = fastseg_edit.regenerate(photo, BOX, "a cloud", profile=MINE, **exact)
    assert 0 < edited.mask.mean() < 0.5
    assert np.array_equal(edited.image[~edited.mask], photo[~edited.mask])
    assert np.array_equal(edited.image[edited.mask][:, 0], grays(edited))
    assert edited.unmasked_changed_pixels == 0


def test_what_is_kept_out_is_kept_to_the_pixel(photo):
    whole = Mask(np.ones(photo.shape[:2], bool))
    edited = fastseg_edit.regenerate(photo, whole - BOX, profile=MINE)
    assert edited.mask.sum() == edited.mask.size - 60 * 60
    assert np.array_equal(edited.image[30:90, 50:110], photo[30:90, 50:110])


@pytest.mark.parametrize("operation", [fastseg_edit.fill, fastseg_edit.replace])
def test_fill_and_replace_keep_the_layout_if_they_are_asked_to(photo, operation):
    plain = operation(photo, BOX, "a cloud", profile=MINE)
    assert plain.edit.layout is None
    kept = operation(
        photo,
        BOX,
        "a cloud",
        profile=MINE,
        keep_layout=True,
        feather=0,
        overrides={"inpaint.tone": "none"},
    )
    assert np.array_equal(kept.image[kept.mask][:, 0], grays(kept))


def test_an_inpainter_that_is_named_has_to_follow(photo):
    with pytest.raises(ModelError, match=r"Blur does not keep to a layout\. Name a diffusion"):
        fastseg_edit.regenerate(photo, profile=Profile("mine", Halves(), inpainter=Blur()))
    with pytest.raises(ModelError, match="blur does not keep to a layout"):
        fastseg_edit.regenerate(photo, profile=MINE, model="blur")


def test_a_dry_run_of_it_selects_and_lays_out(photo):
    edited = fastseg_edit.regenerate(photo, profile=MINE, dry_run=True)
    assert edited.state == "selected"
    assert edited.edit.layout.any()
    assert edited.edit.result is None


def test_the_classical_profile_says_what_it_lacks(tmp_path, photo, capsys):
    Image.fromarray(photo).save(tmp_path / "a.png")
    assert main(["regenerate", str(tmp_path / "a.png"), "--profile", "classical"]) == 6
    said = capsys.readouterr().err
    assert "E_MODEL_MISSING" in said
    assert said.count("\n") == 1


def test_a_photo_without_objects_is_copied_if_that_is_asked_for(photo):
    class Blind(Halves):
        def predict(self, encoding, _, /):
            return Candidates.of([], encoding)

    blind = Profile("blind", Blind(), inpainter=Mosaic())
    with pytest.raises(FastsegError, match="found nothing whose outline could be kept") as caught:
        fastseg_edit.regenerate(photo, profile=blind)
    assert caught.value.code == "E_NO_OBJECT"
    edited = fastseg_edit.regenerate(photo, profile=blind, on_empty="copy")
    assert edited.state == "unchanged"
    assert np.array_equal(edited.image, photo)


def test_the_mini_profile_paints_a_scene_anew_where_its_objects_were(tmp_path, capsys):
    options = world.Options(most=1, smallest=0.3, shadows=0.0)
    scene = world.draw(world.Split.VALIDATION.seed(20), 96, options)
    Image.fromarray(scene.photo).save(tmp_path / "a.png")
    words = f"a red {scene.things[0].shape}"
    flags = ["--profile", "mini", "--with", words, "--json"]
    assert main(["regenerate", str(tmp_path / "a.png"), *flags]) == 0, capsys.readouterr().err
    after = np.asarray(Image.open(tmp_path / "a.edit.png"))
    assert judge.colour_of(after, scene.visible[0])[0] == "red"
    layout = LayOut({"name": "fastsam", "weights": "fastsam-mini"}, ())
    found = layout(fastseg_edit.Edit(after)).layout == 1
    both = (found & scene.visible[0]).sum() / (found | scene.visible[0]).sum()
    assert both > 0.6, both


@pytest.mark.parametrize("how", ["subtract", "intersect"])
def test_the_command_line_keeps_something_out_or_in(tmp_path, photo, how):
    Image.fromarray(photo).save(tmp_path / "a.png")
    profile = tmp_path / "mine.yaml"
    profile.write_text("segmenter: {name: fastsam, weights: fastsam-mini}\ninpainter: blur\n")
    mask = np.zeros(photo.shape[:2], np.uint8)
    mask[20:40, 30:60] = 255
    Image.fromarray(mask).save(tmp_path / "m.png")
    flags = ["--mask", f"{tmp_path / 'm.png'}:{how}", "--dry-run", "--json", "-q"]
    assert main(["regenerate", str(tmp_path / "a.png"), *flags, "--profile", str(profile)]) == 0
