"""What is checked before a job runs: photos, prompts and settings, one by one."""

import shutil
import struct

import pytest
from checked_jobs import CLICK, planned, problem_of, refused
from photos import samples
from PIL import Image

from fastseg_edit.batching import jobs
from fastseg_edit.batching.checks import checking
from fastseg_edit.batching.manifests import manifest
from fastseg_edit.errors import DocumentError, OutputError
from fastseg_edit.photos.chunks import SIGNATURE, chunk


def test_links_among_the_photos_do_not_lead_out(home, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "secret.png"
    shutil.copy(home / "photos/a.png", other)
    (home / "photos/c.png").symlink_to(other)
    assert refused(home, {"photo": "c.png"}) == [("/items/0", "E_PATH_ESCAPES")]


def test_what_is_there_already_is_told_of_its_item(home):
    (home / "edited").mkdir()
    (home / "edited/a.png").touch()
    one, two = planned(home, {"photos": "*.png"})
    assert (one.problem.code, two.problem) == ("E_OUTPUT_EXISTS", None)
    assert not any(each.problem for each in planned(home, {"photos": "*", "if_exists": "skip"}))


def test_one_bad_photo_stops_no_other(home):
    (home / "photos/c.png").write_text("hello")
    (home / "photos/d.png").touch()
    huge = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0))
    (home / "photos/e.png").write_bytes(SIGNATURE + huge)
    found = planned(home, {"photos": "*.png"}, {"photo": "f.png"})
    codes = [each.problem and each.problem.code for each in found]
    assert codes == [
        None,
        None,
        "E_INPUT_FORMAT",
        "E_INPUT_EMPTY",
        "E_TOO_MANY_PIXELS",
        "E_INPUT_MISSING",
    ]
    assert found[0].size == (20, 30)


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ({"point": [29, 19]}, None),
        ({"point": [30, 4]}, "E_POINT_RANGE"),
        ({"point": [3, -1]}, "E_POINT_RANGE"),
        ({"point": ["nan", 1]}, "E_POINT_RANGE"),
        ({"point": ["99%", "99%"]}, None),
        ({"point": [3, 4, "-"]}, "E_NO_POSITIVE"),
        ({"points": [[3, 4], [40, 4]]}, "E_POINT_RANGE"),
        ({"box": [5, 5, 5, 9]}, "E_BOX_EMPTY"),
        ({"box": [9, 9, 5, 5]}, "E_BOX_EMPTY"),
        ({"prompt": [{"point": [30, 4]}]}, "E_POINT_RANGE"),
        ({"mask": "b.png"}, None),
        ({"mask": "small.png"}, "E_MASK_SIZE"),
        ({"mask": "small.png", "fit": True}, None),
        ({"rough": "missing.png"}, "E_INPUT_MISSING"),
        ({"ref": "missing.png"}, "E_INPUT_MISSING"),
        ({"mask": {"size": [4, 4], "counts": "`0"}}, "E_MASK_SIZE"),
    ],
)
def test_a_prompt_must_make_sense_on_its_photo(home, prompt, code):
    Image.new("L", (10, 10)).save(home / "photos/small.png")
    assert problem_of(home, prompt=[prompt]) == code


def test_coordinates_are_those_of_the_upright_photo(home):
    blob = samples.file_of("JPEG", "RGB", (20, 30), exif=samples.exif(6, size=(20, 30)))
    (home / "photos/a.png").write_bytes(blob)
    assert problem_of(home, prompt=[{"point": [19, 29]}]) is None
    assert problem_of(home, prompt=[{"point": [29, 19]}]) == "E_POINT_RANGE"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"recipe": "nothing"}, "E_RECIPE"),
        ({"profile": "missing.yaml"}, "E_NAME"),
        ({"model": "nobody-knows-it"}, "E_NAME"),
        ({"overrides": {"dilate.size": 3}}, "E_RECIPE"),
        ({"device": "tpu"}, "E_DEVICE"),
        ({"steps": 0}, "E_SPEC"),
        ({"strength": 0}, "E_SPEC"),
        ({"strength": 1.5}, "E_SPEC"),
        ({"guidance": -1}, "E_SPEC"),
        ({"caption": "a\0b"}, "E_TEXT_EMPTY"),
        ({"prompt": [{"text": "a\0b"}]}, "E_TEXT_EMPTY"),
    ],
)
def test_settings_that_cannot_work_stop_the_job(home, said, code):
    found = refused(home, {"photo": "a.png", **said})
    assert {each for _, each in found} == {code}


