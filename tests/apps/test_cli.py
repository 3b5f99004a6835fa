"""The command line as a user meets it: run in a process of its own where that matters."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import fastseg_edit
from fastseg_edit.apps.cli import main
from fastseg_edit.codes import CODES, NOTICES

BOX = ["--box", "50,30,110,90"]


@pytest.fixture(autouse=True)
def folder(photo_folder):
    return photo_folder


def opened(path):
    with Image.open(path) as image:
        return np.asarray(image)


def format_of(path):
    with Image.open(path) as image:
        return image.format


def test_remove_writes_beside_the_photo_and_keeps_all_else(folder, photo, capsys):
    assert main(["remove", "photo.png", *BOX, "--save", "mask,overlay,crop,compare"]) == 0
    mask = opened("photo.edit.mask.png") > 0
    after = opened("photo.edit.png")
    assert np.array_equal(after[~mask], photo[~mask])
    assert (after[40:80, 60:100, 0] < 120).all()
    assert opened("photo.edit.crop.png").shape[2] == 4
    output = capsys.readouterr()
    assert output.out == ""
    assert "0 pixels changed outside the mask" in output.err
    saved = {path.name for path in folder.iterdir() if "edit" in path.name}
    pictures = ("compare", "crop", "mask", "overlay")
    assert saved == {"photo.edit.png", *(f"photo.edit.{name}.png" for name in pictures)}


def test_json_reports_on_stdout(capsys):
    assert main(["remove", "photo.png", *BOX, "--json", "-q"]) == 0
    output = capsys.readouterr()
    report = json.loads(output.out)
    assert report["state"] == "done"
    assert report["unmasked_changed_pixels"] == 0
    assert report["saved"] == ["photo.edit.png"]
    assert output.err == ""


def test_segment_writes_the_mask(square):
    assert main(["segment", "photo.png", "--mask", "mask.png"]) == 0
    assert np.array_equal(opened("photo.mask.png") > 0, square)


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        (["-o", "out.webp"], "out.webp"),
        (["-o", "{stem}-x{ext}"], "photo-x.png"),
        (["-o", "sub"], "sub/photo.edit.png"),
        (["--format", "jpg"], "photo.edit.jpg"),
    ],
)
def test_the_output_goes_where_it_should(folder, flags, name):
    (folder / "sub").mkdir()
    assert main(["remove", "photo.png", *BOX, "--model", "blur", *flags]) == 0
    assert format_of(name) == {"webp": "WEBP", "jpg": "JPEG"}.get(name[-4:].strip("."), "PNG")


def test_an_output_that_is_there_is_left_alone_unless_asked(folder, capsys):
    (folder / "photo.edit.png").write_bytes(b"mine")
    command = ["remove", "photo.png", *BOX, "--model", "blur"]
    assert main(command) == 2
    assert "error[E_OUTPUT_EXISTS]" in capsys.readouterr().err
    assert main([*command, "--if-exists", "skip"]) == 0
    assert (folder / "photo.edit.png").read_bytes() == b"mine"
    assert main([*command, "--if-exists", "rename"]) == 0
    assert (folder / "photo.edit-2.png").exists()
    assert main([*command, "--if-exists", "overwrite"]) == 0
    assert (folder / "photo.edit.png").read_bytes() != b"mine"


def test_in_place_is_the_only_way_to_overwrite_the_photo(folder):
    before = (folder / "photo.png").read_bytes()
    command = ["remove", "photo.png", *BOX, "--model", "blur"]
    assert main([*command, "-o", "photo.png", "--if-exists", "overwrite"]) == 2
    assert (folder / "photo.png").read_bytes() == before
    assert main([*command, "--in-place"]) == 0
    assert (folder / "photo.png").read_bytes() != before


def test_prompts_combine(square):
    half = np.zeros_like(square)
    half[:, :80] = True
    Image.fromarray(half).save("half.png")
    masks = ["--mask", "mask.png", "--mask", "half.png:subtract"]
    assert main(["segment", "photo.png", *masks, "-o", "a.png"]) == 0
    assert np.array_equal(opened("a.png") > 0, square & ~half)
    both = ["--mask", "mask.png", "--mask", "half.png", "--combine", "intersect"]
    assert main(["segment", "photo.png", *both, "-o", "b.png"]) == 0
    assert np.array_equal(opened("b.png") > 0, square & half)
    inverted = ["--mask", "mask.png:inverted:intersect", "--mask", "half.png"]
    assert main(["segment", "photo.png", *inverted, "-o", "c.png"]) == 0
    assert np.array_equal(opened("c.png") > 0, half & ~square)


@pytest.mark.parametrize(
    "prompt",
    [
        ["--point", "80,60"],
        ["--point", "50%,50%,+", "--point", "5,5,-"],
        ["--box", "31%,25%,69%,75%", "--point", "52,34,-"],
        ["--box", "50,30,110,90", "--point", "80,60", "--combine", "within"],
    ],
)
def test_clicks_and_boxes_find_the_square(square, prompt):
    assert main(["segment", "photo.png", *prompt]) == 0
    found = opened("photo.mask.png") > 0
    overlap = (found & square).sum() / (found | square).sum()
    assert overlap > 0.9, f"IoU {overlap:.3f}"


def test_a_prompt_beside_a_corrected_box_still_counts(square):
    corner = np.zeros_like(square)
    corner[:10, :10] = True
    Image.fromarray(corner).save("corner.png")
    prompt = ["--box", "50,30,110,90", "--point", "52,34,-", "--mask", "corner.png"]
    assert main(["segment", "photo.png", *prompt]) == 0
    assert opened("photo.mask.png")[:10, :10].all()


def test_a_failed_picture_leaves_the_photo_alone(folder):
    (folder / "photo.mask.png").write_bytes(b"mine")
    before = (folder / "photo.png").read_bytes()
    command = ["remove", "photo.png", *BOX, "--model", "blur", "--in-place", "--save", "mask"]
    assert main(command) == 2
    assert (folder / "photo.png").read_bytes() == before


def test_avoided_places_are_not_copied(photo):
    photo[:, :50] = (30, 30, 220)
    Image.fromarray(photo).save("blue.png")
    assert main(["remove", "blue.png", *BOX, "--avoid", "0,0,50,120", "-o", "a.png"]) == 0
    assert (opened("a.png")[40:80, 60:100, 2] < 150).all()


def test_strokes_find_the_square(square):
    strokes = np.full(square.shape, 128, np.uint8)
    strokes[60, 65:95] = 255
    strokes[20, 20:140] = 0
    Image.fromarray(strokes).save("strokes.png")
    assert main(["segment", "photo.png", "--scribble", "strokes.png"]) == 0
    found = opened("photo.mask.png") > 0
    assert (found & square).sum() / (found | square).sum() > 0.9


def test_set_reaches_any_option(square):
    flags = ["--mask", "mask.png", "--set", "dilate.radius=5", "--set", "9.model=blur"]
    assert main(["remove", "photo.png", *flags, "--save", "mask"]) == 0
    assert (opened("photo.edit.mask.png") > 0).sum() > square.sum()


def test_a_jpeg_stays_a_jpeg_and_says_what_coding_did(capsys):
    assert main(["remove", "photo.jpg", *BOX]) == 0
    assert format_of("photo.edit.jpg") == "JPEG"
    assert "lossy coding changed" in capsys.readouterr().err


def test_on_empty_copy_writes_the_photo(photo):
    nothing = ["--mask", "mask.png", "--mask", "mask.png:subtract"]
    assert main(["remove", "photo.png", *nothing]) == 7
    assert main(["remove", "photo.png", *nothing, "--on-empty", "copy"]) == 0
    assert np.array_equal(opened("photo.edit.png"), photo)


@pytest.mark.parametrize("command", ["recipes", "models", "doctor", "schema"])
def test_the_listings_list(command, capsys):
    assert main([command]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 3


def test_without_a_command_the_help_is_shown(capsys):
    assert main([]) == 2
    assert "Commands:" in capsys.readouterr().err


def test_the_schema_lists_every_error_and_every_warning(capsys):
    assert main(["schema", "--errors"]) == 0
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert listed == [*CODES, *NOTICES]


@pytest.mark.parametrize(("prefix", "table"), [("E_", CODES), ("W_", NOTICES)])
def test_every_code_that_is_given_is_in_its_table_and_no_other(prefix, table):
    package = Path(fastseg_edit.__file__).parent
    sources = (path.read_text("utf-8") for path in package.rglob("*.py"))
    given = {code for text in sources for code in re.findall(rf'"({prefix}[A-Z_]+)"', text)}
    assert given == set(table)


def test_a_recipe_can_be_printed_and_run(folder, capsys):
    assert main(["recipes", "remove"]) == 0
    (folder / "mine.yaml").write_text(capsys.readouterr().out)
    assert main(["remove", "photo.png", *BOX, "--recipe", "mine.yaml"]) == 0


def test_the_demo_edits_the_photos_of_a_folder(folder, capsys):
    (folder / "prompts.yaml").write_text("photo.png: {box: [50, 30, 110, 90]}\n")
    assert main(["demo", "--photos", ".", "-o", "out"]) == 0
    assert "look at out/contact_sheet.png" in capsys.readouterr().out
    assert opened("out/contact_sheet.png").shape[2] == 3


def piped(*arguments, stdin=b""):
    command = [sys.executable, "-m", "fastseg_edit", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)


def test_a_photo_can_come_and_go_through_pipes(folder, photo):
    done = piped("remove", "-", *BOX, "-o", "-", stdin=(folder / "photo.png").read_bytes())
    assert done.returncode == 0, done.stderr
    assert opened(io.BytesIO(done.stdout)).shape == photo.shape


def test_importing_and_help_are_light():
    code = (
        "import sys, fastseg_edit; from fastseg_edit.apps.cli import main; main(['remove', '-h']);"
        "print({'torch', 'PIL', 'cv2', 'scipy', 'numpy.linalg'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(eval(done.stdout.splitlines()[-1])) <= {"numpy.linalg"}
