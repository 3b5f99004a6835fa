"""Lack of memory is told from other failures by what torch says."""

import resource

import pytest
import torch

from fastseg_edit.backends import shortage
from fastseg_edit.errors import ResourceError


def test_torch_says_so_in_words_that_are_known():
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (64 * 2**30, limits[1]))
    try:
        with pytest.raises(shortage.ERRORS) as caught:
            torch.empty(2**40, dtype=torch.uint8)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
    assert shortage.short(caught.value)


@pytest.mark.parametrize(
    ("error", "short"),
    [
        (torch.OutOfMemoryError(), True),
        (MemoryError(), True),
        (RuntimeError("expected 4 channels, got 3"), False),
        (ResourceError("E_MEMORY", "out of memory"), False),  # it has been seen to already
    ],
)
def test_other_failures_are_none(error, short):
    assert shortage.short(error) == short
