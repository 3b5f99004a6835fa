from fastseg_edit import world
from fastseg_edit.mini.figures import fastsam


def test_the_figures_reach_their_floors():
    figures = fastsam.measure([world.Split.TEST.seed(index) for index in range(12)])
    assert set(figures) == {"fastsam_iou", "fastsam_recall75"}
    assert figures["fastsam_iou"] >= 0.9
    assert figures["fastsam_recall75"] >= 0.95
