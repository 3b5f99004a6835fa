"""What models say while they are at work is heard by those who listen, and by nobody else."""

import numpy as np
import pytest

from fastseg_edit import running
from fastseg_edit.errors import Notice
from fastseg_edit.protocols import Hole
from fastseg_edit.running import Remark

SHORT = Notice("W_MEMORY", "memory ran out")
LONG = Notice("W_TEXT_TRUNCATED", "too many words")


@pytest.fixture
def holes():
    """Two that are alike in everything."""
    return [Hole(np.zeros((4, 4, 3), np.uint8), np.ones((4, 4), bool)) for _ in range(2)]


def test_a_remark_that_nobody_collects_is_lost_without_harm():
    running.remark(*SHORT)
    with running.remarked() as remarks:
        pass
    assert not remarks


def test_remarks_come_with_what_they_are_about(holes):
    first, second = holes
    with running.remarked() as remarks:
        running.remark(*SHORT)
        for about in (first, second, first):
            running.remark(*LONG, about=about)
        running.remark(*SHORT)
    assert [notice for notice, _ in remarks] == [SHORT, LONG, LONG]
    assert [remark.about for remark in remarks[:1]] == [None]
    assert remarks[1].about is first
    assert remarks[2].about is second


def test_a_remark_concerns_its_own_thing_or_all(holes):
    first, second = holes
    assert Remark(LONG, first).concerns(first)
    assert not Remark(LONG, first).concerns(second)
    assert Remark(SHORT).concerns(second)


def test_who_listens_within_hears_alone(holes):
    with running.remarked() as outer:
        with running.remarked() as inner:
            running.remark(*LONG, about=holes[0])
        running.remark(*SHORT)
    assert [remark.notice for remark in outer] == [SHORT]
    assert [remark.notice for remark in inner] == [LONG]
