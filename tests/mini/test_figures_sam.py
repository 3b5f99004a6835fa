from fastseg_edit.mini.figures import sam
from fastseg_edit.world import Split

SEEDS = [Split.TEST.seed(number) for number in range(6)]


def test_one_click_and_a_box_find_the_object():
    figures = sam.measure(SEEDS)
    assert figures["sam_click_iou"] >= 0.8
    assert figures["sam_box_iou"] >= 0.88


def test_a_click_on_any_pixel_finds_the_object_mostly():
    assert sam.measure_any_click(SEEDS)["sam_any_click_iou"] >= 0.7
