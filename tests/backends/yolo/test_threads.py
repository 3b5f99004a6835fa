"""Photos of different sizes that several threads show to one network."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from fastseg_edit import world
from fastseg_edit.backends.fastsam import FastSam


def test_threads_that_share_a_network_see_each_their_own_photo():
    sizes = [(200, 256), (256, 200), (256, 256), (120, 256)]
    photos = [world.draw(world.Split.TEST.seed(n), size).photo for n, size in enumerate(sizes)]
    segmenter = FastSam(device="cpu")
    alone = [segmenter.encode(photo).found.scores for photo in photos]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda photo: segmenter.encode(photo).found.scores, photos * 6))
    for one, other in zip(alone * 6, together, strict=True):
        assert np.array_equal(one, other)
