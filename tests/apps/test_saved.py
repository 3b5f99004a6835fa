"""What the command line writes besides the mask, and what it says without writing."""

import json

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coder

from fastseg_edit import world
from fastseg_edit.apps import texts
from fastseg_edit.apps.cli import main

TWO = ["--mask", "square.png", "--mask", "corner.png"]


@pytest.fixture(autouse=True)
def folder(photo, square, tmp_path, monkeypatch):
    """A folder with photo.png and the masks of two objects in it, which is the current one."""
    monkeypatch.chdir(tmp_path)
    Image.fromarray(photo).save("photo.png")
    Image.fromarray(square).save("square.png")
    Image.fromarray(corner()).save("corner.png")
    return tmp_path


def corner():
    mask = np.zeros((120, 160), bool)
    mask[:30, :50] = True
    return mask


def opened(path):
    with Image.open(path) as image:
        return np.asarray(image)


def written(folder):
    return {path.name for path in folder.iterdir()} - {"photo.png", "square.png", "corner.png"}


def test_each_object_has_a_file_and_a_number(folder, square):
    assert main(["segment", "photo.png", *TWO, "--save", "objects,labels,overlay"]) == 0
    assert np.array_equal(opened("photo.mask.object-1.png") > 0, square)
    assert np.array_equal(opened("photo.mask.object-2.png") > 0, corner())
    assert np.array_equal(opened("photo.mask.labels.png"), square + 2 * corner())
    assert len(np.unique(opened("photo.mask.overlay.png")[[1, 41], [1, 61]], axis=0)) == 2
    names = ("object-1", "object-2", "labels", "overlay")
    assert written(folder) == {"photo.mask.png", *(f"photo.mask.{name}.png" for name in names)}


@pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # pycocotools on numpy 2
def test_annotations_bear_the_name_of_the_photo(folder, square):
    (folder / "labels").mkdir()
    assert main(["segment", "photo.png", *TWO, "-o", "labels", "--save", "coco,yolo,labelme"]) == 0
    names = {"photo.mask.png", "photo.coco.json", "photo.json", "photo.txt", "photo.names.txt"}
    assert {path.name for path in (folder / "labels").iterdir()} == names
    document = json.loads((folder / "labels/photo.coco.json").read_text())
    assert document["images"][0]["file_name"] == "photo.png"
    masks = [coder.decode(each["segmentation"]) > 0 for each in document["annotations"]]
    assert np.array_equal(masks, [square, corner()])
    assert json.loads((folder / "labels/photo.json").read_text())["imagePath"] == "../photo.png"
    lines = (folder / "labels/photo.txt").read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["0", "0"]
    assert (folder / "labels/photo.names.txt").read_text() == "object\n"


def test_an_edit_annotates_the_photo_as_it_was(folder):
    command = ["remove", "photo.png", *TWO, "--model", "blur", "--save", "coco,objects"]
    assert main(command) == 0
    pictures = {"photo.edit.png", "photo.edit.object-1.png", "photo.edit.object-2.png"}
    assert written(folder) == {"photo.coco.json", *pictures}


def test_nothing_is_written_if_one_of_the_files_is_there(folder, capsys):
    (folder / "photo.mask.object-2.png").write_bytes(b"mine")
    assert main(["segment", "photo.png", *TWO, "--save", "objects"]) == 2
    assert "photo.mask.object-2.png is there already" in capsys.readouterr().err
    assert written(folder) == {"photo.mask.object-2.png"}


def test_an_unknown_thing_to_save_is_refused(capsys):
    assert main(["segment", "photo.png", *TWO, "--save", "coko"]) == 2
    assert "--save knows nothing called 'coko'. Did you mean 'coco'?" in capsys.readouterr().err


@pytest.mark.parametrize("operation", ["segment", "remove"])
def test_a_dry_run_writes_nothing_and_tells_a_line_per_object(folder, capsys, operation):
    (folder / "photo.mask.png").write_bytes(b"mine")
    command = [operation, "photo.png", *TWO, "--dry-run", "--save", "objects", "--in-place"]
    assert main(command) == 0
    assert written(folder) == {"photo.mask.png"}
    out, err = capsys.readouterr()
    lines = [line.split() for line in out.splitlines()]
    assert lines == [
        ["object", "label", "score", "margin", "box", "pixels", "photo", "border"],
        ["1", "-", "1.000", "-", "60,40,100,80", "1600", "8.3%", "0%"],
        ["2", "-", "1.000", "-", "0,0,50,30", "1500", "7.8%", "50%"],
    ]
    assert "selected, 2 objects, 16.1% of the photo" in err
    assert "nothing was written" in err


def test_a_dry_run_needs_no_model_that_paints(folder):
    (folder / "own.yaml").write_text("inpainter: {name: diffusion, weights: /nowhere}")
    command = ["remove", "photo.png", *TWO, "--profile", "own.yaml"]
    assert main(command) == 6
    assert main([*command, "--dry-run"]) == 0


def test_the_report_judges_each_object(capsys):
    assert main(["segment", "photo.png", "--box", "50,30,110,90", "--dry-run", "--json", "-q"]) == 0
    report = json.loads(capsys.readouterr().out)
    (judged,) = report["objects"]
    assert report["state"] == "selected"
    assert report["saved"] == []
    assert judged["pixels"] == report["mask_pixels"]
    assert judged["box"] == report["mask_box"]
    assert judged["coverage"] == pytest.approx(report["coverage"], abs=1e-4)
    assert set(judged) == {"label", "score", "margin", "box", "pixels", "coverage", "border"}


def test_everything_is_labelled_with_its_best_words(folder, capsys):
    scene = world.draw(world.Split.VALIDATION.seed(0), 256, world.Options(fewest=3, most=4))
    Image.fromarray(scene.photo).save("scene.png")
    words = ["--text", "a white square", "--text", "a green ring"]
    mini = ["--profile", "mini", "--json", "-q"]
    assert main(["segment", "scene.png", "--everything", *words, *mini, "--save", "yolo"]) == 0
    report = json.loads(capsys.readouterr().out)
    labels = [each["label"] for each in report["objects"]]
    assert labels.count("a white square") == labels.count("a green ring") == 1
    assert labels.count("other") == len(labels) - 2 > 0
    names = (folder / "scene.names.txt").read_text().splitlines()
    assert names == ["a white square", "a green ring", "other"]


def test_classes_are_numbered_by_the_words_whatever_is_found():
    words = ["every red cup", "a blue cup", "the left one", "a plate:subtract"]
    found = {"text": words, "everything": False}
    assert texts.classes(found) == ("a red cup", "a blue cup")
    assert texts.classes({**found, "everything": True}) == (*words[:3], "other")
    assert texts.classes({**found, "text": []}) == ()


def test_only_what_labels_takes_words_beside_everything(capsys):
    assert main(["remove", "photo.png", "--everything", "--text", "a cup"]) == 2
    assert "error[E_SPEC]" in capsys.readouterr().err
