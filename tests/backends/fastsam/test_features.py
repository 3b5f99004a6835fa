"""What the shipped weights see where."""

import numpy as np
import pytest
from small_yolo import APART

from fastseg_edit import world
from fastseg_edit.protocols import Describer


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
