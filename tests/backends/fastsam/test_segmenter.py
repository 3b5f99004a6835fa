"""The shipped weights on drawn scenes, through the class that everybody uses."""

import numpy as np
import pytest
from scipy.ndimage import binary_dilation, binary_erosion
from small_yolo import APART, everything
from ultralytics import FastSAM

from fastseg_edit import catalogue, world
from fastseg_edit.backends.fastsam import FastSam
from fastseg_edit.backends.yolo import weights
from fastseg_edit.cutouts import Soft
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble


def _overlap(one, other):
    return (one & other).sum() / (one | other).sum()


def _middle(mask):
    rows, columns = np.nonzero(mask)
    nearest = np.argmin(np.hypot(rows - rows.mean(), columns - columns.mean()))
    return float(columns[nearest]), float(rows[nearest])


def _box(mask):
    rows, columns = np.nonzero(mask)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


@pytest.mark.parametrize("size", [(256, 256), (180, 300), (500, 375), (1100, 1500)])
def test_every_object_of_a_scene_is_found(segmenter, size):
    for index in range(3):
        drawn = world.draw(world.Split.TEST.seed(index), size, APART)
        found = everything(segmenter, drawn.photo)
        assert found.size == size
        for true in drawn.visible:
            best = max(_overlap(mask, true) for mask in found)
            assert best > 0.8, f"seed {drawn.seed}: IoU {best:.3f}"


def test_each_mask_of_everything_is_an_object_of_its_own(segmenter, scene):
    found = everything(segmenter, scene.photo)
    assert len(found) >= len(scene.things)
    assert len(set(found.groups.tolist())) == len(found)
    assert (np.diff(found.scores) <= 0).all()
    assert found.scores.dtype == np.float32


def test_the_library_itself_gives_the_same_masks(segmenter, scene, tmp_path):
    network, habits = weights.load(catalogue.folder("fastsam-mini"), allow_pickle=False)
    weights.save_checkpoint(network, tmp_path / "mini.pt")
    (result,) = FastSAM(tmp_path / "mini.pt")(
        scene.photo[..., ::-1].copy(),
        imgsz=habits.side,
        conf=habits.confidence,
        iou=habits.overlap,
        retina_masks=True,
        device="cpu",
        verbose=False,
    )
    ours = everything(segmenter, scene.photo)
    assert np.allclose(result.boxes.conf.numpy(), ours.scores, atol=1e-4)
    for theirs, mask in zip(result.masks.data.numpy().astype(bool), ours, strict=True):
        # It takes the pixels whose corners lie in a box, and we those whose middles do.
        rim = binary_dilation(theirs, iterations=2) & ~binary_erosion(theirs)
        assert np.array_equal(theirs[~rim], mask[~rim])
        assert _overlap(theirs, mask) > 0.98


def test_a_checkpoint_file_gives_the_same_masks(segmenter, scene, tmp_path):
    network, habits = weights.load(catalogue.folder("fastsam-mini"), allow_pickle=False)
    path = tmp_path / "mini.pt"
    weights.save_checkpoint(network, path)
    other = FastSam(str(path), habits.side, overlap=habits.overlap, allow_pickle=True)
    pairs = zip(everything(segmenter, scene.photo), everything(other, scene.photo), strict=True)
    assert all(np.array_equal(*pair) for pair in pairs)


def test_a_click_finds_the_object_under_it(segmenter, scene):
    encoding = segmenter.encode(scene.photo)
    for thing, true in zip(scene.things, scene.visible, strict=True):
        if thing.shape != "ring":  # whose middle is not on it
            found = segmenter.predict(encoding, Points.at(*_middle(true)))
            assert _overlap(found[0], true) > 0.8


def test_boxes_find_their_objects_in_order(segmenter, scene):
    boxes = Boxes(tuple(_box(true) for true in scene.visible))
    found = segmenter.predict(segmenter.encode(scene.photo), boxes)
    for group, true in enumerate(scene.visible):
        best = int(np.flatnonzero(found.groups == group)[0])
        assert _overlap(found[best], true) > 0.8


def test_a_stroke_finds_the_object_it_lies_on(segmenter, scene):
    encoding = segmenter.encode(scene.photo)
    for true in scene.visible:
        on, off = np.zeros((2, *scene.size), bool)
        rows, columns = np.nonzero(true)
        on[rows[::7], columns[::7]] = True
        assert _overlap(segmenter.predict(encoding, Scribble(on, off))[0], true) > 0.8


def test_a_rough_mask_finds_the_object_it_lies_on(segmenter, scene):
    encoding = segmenter.encode(scene.photo)
    for true in scene.visible:
        found = segmenter.predict(encoding, Rough(binary_dilation(true, iterations=6)))
        assert _overlap(found[0], true) > 0.8
        assert set(found.groups.tolist()) == {0}


@pytest.mark.parametrize("side", [256, 320, "native"])
def test_objects_are_found_at_the_side_that_is_asked_for(side):
    drawn = world.draw(world.Split.TEST.seed(2), (230, 300), APART)
    found = everything(FastSam(side=side), drawn.photo)
    for true in drawn.visible:
        assert max(_overlap(mask, true) for mask in found) > 0.8


def test_a_coarser_look_has_larger_cells():
    photo = np.zeros((500, 1000, 3), np.uint8)
    cells = {side: everything(FastSam(side=side), photo).cell for side in (128, 256, "native")}
    assert cells[128] == pytest.approx(4 * 1000 / 128)
    assert cells[256] == pytest.approx(4 * 1000 / 256)
    assert cells["native"] == pytest.approx(4)


def test_masks_of_a_large_photo_are_kept_soft(segmenter):
    drawn = world.draw(world.Split.TEST.seed(1), (1100, 1500), APART)
    found = everything(segmenter, drawn.photo)
    assert any(isinstance(cutout, Soft) for cutout in found.cutouts)
    for cutout in found.cutouts:
        exact = cutout.settled()
        assert abs(cutout.area - exact.area) < 0.1 * exact.area
        assert exact.area
