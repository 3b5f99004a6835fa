"""Words that are longer than what a ranker reads."""

import pytest
from squares import Colours, Islands, photo

from fastseg_edit import Edit, Text
from fastseg_edit.errors import PromptError
from fastseg_edit.stages import Segment


class Brief(Colours):
    """A ranker that reads three words and no more."""

    def read(self, words):
        if words.startswith("donaudampfschiff"):
            raise PromptError("E_SPEC", "too long")
        return " ".join(words.split()[:3])


def test_words_beyond_what_the_ranker_reads_are_dropped_and_that_is_said():
    ranker = Brief()
    edit = Edit(photo("blue", "red"), Text("the thing red and so on"))
    shown = Segment(Islands(), ranker=ranker)(edit)
    assert ranker.asked == [Text("the thing red")]
    (notice,) = shown.notices
    assert notice.code == "W_TEXT_TRUNCATED"
    assert "dropped: 'and so on'" in notice.text


def test_words_that_are_read_in_full_are_not_noted():
    shown = Segment(Islands(), ranker=Brief())(Edit(photo("red"), Text("something red")))
    assert shown.notices == ()


def test_where_nothing_sensible_is_left_to_read_that_is_an_error():
    edit = Edit(photo("red"), Text("donaudampfschiffahrtsgesellschaft"))
    with pytest.raises(PromptError, match="too long"):
        Segment(Islands(), ranker=Brief())(edit)
