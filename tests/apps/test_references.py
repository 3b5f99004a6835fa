import cv2
import numpy as np
import pytest

from fastseg_edit.apps import texts
from fastseg_edit.errors import InputError, PromptError
from fastseg_edit.prompt import Combined, Reference
from fastseg_edit.requests.asker import Asker
from fastseg_edit.requests.parts import files

GIVEN = {"everything": False, "mask_resize": "error"} | {kind: [] for kind in texts.KINDS}


@pytest.fixture
def folder(tmp_path, monkeypatch, photo, square):
    monkeypatch.chdir(tmp_path)
    cv2.imwrite("cup.png", photo[..., ::-1])
    cv2.imwrite("cup@2x.png", photo[..., ::-1])
    cv2.imwrite("where.png", square * np.uint8(255))
    cv2.imwrite("nowhere.png", square * np.uint8(0))
    cv2.imwrite("small.png", np.full((20, 20), 255, np.uint8))
    cv2.imwrite("cut.png", np.dstack([photo[..., ::-1], square * np.uint8(255)]))
    (tmp_path / "text.png").write_text("no photo")


def asked(*references, size=(50, 60)):
    return Asker(size).prompt([*texts.parts(GIVEN | {"ref": list(references)})])


@pytest.mark.usefixtures("folder")
def test_a_reference_alone_shows_the_object_all_over():
    assert asked("cup.png").mask is None


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "text", ["cup.png@60,40,100,80", "cup.png@where.png", "cut.png@cut.png:alpha"]
)
def test_a_box_or_a_mask_says_where_the_object_is(square, text):
    assert np.array_equal(asked(text).mask, square)


@pytest.mark.usefixtures("folder")
def test_several_references_show_one_object():
    like = asked("cup.png@60,40,100,80", "cup@2x.png", "cup.png@where.png")
    assert isinstance(like, Reference)
    assert [each.mask is None for each in like.more] == [True, False]


@pytest.mark.usefixtures("folder")
def test_what_a_reference_shows_can_be_taken_away():
    both = asked("cup.png", "cup.png@where.png:subtract")
    assert isinstance(both, Combined)
    assert both.operation == "subtract"
    assert both.right.mask is not None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("cup.png", ["cup.png"]),
        ("cup.png@1,2,3,4", ["cup.png"]),
        ("cup.png@where.png:alpha", ["cup.png", "where.png"]),
        ("cup@2x.png", ["cup@2x.png"]),
        ("cup.gif@1,2,3,4", ["cup.gif"]),
        ("cup@2x.png@where@2x.png:subtract", ["cup@2x.png", "where@2x.png"]),
    ],
)
def test_no_file_that_is_read_is_forgotten(text, read):
    assert [str(path) for path in files(texts.parts(GIVEN | {"ref": [text]}))] == read


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cup.png@nowhere.png", "E_MASK_EMPTY"),
        ("cup.png@small.png", "E_MASK_SIZE"),
        ("cup.png@90,40,60,80", "E_BOX_EMPTY"),
        ("cup.png@500,40,600,80", "E_BOX_EMPTY"),
    ],
)
def test_a_reference_without_an_object_is_refused(text, code):
    with pytest.raises(PromptError) as caught:
        asked(text)
    assert caught.value.code == code


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no.png", "E_INPUT_MISSING"),
        ("cup.png@no.png", "E_INPUT_MISSING"),
        ("text.png", "E_INPUT_FORMAT"),
        ("cup.png@text.png", "E_INPUT_FORMAT"),
    ],
)
def test_files_of_a_reference_are_read_as_any_others(text, code):
    with pytest.raises(InputError) as caught:
        asked(text)
    assert caught.value.code == code
