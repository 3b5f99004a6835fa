from fastseg_edit.mini.figures import clip
from fastseg_edit.world import Split

SEEDS = [Split.TEST.seed(number) for number in range(5)]


def test_nearly_every_object_is_retrieved_among_all_pairs():
    assert clip.measure(SEEDS)["clip_retrieval"] >= 0.9


def test_what_is_there_scores_above_what_is_nearly_there():
    assert clip.separation(SEEDS) >= 0.97
