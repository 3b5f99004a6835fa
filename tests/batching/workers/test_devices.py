"""How many workers a job gets does not take long to tell, however many items there are."""

from dataclasses import replace

import pytest
from scripted_crew import item

from fastseg_edit import assembly
from fastseg_edit.batching.workers import devices


@pytest.fixture
def built(monkeypatch):
    """What is built, in order."""
    built, build = [], assembly.build
    monkeypatch.setattr(assembly, "build", lambda *asked: built.append(asked) or build(*asked))
    return built


def seen(profile):
    """Workers that have seen items with a seed each."""
    workers = devices.Workers()
    for number in range(9):
        each = item(number)
        settings = {"profile": profile, "seed": number}
        workers.see(replace(each, requests=(replace(each.requests[0], settings=settings),)))
    return workers


def test_items_with_seeds_of_their_own_have_their_stages_built_once(built):
    assert seen("classical").count() == devices.cores()
    assert len(built) == 1


def test_a_model_that_takes_a_device_settles_it(built):
    assert seen("mini").count() == 1
    assert len(built) == 1
