"""What is written for other tools, read back by other readers."""

import io
import json

import numpy as np
import pytest
from drawn import shapes
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw
from pycocotools.coco import COCO
from ultralytics.data.utils import polygon2mask, verify_image_label

from fastseg_edit import Candidates, annotate, objects
from fastseg_edit.ops import morphology

SIZE = (150, 200)


def disk(x, y, radius):
    rows, columns = np.ogrid[: SIZE[0], : SIZE[1]]
    return (rows - y) ** 2 + (columns - x) ** 2 < radius**2


def scene():
    """A disk at the border, a ring, and two disks that are one object."""
    masks = [disk(20, 30, 40), disk(130, 80, 55) & ~disk(130, 80, 25)]
    masks.append(disk(40, 120, 18) | disk(90, 125, 12))
    found = Candidates.of(masks, SIZE, [0.9, 0.8, 0.5], range(3))
    return found.labelled(("a cup", "ein Töpfchen", "a cup"))


@st.composite
def several(draw):
    size = draw(shapes)
    filled = arrays(bool, size).filter(lambda mask: mask.any())
    masks = draw(st.lists(filled, min_size=1, max_size=3))
    names = draw(st.lists(st.sampled_from(["", "a", "b"]), min_size=len(masks), max_size=3))
    return Candidates.of(masks, size).labelled(tuple(names[: len(masks)]))


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


def within_a_pixel(read, mask):
    """Whether a mask differs from another one by a line along the outline at most."""
    apart = read ^ mask
    return (
        not (apart & morphology.erode(mask, 1.5)).any()
        and not (apart & ~morphology.dilate(mask, 1.5)).any()
    )


def read_by_pycocotools(document, folder):
    path = folder / "a.json"
    path.write_text(json.dumps(document))
    return COCO(path)


@pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # pycocotools on numpy 2
@given(several())
def test_coco_masks_are_the_objects_bit_for_bit(tmp_path_factory, found):
    document = annotate.coco(found, "photo.jpg")
    reader = read_by_pycocotools(document, tmp_path_factory.mktemp("coco"))
    read = reader.loadAnns(reader.getAnnIds())
    assert len(read) == len(found)
    for annotation, mask in zip(read, found, strict=True):
        assert np.array_equal(reader.annToMask(annotation).astype(bool), mask)
        assert annotation["area"] == mask.sum()
        left, top, right, bottom = morphology.bounding_box(mask)
        assert annotation["bbox"] == [left, top, right - left, bottom - top]


def test_coco_names_the_categories_and_the_photo(tmp_path, capsys):
    document = annotate.coco(scene(), "photo.jpg", known=("z", "a cup"))
    reader = read_by_pycocotools(document, tmp_path)
    read = reader.loadAnns(reader.getAnnIds())
    names = [reader.loadCats(each["category_id"])[0]["name"] for each in read]
    assert names == ["a cup", "ein Töpfchen", "a cup"]
    assert [each["name"] for each in document["categories"]] == ["z", "a cup", "ein Töpfchen"]
    assert [each["score"] for each in read] == [0.9, 0.8, 0.5]
    assert reader.loadImgs(1) == [{"id": 1, "file_name": "photo.jpg", "width": 200, "height": 150}]
    assert "Done" in capsys.readouterr().out


def test_yolo_is_read_by_ultralytics(tmp_path):
    found = scene()
    (tmp_path / "photo.txt").write_text(annotate.yolo(found))
    Image.new("RGB", SIZE[::-1]).save(tmp_path / "photo.jpg")
    names = tuple(str(tmp_path / name) for name in ("photo.jpg", "photo.txt"))
    _, labels, _, polygons, _, missing, good, empty, corrupt, message = verify_image_label(
        (*names, "", False, 2, 0, 0, False)
    )
    assert (missing, good, empty, corrupt) == (0, 1, 0, 0), message
    assert labels[:, 0].tolist() == [0, 1, 0]
    for polygon, mask in zip(polygons, found, strict=True):
        pixels = (polygon * SIZE[::-1]).reshape(1, -1)
        read = polygon2mask(SIZE, list(pixels)).astype(bool)
        assert overlap(read, mask) >= 0.98
        if not mask[120, 40]:  # between the parts of that object it draws a line
            assert within_a_pixel(read, mask)


def test_labelme_polygons_are_the_objects():
    found = scene()
    document = json.loads(json.dumps(annotate.labelme(found, "../photo.jpg")))
    assert document["imagePath"] == "../photo.jpg"
    assert (document["imageHeight"], document["imageWidth"]) == SIZE
    groups = [shape["group_id"] for shape in document["shapes"]]
    assert groups == [None, None, 3, 3]
    drawn = [drawn_by_pillow(shape["points"]) for shape in document["shapes"]]
    for read, mask in zip([*drawn[:2], drawn[2] | drawn[3]], found, strict=True):
        assert overlap(read, mask) >= 0.98
        assert within_a_pixel(read, mask)


def drawn_by_pillow(points):
    """Return a polygon as LabelMe draws it."""
    canvas = Image.new("L", SIZE[::-1])
    ImageDraw.Draw(canvas).polygon([tuple(point) for point in points], outline=1, fill=1)
    return np.asarray(canvas).astype(bool)


@pytest.mark.parametrize("count", [1, 255, 256])
def test_a_label_map_numbers_the_objects(count):
    masks = np.eye(300, dtype=bool).reshape(300, 15, 20)[:count]
    found = Candidates.of(masks, (15, 20))
    with Image.open(io.BytesIO(annotate.label_png(found))) as image:
        assert image.mode == ("P" if count < 256 else "I;16")
        read = np.asarray(image)
    assert np.array_equal(read, objects.label_map(found))
    assert read.max() == count


def test_labels_are_numbered_alike_in_every_photo():
    one = Candidates.of([disk(9, 9, 5)], SIZE).labelled(("b",))
    two = Candidates.of([disk(9, 9, 5)], SIZE)
    known = ("b", "a")
    assert annotate.labels_of(one, known) == ("b", "a")
    assert annotate.labels_of(two, known) == ("b", "a", annotate.UNNAMED)
    assert annotate.yolo(one, known).startswith("0 ")
    assert annotate.yolo(two, known).startswith("2 ")


def test_without_objects_there_is_nothing_to_write(tmp_path):
    nothing = Candidates.of([], (8, 8))
    assert annotate.yolo(nothing) == ""
    assert annotate.labelme(nothing, "a.jpg")["shapes"] == []
    assert read_by_pycocotools(annotate.coco(nothing, "a.jpg"), tmp_path).getAnnIds() == []
    assert not np.asarray(Image.open(io.BytesIO(annotate.label_png(nothing)))).any()
