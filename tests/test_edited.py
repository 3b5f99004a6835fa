"""What comes of an edit: saved, shown and reported."""

import io
import re

import numpy as np
import pytest
from PIL import Image

import fastseg_edit
from fastseg_edit import Boxes, Mask
from fastseg_edit.errors import FastsegError

BOX = Boxes.around(50, 30, 110, 90)


@pytest.mark.parametrize(
    ("name", "form", "message"),
    [
        ("x.gif", "keep", r"no format is written to .gif files. Known: .png"),
        ("x.gif", "PNG", "no format is written to .gif files"),
        ("y.png", "JPEG", "would hold JPEG, which its ending does not say"),
        ("y.png", "GIF", "format must be keep or one of"),
    ],
)
def test_an_ending_that_says_otherwise_is_refused(photo, square, tmp_path, name, form, message):
    edited = fastseg_edit.remove(photo, Mask(square), model="blur")
    with pytest.raises(FastsegError, match=message) as caught:
        edited.save(tmp_path / name, format=form)
    assert caught.value.code == "E_SPEC"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("x.JPG", "keep", "JPEG"),
        ("x.tif", "tiff", "TIFF"),
        ("x", "webp", "WEBP"),
        ("x.dat", "keep", "PNG"),
        ("x.dat", "bmp", "BMP"),
    ],
)
def test_an_ending_decides_on_the_format(photo, square, tmp_path, name, form, expected):
    buffer = io.BytesIO()
    Image.fromarray(photo).save(buffer, "PNG")
    (tmp_path / "photo.dat").write_bytes(buffer.getvalue())
    edited = fastseg_edit.remove(tmp_path / "photo.dat", Mask(square), model="blur")
    with Image.open(edited.save(tmp_path / name, format=form)) as image:
        assert image.format == expected


def test_an_edit_shows_itself_in_a_notebook(photo):
    edited = fastseg_edit.remove(photo, BOX)
    shown = Image.open(io.BytesIO(edited._repr_png_()))
    assert shown.size == (3 * 160 + 2 * 8, 120)


def test_the_report_holds_what_is_needed_to_judge_the_edit(photo):
    report = fastseg_edit.remove(photo, BOX).report()
    assert report["unmasked_changed_pixels"] == 0
    assert report["mask_pixels"] > 1600
    assert [stage["stage"].split("(")[0] for stage in report["stages"]] == [
        "Segment", "Select", "SnapToEdges", "FillHoles", "DropSpecks", "TakeInRim",
        "TakeInShadow", "Dilate", "Inpaint", "Composite",
    ]  # fmt: skip


def test_an_edit_says_in_a_line_what_it_is(photo, square):
    edited = fastseg_edit.remove(photo, Mask(square), model="blur")
    assert re.fullmatch(
        r"Edited\(remove: done, 160x120 RGB, 8\.3% repainted in [\d.]+ s\)", repr(edited)
    )


def test_an_edit_knows_its_objects(photo, square):
    corner = np.zeros_like(square)
    corner[:9, :9] = True
    edited = fastseg_edit.remove(photo, Mask(square) | Mask(corner), model="blur", dilate=3)
    one, other = edited.objects
    assert np.array_equal(one | other, edited.mask)
    assert (square & ~one).sum() == (corner & ~other).sum() == 0
    assert [judged.border > 0 for judged in edited.quality] == [False, True]


def test_a_dry_run_only_selects(photo, square):
    edited = fastseg_edit.remove(photo, Mask(square), model="blur", dry_run=True)
    assert edited.state == "selected"
    assert edited.edit.result is None
    assert np.array_equal(edited.mask, square)


def test_an_edit_without_an_object_has_none(photo, square):
    nothing = Mask(square) - Mask(square)
    edited = fastseg_edit.remove(photo, nothing, model="blur", on_empty="copy")
    assert len(edited.objects) == 0
    assert edited.report()["objects"] == []
