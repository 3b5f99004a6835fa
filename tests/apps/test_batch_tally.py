"""What a batch counts."""

from scripted_crew import item

from fastseg_edit.apps.batch_tally import Tally
from fastseg_edit.batching.driving.outcomes import Outcome


def test_what_a_watch_does_again_counts_as_it_ended_last():
    tally, warned = Tally(None), {"warnings": [{"code": "W_DOUBTFUL", "text": "small"}]}
    for number, state, facts in ((0, "failed", {}), (1, "done", warned), (0, "done", {})):
        tally.add(Outcome(item(number), state, facts=facts))
    assert (tally.words(), tally.count, tally.failed, tally.warnings) == ("2 done", 2, 0, 1)
    assert tally.worked == 2
    assert tally.status() == 0
