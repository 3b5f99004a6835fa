import uuid

import pytest
from store_laws import StoreLaws

from fastseg_edit.batching.storage.places import store


class TestFolder(StoreLaws):
    @pytest.fixture(params=["", "file://"])
    def place(self, request, tmp_path):
        return store(f"{request.param}{tmp_path}")


class TestMemory(StoreLaws):
    @pytest.fixture
    def place(self):
        pytest.importorskip("fsspec", reason="fsspec is not installed")
        return store(f"memory://{uuid.uuid4()}/results")