def test_too_little_room_stops_the_job(home, monkeypatch):
    room = shutil.disk_usage(home)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: room)
    with pytest.raises(OutputError) as caught:
        planned(home, {"photos": "*.png"})
    assert (caught.value.code, caught.value.status) == ("E_OUTPUT_SPACE", 9)


def test_nothing_is_written(home):
    before = sorted(home.rglob("*"))
    planned(home, {"photos": "*.png"})
    assert sorted(home.rglob("*")) == before


def test_a_job_that_only_selects_is_checked_for_the_names_of_its_masks(home):
    entries = [{"photo": "a.png", "id": n, "name": "same.png"} for n in (1, 2)]
    document = {"root": "photos", "defaults": CLICK, "items": entries}
    job = jobs.Job(manifest.read(document, home), selects=True)
    assert [one.item.output for one in job.planned()] == ["a.mask.png", "a.png.mask.png"]
    (home / "edited/masks").mkdir(parents=True)
    (home / "edited/masks/a.mask.png").touch()
    codes = [one.problem and one.problem.code for one in job.planned()]
    assert codes == ["E_OUTPUT_EXISTS", None]


def test_a_prompt_of_thousands_is_refused_and_the_same_boxes_as_one_entry_are_not(home):
    boxes = [[1, 1, 9, 9]] * 2000
    many = {"photo": "a.png", "prompt": [{"box": box} for box in boxes]}
    assert refused(home, many) == [("/items/0/prompt", "E_SPEC")]
    nested = {"photo": "a.png", "prompt": [{"box": boxes[0]}, {"prompt": many["prompt"][:100]}]}
    assert refused(home, nested) == [("/items/0/prompt", "E_SPEC")]
    assert problem_of(home, prompt=[{"boxes": boxes}]) is None
    assert problem_of(home, prompt=many["prompt"][:100]) is None
    assert problem_of(home, prompt=[{"point": [3, 4]}] * 2000) is None


def test_words_without_a_model_for_them_stop_the_job(home):
    said = {"photo": "a.png", "prompt": [{"text": "the car"}]}
    assert refused(home, said, {"photo": "b.png"}) == [("/items/0", "E_MODEL_MISSING")]
    both = [{"photo": "a.png"}, {"photo": "b.png", "prompt": [{"text": "the car"}]}]
    assert refused(home, *both) == [("/items/1", "E_MODEL_MISSING")]


def test_no_mask_of_another_photo_is_suggested(home):
    (home / "masks").mkdir()
    (home / "masks/b.png").touch()
    said = {**CLICK, "prompt": [{"mask": "../masks/{stem}.png"}]}
    (found,) = planned(home, {"photo": "a.png"}, defaults=said)
    assert (found.problem.code, found.problem.hint) == ("E_INPUT_MISSING", "")
    (found,) = planned(home, {"photo": "a.png", "prompt": [{"mask": "../masks/a.png"}]})
    assert found.problem.hint == "Did you mean 'b.png'?"


def test_whoever_gave_flags_reads_of_no_place_in_a_document(home):
    said = {"photo": "a.png", "prompt": [{"prompt": [{"mask": "b{stem}.png"}]}, {"mask": "b.png"}]}
    document = {"root": "photos", "defaults": CLICK, "items": [said]}
    Image.new("L", (9, 9)).save(home / "photos/b.png")
    Image.new("L", (9, 9)).save(home / "photos/ba.png")
    (found,) = checking.check(manifest.read(document, home, free=True))
    assert found.problem.message.startswith("the mask")
    document["items"] = [{**said, "gates": {"count": "few"}}, {**said, "gates": {"count": "few"}}]
    with pytest.raises(DocumentError) as caught:
        list(checking.check(manifest.read(document, home, "shoot", free=True)))
    assert str(caught.value).count("\n") == 0
    assert str(caught.value).startswith("shoot: count: a number")
