"""A place of results that is not on this machine."""

import uuid

import pytest

from fastseg_edit.batching.storage.places import store


@pytest.fixture
def place():
    return store(f"memory://{uuid.uuid4()}/out")
