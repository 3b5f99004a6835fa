"""The shipped weights on drawn scenes, through the class that everybody uses."""

import pickle

import numpy as np
import pytest
import torch
from scipy.ndimage import binary_dilation, binary_erosion
from ultralytics import FastSAM

from fastseg_edit import catalogue, world
from fastseg_edit.backends.fastsam import FastSam
from fastseg_edit.backends.yolo import weights
from fastseg_edit.cutouts import Soft
from fastseg_edit.errors import SpecError
from fastseg_edit.prompt import Boxes, Points, Rough, Scribble
from fastseg_edit.protocols import Describer

APART = world.Options(fewest=3, most=3, hidden=0)


@pytest.fixture(scope="module")
def segmenter():
    return FastSam()


@pytest.fixture(scope="module")
def scene():
    """Three objects that do not touch, by seed."""
    return world.draw(world.Split.TEST.seed(1), 256, APART)


def _everything(segmenter, photo):
    return segmenter.predict(segmenter.encode(photo), None)


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
        found = _everything(segmenter, drawn.photo)
        assert found.size == size
        for true in drawn.visible:
            best = max(_overlap(mask, true) for mask in found)
            assert best > 0.8, f"seed {drawn.seed}: IoU {best:.3f}"


def test_each_mask_of_everything_is_an_object_of_its_own(segmenter, scene):
    found = _everything(segmenter, scene.photo)
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
    ours = _everything(segmenter, scene.photo)
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
    pairs = zip(_everything(segmenter, scene.photo), _everything(other, scene.photo), strict=True)
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


@pytest.mark.parametrize("size", [(256, 256), (200, 333), (1100, 700)])
def test_features_cover_the_photo_and_tell_objects_from_the_ground(segmenter, size):
    drawn = world.draw(world.Split.TEST.seed(1), size, APART)
    assert isinstance(segmenter, Describer)
    seen = segmenter.features(segmenter.encode(drawn.photo))
    height, width, _ = seen.grid.shape
    assert abs(height / width - size[0] / size[1]) < 0.1
    assert np.allclose(np.linalg.norm(seen.grid, axis=2), 1, atol=1e-4)
    places = np.ix_(
        *(
            ((np.arange(count) + 0.5) * side / count).astype(int)
            for count, side in zip((height, width), size, strict=True)
        )
    )
    ground = ~np.any(drawn.visible, axis=0)[places]
    for true in drawn.visible:
        inside = true[places]
        own = seen.grid[inside].mean(axis=0)
        alike = seen.grid @ (own / np.linalg.norm(own))
        assert alike[inside].mean() > 0.6 > 0.4 > alike[ground].mean()


def test_features_leave_out_what_was_put_round_the_photo(segmenter):
    grey = np.full((96, 256, 3), 114, np.uint8)  # the colour that is put round it
    noisy = np.random.default_rng(0).integers(0, 256, (40, 256, 3), np.uint8)
    one, other = (segmenter.features(segmenter.encode(photo)).grid for photo in (grey, noisy))
    assert one.shape[:2] == (12, 32)
    assert other.shape[:2] == (5, 32)


@pytest.mark.parametrize("side", [256, 320, "native"])
def test_objects_are_found_at_the_side_that_is_asked_for(side):
    drawn = world.draw(world.Split.TEST.seed(2), (230, 300), APART)
    found = _everything(FastSam(side=side), drawn.photo)
    for true in drawn.visible:
        assert max(_overlap(mask, true) for mask in found) > 0.8


def test_a_coarser_look_has_larger_cells():
    photo = np.zeros((500, 1000, 3), np.uint8)
    cells = {side: _everything(FastSam(side=side), photo).cell for side in (128, 256, "native")}
    assert cells[128] == pytest.approx(4 * 1000 / 128)
    assert cells[256] == pytest.approx(4 * 1000 / 256)
    assert cells["native"] == pytest.approx(4)


def test_masks_of_a_large_photo_are_kept_soft(segmenter):
    drawn = world.draw(world.Split.TEST.seed(1), (1100, 1500), APART)
    found = _everything(segmenter, drawn.photo)
    assert any(isinstance(cutout, Soft) for cutout in found.cutouts)
    for cutout in found.cutouts:
        exact = cutout.settled()
        assert abs(cutout.area - exact.area) < 0.1 * exact.area
        assert exact.area


@pytest.mark.parametrize("colour", [(100, 100, 100), (150, 130, 110)])
def test_a_background_alone_holds_nothing(segmenter, colour):
    encoding = segmenter.encode(np.full((120, 150, 3), colour, np.uint8))
    mask = np.ones((120, 150), bool)
    asked = (
        None,
        Points.at(50, 50),
        Boxes.around(20, 20, 80, 80),
        Rough(mask),
        Scribble(mask, ~mask),
    )
    for prompt in asked:
        assert len(segmenter.predict(encoding, prompt)) == 0


@pytest.mark.parametrize("size", [(8, 8), (8, 700), (700, 9), (33, 31)])
def test_odd_sizes_are_taken(segmenter, size):
    noise = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    assert _everything(segmenter, noise).size == size


def test_the_photo_is_not_changed_and_the_answer_is_the_same(segmenter, scene):
    before = scene.photo.copy()
    first, again = (_everything(segmenter, scene.photo) for _ in range(2))
    assert np.array_equal(scene.photo, before)
    assert np.array_equal(first.scores, again.scores)
    assert all(np.array_equal(*pair) for pair in zip(first, again, strict=True))


def test_there_are_no_more_masks_than_asked_for(scene):
    assert len(_everything(FastSam(candidates=2), scene.photo)) == 2


def test_the_threads_of_others_stay_as_they_were(scene):
    before = torch.get_num_threads()
    torch.set_num_threads(before + 1)
    _everything(FastSam(), scene.photo)
    after = torch.get_num_threads()
    torch.set_num_threads(before)
    assert after == before + 1


def test_no_file_is_written(scene, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _everything(FastSam(), scene.photo)
    assert not list(tmp_path.iterdir())


def test_a_used_segmenter_can_be_sent_to_another_process(segmenter, scene):
    segmenter.encode(scene.photo)
    sent = pickle.loads(pickle.dumps(segmenter))
    assert sent == segmenter
    assert len(_everything(sent, scene.photo)) == len(_everything(segmenter, scene.photo))


@pytest.mark.parametrize(
    "options",
    [
        {"side": 8},
        {"side": "wide"},
        {"confidence": 1.5},
        {"overlap": -1},
        {"candidates": 0},
        {"weights": 3},
    ],
)
def test_options_out_of_range_are_refused(options):
    with pytest.raises(SpecError):
        FastSam(**options)


def test_a_device_that_is_not_there_is_an_error(scene):
    with pytest.raises(SpecError) as failure:
        FastSam(device="cuda:99").encode(scene.photo)
    assert failure.value.code == "E_DEVICE"
